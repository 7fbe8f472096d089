import { createContext, type ComponentType } from 'preact';
import { useContext } from 'preact/hooks';
import type { DraftList } from './draft.ts';
import type { FieldProps } from './field-props.ts';

/** What a field needs of the form around it. */
export type FormContext = {
  /** How a list is drawn; absent in a form that has none. */
  ListField: ComponentType<FieldProps<DraftList>> | undefined;
  /** What is wrong with the field at `path`; with `inside`, also what is wrong with anything in it. */
  messageAt(path: string, options?: { inside: boolean }): string | undefined;
  /** An element's id for a path, unique in the document. */
  idOf(path: string): string;
  edited(path: string): void;
  left(path: string): void;
  rearranged(path: string): void;
};

export const FormContext = createContext<FormContext | undefined>(undefined);

export function useFormContext(): FormContext {
  const form = useContext(FormContext);
  if (form === undefined) throw new Error('There is no form around this field.');
  return form;
}
