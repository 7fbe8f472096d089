import Type from 'typebox';
import { AppSlugs } from './apps.ts';
import { Id, Name, Nullable, Time } from './http.ts';
import { Permissions } from './embed-tokens.ts';
import { SurfaceLogos } from './surface-logos.ts';
import { DailyLimit, OriginEntries } from './workspaces.ts';

export const Environment = Type.Enum(['development', 'production']);
export type Environment = Type.Static<typeof Environment>;

const Tokens = Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 2000 }), { maxProperties: 100 });
const Limit = Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 }));

export const SurfaceLimits = Type.Object(
  {
    mintsPerMinute: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000,
        description: 'Tickets per client token and minute; 300 when absent.',
      }),
    ),
    messagesPerSession: Limit,
    runsPerDay: Type.Optional(DailyLimit),
    aiActionsPerDay: Type.Optional(DailyLimit),
  },
  { additionalProperties: false },
);

const fields = {
  name: Name,
  environment: Environment,
  apps: AppSlugs,
  permissions: Permissions,
  allowedOrigins: OriginEntries,
  theme: Tokens,
  texts: Tokens,
  limits: SurfaceLimits,
};

export const SurfaceCreate = Type.Object(
  {
    workspaceId: Id,
    name: Name,
    environment: Environment,
    apps: AppSlugs,
    permissions: Permissions,
    allowedOrigins: Type.Optional(OriginEntries),
    theme: Type.Optional(Tokens),
    texts: Type.Optional(Tokens),
    limits: Type.Optional(SurfaceLimits),
  },
  { additionalProperties: false },
);

export const SurfaceChange = Type.Partial(Type.Object(fields), { additionalProperties: false, minProperties: 1 });

export const Surface = Type.Object({
  id: Id,
  ownerId: Id,
  workspaceId: Id,
  ...fields,
  logos: SurfaceLogos,
  clientToken: Type.String({ description: 'Public: it stands in the page and is good for asking for a session only.' }),
  clientTokenId: Id,
  clientTokenSeenInUrlAt: Nullable(Time),
  createdAt: Time,
  updatedAt: Time,
});

/** How many pages of each outcome are remembered per surface. */
export const sightingsOfOutcomeMax = 100;

export const SightingOutcome = Type.Enum(['allowed', 'refused']);
export type SightingOutcome = Type.Static<typeof SightingOutcome>;

/** A page that asked for the surface. */
export const SurfaceSighting = Type.Object({
  origin: Type.String({ description: 'As the browser attests it.' }),
  firstSeenAt: Time,
  lastSeenAt: Time,
  outcome: SightingOutcome,
});
export type SurfaceSighting = Type.Static<typeof SurfaceSighting>;

export const SurfaceSightings = Type.Object({
  data: Type.Array(SurfaceSighting, {
    description: `The latest first, all of them: at most ${sightingsOfOutcomeMax} that were allowed when last seen, and as many that were refused.`,
  }),
});
