import Type, { type Static } from 'typebox';
import {
  handshakeTimeoutMs,
  messageLengthMax,
  protocolVersion,
  readyScheduleMs,
  type FrameConfig,
  type FrameToHost,
  type HostToFrame,
  type Init,
  type Ready,
  type TokenReason,
} from './messages.ts';

/**
 * The protocol as JSON Schema, for those who write a host or a frame of their own. It is published, and no part of what
 * browsers load from us: there the hand-written guards are, at a fraction of the bytes. The types of messages.ts and
 * these schemas are two spellings of one thing, and the compiler compares them at the end of this file.
 */

const textLengthMax = 200;
const Text = (description: string) => Type.String({ description, minLength: 1, maxLength: textLengthMax });
const Named = (description: string) => Type.Record(Type.String(), Type.String(), { description });
const Facts = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description });

const FrameConfigSchema = Type.Object(
  {
    locale: Type.Optional(Type.String({ description: 'A BCP 47 tag, such as de or pt-BR.' })),
    currency: Type.Optional(Type.String({ description: 'An ISO 4217 code, such as EUR.' })),
    timeZone: Type.Optional(Type.String({ description: 'An IANA name, such as Europe/Berlin.' })),
    colorScheme: Type.Optional(Type.Enum(['light', 'dark', 'auto'])),
    theme: Type.Optional(Named('Design tokens by name; colors and lengths only.')),
    texts: Type.Optional(Named("Texts by key; they replace the frame's own.")),
    resume: Type.Optional(
      Type.String({ description: 'What the frame has asked the host to keep, by EVENT `resume`.' }),
    ),
    context: Type.Optional(
      Facts('Facts about the page. A field with the key of one starts with it. At most 8 kB as JSON.'),
    ),
    prefill: Type.Optional(Facts('What the fields start with, by key, before `context`. At most 8 kB as JSON.')),
  },
  { description: 'How the frame shows things. Unknown fields are ignored.' },
);

const ReadySchema = Type.Object(
  {
    type: Type.Literal('MICROAPP_EMBED_READY'),
    protocol: Type.Array(Type.Integer(), { description: 'The versions that the frame speaks.' }),
    id: Type.String({ description: 'The fragment of the address that the host gave to the frame; may be empty.' }),
    nonce: Text('Names this document of the frame; INIT repeats it.'),
  },
  { description: 'Frame to parent, by postMessage to "*": it holds no secret. Repeated until INIT comes.' },
);

const InitSchema = Type.Object(
  {
    type: Type.Literal('MICROAPP_EMBED_INIT'),
    protocol: Type.Optional(Type.Integer({ description: 'The version that the host has chosen.' })),
    id: Type.Optional(Type.String()),
    nonce: Type.Optional(
      Text('The nonce of the READY that this answers. Required with a port, and absent without one.'),
    ),
    slug: Type.Optional(Text('The app; may be missing where the address of the frame says it.')),
    token: Type.Optional(Text('An embed token. The frame exchanges it and forgets it.')),
    ticket: Type.Optional(Text('A one-use ticket of POST /v1/embed/sessions.')),
    config: Type.Optional(FrameConfigSchema),
  },
  {
    description:
      "Host to frame, by postMessage to the frame's exact origin, with one MessagePort. A host written by hand sends " +
      'type, slug and token, without nonce and port.',
  },
);

const TokenReasonSchema = Type.Enum(['expired', 'refused', 'retry']);

