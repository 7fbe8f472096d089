import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/locale.ts';
import { FieldFrame } from './field-frame.tsx';
import type { FieldProps } from './field-props.ts';
import { useFormContext } from './form-context.ts';

/** One of several options. */
export function ChoiceField({ field, path, draft, onChange }: FieldProps<string>) {
  const { text } = useLocale();
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
            {(draft === '' || !field.required) && <option value="">{field.required ? text('choose') : '–'}</option>}
            {field.enum?.map((option, index) => (
              <option key={index} value={String(index)}>
                {typeof option === 'string' ? option : JSON.stringify(option)}
              </option>
            ))}
          </select>
          <Icon name="chevron" />
        </span>
      )}
    />
  );
}
