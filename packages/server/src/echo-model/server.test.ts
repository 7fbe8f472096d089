import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { behaviors } from './behavior.ts';
import { startEchoModel, type EchoModel } from './server.ts';

let echo: EchoModel;
let clock: FakeClock;
beforeAll(async () => {
  clock = createFakeClock();
  echo = await startEchoModel({ clock });
});
afterAll(() => echo.close());

function post(path: string, body: unknown, key = 'any-key'): Promise<Response> {
  return fetch(`${echo.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const said = 'Echo of what was asked: Hello there.';
const chat = { model: 'echo', messages: [{ role: 'user', content: 'Hello there.' }] };
const schema = { type: 'object', properties: { greeting: { type: 'string' } } };

// How a provider's own client gets on with each form, streamed and with all failures, is proved beside that client.
describe('the echo server answers in one piece', () => {
  it.each([
    ['OpenAI', '/v1/chat/completions', chat],
    ['Anthropic', '/v1/messages', chat],
    [
      'Google',
      '/v1beta/models/echo:generateContent',
      { contents: [{ role: 'user', parts: [{ text: 'Hello there.' }] }] },
    ],
  ])('in the form of %s', async (_, path, body) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain(JSON.stringify(said));
  });

  it('with JSON that follows a schema', async () => {
    const format = { type: 'json_schema', json_schema: { name: 'answer', schema } };
    const answer = await post('/v1/chat/completions', { ...chat, response_format: format });
    const { choices } = (await answer.json()) as { choices: { message: { content: string } }[] };
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ greeting: 'Hello there.' });
  });

  it('through the tool that asked for it', async () => {
    const answer = await post('/v1/messages', { ...chat, tools: [{ name: 'json', input_schema: schema }] });
    expect(await answer.json()).toMatchObject({
      content: [{ type: 'tool_use', name: 'json', input: { greeting: 'Hello there.' } }],
      stop_reason: 'tool_use',
    });
  });

  it.each(['echo-cut', 'echo-short', 'echo-error'])('or %s breaks the connection', async (model) => {
    await expect(post('/v1/chat/completions', { ...chat, model })).rejects.toThrow('fetch failed');
  });

  it('or with what is no JSON', async () => {
    const answer = await post('/v1/chat/completions', { ...chat, model: 'echo-malformed' });
    await expect(answer.json()).rejects.toThrow(SyntaxError);
  });
});

describe('the echo server', () => {
  it('lists a model to whoever has a key that it takes', async () => {
    const list = (key: string): Promise<Response> =>
      fetch(`${echo.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(await (await list('any-key')).json()).toMatchObject({ data: [{ id: 'echo' }] });
    expect((await list('refused-key')).status).toBe(401);
    expect((await fetch(`${echo.url}/v1/models`)).status).toBe(401);
  });

  it('says a word at a time when it is slow', async () => {
    const answer = await post('/v1/chat/completions', { ...chat, model: 'echo-slow', stream: true });
    if (answer.body === null) throw new Error('The answer has no body.');
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const read = async (): Promise<void> => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    };
    const reading = read();
    await expect.poll(() => text).toContain('assistant');
    expect(text).not.toContain('Echo');
    clock.advance(150);
    await expect.poll(() => text).toContain('Echo');
    expect(text).not.toContain('of ');
    await reader.cancel();
    await reading;
  });

  it.each([
    ['another path', '/v1/responses', chat, 404],
    ['a body that is no JSON', '/v1/chat/completions', '{', 400],
    ['a body that is no object', '/v1/chat/completions', '[]', 400],
    ['a body that is too long', '/v1/messages', JSON.stringify({ ...chat, padding: 'x'.repeat(8 * 1024 * 1024) }), 400],
    ['a model that fails', '/v1/chat/completions', { ...chat, model: 'echo-503' }, 503],
  ])('refuses %s', async (_, path, body, status) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toHaveProperty('error');
  });

  it('says when to come back only where it is busy', async () => {
    const retryAfter = async (model: string): Promise<string | null> =>
      (await post('/v1/chat/completions', { ...chat, model })).headers.get('retry-after');
    expect([await retryAfter('echo-429'), await retryAfter('echo-500')]).toEqual(['7', null]);
  });

  it('listens on this machine alone', () => {
    expect(new URL(echo.url).hostname).toBe('127.0.0.1');
  });

  it('has no behavior whose name ends in another’s: each model does one thing', () => {
    const names = Object.keys(behaviors);
    expect(names.filter((name) => names.some((other) => other !== name && name.endsWith(`-${other}`)))).toEqual([]);
  });
});
