import { useEffect, useRef, useState } from 'preact/hooks';
import { secondsMs, useClock, useElapsedMs } from '../../ui/clock.ts';
import { durationText } from '../../ui/duration.ts';
import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/locale.ts';
import { labelOf } from '../result/label.ts';
import { nextSaying, type Progress } from './progress.ts';

/** Whoever waits shorter than this needs no clock. */
const timerFromMs = 2_000;

/** What a run does at the moment, for how long it has been at it, and the way to stop it. */
export function ProgressView({ progress, onStop }: { progress: Progress; onStop: () => void }) {
  const { text, format } = useLocale();
  const elapsedMs = useElapsedMs({ untilMs: Infinity, everyMs: secondsMs });
  const { steps, total } = progress;
  const current = steps.at(-1);
  const heading =
    current === undefined || total < 2
      ? text('running')
      : text('step-of', {
          number: format.integer(steps.length),
          total: format.integer(total),
          name: labelOf(current.name),
        });
  return (
    <>
      <header class="progress">
        <span class="spinner" aria-hidden="true" />
        <div>
          <p>{heading}</p>
          <p class="help" role="timer">
            {elapsedMs >= timerFromMs &&
              text('run-time', { duration: durationText(format.locale, Math.floor(elapsedMs / 1000)) })}
          </p>
        </div>
        <button type="button" onClick={onStop}>
          {text('stop')}
        </button>
      </header>
      {total > 1 && (
        <ol class="steps">
          {steps.map(({ name, isDone }, index) => (
            <li key={index} data-done={isDone}>
              {isDone && <Icon name="check" />}
              {labelOf(name)}
              <span class="muted">{text(isDone ? 'step-done' : 'step-running')}</span>
            </li>
          ))}
        </ol>
      )}
      {progress.text !== '' && <p class="text">{progress.text}</p>}
      <Saying text={progress.text} />
    </>
  );
}

/** Time enough to hear a sentence out before the next. */
const sayingEveryMs = 2_500;

/** Reads a growing text to a screen reader: sentence by sentence, and not faster than anybody can listen. */
function Saying({ text }: { text: string }) {
  const clock = useClock();
  const [saying, setSaying] = useState('');
  const newest = useRef(text);
  newest.current = text;

  useEffect(() => {
    let saidChars = 0;
    let cancel: (() => void) | undefined;
    const say = (): void => {
      // A text that begins anew is another step's.
      if (newest.current.length < saidChars) saidChars = 0;
      const next = nextSaying(newest.current, saidChars);
      saidChars += next.length;
      if (next !== '') setSaying(next);
      cancel = clock.after(sayingEveryMs, say);
    };
    say();
    return () => cancel?.();
  }, [clock]);

  return (
    <p class="hidden" aria-live="polite">
      {saying}
    </p>
  );
}
