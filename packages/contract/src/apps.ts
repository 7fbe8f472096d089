import Type from 'typebox';
import { appKinds } from './app-kinds.ts';
import { Id, Name, Nullable, pageQuery, Slug, Time } from './http.ts';

export const AppStatus = Type.Enum(['draft', 'live']);
export const AppKindSchema = Type.Enum(appKinds);
export const AppSlugs = Type.Array(Slug, { minItems: 1, maxItems: 100, uniqueItems: true });

const description = Type.String({ maxLength: 2000 });
const spec = Type.Unknown({ description: 'What the app does; its form depends on the kind.' });

export const AppCreate = Type.Object(
  { slug: Slug, kind: AppKindSchema, name: Name, description: Type.Optional(description), spec },
  { additionalProperties: false },
);

const publicRuns = Type.Boolean({ description: 'Whether anybody may run the tool, without a credential.' });

export const AppChange = Type.Partial(
  Type.Object({
    name: Name,
    description,
    spec,
    draftTag: Type.String({
      minLength: 1,
      maxLength: 100,
      description:
        'The `draftTag` of the app that `spec` was made from. If the draft is another by now, nothing is changed: 409. Goes with `spec` alone; without it the draft is replaced, whatever it is.',
    }),
    status: AppStatus,
    publicRuns,
  }),
  { additionalProperties: false, minProperties: 1 },
);

export const AppPublish = Type.Object(
  {
    draftTag: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description:
          'The `draftTag` of the app that was looked at. If the draft is another by now, nothing is published: 409. Without it the draft is published, whatever it is.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const App = Type.Object({
  id: Id,
  ownerId: Id,
  slug: Type.String(),
  kind: AppKindSchema,
  name: Type.String(),
  description: Type.String(),
  status: AppStatus,
  publicRuns,
  spec,
  draftTag: Type.String({ description: 'Stands for the draft, `spec`: it is another when the draft is.' }),
  liveVersion: Nullable(Type.Integer()),
  hasDraftChanges: Type.Boolean({
    description: 'Whether the draft is another than what was put live last; of what never was, false.',
  }),
  createdAt: Time,
  updatedAt: Time,
});
export type App = Type.Static<typeof App>;

export const AppsQuery = Type.Object({
  ...pageQuery,
  kind: Type.Optional(AppKindSchema),
  status: Type.Optional(AppStatus),
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'A part of the name or of the slug.' }),
  ),
});

/** An app that others begin from. */
export const AppExample = Type.Object({
  slug: Type.String(),
  kind: AppKindSchema,
  name: Type.String(),
  description: Type.String(),
  spec,
});

const usesOf = Type.Object({
  count: Type.Integer(),
  some: Type.Array(Type.Object({ id: Id, name: Type.String(), workspaceId: Id, workspaceName: Type.String() }), {
    description: 'The newest of them, at most 20.',
  }),
});

/** What stops working when an app is deleted; revoked and expired tokens are none of it. */
export const AppUses = Type.Object({ surfaces: usesOf, embedTokens: usesOf });
export type AppUses = Type.Static<typeof AppUses>;

const version = Type.Integer({ minimum: 1, maximum: 999_999_999 });

export const AppVersion = Type.Object({
  version,
  publishedAt: Time,
  isLive: Type.Boolean({ description: 'Whether this is what runs now; of a draft none is.' }),
});
export type AppVersion = Type.Static<typeof AppVersion>;

export const AppVersionWithSpec = Type.Object({ ...AppVersion.properties, spec });

/** A version as it stands in an address. */
export const VersionInPath = Type.String({ pattern: '^[1-9][0-9]{0,8}$' });

export const AppRollBack = Type.Object({ version }, { additionalProperties: false });
