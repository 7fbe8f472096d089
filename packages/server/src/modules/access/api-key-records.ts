import { createSecretKey, type KeyObject } from 'node:crypto';
import type { ApiKeyScope } from '@microapp/contract';
import { createRecordCache, type RecordCache, type Tagged } from '../../platform/cache/record-cache.ts';
import { createLookUpBatch } from '../../platform/cache/look-up-batch.ts';
import type { Follower } from '../../platform/changes/change-feed.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import { hashSecret } from '../../platform/secret.ts';
import { namesOfApiKey, openApiKey, readApiKeyRow, rememberSignatures } from '../api-keys/index.ts';
import type { ApiKeyStanding, Signatures, Vault } from '../api-keys/index.ts';
import { bySecretRules, inTimeOf, lookUpRules } from './record-rules.ts';
import { lookUpApiKeys, lookUpApiKeysById, type OwnerScoped } from './store.ts';

/** What verification needs of an API key, its owner and the workspace that it works in. */
export type ApiKeyRecord = {
  id: string;
  version: number;
  ownerId: string;
  workspaceId: string | undefined;
  scope: ApiKeyScope;
  apps: readonly string[];
  allowedOrigins: readonly string[];
  isActive: boolean;
  /** The raw key, for the signatures of its holders; an object that does not print. */
  signingKey: KeyObject;
} & ApiKeyStanding;

export type ApiKeyRecords = {
  apiKey(secret: string): Promise<ApiKeyRecord | undefined>;
  /** By the id that a signed token names, which anybody may know. */
  apiKeyById(id: string): Promise<ApiKeyRecord | undefined>;
} & Signatures &
  Follower;

/** Reads and remembers API keys' records, by the rules of `readCredentialRecords`. */
export function readApiKeyRecords(deps: {
  db: Database;
  clock: Clock;
  isTrusted: () => boolean;
  vault: Vault;
}): ApiKeyRecords {
  const { db, clock, isTrusted, vault } = deps;
  const bySecret: RecordCache<ApiKeyRecord> = createRecordCache(bySecretRules({ clock, isTrusted }));
  // The id of a key is named by whoever sends a token, before anything is proved: unknown ones cost no more than secrets.
  const byId: RecordCache<ApiKeyRecord> = createRecordCache(bySecretRules({ clock, isTrusted }));
  const inTime = inTimeOf(clock);
  const find = createLookUpBatch({
    ...lookUpRules,
    lookUp: (keys: readonly (readonly Buffer[])[]) => db.withSystem('access.look-up', (tx) => lookUpApiKeys(tx, keys)),
  });
  const findById = createLookUpBatch({
    ...lookUpRules,
    lookUp: (ids: readonly string[]) => db.withSystem('access.look-up', (tx) => lookUpApiKeysById(tx, ids)),
  });

  async function load(found: OwnerScoped | undefined): Promise<Tagged<ApiKeyRecord> | undefined> {
    const read = found && (await db.withOwner(found, (tx) => readApiKeyRow(tx, found.id)));
    if (read === undefined) return undefined;
    const { row, standing } = read;
    const tags = [`api_key:${row.id}`, `owner:${row.owner_id}`];
    if (standing.home !== undefined) tags.push(`workspace:${standing.home.id}`);
    const value: ApiKeyRecord = {
      id: row.id,
      version: row.version,
      ownerId: row.owner_id,
      workspaceId: row.workspace_id ?? undefined,
      scope: row.scope as ApiKeyScope, // the table's own check
      apps: row.app_ids,
      allowedOrigins: row.allowed_origins,
      isActive: row.is_active,
      signingKey: createSecretKey(Buffer.from(openApiKey(vault, row.id, row.secret_sealed).reveal())),
      ...standing,
    };
    return { value, tags };
  }

  return {
    ...rememberSignatures(),
    async apiKey(secret) {
      const read = async (): Promise<Tagged<ApiKeyRecord> | undefined> =>
        load(await find(namesOfApiKey(vault, secret)));
      const record = await inTime(bySecret.get(hashSecret(secret).toString('base64'), read));
      // Nothing is told of a row that is new: an owner without a workspace is asked about until it has one.
      return record !== undefined && record.home === undefined ? (await inTime(read()))?.value : record;
    },
    apiKeyById: (id) => inTime(byId.get(id, async () => load(await findById(id)))),
    evict(tag) {
      for (const cache of [bySecret, byId]) cache.evict(tag);
    },
    clear() {
      for (const cache of [bySecret, byId]) cache.clear();
    },
  };
}
