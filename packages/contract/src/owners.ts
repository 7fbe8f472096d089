import Type from 'typebox';
import { Id, Name, SecretText, Time } from './http.ts';

export const OwnerCreate = Type.Object({ name: Name }, { additionalProperties: false });

/** A new owner with what it needs to begin: a workspace of its own and a key. */
export const OwnerWithFirstKey = Type.Object({
  id: Id,
  name: Type.String(),
  createdAt: Time,
  workspaceId: Id,
  keyId: Id,
  key: SecretText({ description: "The new owner's first owner key, in this answer only." }),
});
