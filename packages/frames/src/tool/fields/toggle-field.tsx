import { useInput } from './field-frame.tsx';
import type { FieldProps } from './field-props.ts';
import { useFormContext } from './form-context.ts';

/** Yes or no. Both are answers, so a required one has no star and asks for no tick. */
export function ToggleField({ field, path, draft, onChange }: FieldProps<boolean>) {
  const form = useFormContext();
  const { notes, attributes } = useInput(field, path);
  return (
    <div class="field">
      <label class="toggle">
        <input
          {...attributes}
          required={false}
          type="checkbox"
          checked={draft}
          onChange={({ currentTarget }) => {
            form.edited(path);
            onChange(currentTarget.checked);
          }}
        />
        <bdi>{field.label}</bdi>
      </label>
      {notes}
    </div>
  );
}
