import Type from 'typebox';
import { Id, Nullable, SecretText, Slug } from './http.ts';
import { AppKindSchema } from './apps.ts';
import { PermissionSchema } from './permissions.ts';
import { Environment } from './surfaces.ts';

const OriginText = Type.String({ maxLength: 300 });
/** Pages say what they like: a locale that is none is as if it were absent, and no reason to refuse a session. */
const PageLocale = Type.Optional(
  Type.Unknown({ description: "The page's locale, a BCP 47 tag: in its language are the words of `ui.texts`." }),
);

/** Ask for a ticket: `key` for a client token; otherwise the embed token stands in its header. */
export const SessionRequest = Type.Object(
  {
    key: Type.Optional(SecretText({ description: 'A client token, wk_pub_…', maxLength: 200 })),
    app: Type.Optional(Slug),
    locale: PageLocale,
    origin: Type.Optional(OriginText),
    parentOrigin: Type.Optional(OriginText),
    workspaceId: Type.Optional(Id),
  },
  { additionalProperties: true },
);

export const SessionUi = Type.Object({
  name: Type.String(),
  apps: Type.Array(Type.Object({ slug: Type.String(), name: Type.String(), kind: AppKindSchema })),
  theme: Type.Record(Type.String(), Type.String()),
  texts: Type.Record(Type.String(), Type.String()),
});

/** The same for the host page, where launcher and panel are: in the visitor's language. */
export const HostUi = Type.Object({
  ...SessionUi.properties,
  texts: Type.Record(Type.String(), Type.String(), {
    description: "The surface's own, over the words open, close, unavailable and retry in the language of `lang`.",
  }),
  lang: Type.String({ description: 'The tag of the language.' }),
  dir: Type.Enum(['ltr', 'rtl']),
});

export const SessionTicket = Type.Object({
  ticket: SecretText({ description: 'Good once, for 60 seconds.' }),
  frameUrl: Type.String(),
  expiresIn: Type.Integer({ description: 'Seconds.' }),
  ui: HostUi,
});

/** A page says that it has a widget, and asks how it should look; without a key, what it says in its language. */
export const HelloRequest = Type.Object(
  {
    key: Type.Optional(SecretText({ description: 'A client token, wk_pub_…', maxLength: 200 })),
    locale: PageLocale,
    workspaceId: Type.Optional(Id),
  },
  { additionalProperties: true },
);

const { texts, lang, dir, ...ofSurface } = HostUi.properties;

export const HelloAnswer = Type.Object({
  ui: Type.Object(
    { ...Type.Partial(Type.Object(ofSurface)).properties, texts, lang, dir },
    { description: 'Without a key: texts, lang and dir.' },
  ),
});

export const PreviewTicketRequest = Type.Object(
  {
    workspaceId: Type.Optional(Id),
    version: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 999_999_999, description: 'A published version; absent: the draft.' }),
    ),
    spec: Type.Optional(
      Type.Unknown({
        description:
          'What is not saved, to be tried in the place of the draft: checked as when it is saved, and kept for this preview alone. Not beside `version`.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description:
      "`workspaceId` says whose customer's eyes the preview looks through; absent: the owner's own workspace.",
  },
);

export const PreviewTicket = Type.Object({
  ticket: SecretText({ description: 'Good once, for 60 seconds, in a frame on a page of the dashboard.' }),
  frameUrl: Type.String(),
  expiresIn: Type.Integer({ description: 'Seconds that the ticket waits to be redeemed.' }),
  endsAt: Type.String({
    format: 'date-time',
    description: 'When the preview ends, however often its session is refreshed.',
  }),
});
export type PreviewTicket = Type.Static<typeof PreviewTicket>;

/** One of `ticket` and `urlToken`. */
export const RedeemRequest = Type.Object(
  {
    ticket: Type.Optional(SecretText({ description: 'The ticket of the session endpoint.', maxLength: 200 })),
    urlToken: Type.Optional(SecretText({ description: 'The token of a copied URL.', maxLength: 4000 })),
    for: Type.Optional(
      Type.String({ description: "What the frame's own address says after `for=`; with a URL token.", maxLength: 200 }),
    ),
    surfaceId: Type.Optional(Id),
    parentOrigin: OriginText,
    workspaceId: Type.Optional(Id),
  },
  { additionalProperties: true },
);

export const RedeemedSession = Type.Object({
  token: SecretText({ description: 'The session: hold it in memory only.' }),
  expiresIn: Type.Integer({ description: 'Seconds.' }),
  visitorId: Id,
  config: SessionUi,
});

export const RefreshedSession = Type.Object({
  token: SecretText({ description: 'The next session: hold it in memory only.' }),
  expiresIn: Type.Integer({ description: 'Seconds.' }),
});

export const EmbedMe = Type.Object({
  class: Type.String(),
  credentialId: Id,
  ownerId: Id,
  workspaceId: Id,
  apps: Type.Array(Type.String()),
  permissions: Type.Array(PermissionSchema),
  environment: Environment,
  origin: Nullable(Type.String()),
});

export const JwkSet = Type.Object({
  keys: Type.Array(
    Type.Object({
      kty: Type.String(),
      crv: Type.String(),
      x: Type.String(),
      kid: Type.String(),
      alg: Type.String(),
      use: Type.String(),
    }),
  ),
});
