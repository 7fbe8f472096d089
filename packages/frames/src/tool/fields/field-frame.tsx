import type { ComponentChildren } from 'preact';
import type { NormalizedField } from '@microapp/contract';
import { Icon } from '../../ui/icon.tsx';
import { useFormContext } from './form-context.ts';

/** What an input needs to belong to its label, its help and its message. */
export type InputAttributes = {
  id: string;
  required: boolean;
  'data-path': string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
};

/** Label, help and message of a field around its input. */
export function FieldFrame({
  field,
  path,
  hint,
  input,
}: {
  field: NormalizedField;
  path: string;
  hint?: string | undefined;
  input: (attributes: InputAttributes) => ComponentChildren;
}) {
  const { id, message, attributes } = useInput(field, path, hint !== undefined);
  return (
    <div class="field">
      <label for={id}>
        {field.label}
        <RequiredMark field={field} />
      </label>
      {input(attributes)}
      <FieldNotes id={id} help={helpOf(field, hint)} message={message} />
    </div>
  );
}

export function useInput(field: NormalizedField, path: string, hasHint = false) {
  const form = useFormContext();
  const id = form.idOf(path);
  const message = form.messageAt(path, { inside: true });
  const described = [
    message !== undefined && `${id}-message`,
    (field.description !== undefined || hasHint) && `${id}-help`,
  ].filter((part) => part !== false);
  const attributes: InputAttributes = {
    id,
    required: field.required,
    'data-path': path,
    'aria-invalid': message !== undefined,
    'aria-describedby': described.length === 0 ? undefined : described.join(' '),
  };
  return { id, message, attributes };
}

/** The star says what the input's own `required` tells a screen reader. */
export function RequiredMark({ field }: { field: NormalizedField }) {
  if (!field.required) return null;
  return (
    <span class="required" aria-hidden="true">
      *
    </span>
  );
}

export function helpOf({ description }: NormalizedField, hint?: string): string | undefined {
  const help = [description, hint].filter((part) => part !== undefined).join(' ');
  return help === '' ? undefined : help;
}

export function FieldNotes({
  id,
  help,
  message,
}: {
  id: string;
  help: string | undefined;
  message: string | undefined;
}) {
  return (
    <>
      {message !== undefined && (
        <p class="message" id={`${id}-message`}>
          <Icon name="alert" />
          {message}
        </p>
      )}
      {help !== undefined && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </>
  );
}
