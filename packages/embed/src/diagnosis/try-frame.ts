import type { FrameToHost } from '@microapp/contract/protocol';
import { createFrame } from '../host/create-frame.ts';
import { linkFrame, type Secret } from '../host/frame-link.ts';
import type { ErrorCode } from '../options.ts';
import { after } from './after.ts';
import type { Finding } from './finding.ts';
import { knownBy, policyForbids, timedOut, works } from './sentences.ts';

/** A document of ours says READY while it loads, before the browser says that it has loaded. */
const readyComesWithinMs = 1500;

/**
 * Loads the frame once more, hidden, and shakes hands with it. Without a secret the handshake ends where it would be sent. The
 * frame is gone when this resolves.
 */
export async function tryFrame(
  frameUrl: string,
  base: string,
  /** What INIT would say; undefined where no session is to be made. */
  init: Secret | undefined,
  patienceMs: number,
  forbidden: () => Promise<string | undefined>,
  over: AbortSignal,
): Promise<Finding> {
  const done = new AbortController();
  const signal = AbortSignal.any([over, done.signal]);
  const { promise, resolve } = Promise.withResolvers<Finding>();
  const id = 'diagnosis';
  let isReady = false;

  const frame = createFrame(`${frameUrl}#${id}`, () => void judgeSilence());
  linkFrame(
    window,
    frame,
    new URL(frameUrl).origin,
    id,
    signal,
    async () => {
      isReady = true;
      if (init) return init;
      resolve(works);
      // Not one that is sent.
      return new Promise(() => {});
    },
    hear,
    ({ message }) => resolve(knownBy(message as ErrorCode, {}) ?? timedOut(frameUrl)),
  );
  frame.hidden = true;
  document.body.append(frame);
  void after(patienceMs, signal).then(() => resolve(timedOut(frameUrl)));
  try {
    return await promise;
  } finally {
    done.abort();
    frame.remove();
  }

  async function judgeSilence(): Promise<void> {
    await after(readyComesWithinMs, signal);
    if (isReady || signal.aborted) return;
    const directive = await forbidden();
    resolve(directive ? policyForbids(directive, base) : refused(frameUrl));
  }

  function hear(message: FrameToHost): void {
    if (message.type === 'MICROAPP_AUTH_OK') resolve(works);
    if (message.type === 'MICROAPP_AUTH_ERR' || message.type === 'MICROAPP_ERROR') {
      // The API's own code, which the frame passes on.
      resolve({ code: message.code as ErrorCode, text: message.message ?? message.code });
    }
  }
}

function refused(frameUrl: string): Finding {
  return {
    code: 'frame_refused',
    text: `The browser does not show ${frameUrl} on ${location.origin}.`,
    mend: 'Add this origin to the allowed origins, with those of all pages around it, and let the headers of frames through as the server sends them.',
    origin: location.origin,
    detail: frameUrl,
  };
}
