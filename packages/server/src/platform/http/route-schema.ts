import { errors, ErrorBody, type ErrorCode } from '@microapp/contract';
import Type from 'typebox';
import type { Route } from './define-route.ts';
import type { Scope } from './principal.ts';

/** The status of a route's success. */
export function statusOf(route: Route): number {
  if (route.status !== undefined) return route.status;
  if (route.answers === 'html' || route.answers === 'content') return 200;
  if (route.response === undefined) return 204;
  return route.method === 'POST' ? 201 : 200;
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

/** The ways to authenticate, each alone; the route's own scope is first. An empty one is none at all. */
function securityOf(route: Route): Record<string, string[]>[] {
  if (route.scope === 'apiKey') return [{ apiKey: [] }, { signedToken: [] }];
  return [
    { [route.scope]: [] },
    ...(route.takesApiKey === true ? [{ apiKey: [] }] : []),
    ...(route.openBy === undefined ? [] : [{}]),
  ];
}

/** The route as the framework checks it and as `/openapi.json` describes it. */
export function schemaOf(route: Route, status: number) {
  const codes = errorCodesOf(route);
  const response: Record<number, object> = { [status]: documented(route) };
  for (const code of codes) response[errors[code].status] = ErrorBody;
  return {
    summary: route.summary,
    tags: [route.tag],
    ...(route.scope === 'public' ? {} : { security: securityOf(route) }),
    'x-error-codes': codes,
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(route.body === undefined ? {} : { body: route.body }),
    response,
  };
}
