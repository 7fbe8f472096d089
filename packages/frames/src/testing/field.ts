import type { NormalizedField } from '@microapp/contract';

/** A field as the server describes it; what a test does not name is plain. */
export function field(given: Partial<NormalizedField> & Pick<NormalizedField, 'type'>): NormalizedField {
  return { key: 'it', label: 'It', required: false, ...given };
}
