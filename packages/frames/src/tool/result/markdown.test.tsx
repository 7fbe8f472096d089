import { isValidElement, type ComponentChildren, type VNode } from 'preact';
import { describe, expect, test } from 'vitest';
import { decodedEntities, safeHref, safeImage } from './markdown-safety.ts';
import { Markdown } from './markdown.tsx';

const ownOrigin = 'https://apps.example';

type Drawn = { tag: string; attributes: Record<string, unknown>; text: string };

/** All elements that a text becomes, and all text that it shows. */
function drawn(text: string): { elements: Drawn[]; text: string } {
  const elements: Drawn[] = [];
  const root = Markdown({ text, ownOrigin, imageOf: (name) => `Image: ${name}` });
  return { elements, text: textOf(root, elements) };
}

function textOf(node: ComponentChildren, elements: Drawn[]): string {
  if (Array.isArray(node)) return node.map((child: ComponentChildren) => textOf(child, elements)).join('');
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (!isValidElement(node)) return '';
  const { type, props } = node as VNode<Record<string, unknown> & { children?: ComponentChildren }>;
  const { children, ...attributes } = props;
  const text = textOf(children, elements);
  if (typeof type === 'string') elements.push({ tag: type, attributes, text });
  return text;
}

const tagsOf = (text: string) => drawn(text).elements.map(({ tag }) => tag);

describe('markdown becomes', () => {
  test.each([
    ['# One\n\n## Two', ['h3', 'h4']],
    ['a **b** *c* ~~d~~ `e`', ['strong', 'em', 'del', 'code', 'p']],
    ['- a\n- b', ['li', 'li', 'ul']],
    ['3. a', ['li', 'ol']],
    ['> a', ['p', 'blockquote']],
    ['```\na\n```', ['pre']],
    ['a\n\n---', ['p', 'hr']],
  ])('%j: elements of ours', (text, tags) => {
    expect(tagsOf(text)).toEqual([...tags, 'div']);
  });

  test('a table with its numbers at the end of their cells', () => {
    const { elements } = drawn('| a | b |\n| --- | ---: |\n| x | 1 |');
    expect(elements.filter(({ tag }) => tag === 'td').map(({ attributes }) => attributes['class'])).toEqual([
      undefined,
      'number',
    ]);
  });

  test('a link that tells the other side nothing', () => {
    const [link] = drawn('[a **b**](https://example.com/x?y=1)').elements.filter(({ tag }) => tag === 'a');
    expect(link).toEqual({
      tag: 'a',
      text: 'a b',
      attributes: { href: 'https://example.com/x?y=1', target: '_blank', rel: 'noopener noreferrer nofollow' },
    });
  });

  test('the characters that its references stand for', () => {
    expect(drawn('Tom &amp; Jerry &lt;b&gt; &#x1F44B;').text).toBe('Tom & Jerry <b> 👋');
  });

  test('boxes for a list of tasks, which nobody can press', () => {
    const { elements, text } = drawn('- [x] done\n- [ ] open');
    expect(text).toContain('☑ done');
    expect(elements.some(({ tag }) => tag === 'input')).toBe(false);
  });
});

describe('of hostile markdown', () => {
  const hostile = [
    '<script>alert(1)</script>',
    'a <img src=x onerror=alert(1)> b',
    '<svg/onload=alert(1)>',
    '<iframe src="https://evil.example"></iframe>',
    '<style>*{display:none}</style>',
    '<a href="javascript:alert(1)">x</a>',
    '<!-- --><form action=//evil.example><button>x',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](java&#10;script:alert(1))',
    '[x](vbscript:x)',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](blob:https://apps.example/1)',
    '[x]: javascript:alert(1)\n\n[x]',
    '<javascript:alert(1)>',
    '![x](https://evil.example/pixel.png)',
    '![x](//evil.example/pixel.png)',
    '![x](data:image/svg+xml,<svg/onload=alert(1)>)',
    '![x" onerror="alert(1)](javascript:alert(1))',
    '```html" onclick="alert(1)\nx\n```',
    '| <img src=x onerror=alert(1)> |\n| --- |\n| <script>x</script> |',
  ];
  const tags = new Set(
    'div p h3 h4 h5 h6 strong em del code br hr pre blockquote ol ul li a img table thead tbody tr th td'.split(' '),
  );
  const attributeNames = new Set([
    'class',
    'href',
    'target',
    'rel',
    'src',
    'alt',
    'loading',
    'tabIndex',
    'scope',
    'start',
  ]);

  test.each(hostile)('%j nothing runs and nothing is fetched', (text) => {
    for (const { tag, attributes } of drawn(text).elements) {
      expect(tags).toContain(tag);
      for (const name of Object.keys(attributes)) expect(attributeNames).toContain(name);
      expect(attributes['href'] ?? 'https:').toMatch(/^(https?|mailto|tel):/);
      expect(attributes['src'] ?? `${ownOrigin}/`).toMatch(/^https:\/\/apps\.example\//);
    }
  });

  test('the markup is shown as the text that it is', () => {
    expect(drawn('a <b onclick="x">b</b>').text).toBe('a <b onclick="x">b</b>');
  });

  test('levels without end are drawn down to where nobody reads on', () => {
    expect(drawn('> '.repeat(200)).elements.length).toBeLessThan(100);
  });

  test('what nobody could read is shown as it is', () => {
    const text = '> '.repeat(25_000);
    expect(drawn(text)).toMatchObject({ elements: [{ tag: 'p' }], text });
  });
});

describe('addresses', () => {
  test.each(['https://a.example/', 'http://a.example/', 'mailto:a@b.example', 'tel:+123'])('%s is followed', (href) => {
    expect(safeHref(href)).toBe(href);
  });

  test.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\tscript:alert(1)',
    'file:///etc/passwd',
    '/relative',
    '#x',
    '',
  ])('%j is not followed', (href) => {
    expect(safeHref(href)).toBeUndefined();
  });

  test.each([
    ['/embed/assets/x.png', 'https://apps.example/embed/assets/x.png'],
    ['https://apps.example/x.png', 'https://apps.example/x.png'],
    ['https://apps.example.evil.example/x.png', undefined],
    ['https://apps.example@evil.example/x.png', undefined],
    ['http://apps.example/x.png', undefined],
    ['//evil.example/x.png', undefined],
    ['\\\\evil.example\\x.png', undefined],
    ['data:image/png;base64,AA', undefined],
  ])('an image at %s is loaded from %s', (src, from) => {
    expect(safeImage(src, ownOrigin)).toBe(from);
  });

  test.each([
    ['&#0;', '&#0;'],
    ['&#xD800;', '&#xD800;'],
    ['&#x110000;', '&#x110000;'],
    ['&unknown;', '&unknown;'],
    ['&amp;lt;', '&lt;'],
    ['&toString;', '&toString;'],
  ])('%s is %s: references are replaced once, and only such as there are', (text, decoded) => {
    expect(decodedEntities(text)).toBe(decoded);
  });
});
