import { hexOf, type ColorUse } from './color-use.ts';
import { colorsOf, declarationsIn, rulesIn, rulesMax, type CssRule } from './read-css.ts';

// As in a style sheet: one pass, whatever a stranger has written.

/** What a page says of its own colors. */
export type PageColors = {
  uses: ColorUse[];
  /** Of its style elements. */
  rules: CssRule[];
  /** Addresses of its style sheets, as they stand there. */
  styleSheets: string[];
};

const tagLengthMax = 4000;
const inlineStylesMax = 2_000;

export function readHtml(html: string): PageColors {
  const uses: ColorUse[] = [];
  const rules: CssRule[] = [];
  const styleSheets: string[] = [];
  let stylesLeft = inlineStylesMax;
  for (const { name, attributes, after } of tagsIn(html)) {
    const attribute = (key: string): string => attributeOf(attributes, key);
    if (name === 'meta' && attribute('name').toLowerCase() === 'theme-color') {
      const color = hexOf(attribute('content'));
      if (color !== undefined) uses.push({ color, weight: 40, role: 'other' });
    }
    if (name === 'link' && /\bstylesheet\b/i.test(attribute('rel'))) styleSheets.push(attribute('href'));
    if (name === 'style' && rules.length < rulesMax) for (const rule of rulesIn(after())) rules.push(rule);
    const style = attribute('style');
    if (style !== '' && stylesLeft-- > 0) {
      uses.push(...colorsOf([{ selector: name, declarations: declarationsIn(style) }]));
    }
  }
  return { uses, rules, styleSheets: styleSheets.filter((href) => href !== '') };
}

type Tag = {
  name: string;
  attributes: string;
  /** The text up to the next closing tag of that name. */ after: () => string;
};

/** Each `>` is looked for once, and what stands in a tag or a style element is not read as tags again. */
function* tagsIn(html: string): Generator<Tag> {
  let end = -1;
  for (let at = html.indexOf('<'), next = 0; at !== -1; at = html.indexOf('<', next)) {
    if (end < at) end = html.indexOf('>', at);
    if (end === -1) return;
    next = at + 1;
    const tag = html.slice(at + 1, Math.min(end, at + tagLengthMax));
    const [name = ''] = /^[a-z][\w-]*/i.exec(tag) ?? [];
    if (name === '') continue;
    next = name.toLowerCase() === 'style' ? closingOf(html, end) : end;
    yield {
      name: name.toLowerCase(),
      attributes: tag.slice(name.length),
      after: () => html.slice(end + 1, closingOf(html, end)),
    };
  }
}

function closingOf(html: string, from: number): number {
  const closing = html.indexOf('</', from);
  return closing === -1 ? html.length : closing;
}

function attributeOf(attributes: string, name: string): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(attributes);
  return (found?.[1] ?? found?.[2] ?? found?.[3] ?? '').replaceAll('&amp;', '&');
}
