import { afterAll, describe, expect, it } from 'vitest';
import { StepFailure } from '../engine/step-failure.ts';
import { startTextEngine } from '../engine/testing/start-engine.ts';
import { refusalOf, resultOf } from './http-answer.ts';

function answer(body: string | Uint8Array, type?: string, status = 200) {
  return { status, headers: type === undefined ? {} : { 'content-type': type }, body: Buffer.from(body) };
}

/** For what is too large for the server's own thread. */
const engine = startTextEngine();
afterAll(() => engine.close());

async function read(given: ReturnType<typeof answer>): Promise<unknown> {
  return JSON.parse(await resultOf(engine, given, new AbortController().signal));
}

async function detailOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StepFailure && error.reason.kind === 'endpoint') return error.reason.detail;
    throw error;
  }
  throw new Error('The work did not fail.');
}

describe('an answer', () => {
  it.each([
    ['application/json', '{"a":[1]}', { a: [1] }],
    ['Application/JSON; charset=utf-8', '1', 1],
    ['application/vnd.api+json', 'null', null],
    ['application/json', '\ufeff{"a":"é"}', { a: 'é' }],
    ['text/plain', 'text', 'text'],
    ['text/csv; header=present', 'a,b', 'a,b'],
    ['text/html', '<b>', '<b>'],
    ['application/xml', '<a/>', '<a/>'],
    ['application/atom+xml', '<a/>', '<a/>'],
    ['application/csv', 'a', 'a'],
    ['image/png', '', null],
    [undefined, '', null],
    ['application/json', '', null],
  ])('of type %s: %j is %j', async (type, body, result) => {
    expect(await read(answer(body, type))).toEqual(result);
  });

  it('is read in its own character encoding', async () => {
    expect(await read(answer(new Uint8Array([0xe9]), 'text/plain; charset=ISO-8859-1'))).toBe('é');
    expect(await read(answer(new Uint8Array([0xe9]), 'text/plain; charset="windows-1252"'))).toBe('é');
    expect(await detailOf(() => read(answer('x', 'text/plain; charset=none-such')))).toContain('encoding');
  });

  it.each(['image/png', 'application/octet-stream', 'application/pdf', 'multipart/form-data', 'jsonx', 'text'])(
    'of type %s is refused',
    async (type) => {
      expect(await detailOf(() => read(answer('x', type)))).toContain('neither JSON nor text');
    },
  );

  it('without a type, with broken JSON or with JSON too deep is refused, and not repeated', async () => {
    expect(await detailOf(() => read(answer('x')))).toContain('no content type');
    expect(await detailOf(() => read(answer('{"secret"', 'application/json')))).not.toContain('secret');
    expect(await read(answer('['.repeat(200) + ']'.repeat(200), 'application/json'))).toHaveLength(1);
    const deep = '['.repeat(201) + ']'.repeat(201);
    expect(await detailOf(() => read(answer(deep, 'application/json')))).toContain('200 levels');
  });

  it('too large for the thread that serves everybody is read by a worker, and said and refused the same', async () => {
    const large = { text: 'é"\\\n'.repeat(20_000), number: 1e21, '\u2028': [null] };
    expect(await read(answer(JSON.stringify(large, null, 2), 'application/json'))).toEqual(large);
    const broken = JSON.stringify(large).slice(0, -1);
    expect(await detailOf(() => read(answer(broken, 'application/json')))).toBe(
      'the answer says that it is JSON, and is not',
    );
  });

  it.each([100, 100_000])('with %d line breaks and a number beyond all bounds becomes one line', async (count) => {
    const json = `[1e400,12345678901234567890${'\r\n'.repeat(count)}]`;
    const signal = new AbortController().signal;
    expect(await resultOf(engine, answer(json, 'application/json'), signal)).toBe('[null,12345678901234567000]');
  });
});

describe('a refusal', () => {
  const detail = (body: string, secrets: string[] = []): Promise<string> =>
    detailOf(() => {
      throw refusalOf(answer(body, 'text/plain', 500), secrets);
    });

  it('is told by its status and a little of what was said, on one line', async () => {
    expect(await detail('')).toBe('status 500');
    expect(await detail(' a\r\n\tb\0c ')).toBe('status 500: a b c');
    expect(await detail('x'.repeat(300))).toBe(`status 500: ${'x'.repeat(200)}`);
    expect(await detail(`${'x'.repeat(199)}😀`)).toBe(`status 500: ${'x'.repeat(199)}\ufffd`);
  });

  it.each([
    ['no key Bearer k3y-s3cret here', 'no key [redacted] here'],
    ['no key k3y-s3cret here', 'no key [redacted] here'],
    ['{"sent":"pa\\"ss-word"}', '{"sent":"[redacted]"}'],
    ['?key=a%20b%2Fc-long', '?key=[redacted]'],
    [`${'x'.repeat(195)}k3y-s3cret`, `${'x'.repeat(195)}[reda`],
  ])('%j repeats no secret', async (said, told) => {
    expect(await detail(said, ['Bearer k3y-s3cret', 'pa"ss-word', 'a b/c-long', '', 'x'])).toBe(`status 500: ${told}`);
  });
});
