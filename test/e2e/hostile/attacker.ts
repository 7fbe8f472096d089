import type { Frame } from 'playwright-core';
import { expect } from 'vitest';
import { leakedInto } from '../stage/secrets.ts';
import { laxSite, type PageParts, type Site } from '../stage/sites.ts';

/** What an attacker's script has: its own log, and all the lies that the protocol has words for. */
type Attack = {
  /** Everything that anybody said to it, or that came through a port that it had given away. */
  heard: string[];
  /** How often it has said something. */
  tried: number;
  /** Says it twice, with a port and without. */
  say(target: Window, message: unknown): void;
  /** Claims to be the frame of the widget `id`. */
  lieToHost(target: Window, id: string): void;
  /** Claims to be the host, with a token of the attacker's own. */
  lieToFrame(target: Window, token: string): void;
};

/** A page of somebody else's, which is after a token. Its `script` uses the `attack` of this file. */
export function attackersSite({ script = '', ...parts }: PageParts): Site {
  return laxSite({ ...parts, script: `(${String(becomeAttacker)})();\n${script}` });
}

/** Runs in the attacker's page before its script. */
function becomeAttacker(): void {
  const hear = ({ data, origin, ports }: MessageEvent<unknown>): void => {
    attack.heard.push(origin, textOf(data));
    for (const port of ports) port.addEventListener('message', hear);
    for (const port of ports) port.start();
  };
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- this function alone goes to the browser
  const textOf = (data: unknown): string => {
    try {
      return JSON.stringify(data) ?? '';
    } catch (error) {
      return String(error);
    }
  };
  const attack: Attack = {
    heard: [],
    tried: 0,
    say(target, message) {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', hear);
      port1.start();
      attack.tried += 1;
      target.postMessage(message, '*', [port2]);
      target.postMessage(message, '*');
    },
    lieToHost(target, id) {
      const nonce = `1-2-3-${attack.tried}`;
      attack.say(target, { type: 'MICROAPP_EMBED_READY', protocol: [1], id, nonce });
      attack.say(target, { type: 'MICROAPP_ACK', title: 'Stolen' });
      attack.say(target, { type: 'MICROAPP_AUTH_ERR', code: 'invalid_token' });
      attack.say(target, { type: 'MICROAPP_RUN_ERR', slug: 'loan-calculator', code: 'tool_error' });
      attack.say(target, { type: 'MICROAPP_RESIZE', w: 1, h: 1, seq: 1e9 });
      attack.say(target, { type: 'MICROAPP_TOKEN_REQUEST', reason: 'expired' });
      attack.say(target, { type: 'MICROAPP_CLOSE' });
    },
    lieToFrame(target, token) {
      const init = { type: 'MICROAPP_EMBED_INIT', slug: 'loan-calculator', token };
      attack.say(target, init);
      attack.say(target, { ...init, protocol: 1, id: 'w1', nonce: '1-2-3-4' });
      attack.say(target, { type: 'MICROAPP_TOKEN', token });
      attack.say(target, { type: 'MICROAPP_CONFIG', config: { texts: { run: 'Pay', 'run-again': 'Pay' } } });
    },
  };
  addEventListener('message', hear);
  Object.defineProperty(globalThis, 'attack', { value: attack });
}

function attackOf(frame: Frame): Promise<{ tried: number; heard: string[] }> {
  return frame.evaluate(() => {
    const { tried, heard } = (globalThis as unknown as { attack: Attack }).attack;
    return { tried, heard };
  });
}

/** Waits until the attacker has done its worst a few times over. */
export async function awaitAttack(frame: Frame, triesMin = 50): Promise<void> {
  await expect.poll(async () => (await attackOf(frame)).tried).toBeGreaterThan(triesMin);
}

/**
 * Everything that an attacker's document can know: what it heard, its own address and those that its browser tells it,
 * and how much of other windows it can read.
 */
async function seenBy(frame: Frame): Promise<string> {
  const { heard } = await attackOf(frame);
  const known = await frame.evaluate(() => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- this function alone goes to the browser
    const peek = (look: () => unknown): string => {
      try {
        return String(look());
      } catch (error) {
        return error instanceof DOMException ? error.name : String(error);
      }
    };
    // Another origin's window lets nobody iterate over it, but its frames can be counted.
    const windows = [parent, top, opener as Window | null].flatMap((one) =>
      one === null ? [] : [one, ...Array.from({ length: one.length }, (_, index) => one[index])],
    );
    return [
      location.href,
      document.referrer,
      window.name,
      JSON.stringify(history.state),
      ...Array.from(location.ancestorOrigins),
      ...performance.getEntries().map(({ name }) => name),
      ...windows
        .filter((one) => one !== undefined && one !== window)
        .flatMap((one) => [peek(() => one?.location.href), peek(() => one?.document.body.innerHTML)]),
    ];
  });
  return [...heard, ...known].join('\n');
}

/** Fails when an attacker saw a piece of any of these, or did not even try. */
export async function expectSawNothing(frames: readonly Frame[], secrets: readonly string[]): Promise<void> {
  expect(frames.length).toBeGreaterThan(0);
  expect(secrets.length).toBeGreaterThan(0);
  for (const frame of frames) {
    expect((await attackOf(frame)).tried).toBeGreaterThan(0);
    const saw = await seenBy(frame);
    expect(saw).toContain(frame.url());
    expect(leakedInto(saw, secrets).map((secret) => secret.slice(0, 5))).toEqual([]);
  }
}
