import type { FrameWindow } from '../frame/index.ts';

/** What a window was asked to post, and to whom. */
export type Posted = { message: unknown; targetOrigin: string; ports: MessagePort[] };

/** A window that others post to; it keeps what it got. */
export class FakeTarget {
  readonly posted: Posted[] = [];

  postMessage(message: unknown, target?: string | WindowPostMessageOptions, transfer: Transferable[] = []): void {
    if (typeof target !== 'string') throw new Error('a target origin is always named');
    this.posted.push({ message, targetOrigin: target, ports: transfer as MessagePort[] });
  }

  ofType(type: string): Posted[] {
    return this.posted.filter(({ message }) => (message as { type?: unknown }).type === type);
  }
}

export type Arrival = { data: unknown; origin: string; source: unknown; ports?: MessagePort[]; timeStamp?: number };

/** A `message` event as a browser makes it. */
export function messageEvent({ data, origin, source, ports = [], timeStamp = 0 }: Arrival): Event {
  const event = new Event('message');
  for (const [name, value] of Object.entries({ data, origin, source, ports, timeStamp })) {
    Object.defineProperty(event, name, { value });
  }
  return event;
}

/** The frame's own window: its timers run when the test says so. */
export class FakeFrameWindow extends EventTarget implements FrameWindow {
  readonly parent = new FakeTarget();
  readonly location = { hash: '#w1' };
  readonly crypto = { getRandomValues: globalThis.crypto.getRandomValues.bind(globalThis.crypto) };
  readonly timers = new Map<number, { at: number; task: () => void }>();
  #now = 0;
  #lastId = 0;

  setTimeout(task: TimerHandler, delayMs = 0): number {
    if (typeof task === 'string') throw new Error('text is no task');
    this.#lastId += 1;
    this.timers.set(this.#lastId, { at: this.#now + delayMs, task: () => void Reflect.apply(task, undefined, []) });
    return this.#lastId;
  }

  clearTimeout(id: number | undefined): void {
    if (id !== undefined) this.timers.delete(id);
  }

  /** Lets time pass, and runs what is due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [id, next] = [...this.timers].toSorted(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (id === undefined || next === undefined || next.at > end) break;
      this.#now = next.at;
      this.timers.delete(id);
      next.task();
    }
    this.#now = end;
  }

  arrive(arrival: Arrival): void {
    this.dispatchEvent(messageEvent(arrival));
  }
}

/** The next message of a port. */
export function nextMessage(port: MessagePort): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  port.addEventListener('message', ({ data }) => resolve(data), { once: true });
  port.start();
  return promise;
}
