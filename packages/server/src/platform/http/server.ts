import { roleAllows, roleNeeded, type ErrorCode, type ManagementRole } from '@microapp/contract';
import type { TSchema } from 'typebox';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';
import type { Clock } from '../clock.ts';
import type { Database, OwnerTx, WorkspaceTx } from '../db/index.ts';
import type { JsonText } from '../json/index.ts';
import type { Log } from '../log.ts';
import type { Random } from '../random.ts';
import { clientAddressOf } from './client-address.ts';
import type { Content } from './content.ts';
import { admitCrossOrigin, registerPreflight } from './cross-origin.ts';
import type { Attribution, Call, RequestFacts, Route } from './define-route.ts';
import { errorAnswer, toAppError } from './error-answer.ts';
import { checkHost, hostOf, type Hosts } from './hosts.ts';
import {
  bodyHashOf,
  idempotencyKeyHeader,
  readIdempotencyKey,
  repeatedHeader,
  type IdempotencyKeys,
  type Kept,
} from './idempotency.ts';
import { answerOngoing, createOngoingCalls, type Ongoing, type OngoingCalls } from './ongoing.ts';
import type { EmbedPrincipal, Principal, PrincipalByScope, Scope } from './principal.ts';
import { requestIdOf } from './request-id.ts';
import { repeatedStatusOf, repeatsCreates, schemaOf, statusOf, withoutSecrets } from './route-schema.ts';
import { compileSerializer, compileValidator } from './schema-compilers.ts';
import { issuesOfStorage } from './storable.ts';
import { readWithTexts } from './text-members.ts';
import { credentialInUrl, type AdmittedInUrl } from './token-in-url.ts';

export const bodyBytesMaxDefault = 64 * 1024;
const requestTimeoutMs = 30_000;

/** What an authenticator may look at: never the body. */
export type AuthenticationInput = RequestFacts & {
  method: string;
  query: Readonly<Record<string, unknown>>;
  /** Whether the route, whose scope is another, opens to an API key as well. */
  takesApiKey: boolean;
  /** What the address names, as it was sent, on a route where that may be open to everybody. */
  openTarget: string | undefined;
};

export type Authenticators = {
  [S in Exclude<Scope, 'public'>]: (input: AuthenticationInput) => Promise<PrincipalByScope[S]>;
};

/** A request that was answered, as the access log and the last-used stamps need it. */
export type AnsweredRequest = Attribution & {
  at: number;
  requestId: string;
  address: string;
  method: string;
  /** The route's pattern, not the URL: a URL may hold what must not be written down. */
  route: string;
  status: number;
  code: ErrorCode | undefined;
  reason: string | undefined;
  durationMs: number;
  principal: Principal | undefined;
  accessLogged: boolean;
};

/** A stream of events that its credential keeps open. */
export type HeldStream = {
  principal: EmbedPrincipal;
  /** Verifies the credential as at the opening, and that it may use this address. */
  recheck: () => Promise<EmbedPrincipal>;
  close: (refusal: AppError) => void;
};

export type HttpServerOptions = {
  clock: Clock;
  random: Random;
  log: Log;
  db: Database;
  trustProxy: readonly string[];
  hosts: Hosts;
  authenticators: Authenticators;
  /** Told of a credential that was seen in a URL, so that its owner can be. */
  onCredentialInUrl: (credential: string, request: RequestFacts) => Promise<void>;
  onAnswered: (answered: AnsweredRequest) => void;
  /** Holds an open stream for as long as its credential is good, until the answer is called. */
  holdStream: (stream: HeldStream) => () => void;
  /** After a change was committed, before it is answered: resolves when nothing older is trusted anywhere. */
  onChanged: () => Promise<void>;
  /** Remembers what was created under which `Idempotency-Key`. */
  idempotencyKeys: IdempotencyKeys;
};

type RequestState = {
  facts: RequestFacts;
  attribution: Attribution;
  principal: Principal | undefined;
  error: AppError | undefined;
  isReported: boolean;
  /** Set by the operation, for its success. */
  answerHeaders: Map<string, string>;
  /** The members of the body that were not parsed. */
  texts: ReadonlyMap<string, JsonText>;
};

