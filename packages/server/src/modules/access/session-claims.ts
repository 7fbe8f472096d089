import { Environment, PermissionSchema } from '@microapp/contract';
import Type, { type Static } from 'typebox';

/** Names the token's kind in its header, so that no other JWT of ours passes for a session. */
export const sessionTokenType = 'microapp-session+jwt';
export const sessionAudience = 'microapp:embed';

/** What an embed session says. Times are epoch seconds. */
export const SessionClaims = Type.Object({
  sub: Type.String({ description: 'The visitor.' }),
  jti: Type.String(),
  iat: Type.Integer(),
  exp: Type.Integer(),
  auth_time: Type.Integer({ description: 'When the first ticket of this session was redeemed.' }),
  owner: Type.String(),
  workspace: Type.String(),
  apps: Type.Array(Type.String()),
  permissions: Type.Array(PermissionSchema),
  environment: Environment,
  origin: Type.String({ description: "The customer's origin, as the browser attested it." }),
  cred: Type.Object({
    class: Type.Union([Type.Literal('embed_token'), Type.Literal('client_token'), Type.Literal('preview')]),
    id: Type.String(),
    version: Type.Integer(),
  }),
});
export type SessionClaims = Static<typeof SessionClaims>;
