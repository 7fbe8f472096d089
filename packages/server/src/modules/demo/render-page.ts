import type { Page } from './pages.ts';

export type Templates = {
  layout: string;
  /** By the page's file. */
  mains: ReadonlyMap<string, string>;
  /** What is shown as code, by the name in the table of pages. */
  code: ReadonlyMap<string, string>;
};

export type PageValues = {
  /** Fills in `{{NAME}}` wherever a template says it. */
  fill: (text: string) => string;
  /** Where a page is linked to, as an absolute address: the refused one is on another host. */
  addressOf: (page: Page) => string;
  /** Of every page, in the order of the bar. */
  pages: readonly Page[];
};

/** The document of a page, whole but for its nonce, which is each answer's own. */
export function renderPage(page: Page, { layout, mains, code }: Templates, values: PageValues): string {
  const { way, title, description, scripts = [], tag = '' } = page;
  const main = found(mains, page.file).replaceAll('{{TAG}}', tag);
  const parts: Readonly<Record<string, string>> = {
    TITLE: escapeHtml(title),
    DESCRIPTION: escapeHtml(description),
    // Modules run in order once the document is there, and so does what is deferred.
    HEAD: scripts
      .map((path) => `<script ${path.startsWith('/') ? 'type="module"' : 'defer'} src="${path}"></script>`)
      .join('\n    '),
    WAYS: values.pages.map((one) => linkTo(one, page, values)).join('\n        '),
    MAIN: main,
    WAY_TITLE: escapeHtml(way.title),
    WAY_WORDS: way.words.map((words) => `<p>${escapeHtml(words)}</p>`).join('\n        '),
    SNIPPETS: way.shows
      .map((shown) =>
        shown === 'tag'
          ? snippet('In the page', tag.replaceAll('{{NONCE}}', 'THIS-ANSWERS-NONCE'))
          : snippet(shown.label, found(code, shown.file)),
      )
      .join('\n'),
  };
  return values.fill(layout.replaceAll(/\{\{([A-Z_]+)\}\}/g, (place, name: string) => parts[name] ?? place));
}

function linkTo(page: Page, current: Page, { addressOf }: PageValues): string {
  const mark = page === current ? ' aria-current="page"' : '';
  return `<li><a href="${addressOf(page)}"${mark}>${escapeHtml(page.way.name)}</a></li>`;
}

function snippet(label: string, code: string): string {
  const name = escapeHtml(label);
  return `<figure><figcaption>${name}</figcaption><pre tabindex="0" aria-label="${name}"><code>${escapeHtml(code.trim())}</code></pre></figure>`;
}

function found(texts: ReadonlyMap<string, string>, name: string): string {
  const text = texts.get(name);
  if (text === undefined) throw new Error(`the demo has no ${name}`);
  return text;
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
