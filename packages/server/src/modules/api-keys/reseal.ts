import type { SystemTx } from '../../platform/db/index.ts';
import { openApiKey, sealApiKey, type Vault } from './sealed-key.ts';
import { replaceSealedApiKey, selectSealedApiKeys } from './store.ts';

/**
 * Encrypts a page of API keys anew, of all owners, with the installation's first encryption key, and renames what they are
 * found by accordingly: after the last page no older key is needed for them. Answers with the last id of the page, to
 * continue after, or undefined when there are no more. May be repeated, and may stop half-way: meanwhile both are found.
 */
export async function resealApiKeys(
  vault: Vault,
  tx: SystemTx,
  page: { after: string; limit: number },
): Promise<string | undefined> {
  const rows = await selectSealedApiKeys(tx, page);
  for (const { id, secret_sealed } of rows) {
    await replaceSealedApiKey(tx, id, sealApiKey(vault, id, openApiKey(vault, id, secret_sealed)));
  }
  return rows.at(-1)?.id;
}
