export type Fetch = typeof globalThis.fetch;

/** Key sets with certificate chains come to a tenth of this. */
const bytesMax = 512 * 1024;

/**
 * A JSON document of at most 512 KiB; throws for anything else. Redirects are not followed: where keys come from is for
 * the settings to say, not for whoever answers there.
 */
export async function fetchJson(fetch: Fetch, url: URL, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { redirect: 'manual', headers: { accept: 'application/json' }, signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url.href} answered ${response.status}`);
  }
  return JSON.parse(await textOf(response, url)) as unknown;
}

async function textOf(response: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Of bytes, as the Fetch standard has it; its type says anything.
  const body: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = response.body ?? [];
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > bytesMax) throw new Error(`${url.href} answered with more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
