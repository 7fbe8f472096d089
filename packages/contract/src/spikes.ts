import Type from 'typebox';
import { AnyCredentialId } from './access-log.ts';
import { Id, Nullable, Time, pageQuery } from './http.ts';

/** Far more sessions asked for than usual, far more refusals, or an origin that a credential was never used on. */
export const SpikeKind = Type.Enum(['mints', 'refusals', 'new_origin']);
export type SpikeKind = Type.Static<typeof SpikeKind>;

/** What is counted per workspace and compared with the hours before. */
export type RateKind = Exclude<SpikeKind, 'new_origin'>;

export const SpikesQuery = Type.Object(
  {
    ...pageQuery,
    workspaceId: Type.Optional(Id),
    credentialId: Type.Optional(AnyCredentialId),
    kind: Type.Optional(SpikeKind),
    open: Type.Optional(Type.Enum(['true', 'false'])),
  },
  { additionalProperties: true },
);

export const Spike = Type.Object({
  id: Id,
  workspaceId: Id,
  kind: SpikeKind,
  startedAt: Time,
  endedAt: Nullable(Time),
  observed: Type.Integer({ description: 'The most that was counted within five minutes.' }),
  expected: Type.Number({ description: 'What the hours before let expect within five minutes.' }),
  credentialId: Nullable(Type.String()),
  origin: Nullable(Type.String()),
});
