import Type from 'typebox';
import { AppSlugs } from './apps.ts';
import { CredentialStatus, Id, Label, Nullable, pageQuery, SecretText, Slug, Time } from './http.ts';
import { PermissionSchema } from './permissions.ts';
import { OriginEntries } from './workspaces.ts';

export const EmbedTokenUse = Type.Enum(['widget', 'iframe', 'server']);
export type EmbedTokenUse = Type.Static<typeof EmbedTokenUse>;

export const Permissions = Type.Array(PermissionSchema, { minItems: 1, uniqueItems: true });

export const EmbedTokenCreate = Type.Object(
  {
    label: Type.Optional(Label),
    apps: AppSlugs,
    permissions: Permissions,
    expiresAt: Type.Optional(Time),
    allowedOrigins: Type.Optional(OriginEntries),
    use: Type.Optional(EmbedTokenUse),
    workspaceId: Type.Optional(Id),
  },
  { additionalProperties: false },
);

/** Origins of a token that are remembered, and that a list shows. */
export const originsSeenMax = 100;
export const originsSeenListedMax = 5;

/** A page that used a token, or tried to and was not on its list. */
export const OriginSeen = Type.Object({
  origin: Type.String(),
  firstSeenAt: Time,
  lastSeenAt: Time,
  acceptedCount: Type.Integer({ description: 'Requests that succeeded.' }),
  refusedCount: Type.Integer({ description: 'Requests that were refused because of their origin.' }),
});
export type OriginSeen = Type.Static<typeof OriginSeen>;

export const EmbedToken = Type.Object({
  id: Id,
  label: Nullable(Type.String()),
  ownerId: Id,
  workspaceId: Id,
  apps: Type.Array(Type.String()),
  permissions: Type.Array(PermissionSchema),
  allowedOrigins: Nullable(Type.Array(Type.String())),
  use: EmbedTokenUse,
  status: CredentialStatus,
  version: Type.Integer(),
  createdAt: Time,
  lastUsedAt: Nullable(Time),
  expiresAt: Nullable(Time),
  seenInUrlAt: Nullable(Time),
  originsSeen: Type.Array(OriginSeen, {
    description: `The latest first. At most ${originsSeenMax}; in a list, ${originsSeenListedMax}.`,
  }),
});
export type EmbedToken = Type.Static<typeof EmbedToken>;

export const EmbedTokenWithSecret = Type.Object({
  ...EmbedToken.properties,
  token: SecretText({ description: 'The raw token, in this answer only.' }),
});

export const EmbedTokenSort = Type.Enum(['createdAt', 'lastUsedAt']);
export type EmbedTokenSort = Type.Static<typeof EmbedTokenSort>;

export const EmbedTokenQuery = Type.Object({
  ...pageQuery,
  sort: Type.Optional(EmbedTokenSort),
  status: Type.Optional(CredentialStatus),
  unused: Type.Optional(
    Type.String({
      pattern: '^(true|[1-9][0-9]{0,3})$',
      description: '`true`: never used. A number: neither used nor issued in so many days.',
    }),
  ),
});

/** Where the token stands in a copied URL: after `#`, which no server ever sees, or after `?`. */
export const UrlTokenForm = Type.Enum(['fragment', 'query']);
export type UrlTokenForm = Type.Static<typeof UrlTokenForm>;

/** Nothing at all will do, where the token is for one app. */
export const EmbedTokenUrlRequest = Nullable(
  Type.Object({ app: Type.Optional(Slug), form: Type.Optional(UrlTokenForm) }, { additionalProperties: false }),
);

export const EmbedTokenUrl = Type.Object({
  url: Type.String({ description: 'The address for an iframe. It holds a token: it is shown in this answer only.' }),
  expiresAt: Time,
});

export const unusedDaysMax = 3650;
/** How many tokens one request revokes at most. */
export const revokedAtOnceMax = 1000;

export const RevokeUnused = Type.Object(
  { unusedSinceDays: Type.Integer({ minimum: 1, maximum: unusedDaysMax }) },
  { additionalProperties: false },
);

export const RevokedTokens = Type.Object({
  revokedIds: Type.Array(Id),
  hasMore: Type.Boolean({ description: `Whether there may be more: one request revokes ${revokedAtOnceMax}.` }),
});

export const EmbedTokenTest = Type.Object(
  { origin: Type.String({ minLength: 1, maxLength: 300 }), app: Type.Optional(Slug) },
  { additionalProperties: false },
);

/** Why a token would not work. The words are those of the access log. */
export const WhyNotCode = Type.Enum([
  'revoked',
  'expired',
  'owner_disabled',
  'workspace_deleted',
  'workspace_disabled',
  'server_token_in_browser',
  'origin_not_listed',
  'app_not_in_scope',
  'app_not_found',
  'app_not_live',
  'permission_not_given',
  'feature_off',
]);
export type WhyNotCode = Type.Static<typeof WhyNotCode>;

export const WhyNot = Type.Object({ code: WhyNotCode, message: Type.String(), hint: Type.String() });
export type WhyNot = Type.Static<typeof WhyNot>;

export const EmbedTokenTestResult = Type.Object({ works: Type.Boolean(), reasons: Type.Array(WhyNot) });
