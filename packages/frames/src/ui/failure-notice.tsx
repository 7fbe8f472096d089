import type { ComponentChildren } from 'preact';
import type { Failure } from '../session/failure.ts';
import { secondsMs, useElapsedMs } from './clock.ts';
import { durationText } from './duration.ts';
import { failureText, waitSeconds } from './failure-text.ts';
import { Icon } from './icon.tsx';
import { useLocale } from './locale.ts';

export type FailureNoticeProps = {
  failure: Failure;
  onRetry: () => void;
  /** Said besides. */
  children?: ComponentChildren;
};

/**
 * What happened, what to do, and the request id for whoever is asked about it. When the server asks for a pause, the
 * button waits with the visitor.
 */
export function FailureNotice({ failure, onRetry, children }: FailureNoticeProps) {
  const { text, format } = useLocale();
  const { title, advice } = failureText(text, format, failure);
  const pauseSeconds = waitSeconds(failure);
  const elapsedMs = useElapsedMs({ untilMs: pauseSeconds * 1000, everyMs: secondsMs, since: failure });
  const secondsLeft = Math.max(0, Math.ceil(pauseSeconds - elapsedMs / 1000));
  const isWaiting = secondsLeft > 0;
  return (
    <div class={failure.code === 'canceled' ? 'notice calm' : 'notice'}>
      <Icon name="alert" />
      <div>
        {/* The countdown stands outside, or it would be read out every second. */}
        <div role="alert">
          <h2>{title}</h2>
          <p>{advice}</p>
          {children}
        </div>
        {pauseSeconds > 0 && (
          <p>
            <span role="timer">
              {isWaiting && text('wait-then-retry', { duration: durationText(format.locale, secondsLeft) })}
            </span>
            <span role="status">{!isWaiting && text('can-retry-now')}</span>
          </p>
        )}
        {/* Not `disabled`: that would drop the focus of whoever waits on it. */}
        <button type="button" aria-disabled={isWaiting} onClick={() => isWaiting || onRetry()}>
          {text('try-again')}
        </button>
        {failure.requestId !== undefined && <p class="request-id">{text('request-id', { id: failure.requestId })}</p>}
      </div>
    </div>
  );
}
