/**
 * Server-sent events, read from an answer's body (WHATWG HTML, "Interpreting an event stream"). `EventSource` cannot send
 * a header or a body, so the frame reads the stream by itself.
 *
 * Kept of the standard: lines end with CR, LF or CRLF; a blank line ends an event; lines of `data` are joined; a line that
 * starts with a colon is a comment, which servers send as a heartbeat; an event that the end of the stream cuts off
 * never was one. Left out: `retry` and `id`, since a run is never taken up again.
 */
export type ServerEvent = { name: string; data: string };

/** More than any answer of ours: whatever sends this without ending an event is no server of ours. */
const eventCharsMax = 32 * 1024 * 1024;

/** Calls `onEvent` with each event, until the stream ends. `onActivity` is told of everything that arrives. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: ServerEvent) => void,
  onActivity: () => void,
): Promise<void> {
  const parser = createEventParser(onEvent);
  // Decodes characters that are split between chunks, and drops a byte order mark.
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      onActivity();
      parser.push(decoder.decode(chunk.value, { stream: true }));
    }
  } catch (error) {
    // Whoever stops listening lets the server know.
    await reader.cancel().catch(() => undefined);
    throw error;
  }
}

/** Answers with a parser that takes the stream's text in pieces of any size. Throws `RangeError` beyond the bound. */
export function createEventParser(onEvent: (event: ServerEvent) => void): { push(text: string): void } {
  let line = '';
  let endsInCr = false;
  let name = '';
  let data: string[] = [];
  let dataChars = 0;

  function take(whole: string): void {
    if (whole === '') return dispatch();
    const [, field, value] = /^([^:]*)(?:: ?([\s\S]*))?$/.exec(whole) ?? [];
    if (field === 'event') name = value ?? '';
    if (field !== 'data') return;
    data.push(value ?? '');
    dataChars += value?.length ?? 0;
  }

  function dispatch(): void {
    // An event without data is none, by the standard.
    if (data.length > 0) onEvent({ name: name === '' ? 'message' : name, data: data.join('\n') });
    name = '';
    data = [];
    dataChars = 0;
  }

  return {
    push(text) {
      const piece = endsInCr ? `\r${text}` : text;
      // A CR at the very end may be half of a CRLF: it waits for what follows.
      endsInCr = piece.endsWith('\r');
      // Only what is new is searched: an event of megabytes comes in hundreds of pieces.
      const parts = (endsInCr ? piece.slice(0, -1) : piece).split(/\r\n|\n|\r/);
      for (const [index, part] of parts.entries()) {
        line += part;
        if (index === parts.length - 1) break;
        take(line);
        line = '';
      }
      if (line.length + dataChars > eventCharsMax) throw new RangeError('An event of the stream is too large.');
    },
  };
}
