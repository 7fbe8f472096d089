import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/locale.ts';
import { ChoiceField } from './choice-field.tsx';
import { withEntry, type DraftList, type DraftObject } from './draft.ts';
import { FieldNotes, RequiredMark } from './field-frame.tsx';
import type { FieldProps } from './field-props.ts';
import { useFormContext } from './form-context.ts';
import { pathOf } from './path.ts';
import { TextField } from './text-field.tsx';
import { ToggleField } from './toggle-field.tsx';

/** Draws a field by the kind of its draft, and then by its type. Objects and lists hold fields again. */
export function Field({ field, path, draft, onChange }: FieldProps) {
  const common = { field, path, onChange };
  if (typeof draft === 'boolean') return <ToggleField {...common} draft={draft} />;
  if (Array.isArray(draft)) return <ListField {...common} draft={draft} />;
  if (typeof draft === 'object') return <GroupField {...common} draft={draft} />;
  if (field.type === 'enum') return <ChoiceField {...common} draft={draft} />;
  return <TextField {...common} draft={draft} />;
}

/** The fields of an object, under its name. */
function GroupField({ field, path, draft, onChange }: FieldProps<DraftObject>) {
  const form = useFormContext();
  const id = form.idOf(path);
  return (
    <fieldset class="group" id={id} data-path={path} tabIndex={-1} aria-describedby={`${id}-message ${id}-help`}>
      <legend>{field.label}</legend>
      <FieldNotes id={id} help={field.description} message={form.messageAt(path)} />
      {field.fields?.map((inner) => (
        <Field
          key={inner.key}
          field={inner}
          path={pathOf(path, inner.key)}
          draft={draft[inner.key] ?? ''}
          onChange={(changed) => onChange({ ...draft, [inner.key]: changed })}
        />
      ))}
    </fieldset>
  );
}

/** Entries of one kind, any number of them. */
function ListField({ field, path, draft, onChange }: FieldProps<DraftList>) {
  const { text, format } = useLocale();
  const form = useFormContext();
  const id = form.idOf(path);
  const { items, maxItems = Infinity } = field;
  if (items === undefined) return null;
  const change = (list: DraftList) => {
    form.edited(path);
    onChange(list);
  };
  return (
    <fieldset class="group" id={id} data-path={path} tabIndex={-1} aria-describedby={`${id}-message ${id}-help`}>
      <legend>
        {field.label}
        <RequiredMark field={field} />
      </legend>
      <FieldNotes id={id} help={field.description} message={form.messageAt(path)} />
      {draft.map((entry, index) => (
        <div class="entry" key={entry.id}>
          <Field
            field={{ ...items, label: text('entry', { number: index + 1 }) }}
            path={pathOf(path, index)}
            draft={entry.draft}
            onChange={(changed) =>
              onChange(draft.map((other) => (other === entry ? { ...entry, draft: changed } : other)))
            }
          />
          <button
            type="button"
            class="quiet square"
            aria-label={text('remove-entry', { number: index + 1 })}
            onClick={({ currentTarget }) => {
              // This button goes away, and the focus with it.
              currentTarget.closest('fieldset')?.focus();
              change(draft.filter((other) => other !== entry));
            }}
          >
            <Icon name="x" />
          </button>
        </div>
      ))}
      {draft.length < maxItems && (
        <button type="button" class="quiet" onClick={() => change(withEntry(draft, items, format))}>
          <Icon name="plus" />
          {text('add-entry')}
        </button>
      )}
    </fieldset>
  );
}
