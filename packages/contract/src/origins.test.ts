import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatOriginEntry,
  normalizeOriginEntries,
  originMatches,
  parseOrigin,
  parseOriginEntry,
  toFrameAncestors,
} from './origins.ts';

/** What is stored for an entry as typed; undefined when it is refused. */
function stored(text: string): string | undefined {
  const entry = parseOriginEntry(text);
  return 'kind' in entry ? formatOriginEntry(entry) : undefined;
}

/** What is said about an entry that is refused. */
function problemOf(text: string): string {
  const entry = parseOriginEntry(text);
  return 'kind' in entry ? `(no problem: ${formatOriginEntry(entry)})` : entry.message;
}

describe('an entry of the allowed origins', () => {
  it.each([
    ['example.com', 'host'],
    ['www.example.com', 'host'],
    ['app.example.com', 'host'],
  ])('may be a bare host: %s is read as a %s and stored as it is (R8)', (text, kind) => {
    expect(parseOriginEntry(text)).toMatchObject({ kind });
    expect(stored(text)).toBe(text);
  });

  it.each([
    ['localhost:3000', 'hostAndPort'],
    ['127.0.0.1:8080', 'hostAndPort'],
    ['*.ngrok.io', 'subdomains'],
  ])('may be local: %s is read as %s and stored as it is (R15)', (text, kind) => {
    expect(parseOriginEntry(text)).toMatchObject({ kind });
    expect(stored(text)).toBe(text);
  });

  it.each([
    ['localhost', 'host'],
    ['127.0.0.1', 'host'],
    ['example.com:8080', 'hostAndPort'],
    ['localhost:80', 'hostAndPort'],
    ['*.example.com', 'subdomains'],
    ['https://a.example', 'exact'],
    ['http://localhost:3000', 'exact'],
    ['https://a.example:8443', 'exact'],
    ['*', 'any'],
  ])('%s is read as %s and stored as it is', (text, kind) => {
    expect(parseOriginEntry(text)).toMatchObject({ kind });
    expect(stored(text)).toBe(text);
  });

  it.each([
    ['  example.com ', 'example.com'],
    ['EXAMPLE.com', 'example.com'],
    ['*.Example.COM', '*.example.com'],
    ['HTTPS://A.example', 'https://a.example'],
    ['https://a.example/', 'https://a.example'],
    ['https://a.example:443', 'https://a.example'],
    ['http://a.example:80', 'http://a.example'],
    ['http://a.example:443', 'http://a.example:443'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['*.bücher.example', '*.xn--bcher-kva.example'],
    ['BÜCHER.example:8080', 'xn--bcher-kva.example:8080'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['example。com', 'example.com'],
  ])('%j is stored in one spelling: %s', (text, spelling) => {
    expect(stored(text)).toBe(spelling);
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['null', 'sandboxed'],
    ['example.com.', 'Did you mean "example.com"?'],
    ['example.com..', 'Did you mean "example.com"?'],
    ['example.com。', 'not a host name'],
    ['.example.com', 'not a host name'],
    ['a..example.com', 'not a host name'],
    ['example.com/', 'Did you mean "example.com"?'],
    ['example.com/shop', 'Did you mean "example.com"?'],
    ['example.com?a=b', 'Did you mean "example.com"?'],
    ['example.com#top', 'Did you mean "example.com"?'],
    ['example.com\\shop', 'Did you mean "example.com"?'],
    ['user@example.com', 'Did you mean "example.com"?'],
    ['https://user:secret@example.com', 'Did you mean "example.com"?'],
    ['https://example.com/shop', 'Did you mean "example.com"?'],
    ['https://example.com//', 'Did you mean "example.com"?'],
    ['example.com other.com', 'Did you mean "example.com"?'],
    ['example.com,other.com', 'not a host name'],
    ["example.com; script-src 'none'", 'more than a host'],
    ['example.com;x', 'not a host name'],
    ["'none'", 'not a host name'],
    ['ftp://example.com', 'not a web origin'],
    ['javascript://example.com', 'not a web origin'],
    ['file:///etc/hosts', 'not a web origin'],
    ['chrome-extension://abcdef', 'not a web origin'],
    ['://example.com', 'not a web origin'],
    ['https://', 'not a host name'],
    ['https://a.example://b.example', 'Did you mean "a.example"?'],
    ['https://*.example.com', 'Write "*.example.com" without the scheme'],
    ['http://*', 'without the scheme'],
    ['*.', 'not a host name'],
    ['*.*', 'not a host name'],
    ['*.*.example.com', 'not a host name'],
    ['**', 'wildcard in the middle'],
    ['*example.com', 'wildcard in the middle'],
    ['a.*.example.com', 'wildcard in the middle'],
    ['example.*', 'wildcard in the middle'],
    ['*.example.com:8080', 'A wildcard covers every port'],
    ['*.127.0.0.1', 'An IP address has no subdomains'],
    ['*.0x7f000001', 'Did you mean "127.0.0.1"?'],
    ['[::1]', 'IPv6'],
    ['[::1]:3000', 'IPv6'],
    ['::1', 'IPv6'],
    ['http://[::1]:3000', 'IPv6'],
    ['a_b.example.com', 'underscore'],
    ['*._dmarc.example.com', 'underscore'],
    ['example.com:', 'no valid port'],
    ['example.com:0', 'no valid port'],
    ['example.com:080', 'no valid port'],
    ['example.com:65536', 'no valid port'],
    ['example.com:http', 'no valid port'],
    ['example.com:80a', 'no valid port'],
    ['example.com:-1', 'no valid port'],
    ['2130706433', 'Did you mean "127.0.0.1"?'],
    ['0x7f.1', 'Did you mean "127.0.0.1"?'],
    ['127.1', 'Did you mean "127.0.0.1"?'],
    ['127.0.0.01', 'Did you mean "127.0.0.1"?'],
    ['256.256.256.256', 'not a host name'],
    ['-example.com', 'not a host name'],
    ['example.com%2eevil.io%2f', 'not a host name'],
    ['exa\tmple.com', 'more than a host'],
    ['exa\0mple.com', 'not a host name'],
  ])('%j is refused with a hint: %s (R26)', (text, hint) => {
    expect(problemOf(text)).toContain(hint);
  });

  it('has labels of at most 63 letters and a name of at most 253', () => {
    expect(stored(`${'a'.repeat(63)}.example`)).toBe(`${'a'.repeat(63)}.example`);
    expect(problemOf(`${'a'.repeat(64)}.example`)).toContain('not a host name');
    expect(stored(`${'a.'.repeat(123)}example`)).toHaveLength(253);
    expect(problemOf(`${'a.'.repeat(124)}example`)).toContain('not a host name');
    expect(problemOf('a'.repeat(10_000))).toContain('too long');
  });

  it('parses to the same entry again once it is stored', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.webAuthority(), fc.string()), (text) => {
        const once = stored(text);
        expect(once === undefined ? once : stored(once)).toBe(once);
      }),
    );
  });
});

