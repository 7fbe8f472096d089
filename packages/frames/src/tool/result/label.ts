/** A key in words: `totalInterest` → "Total interest", `customer_id` → "Customer id", `vatID` → "Vat ID". */
export function labelOf(key: string): string {
  const words = wordsOf(key).map((word) => (/^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase()));
  const label = words.join(' ');
  return label === '' ? key : label.charAt(0).toUpperCase() + label.slice(1);
}

export function wordsOf(key: string): string[] {
  return key
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[\s_-]+/)
    .filter((word) => word !== '');
}
