import type { ServerResponse } from 'node:http';
import type { Clock } from '../platform/clock.ts';
import type { Asked } from './asked.ts';
import { behaviorOf, type Behavior } from './behavior.ts';
import { exampleOf } from './example-of.ts';
import type { Wire } from './wires/wire.ts';

const wordIntervalMs = 150;
const garbage = '{"this is": no JSON';

/** Answers as the model does that was asked. */
export async function answer(
  { response, clock, key }: { response: ServerResponse; clock: Clock; key: string },
  wire: Wire,
  asked: Asked,
): Promise<void> {
  const behavior = behaviorOf(asked.model);
  const text = textFor(asked, behavior);
  if (!asked.isStreamed) return answerWhole(response, behavior.ending, () => wire.whole(asked, text));
  if (behavior.says === 'nothing' && behavior.ending === 'silence') return;

  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(wire.begin(asked));
  for (const words of piecesOf(text, behavior.says)) {
    if (behavior.isSlow === true) await pause(clock, wordIntervalMs);
    if (response.destroyed) return;
    await written(response, wire.piece(asked, words));
  }
  switch (behavior.ending) {
    case 'end':
      response.end(wire.end(asked, text));
      return;
    case 'close':
      response.end();
      return;
    case 'break':
      response.destroy();
      return;
    case 'report':
      // As some providers do, it says what it was given.
      response.end(wire.failureEvent(`The echo server was asked to fail, with the key ${key}.`));
      return;
    case 'garbage':
      response.end(`data: ${garbage}\n\n`);
      return;
    case 'silence':
      return;
  }
}

/** What can only happen to a stream is here a connection that breaks. */
function answerWhole(response: ServerResponse, ending: Behavior['ending'], body: () => object): void {
  switch (ending) {
    case 'end':
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body()));
      return;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' }).end(garbage);
      return;
    case 'silence':
      return;
    case 'close':
    case 'break':
    case 'report':
      response.destroy();
      return;
  }
}

function textFor({ schema, prompt }: Asked, { insteadOfJson }: Behavior): string {
  if (schema === undefined || insteadOfJson === 'prose') return `Echo of what was asked: ${prompt}`;
  if (insteadOfJson === 'other JSON') return JSON.stringify({ echo: { of: [prompt] } });
  return JSON.stringify(exampleOf(schema, prompt));
}

function* piecesOf(text: string, says: Behavior['says']): Generator<string> {
  const words = text.match(/\S+\s*|\s+/g) ?? [];
  while (says === 'more and more') yield text;
  if (says === 'all') yield* words;
  if (says === 'half') yield* words.slice(0, Math.ceil(words.length / 2));
}

/** Resolves when the text is on its way, or the client is gone. */
function written(response: ServerResponse, text: string): Promise<void> {
  return new Promise((settle) => {
    response.write(text, () => settle());
  });
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((settle) => {
    clock.after(delayMs, settle);
  });
}
