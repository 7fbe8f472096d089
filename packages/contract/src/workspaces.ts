import Type from 'typebox';
import { Id, Name, Nullable, pageQuery, Time } from './http.ts';
import { originEntriesMax } from './origins.ts';
import { PermissionSchema } from './permissions.ts';

export const OriginEntries = Type.Array(Type.String({ maxLength: 300 }), { maxItems: originEntriesMax });
export const Features = Type.Array(PermissionSchema, { uniqueItems: true });
export const Attributes = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 100 });
/** How much of something a UTC day may hold. */
export const DailyLimit = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });
/** A limit that is absent is the owner's. */
export const WorkspaceLimits = Type.Object(
  { runsPerDay: Type.Optional(DailyLimit), aiActionsPerDay: Type.Optional(DailyLimit) },
  { additionalProperties: false },
);
export type WorkspaceLimits = Type.Static<typeof WorkspaceLimits>;
export const WorkspaceStatus = Type.Enum(['active', 'disabled']);

const fields = {
  status: WorkspaceStatus,
  portalEnabled: Type.Boolean(),
  features: Features,
  allowedOrigins: OriginEntries,
  attributes: Attributes,
  limits: WorkspaceLimits,
};

export const WorkspaceCreate = Type.Object(
  { name: Name, ...Type.Partial(Type.Object(fields)).properties },
  { additionalProperties: false },
);

export const WorkspaceChange = Type.Partial(Type.Object({ name: Name, ...fields }), {
  additionalProperties: false,
  minProperties: 1,
});

export const Workspace = Type.Object({
  id: Id,
  ownerId: Id,
  name: Type.String(),
  ...fields,
  embedTokensReviewedAt: Nullable(
    Type.String({ format: 'date-time', description: 'When somebody last looked through its embed tokens.' }),
  ),
  createdAt: Time,
  updatedAt: Time,
});
export type Workspace = Type.Static<typeof Workspace>;

export const WorkspacesQuery = Type.Object({
  ...pageQuery,
  status: Type.Optional(WorkspaceStatus),
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'A part of the name, or the id.' })),
});
