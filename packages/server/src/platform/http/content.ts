/** An answer that is not made by a response schema: bytes or text with a status and headers of its own. */
export type Content = { status: number; headers: Readonly<Record<string, string>>; body: Buffer | string };
