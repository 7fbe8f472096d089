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
  'aria-errormessage': string | undefined;
  'aria-describedby': string | undefined;
};

/** Label, help and message of a field around its input. The label is the owner's, in a direction of its own. */
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
  const { notes, attributes } = useInput(field, path, hint);
  return (
    <div class="field">
      <label for={attributes.id}>
        <bdi>{field.label}</bdi>
        <RequiredMark field={field} />
      </label>
      {input(attributes)}
      {notes}
    </div>
  );
}

/** Several inputs under one name, which belong to their help and their message together. */
export function FieldGroup({
  field,
  path,
  hint,
  class: name,
  children,
  ...more
}: {
  field: NormalizedField;
  path: string;
  hint?: string | undefined;
  class: string;
  role?: 'radiogroup';
  'aria-required'?: boolean;
  children: ComponentChildren;
}) {
  const { notes, attributes } = useInput(field, path, hint, { inside: false });
  const { required: _, 'aria-invalid': isInvalid, 'aria-errormessage': errorMessage, ...common } = attributes;
  // Of groups, only one that is a single choice can itself be invalid.
  const validity = more.role && { 'aria-invalid': isInvalid, 'aria-errormessage': errorMessage };
  return (
    <fieldset {...common} {...validity} {...more} class={name} tabIndex={-1}>
      <legend>
        <bdi>{field.label}</bdi>
        <RequiredMark field={field} />
      </legend>
      {notes}
      {children}
    </fieldset>
  );
}

/** What binds a field's input to its help and message, and these two. `hint` is ours, and stands after the help. */
export function useInput(field: NormalizedField, path: string, hint?: string, { inside } = { inside: true }) {
  const form = useFormContext();
  const id = form.idOf(path);
  const message = form.messageAt(path, { inside });
  const { description } = field;
  const messageId = message === undefined ? undefined : `${id}-message`;
  const helpId = description === undefined && hint === undefined ? undefined : `${id}-help`;
  const attributes: InputAttributes = {
    id,
    required: field.required,
    'data-path': path,
    'aria-invalid': message !== undefined,
    'aria-errormessage': messageId,
    'aria-describedby': [messageId, helpId].filter((part) => part !== undefined).join(' ') || undefined,
  };
  const notes = (
    <>
      {message !== undefined && (
        <p class="message" id={messageId}>
          <Icon name="alert" />
          {message}
        </p>
      )}
      {helpId !== undefined && (
        <p class="help" id={helpId}>
          {description !== undefined && <bdi>{description}</bdi>} {hint}
        </p>
      )}
    </>
  );
  return { notes, attributes };
}

/** Both answers of a yes or no are fine, and of an object it is the fields inside that have to be filled in. */
export function isMarked({ required, type }: NormalizedField): boolean {
  return required && type !== 'boolean' && type !== 'object';
}

/** The star says what the input's own `required` tells a screen reader. */
function RequiredMark({ field }: { field: NormalizedField }) {
  if (!isMarked(field)) return null;
  return (
    <span class="required" aria-hidden="true">
      *
    </span>
  );
}
