import type { NormalizedField } from '@microapp/contract';
import type { Draft } from './draft.ts';

/** What every field is given: what it is, where it stands, and what stands in it. */
export type FieldProps<Value extends Draft = Draft> = {
  field: NormalizedField;
  path: string;
  draft: Value;
  onChange: (draft: Value) => void;
};
