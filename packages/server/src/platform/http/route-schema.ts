import { errors, ErrorBody, type ErrorCode } from '@microapp/contract';
import Type, { type TSchema } from 'typebox';
import type { Route } from './define-route.ts';
import { idempotencyKeyHeader } from './idempotency.ts';
import type { Scope } from './principal.ts';
import { secretFieldsOf } from './secret-fields.ts';

/** The status of a route's success. */
export function statusOf(route: Route): number {
  if (route.status !== undefined) return route.status;
  if (route.answers === 'html' || route.answers === 'content') return 200;
  if (route.response === undefined) return 204;
  return route.method === 'POST' ? 201 : 200;
}

/** Whether the server itself repeats the answer of a repeated `Idempotency-Key`. */
export function repeatsCreates(route: Route): boolean {
  return route.scope === 'owner' && statusOf(route) === 201 && route.idempotency === undefined;
}

/** The status of a repeated create: what it cannot show again makes it less than the 201 that it was. */
export function repeatedStatusOf(route: Route): number {
  return secretFieldsOf([route.response]).length === 0 ? statusOf(route) : 200;
}

/** The answer of a create as it may be kept: without the secrets that are in its first answer only. */
export function withoutSecrets(route: Route, answer: unknown): unknown {
  const secret = new Set(secretFieldsOf([route.response]));
  const text = JSON.stringify(answer, (field, value: unknown) => (secret.has(field) ? undefined : value));
  return JSON.parse(text) as unknown;
}

const errorsOfScope: Record<Scope, readonly ErrorCode[]> = {
  owner: ['missing_auth', 'invalid_token', 'mixed_auth', 'origin_not_allowed', 'permission_denied', 'unavailable'],
  embed: [
    'missing_auth',
    'invalid_token',
    'mixed_auth',
    'origin_not_allowed',
    'permission_denied',
    'workspace_disabled',
  ],
  apiKey: [
    'missing_auth',
    'invalid_token',
    'mixed_auth',
    'origin_not_allowed',
    'permission_denied',
    'workspace_disabled',
  ],
  public: [],
};

function errorCodesOf(route: Route): ErrorCode[] {
  const parses = [route.params, route.query, route.body].some((schema) => schema !== undefined);
  return [
    ...new Set<ErrorCode>([
      'token_in_url',
      ...errorsOfScope[route.scope],
      ...(parses ? (['validation_failed'] as const) : []),
      ...(route.body === undefined ? [] : (['payload_too_large', 'unsupported_media_type'] as const)),
      ...(takesIdempotencyKey(route) ? (['validation_failed', 'conflict'] as const) : []),
      ...(route.errors ?? []),
    ]),
  ];
}

const nothing = { description: 'Done.', type: 'null' } as const;
const htmlDocument = { description: 'An HTML document.', type: 'string' } as const;
const file = { description: 'A file.', type: 'string' } as const;

function documented(route: Route): object {
  if (route.answers === 'html') return htmlDocument;
  if (route.answers === 'content') return file;
  if (route.answers === 'events') return jsonOrEvents(route);
  return route.response ?? nothing;
}

/** Both forms of an answer, told apart by their media type. */
function jsonOrEvents({ response = Type.Unknown(), events }: Route): object {
  const told = [...(events?.told ?? []), events?.last, 'error'].join(', ');
  const stream = { type: 'string', description: `Server-sent events: ${told}. Exactly one of the last two ends it.` };
  return {
    description: 'The answer, or the events on the way to it, whichever Accept prefers.',
    content: { 'application/json': { schema: response }, 'text/event-stream': { schema: stream } },
  };
}

/**
 * A route's name in clients that are generated from the document: its method and its path, so that it stays the same for as
 * long as those do. `GET /v1/workspaces/:id/embed-tokens` is `getWorkspacesByIdEmbedTokens`.
 */
function operationIdOf({ method, path }: Route): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  // The version is every address's, but for the files that have several addresses.
  const named = segments[0] === 'v1' && !path.includes('.') ? segments.slice(1) : segments;
  const words = named
    .map((segment) => (segment.startsWith(':') ? `by-${segment.slice(1)}` : segment))
    .flatMap((segment) => segment.split(/[^0-9A-Za-z]+/))
    .filter((word) => word !== '');
  return (
    method.toLowerCase() +
    (words.length === 0 ? ['root'] : words).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  );
}

/** The ways to authenticate, each alone; the route's own scope is first. An empty one is none at all. */
function securityOf(route: Route): Record<string, string[]>[] {
  // Said, and not left out: nothing has to be sent.
  if (route.scope === 'public') return [];
  if (route.scope === 'apiKey') return [{ apiKey: [] }, { signedToken: [] }];
  if (route.scope === 'owner') return [{ owner: [] }, { session: [] }];
  return [
    { [route.scope]: [] },
    ...(route.takesApiKey === true ? [{ apiKey: [] }] : []),
    ...(route.openBy === undefined ? [] : [{}]),
  ];
}

/** On operations whose body may be left out, which the maker of the document cannot say. */
export const optionalBodyMark = 'x-optional-body';

const idempotencyKeyHeaders = Type.Object({
  [idempotencyKeyHeader]: Type.Optional(
    Type.String({
      description:
        'Makes it safe to ask again: for 24 hours the same key with the same body repeats the answer. ' +
        '1 to 255 visible ASCII characters, bare or as a quoted string.',
    }),
  ),
});

function takesIdempotencyKey(route: Route): boolean {
  return repeatsCreates(route) || route.idempotency === 'operation';
}

/** What a repeated create answers, where that is another status than the first answer's. */
function repeatedAnswerOf(route: Route, status: number): Record<number, object> {
  if (!repeatsCreates(route) || repeatedStatusOf(route) === status) return {};
  const secret = secretFieldsOf([route.response]);
  // The responses with secrets are objects, whose fields are their properties.
  const { properties = {}, required = [] } = route.response as {
    properties?: Record<string, TSchema>;
    required?: string[];
  };
  const shown = Object.entries(properties).filter(([field]) => !secret.includes(field));
  return {
    [repeatedStatusOf(route)]: {
      description: 'A repeat under the same Idempotency-Key: what was made, without its secret.',
      type: 'object',
      properties: Object.fromEntries(shown),
      required: required.filter((field) => !secret.includes(field)),
    },
  };
}

/** The route as the framework checks it and as `/openapi.json` describes it. */
export function schemaOf(route: Route, status: number) {
  const codes = errorCodesOf(route);
  const response: Record<number, object> = { [status]: documented(route), ...repeatedAnswerOf(route, status) };
  for (const code of codes) response[errors[code].status] = ErrorBody;
  return {
    ...(route.isHidden === true ? { hide: true } : {}),
    operationId: operationIdOf(route),
    summary: route.summary,
    tags: [route.tag],
    security: securityOf(route),
    'x-error-codes': codes,
    ...(takesIdempotencyKey(route) ? { headers: idempotencyKeyHeaders } : {}),
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(route.body === undefined ? {} : { body: route.body }),
    ...(route.bodyIsOptional === true ? { [optionalBodyMark]: true } : {}),
    response,
  };
}
