import Type from 'typebox';
import { Id, Name, Time } from './http.ts';
import { originEntriesMax } from './origins.ts';
import { PermissionSchema } from './permissions.ts';

export const OriginEntries = Type.Array(Type.String({ maxLength: 300 }), { maxItems: originEntriesMax });
export const Features = Type.Array(PermissionSchema, { uniqueItems: true });
export const Attributes = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 100 });
export const WorkspaceStatus = Type.Enum(['active', 'disabled']);

const fields = {
  status: WorkspaceStatus,
  portalEnabled: Type.Boolean(),
  features: Features,
  allowedOrigins: OriginEntries,
  attributes: Attributes,
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
  createdAt: Time,
  updatedAt: Time,
});
export type Workspace = Type.Static<typeof Workspace>;
