import { describe, expect, test } from 'vitest';
import { attestedParentOrigin, takeUrlCredential, type AddressWindow } from './url-credential.ts';

const base = 'https://apps.example/embed/apps/loan';
const token = 'eyJhbGciOiJFZERTQSJ9.eyJhdWQiOiJtaWNyb2FwcDp1cmwifQ.c2ln';

function at(href: string, more: { ancestorOrigins?: string[]; referrer?: string; state?: unknown } = {}) {
  const replaced: { state: unknown; url: string }[] = [];
  const win: AddressWindow = {
    location: { href, ancestorOrigins: more.ancestorOrigins },
    history: {
      state: more.state ?? null,
      replaceState: (state: unknown, _, url) => replaced.push({ state, url: String(url) }),
    },
    document: { referrer: more.referrer ?? '' },
  };
  return { win, replaced };
}

describe('the token of a copied URL', () => {
  test.each([
    ['in the fragment', `${base}?for=etok_1#token=${token}`, `${base}?for=etok_1`],
    ['in the query', `${base}?for=etok_1&token=${token}`, `${base}?for=etok_1`],
    ['in both', `${base}?token=other&for=etok_1#token=${token}`, `${base}?for=etok_1`],
    ['twice', `${base}?for=etok_1#token=${token}&token=other`, `${base}?for=etok_1`],
    ['beside something else', `${base}?x=1&token=${token}&for=etok_1#a=b`, `${base}?x=1&for=etok_1#a=b`],
  ])('%s is taken, and the address is left without it (K32)', (_, href, left) => {
    const { win, replaced } = at(href);
    expect(takeUrlCredential(win)).toEqual({ urlToken: token, for: 'etok_1' });
    expect(replaced).toEqual([{ state: expect.any(String), url: left }]);
    expect(JSON.stringify(replaced)).not.toContain(token);
  });

  test('without a record in the address names none, so that the server refuses it', () => {
    expect(takeUrlCredential(at(`${base}#token=${token}`).win)).toEqual({ urlToken: token, for: '' });
  });

  test.each([base, `${base}?for=etok_1#i17`, `${base}?tokens=x#a=b`])(
    'is not there in an address without one, which is left as it is: %s',
    (href) => {
      const { win, replaced } = at(href);
      expect(takeUrlCredential(win)).toBeUndefined();
      expect(replaced).toEqual([]);
    },
  );
});

describe('an address whose token was taken before', () => {
  test('is known by the mark that was left with it, and by nothing else', () => {
    const first = at(`${base}?for=etok_1#token=${token}`);
    takeUrlCredential(first.win);
    const [left] = first.replaced;
    expect(takeUrlCredential(at(left?.url ?? '', { state: left?.state }).win)).toBe('taken');
    expect(takeUrlCredential(at(left?.url ?? '', { state: { other: 1 } }).win)).toBeUndefined();
    expect(takeUrlCredential(at(left?.url ?? '').win)).toBeUndefined();
  });

  test('that has a token again is as good as new', () => {
    const { win } = at(`${base}?for=etok_1#token=${token}`, { state: 'microapp-url-token-taken' });
    expect(takeUrlCredential(win)).toEqual({ urlToken: token, for: 'etok_1' });
  });
});

describe('the origin of the page around', () => {
  test.each([
    ['is the nearest ancestor', ['https://shop.example', 'https://top.example'], '', 'https://shop.example'],
    ['is the ancestor rather than the referrer', ['https://a.example'], 'https://b.example/x', 'https://a.example'],
    ['is the referrer where ancestors are not told', undefined, 'https://b.example/page?x=1', 'https://b.example'],
    ['is the referrer where the ancestor is hidden', ['null'], 'https://b.example/', 'https://b.example'],
    ['is unknown where the browser tells nothing', undefined, '', 'null'],
    ['is unknown for what is no address', undefined, 'about:client', 'null'],
  ])('%s', (_, ancestorOrigins, referrer, expected) => {
    const { win } = at(base, { ...(ancestorOrigins === undefined ? {} : { ancestorOrigins }), referrer });
    expect(attestedParentOrigin(win)).toBe(expected);
  });
});
