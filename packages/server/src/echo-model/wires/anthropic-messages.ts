import { lastPrompt, objectAt, objectsAt, textOf, tokensOf, type Asked, type Json } from '../asked.ts';
import { event, type Wire } from './wire.ts';

/** The tool through which clients ask older models for JSON: its input is the answer. */
const answerTool = 'json';

/** Anthropic's messages. JSON is asked for as an output format or through a tool, and answered the same way. */
export const anthropicMessages: Wire = {
  read(body) {
    const format = objectAt(objectAt(body, 'output_config'), 'format');
    const tool = objectsAt(body, 'tools').find(({ name }) => name === answerTool);
    return {
      model: String(body['model']),
      prompt: lastPrompt(objectsAt(body, 'messages'), 'content'),
      system: textOf(body['system']),
      temperature: body['temperature'],
      maxOutputTokens: body['max_tokens'],
      schema: format['type'] === 'json_schema' ? objectAt(format, 'schema') : tool && objectAt(tool, 'input_schema'),
      isByTool: tool !== undefined,
      isStreamed: body['stream'] === true,
    };
  },
  whole: (asked, text) => ({
    ...messageOf(asked),
    content: [
      asked.isByTool
        ? { type: 'tool_use', id: 'toolu_echo', name: answerTool, input: JSON.parse(text) as unknown }
        : { type: 'text', text },
    ],
    stop_reason: stopOf(asked),
    usage: { input_tokens: tokensOf(asked.prompt), output_tokens: tokensOf(text) },
  }),
  begin: (asked) =>
    named('message_start', { message: { ...messageOf(asked), content: [], stop_reason: null } }) +
    named('content_block_start', {
      index: 0,
      content_block: asked.isByTool
        ? { type: 'tool_use', id: 'toolu_echo', name: answerTool, input: {} }
        : { type: 'text', text: '' },
    }),
  piece: (asked, text) =>
    named('content_block_delta', {
      index: 0,
      delta: asked.isByTool ? { type: 'input_json_delta', partial_json: text } : { type: 'text_delta', text },
    }),
  end: (asked, text) =>
    named('content_block_stop', { index: 0 }) +
    named('message_delta', {
      delta: { stop_reason: stopOf(asked), stop_sequence: null },
      usage: { output_tokens: tokensOf(text) },
    }) +
    named('message_stop', {}),
  failure: (status, message) => ({ type: 'error', error: { type: `echo_${status}`, message } }),
  failureEvent: (message) => named('error', { error: { type: 'overloaded_error', message } }),
};

function stopOf({ isByTool }: Asked): string {
  return isByTool ? 'tool_use' : 'end_turn';
}

function messageOf(asked: Asked): Json {
  return {
    id: 'msg_echo',
    type: 'message',
    role: 'assistant',
    model: asked.model,
    stop_sequence: null,
    usage: { input_tokens: tokensOf(asked.prompt), output_tokens: 0 },
  };
}

function named(type: string, data: Json): string {
  return event({ type, ...data }, type);
}
