import type { HttpStep } from '@microapp/contract';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { contextWith, failureOf, startTextEngine, textsOf } from '../engine/testing/start-engine.ts';
import { renderRequest, type HttpRequest } from './http-request.ts';

const engine = startTextEngine();
afterAll(() => engine.close());

function render(step: Partial<HttpStep>, inputs: Record<string, unknown> = {}): Promise<HttpRequest> {
  return renderRequest(
    engine,
    { kind: 'http', name: 'call', url: 'https://api.example/', ...step },
    { context: textsOf(contextWith(inputs)), signal: new AbortController().signal },
  );
}

describe('in the address', () => {
  const url = 'https://api.example/v1/{{ inputs.id }}/orders?q={{ inputs.q }}&fixed=1';

  it.each([
    ['a/b?c=d#e', '/v1/a%2Fb%3Fc%3Dd%23e/orders'],
    ['../../admin', '/v1/..%2F..%2Fadmin/orders'],
    ['..\\admin', '/v1/..%5Cadmin/orders'],
    ['%2e%2e', '/v1/%252e%252e/orders'],
    ['@other.example', '/v1/%40other.example/orders'],
    ['//other.example', '/v1/%2F%2Fother.example/orders'],
    ['a\r\nb', '/v1/a%0D%0Ab/orders'],
    ['é ✓', '/v1/%C3%A9%20%E2%9C%93/orders'],
    ['\ud800', '/v1/%EF%BF%BD/orders'],
    [{ a: 1 }, '/v1/%7B%22a%22%3A1%7D/orders'],
    ['...', '/v1/.../orders'],
  ])('%j stays in its segment', async (id, pathname) => {
    const { url: rendered } = await render({ url }, { id, q: 'x' });
    expect(rendered).toMatchObject({ origin: 'https://api.example', pathname, search: '?q=x&fixed=1' });
  });

  it.each(['a&fixed=2', 'a#b', 'a+b', 'a=b', 'é', '%26'])('%j stays in its query parameter', async (q) => {
    const { url: rendered } = await render({ url }, { id: '1', q });
    expect([...rendered.searchParams]).toEqual([
      ['q', q],
      ['fixed', '1'],
    ]);
  });

  it('no value whatsoever changes host, number of segments, or parameters', async () => {
    const unit = fc.oneof(
      fc.constantFrom(...'/\\.?#&%2eE@:;= \n\ud800'.split('')),
      fc.string({ unit: 'binary', maxLength: 1 }),
    );
    const values = fc.array(fc.string({ unit, minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(values, async ([id, q]) => {
        fc.pre(id !== '' && id !== '.' && id !== '..');
        const { url: rendered } = await render({ url }, { id, q });
        expect(rendered.origin).toBe('https://api.example');
        expect(rendered.pathname.split('/')).toHaveLength(4);
        expect([...rendered.searchParams.keys()]).toEqual(['q', 'fixed']);
        expect(rendered.hash).toBe('');
      }),
      { numRuns: 50 },
    );
  });

  it.each(['.', '..'])('%j is refused where it would be a whole segment', async (id) => {
    expect(await failureOf(render({ url }, { id, q: '' }))).toEqual({
      kind: 'threw',
      detail: expect.stringContaining('leads'),
    });
    expect(await failureOf(render({ url: 'https://api.example/.{{ inputs.id }}' }, { id: '.' }))).toMatchObject({
      detail: expect.stringContaining('leads'),
    });
  });

  it.each(['', null, undefined])('%j is refused where it would empty a segment', async (id) => {
    expect(await failureOf(render({ url }, { id, q: '' }))).toMatchObject({
      kind: 'threw',
      detail: expect.stringContaining('missing'),
    });
  });

  it('nothing is too long, and a query may be empty', async () => {
    expect((await render({ url }, { id: '1' })).url.search).toBe('?q=&fixed=1');
    expect(await failureOf(render({ url }, { id: '1', q: 'x'.repeat(9000) }))).toMatchObject({
      detail: expect.stringContaining('8192'),
    });
  });
});

describe('in a header', () => {
  it('a value stands as it is, and names are in lower case', async () => {
    const headers = { Authorization: 'Bearer {{ inputs.key }}', 'X-Count': '{{ inputs.count }}' };
    expect((await render({ headers }, { key: 'k', count: 3 })).headers).toEqual({
      authorization: 'Bearer k',
      'x-count': '3',
    });
  });

  it.each(['secret\r\nx-admin: 1', 'secret\nx', 'secret\0', 'secret ✓', 'secret\u2028', `secret${'x'.repeat(9000)}`])(
    '%j is refused, and not repeated',
    async (key) => {
      const reason = await failureOf(render({ headers: { 'x-key': '{{ inputs.key }}' } }, { key }));
      expect(reason).toMatchObject({ kind: 'threw', detail: expect.stringContaining('"x-key"') });
      expect(JSON.stringify(reason)).not.toContain('secret');
    },
  );
});

describe('the body', () => {
  it('is JSON with values in it, and makes a request without a method a POST', async () => {
    const body = { id: '{{ inputs.id }}', text: 'no. {{ inputs.id }}', list: [null, 1] };
    expect(await render({ body }, { id: 7 })).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id":7,"text":"no. 7","list":[null,1]}',
    });
    expect(await render({ body, method: 'PUT' }, { id: 7 })).toMatchObject({ method: 'PUT' });
  });

  it('is absent where the step has none', async () => {
    const request = await render({});
    expect(request).toMatchObject({ method: 'GET', headers: {} });
    expect(request).not.toHaveProperty('body');
  });

  it.each([
    ['{{ inputs.text }}', {}, '"a&b"'],
    ['{{ inputs.text }}', { 'Content-Type': 'application/problem+json' }, '"a&b"'],
    ['t={{ inputs.text }}', { 'Content-Type': 'text/plain' }, 't=a&b'],
    [null, {}, 'null'],
  ])('%j under %j is sent as %s', async (body, headers, sent) => {
    expect((await render({ body, headers }, { text: 'a&b' })).body).toBe(sent);
  });

  it('has a bound', async () => {
    const inputs = { text: 'x'.repeat(600_000) };
    const body = ['{{ inputs.text }}', '{{ inputs.text }}'];
    expect(await failureOf(render({ body }, inputs))).toEqual({ kind: 'limit', limit: 'output' });
  });
});

it('what may be a secret is every header, and what is written out in the query', async () => {
  const url = 'https://api.example/?key=written-out&q={{ inputs.q }}';
  const { secrets } = await render({ url, headers: { 'x-key': 'Bearer {{ inputs.q }}' } }, { q: 'asked' });
  expect(secrets).toEqual(['Bearer asked', 'written-out', '']);
});
