import Type from 'typebox';
import { Id, Name, Nullable, SecretText, Slug, Time } from './http.ts';
import { PermissionSchema } from './permissions.ts';
import { OriginEntries } from './workspaces.ts';

export const Uuid = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' });

/** `readonly` sees recordings; `interactive` may act in live ones and use the owner's apps from a server, too. */
export const ApiKeyScope = Type.Enum(['readonly', 'interactive']);
export type ApiKeyScope = Type.Static<typeof ApiKeyScope>;

const appsMax = 100;
export const sessionIdLengthMax = 200;

/** Slugs, which need not exist yet; none at all means every app of the owner. */
const AppIds = Type.Array(Slug, { maxItems: appsMax, uniqueItems: true });

const changeable = { name: Name, scope: ApiKeyScope, appIds: AppIds };

export const ApiKeyCreate = Type.Object(
  { ...changeable, workspaceId: Type.Optional(Id), allowedOrigins: Type.Optional(OriginEntries) },
  { additionalProperties: false },
);

export const ApiKeyChange = Type.Partial(
  Type.Object({ ...changeable, isActive: Type.Boolean(), allowedOrigins: OriginEntries }),
  { additionalProperties: false, minProperties: 1 },
);

export const ApiKey = Type.Object({
  id: Uuid,
  name: Type.String(),
  keyPrefix: Type.String({ description: 'The first eight characters, to recognize the key by.' }),
  scope: ApiKeyScope,
  appIds: Type.Array(Type.String()),
  isActive: Type.Boolean(),
  createdAt: Time,
  updatedAt: Time,
  workspaceId: Nullable(Id),
  allowedOrigins: Type.Array(Type.String()),
  lastUsedAt: Nullable(Time),
  seenInUrlAt: Nullable(Time),
  revokedAt: Nullable(Time),
});

export const ApiKeyWithSecret = Type.Object({
  ...ApiKey.properties,
  key: SecretText({ description: 'The raw key, in this answer only.' }),
});

/** What a signed token says. `exp` is epoch seconds. */
export const SignedTokenPayload = Type.Object(
  {
    kid: Uuid,
    exp: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    scope: ApiKeyScope,
    apps: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: appsMax }),
    sid: Type.Optional(Type.String({ minLength: 1, maxLength: sessionIdLengthMax })),
  },
  { additionalProperties: false },
);
export type SignedTokenPayload = Type.Static<typeof SignedTokenPayload>;

/** What a holder asks to have signed: the payload without the key's id, which is the key's that asks. */
export const SignRequest = Type.Object(
  {
    exp: Type.Integer({ description: 'Epoch seconds.' }),
    scope: ApiKeyScope,
    apps: Type.Array(Slug, { minItems: 1, maxItems: appsMax }),
    sid: Type.Optional(Type.String({ minLength: 1, maxLength: sessionIdLengthMax })),
  },
  { additionalProperties: false },
);

export const SignedToken = Type.Object({
  token: SecretText({ description: 'Good until `exp`, and no longer than the key and its scope and apps allow.' }),
});

export const ApiKeyMe = Type.Object({
  class: Type.Enum(['api_key', 'signed_token']),
  credentialId: Uuid,
  ownerId: Id,
  workspaceId: Nullable(Id),
  scope: ApiKeyScope,
  apps: Type.Array(Type.String(), { description: 'Slugs; none means every app of the owner.' }),
  permissions: Type.Array(PermissionSchema),
  sid: Nullable(Type.String()),
});
