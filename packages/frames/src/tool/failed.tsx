import type { Failure } from '../session/failure.ts';
import { useFirstLocale } from '../ui/locale.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { useAfterForm } from './after-form-context.ts';

/**
 * What happened and what to do, as soon as what tells it has arrived. When even that cannot be loaded the reason is plain
 * enough to be told without. `line` is said besides, to a developer.
 */
export function Failed({
  failure,
  onRetry,
  line,
}: {
  failure: Failure;
  onRetry: () => void;
  line?: string | undefined;
}) {
  const { text } = useFirstLocale();
  const { part, failure: missing, retry } = useAfterForm();
  if (part !== undefined) {
    return (
      <part.FailureNotice failure={failure} onRetry={onRetry}>
        {line !== undefined && (
          <p lang="en" dir="ltr">
            {line}
          </p>
        )}
      </part.FailureNotice>
    );
  }
  if (missing === undefined) return <Skeleton />;
  const key = failure.code === 'offline' ? 'failure.offline' : 'failure.unreachable';
  return (
    <div role="alert">
      <h2>{text(key)}</h2>
      <p>{text(`${key}.advice`)}</p>
      <p>
        <button
          type="button"
          onClick={() => {
            retry();
            onRetry();
          }}
        >
          {text('try-again')}
        </button>
      </p>
    </div>
  );
}
