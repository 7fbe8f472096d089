import { AppError } from '../../platform/app-error.ts';
import type { Follower } from '../../platform/changes/change-feed.ts';
import type { Clock } from '../../platform/clock.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import type { Log } from '../../platform/log.ts';
import { withinTime } from '../../platform/within-time.ts';

/** An event stream or a socket, by whoever holds it. */
export type OpenStream = {
  principal: EmbedPrincipal;
  /** Verifies the credential as at the opening. Rejects when it is not accepted any more. */
  recheck: () => Promise<EmbedPrincipal>;
  /** Ends the stream at once, without waiting for the other side. */
  close: (refusal: AppError) => void;
};

/** What outlives the request that was verified. */
export type OpenStreams = Follower & {
  /** Holds a stream until the answer is called, which its holder does when it ends by itself. */
  hold(stream: OpenStream): () => void;
  /** Stops looking after the streams; ends none. */
  stop(): void;
};

type Held = OpenStream & { tags: readonly string[]; checking: boolean; isDue: boolean };

const tickMs = 250;
/** Together with a tick this stays below the second in which a stream has to be closed. */
const recheckMsMax = 500;

/**
 * Streams and sockets that were opened by a credential, and are closed within a second of its end: each is verified again
 * when something that it rests on changes, when its credential or session expires, and, while what is remembered cannot
 * be trusted, again and again. One that cannot be verified in time is closed, too.
 *
 * To follow the changes after the records, which are what a recheck reads.
 */
export function createOpenStreams(deps: {
  clock: Clock;
  log: Pick<Log, 'error'>;
  isTrusted: () => boolean;
}): OpenStreams {
  const { clock, log, isTrusted } = deps;
  const heldByTag = new Map<string, Set<Held>>();
  const all = new Set<Held>();

  function enter(held: Held): void {
    all.add(held);
    for (const tag of held.tags) heldByTag.set(tag, (heldByTag.get(tag) ?? new Set()).add(held));
  }

  function leave(held: Held): void {
    all.delete(held);
    for (const tag of held.tags) {
      const others = heldByTag.get(tag);
      others?.delete(held);
      if (others?.size === 0) heldByTag.delete(tag);
    }
  }

  /** One check at a time; what changes during a check calls for another, since the first may have read too early. */
  async function check(held: Held): Promise<void> {
    held.isDue = true;
    if (held.checking) return;
    held.checking = true;
    while (held.isDue && all.has(held)) {
      held.isDue = false;
      await checkOnce(held);
    }
    held.checking = false;
  }

  async function checkOnce(held: Held): Promise<void> {
    try {
      const principal = await withinTime(clock, recheckMsMax, held.recheck());
      if (!all.has(held)) return;
      leave(held);
      enter(Object.assign(held, { principal, tags: tagsOf(principal) }));
    } catch (error) {
      if (!all.has(held)) return;
      leave(held);
      const isRefusal = error instanceof AppError;
      close(held, isRefusal ? error : new AppError('unavailable', { reason: 'recheck', cause: error }));
    }
  }

  function close(held: Held, refusal: AppError): void {
    try {
      held.close(refusal);
    } catch (error) {
      log.error({ err: error }, 'a stream could not be closed');
    }
  }

  function checkEach(streams: Iterable<Held>): void {
    for (const held of streams) void check(held);
  }

  const stop = clock.every(tickMs, () => {
    const now = clock.now();
    checkEach(isTrusted() ? [...all].filter(({ principal }) => (principal.expiresAt ?? Infinity) <= now) : all);
  });

  return {
    hold(stream) {
      const held: Held = { ...stream, tags: tagsOf(stream.principal), checking: false, isDue: false };
      enter(held);
      // Between the verification of the request and this moment something may have changed that nobody told it of.
      void check(held);
      return () => leave(held);
    },
    evict(tag) {
      // Whose session rests on which signing key is not kept: keys change a few times in a year.
      checkEach(tag.startsWith('signing_key:') ? all : (heldByTag.get(tag) ?? []));
    },
    clear: () => checkEach(all),
    stop,
  };
}

function tagsOf(principal: EmbedPrincipal): string[] {
  const { credentialClass, credentialId, workspaceId, ownerId, surfaceId, openAppId, preview } = principal;
  return [
    `${credentialClass}:${credentialId}`,
    `workspace:${workspaceId}`,
    `owner:${ownerId}`,
    ...(surfaceId === undefined ? [] : [`surface:${surfaceId}`]),
    ...(openAppId === undefined ? [] : [`app:${openAppId}`]),
    ...(preview?.restsOn ?? []),
  ];
}