/** What hooks know of the route; undefined where no route of ours was found. */
type RouteConfig = AdmittedInUrl & {
  accessLogged?: boolean;
  bodyTexts?: { schema: TSchema; textMembers: readonly string[] };
};

const states = new WeakMap<FastifyRequest, RequestState>();

/** The server with every hook that holds for all routes, and no route yet. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  // Narrowed, or every type below would carry the logger's own.
  const logger: FastifyBaseLogger = options.log;
  const server = Fastify({
    loggerInstance: logger,
    logController: new Fastify.LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    trustProxy: options.trustProxy.length === 0 ? false : [...options.trustProxy],
    bodyLimit: bodyBytesMaxDefault,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(options.random, request.headers['x-request-id']),
    routerOptions: { ignoreTrailingSlash: false },
    frameworkErrors: (refusal, request, reply) => void answerUnroutable(refusal, { request, reply }, options),
  });
  server.setValidatorCompiler(compileValidator);
  server.setSerializerCompiler(compileSerializer);
  server.removeContentTypeParser(['text/plain']);
  parseJsonAsItsRouteSays(server);

  server.addHook('onRequest', (request, reply) => screen(request, reply, options));

  server.setErrorHandler(async (thrown, request, reply) => {
    const error = toAppError(thrown);
    stateOf(request).error = error;
    logFault(request, error);
    await sendError(reply, error, request.id);
  });
  server.setNotFoundHandler(async (request, reply) => {
    const error = new AppError('not_found', { message: 'There is no such address.' });
    stateOf(request).error = error;
    await sendError(reply, error, request.id);
  });

  server.addHook('onResponse', async (request, reply) => report(request, reply, options));
  closeConnectionsOnStop(server);
  return server;
}

/** Whole, as the framework does, or but for the members that the route wants as text; what is malformed is so in the same words. */
function parseJsonAsItsRouteSays(server: FastifyInstance): void {
  const parseWhole = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    const { bodyTexts } = request.routeOptions.config as RouteConfig;
    if (bodyTexts === undefined) return void parseWhole(request, bytes.toString(), done);
    const read = readWithTexts(bytes, bodyTexts);
    if (read === undefined) throw new Fastify.errorCodes.FST_ERR_CTP_INVALID_JSON_BODY();
    stateOf(request).texts = read.texts;
    done(null, read.body);
  });
}

function logFault(request: FastifyRequest, error: AppError): void {
  if (error.status >= 500) request.log.error({ err: error.cause ?? error, reason: error.reason }, error.message);
}

/** What holds for every request before anything else: the headers of every answer, and no credential in the URL. */
async function screen(request: FastifyRequest, reply: FastifyReply, options: HttpServerOptions): Promise<void> {
  reply.header('x-request-id', request.id);
  reply.header('x-content-type-options', 'nosniff');
  reply.header('cache-control', 'no-store');
  const { jwtInQuery, signedTokenInQuery } = request.routeOptions.config as RouteConfig;
  const credential = credentialInUrl(request.raw.url ?? '', { jwtInQuery, signedTokenInQuery });
  if (credential === undefined) return;
  await options.onCredentialInUrl(credential, stateOf(request).facts);
  throw new AppError('token_in_url', { reason: 'token_in_url' });
}

/**
 * The router's own refusals (a path that does not decode, a parameter that is too long) pass none of the hooks, and the
 * framework's words for them quote the URL: such a request is screened, answered and reported here like any other.
 */
async function answerUnroutable(
  refusal: Error,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  options: HttpServerOptions,
): Promise<void> {
  const thrown: unknown = await screen(request, reply, options).then(
    () => refusal,
    (screened: unknown) => screened,
  );
  const error = toAppError(thrown);
  stateOf(request).error = error;
  await sendError(reply, error, request.id);
  report(request, reply, options);
}

