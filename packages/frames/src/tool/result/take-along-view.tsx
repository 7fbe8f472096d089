import { useClock } from '../../ui/clock.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/locale.ts';
import type { Take } from './take-along.ts';

/** The browser has begun to read the file long before. */
const fileLifeMs = 60_000;

/** Copies a result, or saves it as a file called `name`. */
export function TakeAlong({ copy, takes, name }: { copy: string; takes: readonly Take[]; name: string }) {
  const { text } = useLocale();
  const clock = useClock();

  const save = ({ format, type, content }: Take) => {
    const url = URL.createObjectURL(new Blob([content()], { type: `${type};charset=utf-8` }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${name}.${format.toLowerCase()}`;
    link.click();
    clock.after(fileLifeMs, () => URL.revokeObjectURL(url));
  };
  return (
    <div class="take-along">
      <CopyButton content={copy} />
      {takes.map((take) => (
        <button
          key={take.format}
          type="button"
          class="quiet"
          aria-label={text('result.download', { format: take.format })}
          onClick={() => save(take)}
        >
          <Icon name="download" />
          {take.format}
        </button>
      ))}
    </div>
  );
}
