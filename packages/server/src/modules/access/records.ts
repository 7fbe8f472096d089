import { idPrefixes } from '@microapp/contract';
import { createLookUpBatch } from '../../platform/cache/look-up-batch.ts';
import { createRecordCache, type RecordCache, type Tagged } from '../../platform/cache/record-cache.ts';
import type { Follower } from '../../platform/changes/change-feed.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import { hashSecret } from '../../platform/secret.ts';
import type { Vault } from '../api-keys/index.ts';
import { readDashboardSessionRecord, type DashboardSessionRecord } from '../dashboard-sessions/index.ts';
import { readEmbedTokenRecord, type EmbedTokenRecord } from '../embed-tokens/index.ts';
import { readOwnerKeyRecord, type OwnerKeyRecord } from '../owner-keys/index.ts';
import { findFirstOwner, readOwnerRecord, type OwnerRecord } from '../owners/index.ts';
import { readPreviewRecord, type PreviewRecord } from '../previews/index.ts';
import { readClientTokenRecord, type ClientTokenRecord } from '../surfaces/index.ts';
import { readApiKeyRecords, type ApiKeyRecords } from './api-key-records.ts';
import { readPublicToolRecords, type PublicToolRecords } from './public-tool-records.ts';
import { bySecretRules, inTimeOf, lookUpRules, rememberedMax } from './record-rules.ts';
import {
  lookUpClientTokenOfSurface,
  lookUpClientTokens,
  lookUpDashboardSessions,
  lookUpEmbedTokenById,
  lookUpEmbedTokens,
  lookUpOwnerKeys,
  type WorkspaceScoped,
} from './store.ts';

/** What stands behind an embed: the record of an embed token, a client token or a preview, as it is now. */
export type EmbedRecord = EmbedTokenRecord | ClientTokenRecord | PreviewRecord;

/** Names a record without its secret, as a session or a ticket does. */
export type RecordName = WorkspaceScoped & { class: EmbedRecord['class'] };

/** Credentials' records by what was presented. Undefined: there is none by that secret or name. */
export type CredentialRecords = Follower &
  Omit<ApiKeyRecords & PublicToolRecords, keyof Follower> & {
    ownerKey(secret: string): Promise<OwnerKeyRecord | undefined>;
    dashboardSession(secret: string): Promise<DashboardSessionRecord | undefined>;
    /** The same as it is in the database now: when it was last used is no news that anybody is told. */
    dashboardSessionAnew(secret: string): Promise<DashboardSessionRecord | undefined>;
    embedToken(secret: string): Promise<EmbedTokenRecord | undefined>;
    clientToken(value: string): Promise<ClientTokenRecord | undefined>;
    owner(id: string): Promise<OwnerRecord | undefined>;
    firstOwner(): Promise<OwnerRecord | undefined>;
    named(name: RecordName): Promise<EmbedRecord | undefined>;
    /** By the id of a surface or of an embed token, which anybody may know. */
    byPublicId(id: string): Promise<EmbedRecord | undefined>;
  };

/**
 * Reads each record from the database: first whose it is, then the record itself, inside that tenant's wall. Records
 * are remembered, by the hash of the secret and never by the secret, until the database says that one of the rows they
 * were made from changed; `isTrusted` says whether it can. Secrets that are unknown cost a place in a batch.
 */
