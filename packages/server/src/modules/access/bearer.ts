/** The token of an `Authorization: Bearer …` header; undefined for none and for any other scheme. */
export function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1];
}
