import { describe, expect, it } from 'vitest';
import { entryForOrigin, hintFor, judgeEntries } from './origin-entries.ts';

describe('allowed origins as they are typed', () => {
  it('bare hosts and wildcards may be pasted together, separated by spaces, commas or lines', () => {
    expect(judgeEntries('example.com www.example.com,app.example.com\n*.Example.com', [], 'production')).toEqual({
      added: ['example.com', 'www.example.com', 'app.example.com', '*.example.com'],
      rejected: [],
      problems: [],
    });
  });

  it('what is listed already is not added again', () => {
    expect(judgeEntries('example.com EXAMPLE.com', ['example.com'], 'production').added).toEqual([]);
  });

  it.each([
    ['https://example.com/shop', 'Did you mean "example.com"?'],
    ['[::1]:3000', 'IPv6'],
    ['my_shop.example', 'underscore'],
    ['exa mple..com', 'not a host name'],
  ])('%s stays in the field, with what is wrong', (text, problem) => {
    const judged = judgeEntries(text, [], 'production');
    expect(judged.rejected).not.toEqual([]);
    expect(judged.problems.join(' ')).toContain(problem);
  });

  it('“*” is for development only', () => {
    expect(judgeEntries('*', [], 'development')).toMatchObject({ added: ['*'], problems: [] });
    expect(judgeEntries('*', [], 'production')).toMatchObject({ added: [], rejected: ['*'] });
    expect(judgeEntries('*', [], 'production').problems[0]).toContain('development only');
  });

  it('a hundred entries are enough', () => {
    const full = Array.from({ length: 100 }, (_, n) => `h${n}.example`);
    expect(judgeEntries('one-more.example', full, 'production')).toMatchObject({
      added: [],
      rejected: ['one-more.example'],
    });
  });

  it('with and without www are two hosts, which is said unless both are listed', () => {
    expect(hintFor('example.com', ['example.com'], 'production')).toContain('www.example.com is another host');
    expect(hintFor('www.example.com', ['www.example.com'], 'production')).toContain('example.com is another host');
    expect(hintFor('example.com', ['example.com', 'www.example.com'], 'production')).toBeUndefined();
    expect(hintFor('example.com', ['example.com', '*.example.com'], 'production')).toBeUndefined();
    expect(hintFor('app.example.com', ['app.example.com'], 'production')).toBeUndefined();
    expect(hintFor('8.8.8.8', ['8.8.8.8'], 'production')).toBeUndefined();
  });

  it.each(['localhost:3000', '127.0.0.1:8080', '*.ngrok.io', 'http://192.168.1.4'])(
    '%s belongs on a development surface',
    (entry) => {
      expect(hintFor(entry, [entry], 'production')).toContain('development surface');
      expect(hintFor(entry, [entry], 'development')).toBeUndefined();
    },
  );

  it('a page that was refused becomes the entry that a person would write', () => {
    expect(entryForOrigin('https://www.shop.example')).toBe('www.shop.example');
    expect(entryForOrigin('http://localhost:3000')).toBe('localhost:3000');
  });
});
