import { describe, expect, test } from 'vitest';
import { isMarkdown } from './markdown-look.ts';

describe('a text is markdown', () => {
  test.each([
    ['a heading', '# Title\nText'],
    ['a block of code', 'Run:\n```sh\nls\n```'],
    ['a list', 'Buy:\n- milk\n- bread'],
    ['a list with room in it', '* one\n\n* two'],
    ['a numbered list', '1. one\r\n2. two'],
    ['a table', 'a | b\n--- | ---\n1 | 2'],
    ['a link', 'See [the page](https://example.com).'],
    ['bold text', 'This is **important**.'],
  ])('with %s', (_, text) => {
    expect(isMarkdown(text, 'answer')).toBe(true);
  });

  test.each(['markdown', 'answerMarkdown', 'body_md'])('when the key %s says so', (key) => {
    expect(isMarkdown('nothing special', key)).toBe(true);
  });
});

describe('a text is no markdown', () => {
  test.each([
    ['plain sentences', 'One line.\nAnother line.'],
    ['a single dash', 'Dear reader,\n- that is all.'],
    ['a number with a sign', '#1 of the list, and C# too'],
    ['stars that multiply', '2 * 3 * 4 and 2 ** 3'],
    ['a tag', '<b>bold</b>'],
    ['nothing', '  \n '],
  ])('with %s', (_, text) => {
    expect(isMarkdown(text, 'answer')).toBe(false);
  });

  test.each(['text', 'sourceCode', 'csv', 'build_log'])('when the key %s says so', (key) => {
    expect(isMarkdown('# Title', key)).toBe(false);
  });

  test.each([
    ['in all', `# Title\n\n${'some words\n\n'.repeat(5_000)}`],
    ['in one piece', `# Title\n${'_a'.repeat(5_001)}`],
  ])('when it is too long to be read as such, %s', (_, text) => {
    expect(isMarkdown(text, 'markdown')).toBe(false);
  });
});
