import { lastPrompt, objectAt, objectsAt, textOf, tokensOf, type Asked, type Json } from '../asked.ts';
import { event, type Wire } from './wire.ts';

/** Google's generateContent. The model and whether the answer streams stand in the path. */
export const googleGenerate: Wire = {
  read(body, path) {
    const [, model = '', method = ''] = /\/models\/([^/:]+):(\w+)$/.exec(path) ?? [];
    const config = objectAt(body, 'generationConfig');
    const isJson = config['responseMimeType'] === 'application/json';
    const schemaKey = 'responseJsonSchema' in config ? 'responseJsonSchema' : 'responseSchema';
    return {
      model,
      prompt: lastPrompt(objectsAt(body, 'contents'), 'parts'),
      system: textOf(objectAt(body, 'systemInstruction')['parts']),
      temperature: config['temperature'],
      maxOutputTokens: config['maxOutputTokens'],
      schema: isJson ? objectAt(config, schemaKey) : undefined,
      isByTool: false,
      isStreamed: method === 'streamGenerateContent',
    };
  },
  whole: (asked, text) => part(asked, text, 'STOP'),
  begin: () => '',
  piece: (asked, text) => event(part(asked, text)),
  end: (asked) => event(part(asked, '', 'STOP')),
  failure: (status, message) => ({ error: { code: status, message, status: `ECHO_${status}` } }),
  failureEvent: (message) => event({ error: { code: 500, message, status: 'INTERNAL' } }),
};

function part(asked: Asked, text: string, finishReason?: string): Json {
  const [input, output] = [tokensOf(asked.prompt), tokensOf(text)];
  return {
    candidates: [
      {
        index: 0,
        content: { role: 'model', parts: [{ text }] },
        ...(finishReason === undefined ? {} : { finishReason }),
      },
    ],
    usageMetadata: { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output },
    modelVersion: asked.model,
  };
}
