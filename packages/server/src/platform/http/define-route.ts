import type { ErrorCode } from '@microapp/contract';
import type { Static, TSchema } from 'typebox';
import type { OwnerTx, WorkspaceTx } from '../db/index.ts';
import type { JsonText } from '../json/index.ts';
import type { Content } from './content.ts';
import type { Ongoing } from './ongoing.ts';
import type { PrincipalByScope, Scope } from './principal.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What an operation may know of the request beside its parsed parts. */
export type RequestFacts = {
  id: string;
  address: string;
  /** The Origin header as sent; undefined without one. */
  origin: string | undefined;
  header: (name: string) => string | undefined;
  /** A header of the answer, if the operation succeeds; of two by one name the later counts. */
  setHeader: (name: string, value: string) => void;
  /** Who stands behind a request whose route authenticates by itself; for the access log. */
  attribute: (who: Attribution) => void;
};

/** Whom a line of the access log is about. */
export type Attribution = {
  ownerId?: string | undefined;
  workspaceId?: string | undefined;
  credentialClass?: string | undefined;
  credentialId?: string | undefined;
  app?: string | undefined;
  origin?: string | undefined;
  /** Of a refusal that is answered as a page, for a person. */
  code?: ErrorCode | undefined;
  reason?: string | undefined;
};

export type JwtInQuery = { parameter: string; audience: string };

/** The host of the dashboard and the management API, and the host of frames and the embed API. */
export type HostName = 'public' | 'embed';

type Parsed<Schema> = Schema extends TSchema ? Static<Schema> : undefined;

/** A parsed body of which some members stayed text. */
type ParsedBody<Body, TextMember> = [TextMember] extends [never]
  ? Parsed<Body>
  : { [Member in keyof Parsed<Body>]: Member extends TextMember ? JsonText : Parsed<Body>[Member] };

/**
 * What an operation answers with: JSON by the response schema, an HTML document, bytes with headers of their own, or JSON
 * that a caller who prefers `text/event-stream` gets as the last of a stream of events.
 */
export type AnswerForm = 'json' | 'html' | 'content' | 'events';

type Answer<Form extends AnswerForm, Schema> = Form extends 'html'
  ? string
  : Form extends 'content'
    ? Content
    : Schema extends TSchema
      ? Static<Schema>
      : void;
type TxByScope = { owner: OwnerTx; embed: WorkspaceTx; apiKey: OwnerTx | WorkspaceTx; public: undefined };

export type Call<S extends Scope, Params, Query, Body, TextMember = never> = {
  principal: PrincipalByScope[S];
  params: Parsed<Params>;
  query: Parsed<Query>;
  body: ParsedBody<Body, TextMember>;
  request: RequestFacts;
};

export type RouteDefinition<
  S extends Scope,
  Params extends TSchema | undefined,
  Query extends TSchema | undefined,
  Body extends TSchema | undefined,
  Response extends TSchema | undefined,
  Form extends AnswerForm = 'json',
  TextMember extends string = never,
> = {
  method: Method;
  path: string;
  scope: S;
  /** Where two hosts share the work, the one that answers; when absent the scope says, or both do. */
  host?: HostName;
  /** Not in `/openapi.json`: a page with as many addresses as it has views. */
  isHidden?: boolean;
  summary: string;
  tag: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /** Whether a call without a body is one with an empty object. */
  bodyIsOptional?: true;
  /** Bytes; 64 KiB when absent. */
  bodyBytesMax?: number;
  /**
   * Members of the body that are checked to be JSON of the type that the schema gives, and handed on as its text, unparsed: of a
   * body that is large and a stranger's. What is in them is the operation's to check.
   */
  textMembers?: readonly TextMember[];
  /** 200, or 201 for a POST, or 204 without a response schema, when absent. */
  status?: number;
  response?: Response;
  /** `json` when absent. */
  answers?: Form;
  /** Of a route that answers with events: those there are, by their `type`. The last carries what was answered. */
  events?: { told: readonly string[]; last: string };
  /** The codes that the operation itself can answer with; what the route's scope and schemas add is added. */
  errors?: readonly ErrorCode[];
  /** Of scope `embed`: whether an interactive API key opens this route too, for servers that use an app. */
  takesApiKey?: boolean;
  /**
   * Of scope `embed`: the parameter of the path that names what its owner may have opened to everybody. Then a request
   * without any credential is authenticated by that name.
   */
  openBy?: string;
  /** Whether a signed token may stand in the query as `token`: on pages that are opened by address and nowhere else. */
  signedTokenInQuery?: boolean;
  /** The embed API is called from customers' pages; everything else has no CORS. */
  cors?: boolean;
  /** Whether every answer is written to the access log, or refusals only. */
  accessLogged?: boolean;
  headers?: Record<string, string>;
  /**
   * Who minds `Idempotency-Key`. When absent: the server, for what an owner creates. `operation`: the route's own
   * operation. `none`: nobody, because every answer is to be a fresh one.
   */
  idempotency?: 'operation' | 'none';
  /** The one JWT that may stand in this route's URL: once, as the whole value of that parameter, for that audience. */
  jwtInQuery?: JwtInQuery;
  /** Throws unless this principal may use this address at all; asked before the body is read. */
  authorize?: (
    principal: PrincipalByScope[S],
    params: Readonly<Record<string, string | undefined>>,
    request: RequestFacts,
  ) => void;
} & (
  | {
      /** Runs inside one transaction of the principal's tenant. */
      operation: (
        call: Call<S, Params, Query, Body, TextMember> & { tx: TxByScope[S] },
      ) => Promise<Answer<Form, Response>>;
    }
  | {
      /** Waits on more than the database, so it opens its own short transactions. */
      longOperation: (
        call: Call<S, Params, Query, Body, TextMember> & (Form extends 'events' ? Ongoing : unknown),
      ) => Promise<Answer<Form, Response>>;
    }
);

/** A route as the server registers it: its types are checked where it is defined and erased here. */
export type Route = RouteDefinition<
  Scope,
  TSchema | undefined,
  TSchema | undefined,
  TSchema | undefined,
  TSchema | undefined,
  AnswerForm
>;

/**
 * Declares a route: where it is, who may call it, what it takes and answers, and the operation behind it. The server
 * authenticates for the scope before it reads the body, parses, opens the tenant's transaction, and sends only the
 * fields that the response schema lists.
 */
export function defineRoute<
  S extends Scope,
  Params extends TSchema | undefined = undefined,
  Query extends TSchema | undefined = undefined,
  Body extends TSchema | undefined = undefined,
  Response extends TSchema | undefined = undefined,
  Form extends AnswerForm = 'json',
  TextMember extends string = never,
>(definition: RouteDefinition<S, Params, Query, Body, Response, Form, TextMember>): Route {
  // The one place where the types end: what the operation is given is parsed by these very schemas.
  return definition as unknown as Route;
}
