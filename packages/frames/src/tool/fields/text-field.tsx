import type { NormalizedField } from '@microapp/contract';
import type { InputHTMLAttributes } from 'preact';
import { useFirstLocale } from '../../ui/locale.ts';
import { isMoment, needsJson, numberKindOf, numberText } from './draft.ts';
import { FieldFrame } from './field-frame.tsx';
import type { FieldProps } from './field-props.ts';
import { useFormContext } from './form-context.ts';

/** Everything that is typed: text, numbers, dates, addresses; JSON where a field has no form of its own. */
export function TextField({ field, path, draft, onChange }: FieldProps<string>) {
  const { format, text } = useFirstLocale();
  const form = useFormContext();
  const isJson = needsJson(field);
  const kind = numberKindOf(field);
  const unit = kind && format.unitOf(kind);
  const { foreignName: zone } = format.zone;
  const hint = isJson ? text('json-hint') : isMoment(field) && zone ? text('time-zone', { zone }) : undefined;

  const leave = () => {
    const value = kind && format.parseNumber(draft);
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
      hint={hint}
      input={(attributes) => {
        if (isJson || field.type === 'longText') {
          const direction = isJson ? 'ltr' : directionOf(draft);
          const kindOfText = isJson ? 'code' : 'long';
          return (
            <textarea {...attributes} {...common} dir={direction} class={kindOfText} rows={4} spellcheck={!isJson} />
          );
        }
        const input = <input {...attributes} {...common} dir={directionOf(draft)} {...inputTypeOf(field)} />;
        if (unit === undefined) return input;
        return (
          <span class={`with-unit unit-${unit.side}`}>
            {input}
            <span>{unit.sign}</span>
          </span>
        );
      }}
    />
  );
}

/** What is typed has the direction of its own language; an empty field that of the page. */
function directionOf(draft: string): 'auto' | undefined {
  return draft === '' ? undefined : 'auto';
}

/**
 * Numbers are text with a number keyboard: `type=number` changes its value under a scrolling finger, and writes it in
 * the browser's language instead of the page's.
 */
function inputTypeOf(field: NormalizedField): InputHTMLAttributes {
  const { type, minimum, exclusiveMinimum } = field;
  if (type === 'number' || type === 'integer') {
    const number = { type: 'text', autocomplete: 'off', dir: 'ltr' } as const;
    // The number keyboards of phones have no minus.
    const mayBeNegative = (minimum ?? exclusiveMinimum ?? -1) < 0;
    return mayBeNegative ? number : { ...number, inputMode: type === 'integer' ? 'numeric' : 'decimal' };
  }
  if (type === 'email') return { type, autocomplete: 'email', dir: 'ltr' };
  if (type === 'url') return { type, autocomplete: 'url', inputMode: 'url', dir: 'ltr' };
  if (type === 'date') return { type, dir: undefined, min: field.formatMinimum, max: field.formatMaximum };
  if (isMoment(field)) return { type: 'datetime-local', dir: undefined };
  return { type: 'text' };
}