/** Tells the access log, the stamps and the log of an answered request, once. */
function report(request: FastifyRequest, reply: FastifyReply, options: HttpServerOptions): void {
  const state = stateOf(request);
  if (state.isReported) return;
  state.isReported = true;
  const { principal, attribution, error, facts } = state;
  const config = request.routeOptions.config as RouteConfig;
  const answered: AnsweredRequest = {
    at: options.clock.now(),
    requestId: request.id,
    address: facts.address,
    // A refused origin is the one that an owner wants to see.
    origin: facts.origin,
    method: request.method,
    route: request.routeOptions.url ?? '(none)',
    // A stream that failed had begun with 200.
    status: error?.status ?? reply.statusCode,
    code: error?.code,
    reason: error?.reason,
    durationMs: reply.elapsedTime,
    principal,
    accessLogged: config.accessLogged ?? false,
    ...attribution,
  };
  options.onAnswered(answered);
  request.log.info(
    {
      method: answered.method,
      route: answered.route,
      status: answered.status,
      code: answered.code,
      reason: answered.reason,
      durationMs: answered.durationMs,
    },
    'request',
  );
}

/**
 * A connection that is idle when the server stops is closed at once. One with a request still under way would afterwards
 * be kept for a next request, and hold up the stop for as long as its client likes.
 */
function closeConnectionsOnStop(server: FastifyInstance): void {
  let isStopping = false;
  server.addHook('preClose', async () => {
    isStopping = true;
  });
  server.addHook('onSend', async (_request, reply) => {
    if (isStopping) reply.header('connection', 'close');
  });
}

/** Registers routes, and for each of their paths the refusal of every other method. */
export function registerRoutes(server: FastifyInstance, routes: readonly Route[], options: HttpServerOptions): void {
  const methodsByPath = new Map<string, Set<string>>();
  const crossOriginPaths = new Set<string>();
  const ongoingCalls = createOngoingCalls(options.clock);
  server.addHook('preClose', async () => ongoingCalls.stop());
  for (const route of routes) {
    registerRoute(server, route, { ...options, ongoingCalls });
    const methods = methodsByPath.get(route.path) ?? new Set();
    methods.add(route.method);
    if (route.method === 'GET') methods.add('HEAD');
    methodsByPath.set(route.path, methods);
    if (route.cors === true) crossOriginPaths.add(route.path);
  }
  for (const [path, methods] of methodsByPath) {
    if (crossOriginPaths.has(path)) {
      methods.add('OPTIONS');
      registerPreflight(server, path, methods);
    }
    refuseOtherMethods(server, path, methods);
  }
}

function registerRoute(
  server: FastifyInstance,
  route: Route,
  options: HttpServerOptions & { ongoingCalls: OngoingCalls },
): void {
  const status = statusOf(route);
  // Asked here, so that a route of which nobody said who may use it stops the server from starting.
  const role = route.scope === 'owner' ? roleNeeded(route) : undefined;
  const events = route.answers === 'events' ? eventsOf(route) : undefined;
  const host = hostOf(route);
  const bodyTexts = bodyTextsOf(route);
  server.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyBytesMax ?? bodyBytesMaxDefault,
    config: {
      ...(bodyTexts === undefined ? {} : { bodyTexts }),
      accessLogged: route.accessLogged ?? false,
      jwtInQuery: route.jwtInQuery,
      signedTokenInQuery: route.signedTokenInQuery === true ? 'token' : undefined,
    } satisfies RouteConfig,
    schema: schemaOf(route, status),
    onRequest: async (request, reply) => {
      checkHost(options.hosts, host, request.host);
      if (route.cors === true) admitCrossOrigin(request, reply);
      if (route.scope === 'public') return;
      const state = stateOf(request);
      const principal = await options.authenticators[route.scope](authenticationOf(request, route));
      state.principal = principal;
      attributeTo(state, principal);
      if (role !== undefined) checkRole(principal, role);
      authorize(route, principal, request);
    },
    preValidation: async (request) => {
      if (route.bodyIsOptional === true && request.body === undefined) request.body = {};
    },
    preHandler: async (request) => {
      // What an owner sends is stored; what a visitor sends to a tool is not.
      if (route.scope === 'owner') refuseUnstorable(request);
    },
    handler: async (request, reply) => {
      if (events !== undefined) return answerWithEvents(route, events, { request, reply }, options);
      const { outcome: answer, repeated } = repeatsCreates(route)
        ? await createOnce(route, request, options)
        : { outcome: await run(route, request, options), repeated: false };
      // Also where nothing was left to change: an earlier call may have changed it and not been answered yet.
      if (route.scope === 'owner' && route.method !== 'GET') await options.onChanged();
      for (const [name, value] of stateOf(request).answerHeaders) reply.header(name, value);
      if (route.answers === 'content') return sendContent(reply, answer as Content); // as its type says where it is defined
      reply.code(repeated ? repeatedStatusOf(route) : status);
      if (repeated) reply.header(repeatedHeader, 'true');
      if (route.answers === 'html') reply.type('text/html; charset=utf-8');
      for (const [name, value] of Object.entries(route.headers ?? {})) reply.header(name, value);
      return reply.send(answer);
    },
  });
}

