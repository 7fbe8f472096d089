/** The entries of a list that was typed or pasted: separated by lines, spaces or commas. */
export function entriesIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '');
}

export function attributesText(attributes: Record<string, unknown>): string {
  return Object.keys(attributes).length === 0 ? '' : JSON.stringify(attributes, undefined, 2);
}

/** The JSON object that the text is; nothing at all is an empty one. Undefined where it is none. */
export function attributesIn(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    // Checked: it is an object, whose fields may be anything.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
