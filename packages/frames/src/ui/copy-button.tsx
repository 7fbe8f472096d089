import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { useLocale } from './locale.ts';

/**
 * Copies a text. Where the clipboard is closed to the frame (an iframe written by hand, without `allow`), the text is
 * shown, selected, to be copied by hand.
 */
export function CopyButton({ content }: { content: string }) {
  const { text } = useLocale();
  const [state, setState] = useState<'fresh' | 'copied' | 'blocked'>('fresh');
  useEffect(() => setState('fresh'), [content]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(content);
      setState('copied');
    } catch {
      setState('blocked');
    }
  };
  return (
    <>
      <button type="button" class="quiet" onClick={() => void copy()}>
        <Icon name={state === 'copied' ? 'check' : 'copy'} />
        {text(state === 'copied' ? 'copied' : 'copy')}
      </button>
      <span class="hidden" role="status">
        {state === 'copied' && text('copied')}
      </span>
      {state === 'blocked' && <SelectedText content={content} />}
    </>
  );
}

function SelectedText({ content }: { content: string }) {
  const { text } = useLocale();
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, []);
  return (
    <label class="by-hand">
      {text('copy-by-hand')}
      <textarea class="code" readOnly rows={4} value={content} ref={box} />
    </label>
  );
}
