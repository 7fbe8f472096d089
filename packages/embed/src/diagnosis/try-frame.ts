import type { FrameToHost } from '@microapp/contract/protocol';
import { createFrame } from '../host/create-frame.ts';
import { linkFrame, type Secret } from '../host/frame-link.ts';
import type { ErrorCode } from '../options.ts';
import { after } from '../after.ts';
import type { Finding } from './finding.ts';
import { knownBy, policyForbids, timedOut } from './findings.ts';
import type { Inspection } from './inspection.ts';
import { whyRefused } from './why-refused.ts';

/** A document of ours says READY while it loads, before the browser says that it has loaded. */
const readyComesWithinMs = 1500;

/**
 * Loads the frame once more, hidden, and shakes hands with it; without a secret only until it says READY. Answers what fails,
 * if anything does. The frame is gone by then.
 */
export async function tryFrame(
  frameUrl: string,
  inspection: Inspection,
  secret: Secret | undefined,
): Promise<Finding | undefined> {
  const { options, patienceMs, forbidden } = inspection;
  const done = new AbortController();
  const signal = AbortSignal.any([inspection.signal, done.signal]);
  const { promise, resolve } = Promise.withResolvers<Finding | undefined>();
  let isReady = false;

  const frame = createFrame(frameUrl, () => void judgeSilence());
  linkFrame(window, frame, new URL(frameUrl).origin, signal, answerReady, hear, ({ message }) =>
    resolve(knownBy(message as ErrorCode)),
  );
  // Whatever the page's style sheets make of what is hidden.
  frame.style.setProperty('display', 'none', 'important');
  document.body.append(frame);
  void after(patienceMs, signal).then(() => resolve(timedOut(frameUrl)));
  try {
    return await promise;
  } finally {
    done.abort();
    frame.remove();
  }

  async function answerReady(): Promise<Secret> {
    isReady = true;
    // What is undefined is absent to the frame.
    if (secret) return { ...secret, slug: options.app } as Secret;
    resolve(undefined);
    // INIT is not sent.
    return promise.then(() => ({}));
  }

  async function judgeSilence(): Promise<void> {
    await after(readyComesWithinMs, signal);
    if (isReady || signal.aborted) return;
    const directive = await forbidden();
    resolve(directive ? policyForbids(directive, inspection) : await whyRefused(frameUrl, inspection));
  }

  function hear(message: FrameToHost): void {
    if (message.type === 'MICROAPP_AUTH_OK') resolve(undefined);
    if (message.type !== 'MICROAPP_AUTH_ERR' && message.type !== 'MICROAPP_ERROR') return;
    // The API's own code, which the frame passes on.
    resolve({ code: message.code as ErrorCode, text: message.message ?? message.code });
  }
}
