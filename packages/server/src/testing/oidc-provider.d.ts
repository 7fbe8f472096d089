/** The little of `oidc-provider` that tests use; it comes without types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    callback(): RequestListener;
    /** Goes on with a sign-in at the provider, with what the person did. */
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: { login: { accountId: string } },
    ): Promise<void>;
    Grant: new (of: { clientId: string; accountId: string }) => {
      addOIDCScope(scope: string): void;
      save(): Promise<string>;
    };
  }

  /** Who asks for what, as the provider tells its hooks. */
  export type GrantContext = {
    oidc: { provider: Provider; client: { clientId: string }; session: { accountId: string } };
  };
}
