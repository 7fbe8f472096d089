import type { Frame } from 'playwright-core';

/** A message event that a window got. `at` is in epoch milliseconds, comparable between windows. */
export type SeenMessage = { at: number; origin: string; type: string; text: string; ports: number };

type Recording = { messages: SeenMessage[]; violations: string[] };

/** Runs before any script of a page or frame, and writes down what arrives there. */
export function recordInPage(): void {
  const recording: Recording = { messages: [], violations: [] };
  Object.defineProperty(globalThis, 'recording', { value: recording });
  globalThis.addEventListener('message', ({ data, origin, ports, timeStamp }: MessageEvent<unknown>) => {
    const type = typeof data === 'object' && data !== null && 'type' in data ? String(data.type) : typeof data;
    const entry = { at: performance.timeOrigin + timeStamp, origin, type, ports: ports.length };
    recording.messages.push({ ...entry, text: textOf(data) });
  });
  // What is sent may be no JSON: a BigInt, something that contains itself.
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- this function alone goes to the browser
  const textOf = (data: unknown): string => {
    try {
      return JSON.stringify(data) ?? '';
    } catch (error) {
      return String(error);
    }
  };
  globalThis.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    recording.violations.push(`${violatedDirective} ${blockedURI}`);
  });
}

export function messagesIn(frame: Frame): Promise<SeenMessage[]> {
  return frame.evaluate(() => (globalThis as unknown as { recording: { messages: SeenMessage[] } }).recording.messages);
}

/** What the page's own policy forbade. */
export function violationsIn(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => (globalThis as unknown as { recording: { violations: string[] } }).recording.violations);
}
