import type { NormalizedField } from '@microapp/contract';
import { Icon } from '../../ui/icon.tsx';
import { useFirstLocale } from '../../ui/locale.ts';
import { FieldFrame, FieldGroup } from './field-frame.tsx';
import type { FieldProps } from './field-props.ts';
import { useFormContext } from './form-context.ts';

/** So many are seen at a glance; more take less room, and on a phone a wheel, in a list that opens. */
const radioOptionsMax = 4;

/** One of several options. */
export function ChoiceField(props: FieldProps<string>) {
  const { field } = props;
  return (field.enum?.length ?? 0) > radioOptionsMax ? <SelectField {...props} /> : <RadioField {...props} />;
}

function SelectField({ field, path, draft, onChange }: FieldProps<string>) {
  const { text } = useFirstLocale();
  const form = useFormContext();
  return (
    <FieldFrame
      field={field}
      path={path}
      input={(attributes) => (
        <span class="select">
          <select
            {...attributes}
            value={draft}
            onChange={({ currentTarget }) => {
              form.edited(path);
              onChange(currentTarget.value);
            }}
            onBlur={() => form.left(path)}
          >
            {(draft === '' || !field.required) && (
              <option value="">{text(field.required ? 'choose' : 'not-specified')}</option>
            )}
            {optionsOf(field).map((label, index) => (
              <option key={index} value={String(index)}>
                {label}
              </option>
            ))}
          </select>
          <Icon name="chevron" />
        </span>
      )}
    />
  );
}

function RadioField({ field, path, draft, onChange }: FieldProps<string>) {
  const { text } = useFirstLocale();
  const form = useFormContext();
  const options = optionsOf(field).map((label, index) => ({ value: String(index), label }));
  // What was once chosen by mistake can be taken back, where nothing has to be chosen.
  if (!field.required) options.unshift({ value: '', label: text('not-specified') });
  return (
    <FieldGroup field={field} path={path} class="radios" role="radiogroup" aria-required={field.required}>
      {options.map(({ value, label }) => (
        <label class="toggle" key={value}>
          <input
            type="radio"
            name={form.idOf(path)}
            value={value}
            checked={draft === value}
            onChange={() => {
              form.edited(path);
              onChange(value);
            }}
            onBlur={() => form.left(path)}
          />
          <bdi>{label}</bdi>
        </label>
      ))}
    </FieldGroup>
  );
}

/** Titles where the schema has them; a value that is no text is shown as JSON. */
function optionsOf({ enum: values = [], enumTitles = [] }: NormalizedField): string[] {
  return values.map((value, index) => enumTitles[index] ?? (typeof value === 'string' ? value : JSON.stringify(value)));
}
