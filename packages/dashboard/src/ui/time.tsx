import { Text, Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { nowMs } from '../browser-clock.ts';
import { exactTime, relativeTime } from './relative-time.ts';

/** How long ago, with the exact time on hover, on focus and for a screen reader. */
export function Time({ at, never = 'never' }: { at: string | null | undefined; never?: string }) {
  const now = useNow();
  if (at === null || at === undefined) {
    return (
      <Text span c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {never}
      </Text>
    );
  }
  const exact = exactTime(at);
  return (
    <Tooltip label={exact}>
      <time
        dateTime={at}
        tabIndex={0}
        style={{ whiteSpace: 'nowrap' }}
        aria-label={`${relativeTime(at, now)}, ${exact}`}
      >
        {relativeTime(at, now)}
      </time>
    </Tooltip>
  );
}

const tickMs = 10_000;
let now = nowMs();

/** One timer for all times on the screen. */
function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

const listeners = new Set<() => void>();
let timer: number | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) now = nowMs();
  timer ??= window.setInterval(() => {
    now = nowMs();
    for (const tell of listeners) tell();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}
