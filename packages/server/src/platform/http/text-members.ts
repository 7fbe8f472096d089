import type { TSchema } from 'typebox';
import { AppError } from '../app-error.ts';
import { membersOf, type JsonText } from '../json/index.ts';

/** A body of which some members stay text. */
export type BodyWithTexts = {
  /** As the schema is to check it: in the place of a text stands an empty value of its type. */
  body: unknown;
  texts: ReadonlyMap<string, JsonText>;
};

/** Of each member that is parsed, in bytes or characters: what any other body may have. */
const parsedCharsMax = 64 * 1024;

/**
 * Reads a JSON body without parsing the members that `textMembers` names; a body that its sender may fill as it likes would
 * hold everybody up while objects are made of it. Of the other members those that the schema lists are parsed, and what
 * it does not list is passed over. Undefined for what is no JSON. Throws `payload_too_large` for a listed member that is
 * too long to be parsed.
 */
export function readWithTexts(
  bytes: Buffer,
  { schema, textMembers }: { schema: TSchema; textMembers: readonly string[] },
): BodyWithTexts | undefined {
  const json = withoutMark(bytes);
  const { properties = {} } = schema as { properties?: Record<string, TSchema> }; // of an object's schema
  const members = membersOf(json, Object.keys(properties));
  if (members === undefined) return undefined;
  const first = json.find((byte) => byte > space);
  if (first !== leftBrace) return { body: first === leftBracket ? [] : JSON.parse(json.toString()), texts: new Map() };
  const texts = new Map<string, JsonText>();
  const body: Record<string, unknown> = {};
  for (const [name, text] of members) {
    if (textMembers.includes(name)) {
      texts.set(name, text);
      body[name] = standIn(text);
    } else {
      body[name] = parsed(text);
    }
  }
  return { body, texts };
}

const [space, leftBracket, leftBrace] = [0x20, 0x5b, 0x7b];

/** A byte order mark, which some senders put before JSON. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** An empty value of the type that the JSON has; what is no list and no object costs nothing to parse. */
function standIn(json: JsonText): unknown {
  if (json.startsWith('{')) return {};
  return json.startsWith('[') ? [] : JSON.parse(json);
}

function parsed(text: JsonText): unknown {
  if (text.length > parsedCharsMax) throw new AppError('payload_too_large', { hint: 'Send less in one request.' });
  return JSON.parse(text);
}