export function readCredentialRecords({
  db,
  clock,
  isTrusted,
  vault,
}: {
  db: Database;
  clock: Clock;
  isTrusted: () => boolean;
  vault: Vault;
}): CredentialRecords {
  const bySecret = bySecretRules({ clock, isTrusted });
  const ownerKeys: RecordCache<OwnerKeyRecord> = createRecordCache(bySecret);
  const dashboardSessions: RecordCache<DashboardSessionRecord> = createRecordCache(bySecret);
  const embedTokens: RecordCache<EmbedTokenRecord> = createRecordCache(bySecret);
  const clientTokens: RecordCache<ClientTokenRecord> = createRecordCache(bySecret);
  const owners: RecordCache<OwnerRecord> = createRecordCache({ max: rememberedMax, isTrusted });
  const apiKeys = readApiKeyRecords({ db, clock, isTrusted, vault });
  const publicTools = readPublicToolRecords({ db, clock, isTrusted });
  const byName: RecordCache<EmbedRecord> = createRecordCache({ max: rememberedMax, isTrusted });
  const caches = [ownerKeys, dashboardSessions, embedTokens, clientTokens, owners, byName];

  const findOwnerKey = createLookUpBatch({
    ...lookUpRules,
    lookUp: (hashes: readonly Buffer[]) => db.withSystem('access.look-up', (tx) => lookUpOwnerKeys(tx, hashes)),
  });
  const findDashboardSession = createLookUpBatch({
    ...lookUpRules,
    lookUp: (hashes: readonly Buffer[]) => db.withSystem('access.look-up', (tx) => lookUpDashboardSessions(tx, hashes)),
  });
  const findEmbedToken = createLookUpBatch({
    ...lookUpRules,
    lookUp: (hashes: readonly Buffer[]) => db.withSystem('access.look-up', (tx) => lookUpEmbedTokens(tx, hashes)),
  });
  const findClientToken = createLookUpBatch({
    ...lookUpRules,
    lookUp: (values: readonly string[]) => db.withSystem('access.look-up', (tx) => lookUpClientTokens(tx, values)),
  });

  const inTime = inTimeOf(clock);

  async function readOwner(id: string): Promise<Tagged<OwnerRecord> | undefined> {
    const value = await db.withOwner({ ownerId: id }, (tx) => readOwnerRecord(tx, id));
    return value && { value, tags: [`owner:${id}`] };
  }

  async function readNamed(name: RecordName): Promise<EmbedRecord | undefined> {
    switch (name.class) {
      case 'embed_token':
        return db.withWorkspace(name, (tx) => readEmbedTokenRecord(tx, name.id));
      case 'client_token':
        return db.withWorkspace(name, (tx) => readClientTokenRecord(tx, name.id));
      case 'preview':
        // It is worth what its maker is, and that is the owner's to know.
        return db.withOwner(name, (tx) => readPreviewRecord(tx, name.id));
    }
  }

  async function named(name: RecordName): Promise<EmbedRecord | undefined> {
    const read = byName.get(`${name.class}:${name.id}`, async () => tagged(await readNamed(name)));
    const record = await inTime(read);
    // A remembered record was read inside its own wall, which need not be the one that is named now.
    const isNamed = record?.ownerId === name.ownerId && record.workspaceId === name.workspaceId;
    return isNamed ? record : undefined;
  }

  async function dashboardSession(secret: string): Promise<DashboardSessionRecord | undefined> {
    const hash = hashSecret(secret);
    const read = dashboardSessions.get(hash.toString('base64'), async () => {
      const found = await findDashboardSession(hash);
      const value = found && (await db.withOwner(found, (tx) => readDashboardSessionRecord(tx, found.id)));
      return value && { value, tags: tagsOfSession(value) };
    });
    return inTime(read);
  }

  return {
    ...apiKeys,
    ...publicTools,
    ownerKey(secret) {
      const hash = hashSecret(secret);
      const read = ownerKeys.get(hash.toString('base64'), async () => {
        const found = await findOwnerKey(hash);
        const value = found && (await db.withOwner(found, (tx) => readOwnerKeyRecord(tx, found.id)));
        return value && { value, tags: [`owner_key:${value.id}`, `owner:${value.ownerId}`] };
      });
      return inTime(read);
    },
    dashboardSession,
    async dashboardSessionAnew(secret) {
      const known = await dashboardSession(secret);
      if (known === undefined) return undefined;
      dashboardSessions.evict(`dashboard_session:${known.id}`);
      return dashboardSession(secret);
    },
    embedToken(secret) {
      const hash = hashSecret(secret);
      const read = embedTokens.get(hash.toString('base64'), async () => {
        const found = await findEmbedToken(hash);
        return tagged(found && (await db.withWorkspace(found, (tx) => readEmbedTokenRecord(tx, found.id))));
      });
      return inTime(read);
    },
    clientToken(value) {
      const read = clientTokens.get(value, async () => {
        const found = await findClientToken(value);
        return tagged(found && (await db.withWorkspace(found, (tx) => readClientTokenRecord(tx, found.id))));
      });
      return inTime(read);
    },
    owner: (id) => owners.get(id, () => readOwner(id)),
    firstOwner: () =>
      owners.get('first', async () => {
        const id = await db.withSystem('access.look-up', findFirstOwner);
        return id === undefined ? undefined : readOwner(id);
      }),
    named,
    async byPublicId(id) {
      // Not remembered: a surface gets another client token, and the look-up is one short query.
      const isSurface = id.startsWith(`${idPrefixes.surface}_`);
      const found = await inTime(
        db.withSystem('access.look-up', (tx) =>
          isSurface ? lookUpClientTokenOfSurface(tx, id) : lookUpEmbedTokenById(tx, id),
        ),
      );
      return found && named({ ...found, class: isSurface ? 'client_token' : 'embed_token' });
    },
    evict(tag) {
      for (const follower of [...caches, apiKeys, publicTools]) follower.evict(tag);
    },
    clear() {
      for (const follower of [...caches, apiKeys, publicTools]) follower.clear();
    },
  };
}

function tagged<Value extends EmbedRecord>(value: Value | undefined): Tagged<Value> | undefined {
  if (value === undefined) return undefined;
  const tags = [`${value.class}:${value.id}`, `workspace:${value.workspaceId}`, `owner:${value.ownerId}`];
  if (value.surfaceId !== undefined) tags.push(`surface:${value.surfaceId}`);
  if (value.class === 'preview') tags.push(...value.restsOn);
  return { value, tags };
}

/** A session is over when it ends, and when what it was made by does. */
function tagsOfSession({ id, ownerId, holder }: DashboardSessionRecord): string[] {
  const own = [`dashboard_session:${id}`, `owner:${ownerId}`];
  return holder.kind === 'oidc_user' ? own : [...own, `${holder.kind}:${holder.id}`];
}