const FrameToHostSchema = Type.Union(
  [
    message('ACK', 'The frame has taken INIT and drawn itself.', {
      title: Type.String(),
      minSize: Type.Optional(Type.Object({ w: Type.Number(), h: Type.Number() })),
    }),
    message('AUTH_OK', 'The visitor has a session.', {}),
    message('AUTH_ERR', 'There is no session, or none any more.', {
      code: Type.String(),
      message: Type.Optional(Type.String()),
    }),
    message('RUN_START', 'The visitor runs the app.', { slug: Type.String() }),
    message('RUN_OK', 'The run is done.', {
      slug: Type.String(),
      runId: Type.String(),
      durationMs: Type.Number({ description: 'Milliseconds.' }),
    }),
    message('RUN_ERR', 'The run has failed.', { slug: Type.String(), code: Type.String() }),
    message('RESIZE', "The size of the frame's content; a lower seq than the last is out of date.", {
      w: Type.Number({ description: 'CSS pixels.' }),
      h: Type.Number({ description: 'CSS pixels.' }),
      seq: Type.Number(),
    }),
    message('TOKEN_REQUEST', 'The frame needs a new ticket or token; TOKEN answers.', { reason: TokenReasonSchema }),
    message('FOCUS_EDGE', 'Reserved: nobody sends it. Tab leaves a frame by itself, in the order of the page.', {
      edge: Type.Enum(['start', 'end']),
    }),
    message('CLOSE', 'The visitor closes the widget from inside.', {}),
    message('EVENT', 'Something that an app tells the page.', { name: Type.String(), detail: Type.Unknown() }),
    message('ERROR', 'The frame cannot go on.', { code: Type.String(), message: Type.String() }),
    message('PONG', 'Answers PING.', {}),
  ],
  { description: 'Over the port, from the frame.' },
);

const HostToFrameSchema = Type.Union(
  [
    message('TOKEN', 'Answers TOKEN_REQUEST: a credential, or why there is none.', {
      token: Type.Optional(Type.String()),
      ticket: Type.Optional(Type.String()),
      error: Type.Optional(Type.String()),
    }),
    message('CONFIG', 'Changes how the frame shows things.', { config: FrameConfigSchema }),
    message('OPEN', 'The widget was opened: the first field takes the focus.', {
      slug: Type.Optional(Type.String({ description: 'The app that was asked for, where the frame is for several.' })),
    }),
    message('CLOSE', 'The widget was closed.', {}),
    message('PING', 'PONG answers.', {}),
  ],
  { description: 'Over the port, from the host.' },
);

function message<const Name extends string, Fields extends Type.TProperties>(
  name: Name,
  description: string,
  fields: Fields,
) {
  return Type.Object({ type: Type.Literal(`MICROAPP_${name}`), ...fields }, { description });
}

/** What each place may carry: one of these, or it is ignored. */
export const protocolSchemas = {
  ready: ReadySchema,
  init: InitSchema,
  frameToHost: FrameToHostSchema,
  hostToFrame: HostToFrameSchema,
} as const;

/** The whole as one document of JSON Schema 2020-12, whose address is `id`. */
export function protocolSchema(id: string): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    title: `The protocol between a host page and a Microapp frame, version ${protocolVersion}`,
    description:
      `READY is sent at ${readyScheduleMs.join(', ')} ms until INIT comes; after ${handshakeTimeoutMs} ms either side ` +
      'says visibly that it waited. INIT goes to the exact origin of the frame only, once for each nonce, and everything ' +
      'after it over the port that it transferred. Unknown types and fields are ignored, and so is a message of more ' +
      `than ${messageLengthMax} characters as JSON.`,
    anyOf: Object.keys(protocolSchemas).map((name) => ({ $ref: `#/$defs/${name}` })),
    $defs: protocolSchemas,
  };
}

/** Both ways, and with nothing optional: so that no field is in one and not in the other. */
type Same<Left, Right> = [Left, Right, Required<Left>, Required<Right>] extends [
  Right,
  Left,
  Required<Right>,
  Required<Left>,
]
  ? true
  : false;

// The compiler stops here when a message was changed in one of the two places only.
true satisfies Same<Static<typeof FrameConfigSchema>, FrameConfig>;
true satisfies Same<Static<typeof ReadySchema>, Ready>;
true satisfies Same<Static<typeof InitSchema>, Init>;
true satisfies Same<Static<typeof TokenReasonSchema>, TokenReason>;
true satisfies Same<Static<typeof FrameToHostSchema>, FrameToHost>;
true satisfies Same<Static<typeof HostToFrameSchema>, HostToFrame>;
