import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/locale.ts';
import type { FieldMessage } from './server-issues.ts';

/**
 * Everything that was wrong at an attempt to run, in one place, with a way to each field. Takes the focus when `attempt`
 * grows, and then stays as it is: if it shrank with each field mended, the field being typed in would move away.
 */
export function ProblemSummary({
  messages,
  attempt,
  onChoose,
}: {
  messages: readonly FieldMessage[];
  attempt: number;
  onChoose: (path: string) => void;
}) {
  const { text } = useLocale();
  const box = useRef<HTMLDivElement>(null);
  const messagesThen = useMemo(() => messages, [attempt]);
  useEffect(() => box.current?.focus(), [attempt]);
  return (
    <div class="notice" role="group" aria-labelledby="problems" tabIndex={-1} ref={box}>
      <Icon name="alert" />
      <div>
        <h2 id="problems">{text('problems.title')}</h2>
        <ul>
          {messagesThen.map(({ path, label, message }) => (
            <li key={`${path} ${message}`}>
              {path === '' ? (
                message
              ) : (
                <button type="button" class="link" onClick={() => onChoose(path)}>
                  {label}: {message}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
