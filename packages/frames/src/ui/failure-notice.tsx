import type { Failure } from '../session/failure.ts';
import { failureText } from './failure-text.ts';
import { Icon } from './icon.tsx';
import { useLocale } from './locale.ts';

/** What happened, what to do, and the request id for whoever is asked about it. */
export function FailureNotice({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const { text } = useLocale();
  const { title, advice } = failureText(text, failure);
  return (
    <div class="notice" role="alert">
      <Icon name="alert" />
      <div>
        <h2>{title}</h2>
        <p>{advice}</p>
        <button type="button" onClick={onRetry}>
          {text('try-again')}
        </button>
        {failure.requestId !== undefined && <p class="request-id">{text('request-id', { id: failure.requestId })}</p>}
      </div>
    </div>
  );
}
