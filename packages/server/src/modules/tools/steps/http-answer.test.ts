import { describe, expect, it } from 'vitest';
import { StepFailure } from '../engine/step-failure.ts';
import { refusalOf, resultOf } from './http-answer.ts';

function answer(body: string | Uint8Array, type?: string, status = 200) {
  return { status, headers: type === undefined ? {} : { 'content-type': type }, body: Buffer.from(body) };
}

function detailOf(work: () => unknown): string {
  try {
    work();
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
  ])('of type %s: %j is %j', (type, body, result) => {
    expect(resultOf(answer(body, type))).toEqual(result);
  });

  it('is read in its own character encoding', () => {
    expect(resultOf(answer(new Uint8Array([0xe9]), 'text/plain; charset=ISO-8859-1'))).toBe('é');
    expect(resultOf(answer(new Uint8Array([0xe9]), 'text/plain; charset="windows-1252"'))).toBe('é');
    expect(detailOf(() => resultOf(answer('x', 'text/plain; charset=none-such')))).toContain('encoding');
  });

  it.each(['image/png', 'application/octet-stream', 'application/pdf', 'multipart/form-data', 'jsonx', 'text'])(
    'of type %s is refused',
    (type) => {
      expect(detailOf(() => resultOf(answer('x', type)))).toContain('neither JSON nor text');
    },
  );

  it('without a type, with broken JSON or with JSON too deep is refused, and not repeated', () => {
    expect(detailOf(() => resultOf(answer('x')))).toContain('no content type');
    expect(detailOf(() => resultOf(answer('{"secret"', 'application/json')))).not.toContain('secret');
    expect(resultOf(answer('['.repeat(200) + ']'.repeat(200), 'application/json'))).toHaveLength(1);
    const deep = '['.repeat(201) + ']'.repeat(201);
    expect(detailOf(() => resultOf(answer(deep, 'application/json')))).toContain('200 levels');
  });
});

describe('a refusal', () => {
  const detail = (body: string, secrets: string[] = []): string =>
    detailOf(() => {
      throw refusalOf(answer(body, 'text/plain', 500), secrets);
    });

  it('is told by its status and a little of what was said, on one line', () => {
    expect(detail('')).toBe('status 500');
    expect(detail(' a\r\n\tb\0c ')).toBe('status 500: a b c');
    expect(detail('x'.repeat(300))).toBe(`status 500: ${'x'.repeat(200)}`);
    expect(detail(`${'x'.repeat(199)}😀`)).toBe(`status 500: ${'x'.repeat(199)}\ufffd`);
  });

  it.each([
    ['no key Bearer k3y-s3cret here', 'no key [redacted] here'],
    ['no key k3y-s3cret here', 'no key [redacted] here'],
    ['{"sent":"pa\\"ss-word"}', '{"sent":"[redacted]"}'],
    ['?key=a%20b%2Fc-long', '?key=[redacted]'],
    [`${'x'.repeat(195)}k3y-s3cret`, `${'x'.repeat(195)}[reda`],
  ])('%j repeats no secret', (said, told) => {
    expect(detail(said, ['Bearer k3y-s3cret', 'pa"ss-word', 'a b/c-long', '', 'x'])).toBe(`status 500: ${told}`);
  });
});
