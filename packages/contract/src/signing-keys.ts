import Type from 'typebox';
import { Id, Nullable, Time } from './http.ts';

/**
 * `next` is published and does not sign yet, `current` signs, `previous` verifies what it signed; `retired` and `revoked`
 * do nothing any more.
 */
export const signingKeyStates = ['next', 'current', 'previous', 'retired', 'revoked'] as const;
export type SigningKeyState = (typeof signingKeyStates)[number];

export const SigningKey = Type.Object({
  kid: Id,
  state: Type.Enum(signingKeyStates),
  createdAt: Time,
  signsFrom: Time,
  retiredAt: Nullable(Time),
  revokedAt: Nullable(Time),
});
