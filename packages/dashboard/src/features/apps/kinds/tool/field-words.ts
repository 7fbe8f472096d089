import type { FieldType } from './field.ts';

/** What the types of fields are called on these screens. */
export const typeNames: Readonly<Record<FieldType, string>> = {
  text: 'Text',
  longText: 'Long text',
  number: 'Number',
  integer: 'Whole number',
  boolean: 'Yes or no',
  enum: 'Choice',
  date: 'Date',
  email: 'Email',
  url: 'Web address',
  array: 'List',
  object: 'Group of fields',
};
