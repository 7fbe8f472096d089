/** English as a long-winded language would have it: accents above and below, and words for 60 % more room. */
export function pseudoText(text: string): string {
  const accented = text.replaceAll(/\{\w+\}|[AEIOUNaeioun]/g, (part) => accents[part] ?? part);
  const missing = Math.ceil(text.length * 0.6);
  return `${accented} ${'ŵőṛḍś įñ ļįñė '.repeat(Math.ceil(missing / 14)).slice(0, missing)}`.trim();
}

const accents: Readonly<Record<string, string>> = {
  A: 'Å',
  E: 'Ė',
  I: 'Î',
  O: 'Ø',
  U: 'Û',
  N: 'Ñ',
  a: 'å',
  e: 'ę',
  i: 'ï',
  o: 'ö',
  u: 'ű',
  n: 'ñ',
};
