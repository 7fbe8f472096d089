import { useEffect, useState } from 'preact/hooks';
import { useLocale } from '../../ui/locale.ts';

/** A long list, drawn piece by piece: the first `step` entries, and a button for as many more. */
export function useBounded<Entry>(entries: readonly Entry[], step: number) {
  const [count, setCount] = useState(step);
  useEffect(() => setCount(step), [entries.length, step]);
  return {
    drawn: entries.slice(0, count),
    more: () => setCount(count + step),
    left: Math.max(0, entries.length - count),
  };
}

export type ShowMoreProps = { shown: number; total: number; step: number; onMore: () => void };

/** Says how much of a long list is drawn, and draws more of it. */
export function ShowMore({ shown, total, step, onMore }: ShowMoreProps) {
  const { text, format } = useLocale();
  return (
    <p class="more">
      <span class="help">
        {text('result.more-left', { shown: format.integer(shown), total: format.integer(total) })}
      </span>
      <button type="button" class="quiet" onClick={onMore}>
        {text('result.show-more', { count: format.integer(Math.min(step, total - shown)) })}
      </button>
    </p>
  );
}

/** What is read at once; the rest on demand. */
const firstChars = 20_000;
/** A browser draws no more than this without a pause that one notices. */
const charsMax = 1_000_000;

/** A long text: its beginning, and then all of it, as far as a page can hold it. */
export function useBoundedText(whole: string) {
  const [isWhole, setWhole] = useState(false);
  useEffect(() => setWhole(false), [whole]);
  const drawn = whole.slice(0, isWhole ? charsMax : firstChars);
  return { drawn, isCut: drawn.length < whole.length, ...(!isWhole && { showAll: () => setWhole(true) }) };
}

export function CutNotice({ isCut, showAll }: { isCut: boolean; showAll?: () => void }) {
  const { text } = useLocale();
  if (!isCut) return null;
  return (
    <p class="more">
      <span class="help">{text('result.cut')}</span>
      {showAll !== undefined && (
        <button type="button" class="quiet" onClick={showAll}>
          {text('result.show-all')}
        </button>
      )}
    </p>
  );
}
