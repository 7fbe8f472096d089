import Type from 'typebox';
import { Id, Nullable, SecretText, Time } from './http.ts';

/** What begins a signing secret, as Standard Webhooks has it; base64 of the key follows. */
export const webhookSecretPrefix = 'whsec_';

/** The secret that calls to the owner's endpoints are signed with. It is made by the first call, or the first rotation. */
export const WebhookSecret = Type.Object({
  ownerId: Id,
  version: Nullable(Type.Integer()),
  secretLast4: Nullable(Type.String()),
  createdAt: Nullable(Time),
});

export const WebhookSecretRotated = Type.Object({
  ownerId: Id,
  version: Type.Integer(),
  secretLast4: Type.String(),
  createdAt: Time,
  secret: SecretText({
    description: 'whsec_ and base64, as Standard Webhooks libraries take it; in this answer only.',
  }),
});
