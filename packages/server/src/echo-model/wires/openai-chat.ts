import { lastPrompt, objectAt, objectsAt, textOf, tokensOf, type Asked, type Json } from '../asked.ts';
import { event, type Wire } from './wire.ts';

const about = { id: 'chatcmpl-echo', created: 0 };

/** OpenAI's chat completions, which Mistral and every compatible server speak, too. */
export const openaiChat: Wire = {
  read(body) {
    const format = objectAt(body, 'response_format');
    const messages = objectsAt(body, 'messages');
    return {
      model: String(body['model']),
      prompt: lastPrompt(messages, 'content'),
      system: textOf(messages.find(({ role }) => role === 'system' || role === 'developer')?.['content']),
      temperature: body['temperature'],
      maxOutputTokens: body['max_tokens'] ?? body['max_completion_tokens'],
      schema: format['type'] === 'json_schema' ? objectAt(objectAt(format, 'json_schema'), 'schema') : undefined,
      isByTool: false,
      isStreamed: body['stream'] === true,
    };
  },
  whole: (asked, text) => ({
    ...about,
    object: 'chat.completion',
    model: asked.model,
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: usageOf(asked, text),
  }),
  begin: (asked) => chunk(asked, { role: 'assistant', content: '' }),
  piece: (asked, text) => chunk(asked, { content: text }),
  end: (asked, text) => chunk(asked, {}, { finish: 'stop', usage: usageOf(asked, text) }) + event('[DONE]'),
  failure: (status, message) => ({ error: { message, type: `echo_${status}`, param: null, code: null } }),
  failureEvent: (message) => event({ error: { message, type: 'server_error', param: null, code: null } }),
};

function chunk(asked: Asked, delta: Json, last?: { finish: string; usage: Json }): string {
  return event({
    ...about,
    object: 'chat.completion.chunk',
    model: asked.model,
    choices: [{ index: 0, delta, finish_reason: last?.finish ?? null }],
    ...(last === undefined ? {} : { usage: last.usage }),
  });
}

function usageOf(asked: Asked, text: string): Json {
  const [input, output] = [tokensOf(asked.prompt), tokensOf(text)];
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}
