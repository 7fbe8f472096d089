import { ChoiceField } from './choice-field.tsx';
import type { DraftObject } from './draft.ts';
import { FieldGroup } from './field-frame.tsx';
import type { FieldProps } from './field-props.ts';
import { useFormContext } from './form-context.ts';
import { pathOf } from './path.ts';
import { TextField } from './text-field.tsx';
import { ToggleField } from './toggle-field.tsx';

/** Draws a field by the kind of its draft, and then by its type. Objects and lists hold fields again. */
export function Field({ field, path, draft, onChange }: FieldProps) {
  const common = { field, path, onChange };
  const { ListField } = useFormContext();
  if (typeof draft === 'boolean') return <ToggleField {...common} draft={draft} />;
  if (Array.isArray(draft)) return ListField && <ListField {...common} draft={draft} />;
  if (typeof draft === 'object') return <ObjectField {...common} draft={draft} />;
  if (field.type === 'enum') return <ChoiceField {...common} draft={draft} />;
  return <TextField {...common} draft={draft} />;
}

/** The fields of an object, under its name. */
function ObjectField({ field, path, draft, onChange }: FieldProps<DraftObject>) {
  return (
    <FieldGroup field={field} path={path} class="group">
      {field.fields?.map((inner) => (
        <Field
          key={inner.key}
          field={inner}
          path={pathOf(path, inner.key)}
          draft={draft[inner.key] ?? ''}
          onChange={(changed) => onChange({ ...draft, [inner.key]: changed })}
        />
      ))}
    </FieldGroup>
  );
}
