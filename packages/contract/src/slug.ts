export const slugPattern = '^[a-z0-9]+(-[a-z0-9]+)*$';
export const slugLengthMax = 64;

/** Whether the text has the form of a slug, where no schema has seen to it yet. */
export function isSlug(text: string): boolean {
  return text.length <= slugLengthMax && new RegExp(slugPattern).test(text);
}
