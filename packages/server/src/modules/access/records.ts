import { idPrefixes } from '@microapp/contract';
import { createRecordCache, type RecordCache, type Tagged } from '../../platform/cache/record-cache.ts';
import type { Database } from '../../platform/db/index.ts';
import { hashSecret } from '../../platform/secret.ts';
import type { Vault } from '../api-keys/index.ts';
import { readEmbedTokenRecord, type EmbedTokenRecord } from '../embed-tokens/index.ts';
import { readOwnerKeyRecord, type OwnerKeyRecord } from '../owner-keys/index.ts';
import { readClientTokenRecord, type ClientTokenRecord } from '../surfaces/index.ts';
import { readApiKeyRecords, type ApiKeyRecords } from './api-key-records.ts';
import {
  lookUpClientToken,
  lookUpClientTokenOfSurface,
  lookUpEmbedToken,
  lookUpEmbedTokenById,
  lookUpOwnerKey,
  type WorkspaceScoped,
} from './store.ts';

/** What stands behind an embed: an embed token's or a client token's record, as it is now. */
export type EmbedRecord = EmbedTokenRecord | ClientTokenRecord;

/** Names a record without its secret, as a session or a ticket does. */
export type RecordName = WorkspaceScoped & { class: EmbedRecord['class'] };

/** Credentials' records by what was presented. Undefined: there is none by that secret or name. */
export type CredentialRecords = Omit<ApiKeyRecords, 'evictApiKeys'> & {
  ownerKey(secret: string): Promise<OwnerKeyRecord | undefined>;
  embedToken(secret: string): Promise<EmbedTokenRecord | undefined>;
  clientToken(value: string): Promise<ClientTokenRecord | undefined>;
  named(name: RecordName): Promise<EmbedRecord | undefined>;
  /** By the id of a surface or of an embed token, which anybody may know. */
  byPublicId(id: string): Promise<EmbedRecord | undefined>;
  /** Forgets what was made from `tag`, a change's name such as `workspace:ws_…`. */
  evict(tag: string): void;
};

const rememberedMax = 50_000;

/**
 * Reads each record from the database: first whose it is, then the record itself, inside that tenant's wall. Records
 * are remembered, by the hash of the secret and never by the secret, until the database says that one of the rows they
 * were made from changed; `isTrusted` says whether it can.
 */
export function readCredentialRecords({
  db,
  isTrusted,
  vault,
}: {
  db: Database;
  isTrusted: () => boolean;
  vault: Vault;
}): CredentialRecords {
  const apiKeys = readApiKeyRecords({ db, isTrusted, vault });
  const ownerKeys: RecordCache<OwnerKeyRecord> = createRecordCache({ max: rememberedMax, isTrusted });
  const embedTokens: RecordCache<EmbedTokenRecord> = createRecordCache({ max: rememberedMax, isTrusted });
  const clientTokens: RecordCache<ClientTokenRecord> = createRecordCache({ max: rememberedMax, isTrusted });
  const byName: RecordCache<EmbedRecord> = createRecordCache({ max: rememberedMax, isTrusted });

  async function named(name: RecordName): Promise<EmbedRecord | undefined> {
    const record = await byName.get(`${name.class}:${name.id}`, async () =>
      tagged(
        await db.withWorkspace(name, async (tx) =>
          name.class === 'embed_token' ? readEmbedTokenRecord(tx, name.id) : readClientTokenRecord(tx, name.id),
        ),
      ),
    );
    // A remembered record was read inside its own wall, which need not be the one that is named now.
    const isNamed = record?.ownerId === name.ownerId && record.workspaceId === name.workspaceId;
    return isNamed ? record : undefined;
  }

  return {
    apiKey: (secret) => apiKeys.apiKey(secret),
    apiKeyById: (id) => apiKeys.apiKeyById(id),
    isGenuine: (key, text, parts) => apiKeys.isGenuine(key, text, parts),
    ownerKey(secret) {
      const hash = hashSecret(secret);
      return ownerKeys.get(hash.toString('base64'), async () => {
        const found = await db.withSystem('access.look-up', (tx) => lookUpOwnerKey(tx, hash));
        const value = found && (await db.withOwner(found, (tx) => readOwnerKeyRecord(tx, found.id)));
        return value && { value, tags: [`owner_key:${value.id}`, `owner:${value.ownerId}`] };
      });
    },
    embedToken(secret) {
      const hash = hashSecret(secret);
      return embedTokens.get(hash.toString('base64'), async () => {
        const found = await db.withSystem('access.look-up', (tx) => lookUpEmbedToken(tx, hash));
        return tagged(found && (await db.withWorkspace(found, (tx) => readEmbedTokenRecord(tx, found.id))));
      });
    },
    clientToken(value) {
      return clientTokens.get(value, async () => {
        const found = await db.withSystem('access.look-up', (tx) => lookUpClientToken(tx, value));
        return tagged(found && (await db.withWorkspace(found, (tx) => readClientTokenRecord(tx, found.id))));
      });
    },
    named,
    async byPublicId(id) {
      // Not remembered: a surface gets another client token, and the look-up is one short query.
      const isSurface = id.startsWith(`${idPrefixes.surface}_`);
      const found = await db.withSystem('access.look-up', (tx) =>
        isSurface ? lookUpClientTokenOfSurface(tx, id) : lookUpEmbedTokenById(tx, id),
      );
      return found && named({ ...found, class: isSurface ? 'client_token' : 'embed_token' });
    },
    evict(tag) {
      for (const cache of [ownerKeys, embedTokens, clientTokens, byName]) cache.evict(tag);
      apiKeys.evictApiKeys(tag);
    },
  };
}

function tagged<Value extends EmbedRecord>(value: Value | undefined): Tagged<Value> | undefined {
  if (value === undefined) return undefined;
  const tags = [`${value.class}:${value.id}`, `workspace:${value.workspaceId}`, `owner:${value.ownerId}`];
  return { value, tags: value.surfaceId === undefined ? tags : [...tags, `surface:${value.surfaceId}`] };
}