function authenticationOf(request: FastifyRequest, route: Route): AuthenticationInput {
  const query = request.query as Record<string, unknown>; // the query parser makes an object, always
  const openTarget = route.openBy === undefined ? undefined : paramsOf(request)[route.openBy];
  const { method } = request;
  return { ...stateOf(request).facts, method, query, takesApiKey: route.takesApiKey ?? false, openTarget };
}

/** Throws unless the principal may use the address at all. */
function authorize(route: Route, principal: Principal, request: FastifyRequest): void {
  route.authorize?.(principal, paramsOf(request), stateOf(request).facts);
}

function paramsOf(request: FastifyRequest): Record<string, string | undefined> {
  return request.params as Record<string, string | undefined>; // as the router matched them
}

/** A route that has an event stream says what is in it, and is one whose credentials are looked after meanwhile. */
function eventsOf({ path, scope, events, response }: Route): { last: string; fields: readonly string[] } {
  if (scope !== 'embed') throw new Error(`${path} answers with events, which only the embed API does.`);
  if (events === undefined) throw new Error(`${path} answers with events and does not say which.`);
  const { properties = {} } = (response ?? {}) as { properties?: Record<string, TSchema> }; // of an object's schema
  return { last: events.last, fields: Object.keys(properties) };
}

/** What an owner sends is checked in whole before it is stored, so none of it may stay text. */
function bodyTextsOf({ path, scope, body, textMembers }: Route): RouteConfig['bodyTexts'] {
  if (textMembers === undefined) return undefined;
  if (scope === 'owner' || body === undefined) throw new Error(`${path} has no body of which a part may stay text.`);
  return { schema: body, textMembers };
}

/** As JSON or as events, whichever the caller prefers. */
async function answerWithEvents(
  route: Route,
  { last: endEvent, fields }: { last: string; fields: readonly string[] },
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  options: HttpServerOptions & { ongoingCalls: OngoingCalls },
): Promise<FastifyReply> {
  const state = stateOf(request);
  const { clock, ongoingCalls: calls } = options;
  reply.code(statusOf(route));
  return answerOngoing(reply, {
    clock,
    calls,
    endEvent,
    fields,
    operate: (ongoing) => run(route, request, options, ongoing),
    holdStream: (close) =>
      options.holdStream({
        principal: state.principal as EmbedPrincipal, // by the route's scope
        async recheck() {
          const again = await options.authenticators.embed(authenticationOf(request, route));
          authorize(route, again, request);
          return again;
        },
        close,
      }),
    onError(error) {
      state.error ??= error;
      logFault(request, error);
    },
    onUndelivered: () => report(request, reply, options),
  });
}

function checkRole(principal: Principal, needed: ManagementRole): void {
  if ('role' in principal && roleAllows(principal.role, needed)) return;
  throw new AppError('permission_denied', {
    reason: `needs_role ${needed}`,
    message: 'Your role does not allow this.',
    hint: `It takes the role "${needed}".`,
  });
}

function refuseUnstorable({ body, query }: FastifyRequest): void {
  const issues = [...issuesOfStorage(query), ...issuesOfStorage(body)];
  if (issues.length > 0) throw new AppError('validation_failed', { issues });
}

