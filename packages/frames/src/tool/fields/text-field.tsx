import type { NormalizedField } from '@microapp/contract';
import type { InputHTMLAttributes } from 'preact';
import { useLocale } from '../../ui/locale.ts';
import { needsJson, numberText } from './draft.ts';
import { FieldFrame } from './field-frame.tsx';
import type { FieldProps } from './field-props.ts';
import { useFormContext } from './form-context.ts';

/** Everything that is typed: text, numbers, dates, addresses; JSON where a field has no form of its own. */
export function TextField({ field, path, draft, onChange }: FieldProps<string>) {
  const { format, text } = useLocale();
  const form = useFormContext();
  const isJson = needsJson(field);

  const leave = () => {
    const value = field.type === 'number' || field.type === 'integer' ? format.parseNumber(draft) : undefined;
    if (value !== undefined) onChange(numberText(field, value, format));
    form.left(path);
  };
  const common = {
    value: draft,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => {
      form.edited(path);
      onChange(currentTarget.value);
    },
    onBlur: leave,
  };
  return (
    <FieldFrame
      field={field}
      path={path}
      hint={isJson ? text('json-hint') : undefined}
      input={(attributes) =>
        isJson || field.type === 'longText' ? (
          <textarea {...attributes} {...common} class={isJson ? 'code' : ''} rows={4} spellcheck={!isJson} />
        ) : (
          <input {...attributes} {...common} {...inputTypeOf(field)} />
        )
      }
    />
  );
}

/**
 * Numbers are text with a number keyboard: `type=number` changes its value under a scrolling finger, and writes it in
 * the browser's language instead of the page's.
 */
function inputTypeOf({ type, minimum, exclusiveMinimum }: NormalizedField): InputHTMLAttributes {
  if (type === 'number' || type === 'integer') {
    const number = { type: 'text', autocomplete: 'off' } as const;
    // The number keyboards of phones have no minus.
    const mayBeNegative = (minimum ?? exclusiveMinimum ?? -1) < 0;
    return mayBeNegative ? number : { ...number, inputMode: type === 'integer' ? 'numeric' : 'decimal' };
  }
  if (type === 'email') return { type, autocomplete: 'email' };
  if (type === 'url') return { type, autocomplete: 'url', inputMode: 'url' };
  if (type === 'date') return { type };
  return { type: 'text' };
}
