import { describe, expect, it } from 'vitest';
import type { OutboundRequest } from './exchange.ts';
import { redirected } from './redirect.ts';

const request: OutboundRequest = {
  method: 'POST',
  url: new URL('https://api.example/v1/quote?a=1'),
  headers: {
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'user-agent': 'Microapp',
    Authorization: 'Bearer k',
    'webhook-signature': 'v1,s',
    'x-api-key': 'k',
    cookie: 'c',
  },
  body: '{}',
};

function after(status: number, location: string | undefined, over: Partial<OutboundRequest> = {}) {
  return redirected({ ...request, ...over }, { status, headers: location === undefined ? {} : { location } });
}

describe('a redirect', () => {
  it.each([301, 302, 303])('with %d asks again without the body', (status) => {
    const next = after(status, '/elsewhere');
    expect(next).toMatchObject({ method: 'GET', url: new URL('https://api.example/elsewhere') });
    expect(next).not.toHaveProperty('body');
    expect(next?.headers).not.toHaveProperty('Content-Type');
  });

  it.each([307, 308])('with %d repeats method and body', (status) => {
    expect(after(status, '/elsewhere')).toMatchObject({ method: 'POST', body: '{}' });
  });

  it.each([
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [303, 'PUT', 'GET'],
    [302, 'GET', 'GET'],
  ] as const)('with %d of a %s becomes a %s', (status, method, expected) => {
    expect(after(status, '/elsewhere', { method })?.method).toBe(expected);
  });

  it('to the same origin keeps the headers', () => {
    expect(after(307, 'https://api.example/v2')?.headers).toEqual(request.headers);
  });

  it.each([
    'https://other.example/',
    'https://api.example:8443/',
    'https://x.api.example/',
    '//other.example/',
    'https://api.example@other.example/',
  ])('to %s leaves behind signature, keys, cookies and whatever else says something', (location) => {
    expect(after(307, location)?.headers).toEqual({
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'user-agent': 'Microapp',
    });
  });

  it('takes no password along', () => {
    expect(after(302, 'https://user:word@other.example/x')?.url.href).toBe('https://other.example/x');
  });

  it.each([
    ['ftp://api.example/', 'another scheme'],
    ['file:///etc/passwd', 'a file'],
    ['data:text/plain,x', 'data'],
    ['http://api.example/', 'a place without encryption'],
    ['https://[', 'no address'],
    [undefined, 'nowhere'],
  ])('to %s (%s) is not followed', (...[location]) => {
    expect(after(302, location)).toBeUndefined();
  });

  it.each([200, 201, 300, 304, 305, 306, 400])('is not what an answer with %d is', (status) => {
    expect(after(status, '/elsewhere')).toBeUndefined();
  });
});
