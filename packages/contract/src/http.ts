import Type, { type TSchema } from 'typebox';
import { errors, type ErrorCode } from './errors.ts';
import { slugLengthMax, slugPattern } from './slug.ts';

export const Time = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' });
export const Id = Type.String({ pattern: '^[a-z]{2,5}_[0-9A-Za-z]{1,64}$' });
export const Name = Type.String({ minLength: 1, maxLength: 200 });
export const Label = Type.String({ maxLength: 200 });

export const Slug = Type.String({ pattern: slugPattern, maxLength: slugLengthMax });

export function Nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** Marks a string that must never be written to a log; the logger's redaction is made from these marks. */
export const secretMark = 'x-microapp-secret';

export function SecretText(options: { description: string; maxLength?: number }) {
  return Type.String({ ...options, [secretMark]: true });
}

/** The query of every list. `limit` is 1 to 200, 50 when absent; `cursor` is the `nextCursor` of the page before. */
export const pageQuery = {
  limit: Type.Optional(Type.String({ pattern: '^([1-9]|[1-9][0-9]|1[0-9][0-9]|200)$' })),
  cursor: Type.Optional(Type.String({ maxLength: 400 })),
};

// The year 0 is in ISO 8601 and not in PostgreSQL.
const Moment = Type.String({ format: 'date-time', pattern: '^(?!0000)', maxLength: 40 });

/** The query of a log: `from` is included, `to` is not. */
export const timeRangeQuery = { from: Type.Optional(Moment), to: Type.Optional(Moment) };

export function ListOf<Schema extends TSchema>(schema: Schema) {
  return Type.Object({ data: Type.Array(schema), nextCursor: Nullable(Type.String()) });
}

export const IssueSchema = Type.Object({
  path: Type.String(),
  message: Type.String(),
  rule: Type.Optional(
    Type.String({ description: 'The keyword of JSON Schema that did not hold, where there is one.' }),
  ),
  limit: Type.Optional(
    Type.Union([Type.Number(), Type.String(), Type.Array(Type.String())], {
      description: 'What that keyword asks for: a number, a type, a format, a date, the allowed values.',
    }),
  ),
});

export const ErrorBody = Type.Object(
  {
    error: Type.String({ description: 'A sentence for a person.' }),
    code: Type.Enum(Object.keys(errors) as ErrorCode[]),
    hint: Type.Optional(Type.String({ description: 'What to do next.' })),
    issues: Type.Optional(Type.Array(IssueSchema)),
    requestId: Type.String(),
  },
  { title: 'Error' },
);

/** `active`, `expired` and `revoked` are derived when read, never stored. */
export const CredentialStatus = Type.Union([Type.Literal('active'), Type.Literal('expired'), Type.Literal('revoked')]);
export type CredentialStatus = 'active' | 'expired' | 'revoked';
