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
    const text = JSON.stringify(data) ?? '';
    recording.messages.push({ at: performance.timeOrigin + timeStamp, origin, type, text, ports: ports.length });
  });
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
