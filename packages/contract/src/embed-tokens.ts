import Type from 'typebox';
import { AppSlugs } from './apps.ts';
import { CredentialStatus, Id, Label, Nullable, SecretText, Time } from './http.ts';
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
});

export const EmbedTokenWithSecret = Type.Object({
  ...EmbedToken.properties,
  token: SecretText({ description: 'The raw token, in this answer only.' }),
});
