import { Fragment } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/locale.ts';
import type { FieldMessage } from './field-messages.ts';

/**
 * Everything that was wrong at an attempt to run, in one place, with a way to each field. Takes the focus when `attempt`
 * grows, and then stays as it is: if it shrank with each field mended, the field being typed in would move away.
 */
export function ProblemSummary({
  id,
  messages,
  attempt,
  onChoose,
}: {
  /** Of its heading, unique in the document. */
  id: string;
  messages: readonly FieldMessage[];
  attempt: number;
  onChoose: (path: string) => void;
}) {
  const { text } = useLocale();
  const box = useRef<HTMLDivElement>(null);
  const messagesThen = useMemo(() => messages, [attempt]);
  useEffect(() => box.current?.focus(), [attempt]);
  return (
    <div class="notice" role="group" aria-labelledby={id} tabIndex={-1} ref={box}>
      <Icon name="alert" />
      {/* Said even where the focus was here already, after another attempt. */}
      <div role="alert" key={attempt}>
        <h2 id={id}>{text('problems.title', { count: messagesThen.length })}</h2>
        <ul>
          {messagesThen.map(({ path, labels, message }) => (
            <li key={`${path} ${message}`}>
              {path === '' ? (
                message
              ) : (
                <button type="button" class="link" onClick={() => onChoose(path)}>
                  {labels.map((label, index) => (
                    // Each in a direction of its own: the owner's words stand beside ours.
                    <Fragment key={index}>
                      {index > 0 && ' › '}
                      <bdi>{label}</bdi>
                    </Fragment>
                  ))}
                  {`: ${message}`}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
