import { marked, type MarkedToken, type Token } from 'marked';
import { Fragment, type ComponentChildren } from 'preact';
import { decodedEntities, safeHref, safeImage } from './markdown-safety.ts';

/**
 * Markdown of a model, a visitor or a tool's author, of which none is trusted.
 *
 * Requirements
 *   - No HTML is ever made of the text: it is read into tokens, and each kind of token that is known here becomes an
 *     element with attributes of ours. Whatever is not known, raw HTML first of all, is shown as the text that it is.
 *   - A link leads to the web or to a mail program, in a window that knows nothing of this one.
 *   - An image is loaded from our own host only: any other would tell a stranger that, when and where somebody reads.
 *   - Headings begin below the one of the result, so that the document's outline stays true.
 */
export function Markdown({ text, ownOrigin, imageOf }: MarkdownProps) {
  const tokens = tokensOf(text);
  if (tokens === undefined) return <p class="text">{text}</p>;
  return <div class="markdown">{drawerFor({ ownOrigin, imageOf })(tokens)}</div>;
}

/** `undefined` for what nests so deep that the reader runs out of stack. */
function tokensOf(text: string): Token[] | undefined {
  try {
    return marked.lexer(text);
  } catch {
    return undefined;
  }
}

export type MarkdownProps = {
  text: string;
  /** Of this document: images from elsewhere become links. */
  ownOrigin: string;
  /** The words for an image that is not shown. */
  imageOf: (name: string) => string;
};

/** The result's own heading is the second level. */
const headingOffset = 2;
const headings = ['h3', 'h4', 'h5', 'h6'] as const;
/** Nobody nests deeper, but who wants to exhaust the stack does. */
const depthMax = 40;

function drawerFor({ ownOrigin, imageOf }: Omit<MarkdownProps, 'text'>) {
  return (tokens: readonly Token[]) => drawAll(tokens, 0);

  function drawAll(tokens: readonly Token[] | undefined, depth: number): ComponentChildren {
    // `Generic` in marked's union is for extensions, of which there are none here.
    return (tokens as readonly MarkedToken[] | undefined)?.map((token, index) => (
      <Fragment key={index}>{depth > depthMax ? token.raw : draw(token, depth + 1)}</Fragment>
    ));
  }

  function draw(token: MarkedToken, depth: number): ComponentChildren {
    switch (token.type) {
      case 'heading': {
        const Heading = headings[Math.min(token.depth + headingOffset, 6) - 3] ?? 'h6';
        return <Heading>{drawAll(token.tokens, depth)}</Heading>;
      }
      case 'paragraph':
        return <p>{drawAll(token.tokens, depth)}</p>;
      case 'text':
        return token.tokens === undefined ? decodedEntities(token.text) : drawAll(token.tokens, depth);
      case 'escape':
        return token.text;
      case 'strong':
        return <strong>{drawAll(token.tokens, depth)}</strong>;
      case 'em':
        return <em>{drawAll(token.tokens, depth)}</em>;
      case 'del':
        return <del>{drawAll(token.tokens, depth)}</del>;
      case 'codespan':
        return <code class="code">{token.text}</code>;
      case 'br':
        return <br />;
      case 'hr':
        return <hr />;
      case 'code':
        return (
          <pre class="code scroll" tabIndex={0}>
            {token.text}
          </pre>
        );
      case 'blockquote':
        return <blockquote>{drawAll(token.tokens, depth)}</blockquote>;
      case 'list':
        return token.ordered ? (
          <ol start={token.start === '' ? 1 : token.start}>{drawAll(token.items, depth)}</ol>
        ) : (
          <ul>{drawAll(token.items, depth)}</ul>
        );
      case 'list_item':
        return <li>{drawAll(token.tokens, depth)}</li>;
      case 'checkbox':
        return token.checked ? '☑ ' : '☐ ';
      case 'link':
        return drawLink(token.href, token.raw, drawAll(token.tokens, depth));
      case 'image':
        return drawImage(token.href, token.text);
      case 'table':
        return (
          <div class="scroll" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  {token.header.map((cell, index) => (
                    <th key={index} scope="col" class={cell.align === 'right' ? 'number' : undefined}>
                      {drawAll(cell.tokens, depth)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {token.rows.map((row, number) => (
                  <tr key={number}>
                    {row.map((cell, index) => (
                      <td key={index} class={cell.align === 'right' ? 'number' : undefined}>
                        {drawAll(cell.tokens, depth)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        );
      case 'html':
        return token.raw;
      case 'space':
      case 'def':
        return null;
    }
  }

  function drawImage(src: string, alt: string): ComponentChildren {
    const own = safeImage(src, ownOrigin);
    if (own !== undefined) return <img src={own} alt={alt} loading="lazy" />;
    const name = imageOf(alt === '' ? src : alt);
    return drawLink(src, name, name);
  }
}

function drawLink(href: string, raw: string, content: ComponentChildren): ComponentChildren {
  const safe = safeHref(href);
  if (safe === undefined) return raw;
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer nofollow">
      {content}
    </a>
  );
}
