/** `embed-token.revoked` as a person says it: `Embed token revoked`. */
export function eventWords(event: string): string {
  const words = event.replaceAll(/[-.]/g, ' ');
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/\b(api|url)\b/gi, (name) => name.toUpperCase());
}