describe('an origin', () => {
  it.each([
    ['example.com', 'https://example.com'],
    ['example.com', 'http://example.com'],
    ['example.com', 'https://example.com:8443'],
    ['example.com', 'http://example.com:4702'],
    ['EXAMPLE.com', 'https://example.com'],
    ['bücher.example', 'https://xn--bcher-kva.example'],
    ['127.0.0.1', 'http://127.0.0.1:5173'],
  ])('is admitted by the host %s, whatever its scheme and port: %s (R8, R21, R22)', (entry, origin) => {
    expect(originMatches([entry], origin)).toBe(true);
  });

  it.each([
    // That port exactly, and the scheme's own where none is written.
    ['localhost:3000', 'http://localhost:3000'],
    ['localhost:3000', 'https://localhost:3000'],
    ['example.com:443', 'https://example.com'],
    ['example.com:80', 'http://example.com'],
    ['example.com:443', 'http://example.com:443'],
  ])('is admitted by %s with the port that it names: %s (R23)', (entry, origin) => {
    expect(originMatches([entry], origin)).toBe(true);
  });

  it.each([
    ['*.example.com', 'https://app.example.com'],
    ['*.example.com', 'https://staging.example.com'],
    ['*.example.com', 'https://a.b.c.d.example.com:8443'],
    ['*.ngrok.io', 'https://f00.ngrok.io'],
    ['*.localhost', 'http://shop.localhost:3000'],
  ])('is admitted by %s at any depth: %s (R11, R12)', (entry, origin) => {
    expect(originMatches([entry], origin)).toBe(true);
  });

  it.each([
    ['https://a.example', 'https://a.example'],
    ['https://a.example:443', 'https://a.example'],
    ['http://a.example:8080', 'http://a.example:8080'],
  ])('is admitted by an entry that is this very origin, %s: %s', (entry, origin) => {
    expect(originMatches([entry], origin)).toBe(true);
  });

  it.each(['https://anything.example', 'http://localhost:3000', 'http://[::1]:3000', 'http://10.0.0.1'])(
    'is admitted by * alone: %s (R13)',
    (origin) => {
      expect(originMatches(['*'], origin)).toBe(true);
    },
  );

  it.each([
    ['example.com', 'https://evilexample.com'],
    ['example.com', 'https://example.com.evil.io'],
    ['example.com', 'https://example.comevil.io'],
    ['example.com', 'https://www.example.com'],
    ['www.example.com', 'https://example.com'],
    ['example.com', 'https://example.co'],
    ['example.com', 'https://examplexcom'],
    ['example.com', 'https://example.com-evil.io'],
    ['example.com', 'https://evil.io/example.com'],
    ['example.com', 'https://evil.io#example.com'],
    ['example.com', 'https://evil.io?example.com'],
    ['example.com', 'https://example.com@evil.io'],
    ['example.com', 'https://evil.io\\.example.com'],
    ['example.com', 'https://xn--exmple-cua.com'],
    ['example.com', 'https://exаmple.com'], // with a Cyrillic letter
    ['127.0.0.1', 'http://127.0.0.10'],
    ['127.0.0.1', 'http://1127.0.0.1'],
  ])('of another host is refused by %s, however alike: %s (R9)', (entry, origin) => {
    expect(originMatches([entry], origin)).toBe(false);
  });

  it.each([
    ['*.example.com', 'https://example.com'],
    ['*.example.com', 'https://evilexample.com'],
    ['*.example.com', 'https://example.com.evil.io'],
    ['*.example.com', 'https://app.example.com.evil.io'],
    ['*.example.com', 'https://app-example.com'],
    ['*.example.com', 'https://.example.com'],
    ['*.example.com', 'https://a..example.com'],
  ])('that is no subdomain is refused by %s: %s (R12)', (entry, origin) => {
    expect(originMatches([entry], origin)).toBe(false);
  });

  it.each([
    ['localhost:3000', 'http://localhost:3001'],
    ['localhost:3000', 'http://localhost'],
    ['localhost:3000', 'http://localhost:30000'],
    ['localhost:3000', 'http://127.0.0.1:3000'],
    ['example.com:443', 'http://example.com'],
    ['example.com:80', 'https://example.com'],
  ])('with another port is refused by %s: %s (R23)', (entry, origin) => {
    expect(originMatches([entry], origin)).toBe(false);
  });

  it.each([
    ['https://a.example', 'http://a.example'],
    ['https://a.example', 'https://a.example:8443'],
    ['https://a.example', 'https://b.a.example'],
  ])('that differs in any part is refused by %s: %s', (entry, origin) => {
    expect(originMatches([entry], origin)).toBe(false);
  });

  it.each([
    ['example.com', 'https://example.com.'],
    ['example.com', 'https://example.com.:443'],
    ['*.example.com', 'https://app.example.com.'],
    ['example.com', 'https://EXAMPLE.com'],
    ['example.com', 'HTTPS://example.com'],
    ['example.com', 'https://example.com/'],
    ['example.com', 'https://example.com:443'],
    ['example.com', 'http://example.com:80'],
    ['example.com', 'https://example.com '],
    ['example.com', ' https://example.com'],
    ['example.com', 'https://example.com, https://evil.io'],
    ['example.com', 'https://evil.io https://example.com'],
    ['example.com', 'https:example.com'],
    ['example.com', 'https:///example.com'],
    ['example.com', '//example.com'],
    ['example.com', 'example.com'],
    ['example.com', 'ftp://example.com'],
    ['example.com', 'file://example.com'],
    ['example.com', 'javascript://example.com'],
    ['example.com', 'chrome-extension://example.com'],
    ['example.com', 'blob:https://example.com/x'],
    ['127.0.0.1', 'http://2130706433'],
    ['127.0.0.1', 'http://0x7f.1'],
    ['bücher.example', 'https://bücher.example'],
  ])('that no browser would write is refused by %s: %s', (entry, origin) => {
    expect(originMatches([entry], origin)).toBe(false);
  });

  it.each([undefined, '', 'null', '*', '.', 'https://', 'http://localhost.', 'about:blank', 'data:text/html,x', '\0'])(
    'that is missing or opaque is refused by every list, even by *: %j',
    (origin) => {
      expect(originMatches(['*', 'null', '', 'localhost', 'http://localhost'], origin)).toBe(false);
      expect(parseOrigin(origin)).toBeUndefined();
    },
  );

  it('is refused by an empty list, and by a list of what does not parse', () => {
    expect(originMatches([], 'https://example.com')).toBe(false);
    expect(originMatches(['', 'null', '[::1]', 'a_b', 'https://*.example.com', '**'], 'https://example.com')).toBe(
      false,
    );
  });

  it('needs one entry of many', () => {
    expect(originMatches(['a.example', 'b.example', '*.c.example'], 'https://x.c.example')).toBe(true);
    expect(originMatches(['a.example', 'b.example', '*.c.example'], 'https://c.example')).toBe(false);
  });

  it('of a host with an underscore is admitted by a wildcard above it: browsers do send it', () => {
    expect(originMatches(['*.example.com'], 'https://a_b.example.com')).toBe(true);
  });

  it('of extreme length is refused at once', () => {
    expect(originMatches(['example.com', '*.example.com'], `https://${'a.'.repeat(500_000)}com`)).toBe(false);
    expect(originMatches(['example.com'], `https://example.com${'/'.repeat(500_000)}`)).toBe(false);
  });

  // The host as an attacker may choose it: close to what is listed, or anything.
  const nearHost = fc
    .tuple(
      fc.constantFrom('', '.', '-', 'a.', 'a-', 'evil', 'evil.', 'www.', '@', '%2e', '_.'),
      fc.constantFrom('example.com', 'example.org', 'EXAMPLE.com', 'exаmple.com', 'example.com.evil.io', 'localhost'),
      fc.constantFrom('', '.', ':80', ':443', ':8080', '.evil.io', '/', '@evil.io', '#', '?', '\\evil.io', '%00'),
    )
    .map((parts) => parts.join(''));
  const anyOrigin = fc
    .tuple(
      fc.constantFrom('https://', 'http://', 'https:', '//', '', 'ftp://'),
      fc.oneof(nearHost, fc.domain(), fc.webAuthority(), fc.string()),
    )
    .map((parts) => parts.join(''));

  it('never passes a host list unless its host is that host (R9, R12)', () => {
    fc.assert(
      fc.property(anyOrigin, (origin) => {
        const host = /^https?:\/\/([^/?#@\\:]+)(:\d+)?$/.exec(origin)?.[1];
        expect(originMatches(['example.com'], origin)).toBe(host === 'example.com' && isInBrowserSpelling(origin));
      }),
      { numRuns: 2000 },
    );
  });

  it('never passes a wildcard unless its host ends in a dot and the name (R12)', () => {
    fc.assert(
      fc.property(anyOrigin, (origin) => {
        const isBelow = /^https?:\/\/([^.:/?#@\\]+\.)+example\.com(:\d+)?$/.test(origin);
        expect(originMatches(['*.example.com'], origin) && !isBelow).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('passes a wildcard below every real name (R11, R12)', () => {
    fc.assert(
      fc.property(fc.domain(), (name) => {
        expect(originMatches([`*.${name}`], `https://deep.under.${name.toLowerCase()}`)).toBe(true);
      }),
    );
  });

  it('throws at nothing, whatever the list and the header say', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(nearHost, fc.string())), fc.oneof(anyOrigin, fc.string()), (entries, origin) => {
        expect(typeof originMatches(entries, origin)).toBe('boolean');
      }),
    );
  });
});

/** A browser leaves out the port that is the scheme's own. */
function isInBrowserSpelling(origin: string): boolean {
  return !/^(https:.*:443|http:.*:80)$/.test(origin);
}

describe('frame-ancestors', () => {
  it.each([
    ['example.com', ['http://example.com:*']],
    ['*.example.com', ['http://*.example.com:*']],
    ['example.com:8080', ['http://example.com:8080', 'https://example.com:8080']],
    ['https://a.example', ['https://a.example']],
    ['http://a.example:8080', ['http://a.example:8080']],
    ['*', ['http:', 'https:']],
    ['bücher.example', ['http://xn--bcher-kva.example:*']],
  ])('are made from the same entries: %s', (entry, sources) => {
    expect(toFrameAncestors([entry])).toEqual(sources);
  });

  it("are 'none' for an empty list, and for one of which nothing parses", () => {
    expect(toFrameAncestors([])).toEqual(["'none'"]);
    expect(toFrameAncestors(['null', '[::1]', 'a_b.example.com', "x; script-src 'self'"])).toEqual(["'none'"]);
  });

  it('name every source once', () => {
    expect(toFrameAncestors(['a.example', 'A.example', 'b.example'])).toEqual([
      'http://a.example:*',
      'http://b.example:*',
    ]);
  });

  it('are host sources and nothing that could end the directive, whatever the entries say', () => {
    const source = /^https?:(\/\/(\*\.)?[a-z0-9.-]+(:(\d+|\*))?)?$/;
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.domain(), fc.webAuthority())), (entries) => {
        const sources = toFrameAncestors(entries);
        expect(sources.join(' ') === "'none'" || sources.every((text) => source.test(text))).toBe(true);
      }),
    );
  });
});

describe('a list that is saved', () => {
  it('keeps its order, in one spelling, each entry once', () => {
    expect(
      normalizeOriginEntries(['Example.com', 'b.example', 'example.com ', 'https://a.example/'], {
        environment: 'production',
      }),
    ).toEqual({ entries: ['example.com', 'b.example', 'https://a.example'], issues: [] });
  });

  it('names every entry that is wrong by its place (R26)', () => {
    const { entries, issues } = normalizeOriginEntries(['a.example', 'b_.example', 'c.example.', 'd.example'], {
      environment: 'development',
    });
    expect(entries).toEqual(['a.example', 'd.example']);
    expect(issues.map(({ index }) => index)).toEqual([1, 2]);
  });

  it.each([
    ['production', [], [0]],
    ['development', ['*'], []],
  ] as const)('of a %s surface takes or refuses "*" (R13, R14)', (environment, entries, refused) => {
    const normalized = normalizeOriginEntries([' * '], { environment });
    expect(normalized.entries).toEqual(entries);
    expect(normalized.issues.map(({ index }) => index)).toEqual(refused);
  });
});
