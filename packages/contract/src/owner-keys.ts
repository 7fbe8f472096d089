import Type from 'typebox';
import { CredentialStatus, Id, Label, Nullable, SecretText, Time } from './http.ts';

export const OwnerKeyCreate = Type.Object({ label: Type.Optional(Label) }, { additionalProperties: false });

export const OwnerKey = Type.Object({
  id: Id,
  ownerId: Id,
  label: Nullable(Type.String()),
  status: CredentialStatus,
  version: Type.Integer(),
  createdAt: Time,
  lastUsedAt: Nullable(Time),
  seenInUrlAt: Nullable(Time),
});

export const OwnerKeyWithSecret = Type.Object({
  ...OwnerKey.properties,
  key: SecretText({ description: 'The raw key, in this answer only.' }),
});