/** Creates, or repeats what was answered when the same caller created the same under the same key. */
async function createOnce(route: Route, request: FastifyRequest, options: HttpServerOptions): Promise<Kept> {
  const { principal, facts } = stateOf(request);
  const key = readIdempotencyKey(facts.header(idempotencyKeyHeader));
  if (key === undefined || principal === undefined) {
    return { outcome: await run(route, request, options), repeated: false };
  }
  const { ownerId, class: credentialClass, credentialId } = principal;
  const keyed = {
    caller: [credentialClass, credentialId],
    target: `${route.method} ${route.path} ${JSON.stringify(request.params)}`,
    key,
    bodyHash: bodyHashOf(request.body),
  };
  let answer: unknown;
  const { outcome, repeated } = await ('longOperation' in route
    ? options.idempotencyKeys.around({ ownerId }, keyed, async () => {
        answer = await run(route, request, options);
        return withoutSecrets(route, answer);
      })
    : options.db.withOwner({ ownerId }, (tx) =>
        options.idempotencyKeys.within(tx, { ownerId }, keyed, async () => {
          answer = await route.operation({ ...callOf(request), tx });
          return withoutSecrets(route, answer);
        }),
      ));
  return { outcome: repeated ? outcome : answer, repeated };
}

/** Parsed by the route's own schemas; the types were checked where the route was defined. */
function callOf(request: FastifyRequest): Call<Scope, undefined, undefined, undefined> {
  const { principal, facts, texts } = stateOf(request);
  return {
    principal,
    params: request.params,
    query: request.query,
    body: texts.size === 0 ? request.body : Object.assign({}, request.body, Object.fromEntries(texts)),
    request: facts,
  } as Call<Scope, undefined, undefined, undefined>;
}

async function run(
  route: Route,
  request: FastifyRequest,
  options: HttpServerOptions,
  ongoing?: Ongoing,
): Promise<unknown> {
  const { principal } = stateOf(request);
  const call = callOf(request);
  if ('longOperation' in route) return route.longOperation({ ...call, ...ongoing });
  const operate = (tx: OwnerTx | WorkspaceTx | undefined) => route.operation({ ...call, tx });
  if (principal === undefined) return operate(undefined);
  const { ownerId } = principal;
  const workspaceId = 'workspaceId' in principal ? principal.workspaceId : undefined;
  return workspaceId === undefined
    ? options.db.withOwner({ ownerId }, operate)
    : options.db.withWorkspace({ ownerId, workspaceId }, operate);
}

function stateOf(request: FastifyRequest): RequestState {
  const known = states.get(request);
  if (known !== undefined) return known;
  const attribution: Attribution = {};
  const answerHeaders = new Map<string, string>();
  const state: RequestState = {
    attribution,
    principal: undefined,
    error: undefined,
    isReported: false,
    answerHeaders,
    texts: new Map(),
    facts: {
      id: request.id,
      address: clientAddressOf(request),
      origin: request.headers.origin,
      header: (name) => {
        const value = request.headers[name];
        return Array.isArray(value) ? value.join(', ') : value;
      },
      setHeader: (name, value) => void answerHeaders.set(name, value),
      attribute: (who) => void Object.assign(attribution, who),
    },
  };
  states.set(request, state);
  return state;
}

function attributeTo(state: RequestState, principal: Principal): void {
  state.facts.attribute({
    ownerId: principal.ownerId,
    credentialClass: principal.class,
    credentialId: principal.credentialId,
    ...('workspaceId' in principal
      ? {
          workspaceId: principal.workspaceId,
          origin: principal.origin ?? state.facts.origin,
          // A credential for one app is used on that app; where there are several, the route knows which.
          ...(principal.apps.length === 1 ? { app: principal.apps[0] } : {}),
        }
      : {}),
  });
}

function sendContent(reply: FastifyReply, { status, headers, body }: Content): FastifyReply {
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  return reply.code(status).send(body);
}

async function sendError(reply: FastifyReply, error: AppError, requestId: string): Promise<void> {
  for (const [name, value] of Object.entries(error.headers)) reply.header(name, value);
  await reply.code(error.status).type('application/json; charset=utf-8').send(errorAnswer(error, requestId));
}

function refuseOtherMethods(server: FastifyInstance, path: string, methods: ReadonlySet<string>): void {
  const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((method) => !methods.has(method));
  if (others.length === 0) return;
  const allow = [...methods].join(', ');
  server.route({
    method: others,
    url: path,
    exposeHeadRoute: false,
    schema: { hide: true },
    onRequest: async () => {
      throw new AppError('method_not_allowed', { headers: { allow }, hint: `It takes ${allow}.` });
    },
    handler: async () => undefined,
  });
}
