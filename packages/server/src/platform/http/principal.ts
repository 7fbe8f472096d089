import type { ApiKeyScope, Environment, ManagementRole, Permission } from '@microapp/contract';

/** Who is asking, as the verified credential says. Nothing in here comes from a body, a query or a header of its own. */
export type OwnerPrincipal = {
  /** An owner key's id, a member's, or the `sub` of a person whom an identity provider vouches for. */
  credentialId: string;
  ownerId: string;
  role: ManagementRole;
  /** The session that the request came through; absent or undefined: it brought the credential itself. */
  dashboardSession?: { id: string; csrfToken: string } | undefined;
} & ({ class: 'owner_key'; version: number } | { class: 'oidc_user' } | { class: 'member' });

/** The state of apps that a preview shows: as they are drafted, as visitors get them, or as one version of its one app was published. */
export type Shown = 'draft' | 'live' | { version: number } | { specOfPreview: string };

/**
 * An embed token, used directly or through a session, a client token or a preview, used through a session, an interactive API key on
 * a route that takes one, or nobody in particular, who uses what was opened to everybody.
 */
export type EmbedPrincipal = {
  class: 'embed_token' | 'client_token' | 'preview' | 'embed_session' | 'api_key' | 'anonymous';
  /** The record that stands behind the request; a session names the credential that it was minted from. */
  credentialClass: 'embed_token' | 'client_token' | 'preview' | 'api_key' | 'anonymous';
  credentialId: string;
  version: number;
  ownerId: string;
  workspaceId: string;
  surfaceId: string | undefined;
  /** Slugs. Of an API key none means every app of its owner. */
  apps: readonly string[];
  permissions: readonly Permission[];
  allowedOrigins: readonly string[];
  environment: Environment;
  /** When this ends by itself, in epoch milliseconds; absent or undefined: it does not. */
  expiresAt?: number | undefined;
  /** The customer's origin, where the browser attested it. */
  origin: string | undefined;
  /** The app that is open to everybody, of class `anonymous`: what such a request rests on instead of a credential. */
  openAppId?: string | undefined;
  /** Of a preview: which state of its apps runs, and what else it ends with, as changes are named. */
  preview?: { shows: Shown; restsOn: readonly string[] } | undefined;
  /** The visitor behind a session; `authTime` is when its first ticket was redeemed, in epoch seconds. */
  session: { visitorId: string; authTime: number } | undefined;
};

/** The holder of an API key, or of a token that a holder signed with one, as the key stands now. */
export type ApiKeyPrincipal = {
  class: 'api_key' | 'signed_token';
  /** The record that stands behind the request. */
  credentialClass: 'api_key';
  credentialId: string;
  version: number;
  ownerId: string;
  /** Undefined: all of its owner's. */
  workspaceId: string | undefined;
  scope: ApiKeyScope;
  /** Slugs. Of an API key none means every app of its owner; a signed token always names some. */
  apps: readonly string[];
  permissions: readonly Permission[];
  /** The one session that a signed token is for. */
  sessionId: string | undefined;
  origin: string | undefined;
};

export type Principal = OwnerPrincipal | EmbedPrincipal | ApiKeyPrincipal;

export type PrincipalByScope = {
  owner: OwnerPrincipal;
  embed: EmbedPrincipal;
  apiKey: ApiKeyPrincipal;
  public: undefined;
};

/** A scope names the kind of credential that a route takes; it never parses another's. */
export type Scope = keyof PrincipalByScope;
