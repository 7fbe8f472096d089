import { describe, expect, it } from 'vitest';
import { answerWithFile, staticFile } from './static-file.ts';

const compressed = { br: Buffer.from('as brotli'), gzip: Buffer.from('as gzip') };
const file = staticFile('script.js', Buffer.from('as it is'), compressed);

function answer(headers: Record<string, string>, asked = file) {
  return answerWithFile(asked, { header: (name) => headers[name] }, { 'cache-control': 'no-cache' });
}

describe('a static file', () => {
  it.each([
    ['br, gzip', 'br'],
    ['gzip, deflate, br', 'br'],
    ['GZIP', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br; q=0.5', 'br'],
    ['br;q=0.000,gzip;q=0', undefined],
    ['deflate', undefined],
    ['', undefined],
  ])('is sent to a client that accepts "%s" as %s', (accepted, coding) => {
    const { status, headers, body } = answer({ 'accept-encoding': accepted });
    expect(status).toBe(200);
    expect(headers['content-encoding']).toBe(coding);
    expect(body.toString()).toBe({ br: 'as brotli', gzip: 'as gzip' }[coding ?? ''] ?? 'as it is');
    expect(headers).toMatchObject({ vary: 'Accept-Encoding', 'cache-control': 'no-cache' });
  });

  it('is sent as it is when it has no compressed form', () => {
    const { headers, body } = answer({ 'accept-encoding': 'br' }, staticFile('page.html', Buffer.from('plain')));
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body.toString()).toBe('plain');
  });

  it('has another tag for each form and for each content', () => {
    const tags = [
      answer({}),
      answer({ 'accept-encoding': 'br' }),
      answer({}, staticFile('script.js', Buffer.from('another'))),
    ].map(({ headers }) => headers['etag']);
    expect(new Set(tags).size).toBe(3);
  });

  it.each([
    ['its tag', (etag: string) => etag],
    ['its tag as a weak one', (etag: string) => `W/${etag}`],
    ['its tag among others', (etag: string) => `"other", ${etag}`],
    ['anything', () => '*'],
  ])('is not sent again to a client that has %s', (_, known) => {
    const { etag = '' } = answer({ 'accept-encoding': 'br' }).headers;
    const again = answer({ 'accept-encoding': 'br', 'if-none-match': known(etag) });
    expect(again).toMatchObject({ status: 304, body: '', headers: { etag, 'cache-control': 'no-cache' } });
  });

  it('is sent to a client that has another form of it', () => {
    const { etag = '' } = answer({ 'accept-encoding': 'br' }).headers;
    expect(answer({ 'if-none-match': etag }).status).toBe(200);
  });
});
