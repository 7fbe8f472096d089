import { publicUrl, type InstanceAsk, type Instances } from '../../packages/server/src/testing/instances.ts';

/** A credential that works, how to take it back, and how a request that comes afterwards must be refused. */
export type CredentialInUse = {
  /** What is asked with it, by what it is called in a report. */
  uses: Readonly<Record<string, InstanceAsk>>;
  /** Takes it back through that instance. */
  takeBack: (server: number) => Promise<unknown>;
  refusal: { status: number; code: string };
};

export type CredentialKind = (instances: Instances, server: number) => Promise<CredentialInUse>;

const pageOrigin = 'https://shop.example';
const app = 'loan-calculator';
const unauthorized = { status: 401, code: 'invalid_token' };

/** Every way to take something back that a request may be under way with, made on and through any instance. */
export const credentialKinds = {
  async 'embed token, revoked'(instances, server) {
    const { id, uses } = await embedToken(instances, server);
    return { uses, takeBack: (by) => instances.manage(by, 'DELETE', `/v1/embed-tokens/${id}`), refusal: unauthorized };
  },
  async 'embed token, rotated'(instances, server) {
    const { id, uses } = await embedToken(instances, server);
    return {
      uses,
      takeBack: (by) => instances.manage(by, 'POST', `/v1/embed-tokens/${id}/rotate`),
      refusal: unauthorized,
    };
  },
  async 'client token, rotated'(instances, server) {
    const { id, uses } = await surface(instances, server, await workspace(instances, server));
    return {
      uses,
      takeBack: (by) => instances.manage(by, 'POST', `/v1/surfaces/${id}/rotate-token`),
      refusal: unauthorized,
    };
  },
  async 'surface, narrowed to another site'(instances, server) {
    const { id, uses } = await surface(instances, server, await workspace(instances, server));
    return {
      uses,
      takeBack: (by) => instances.manage(by, 'PATCH', `/v1/surfaces/${id}`, { allowedOrigins: ['elsewhere.example'] }),
      refusal: { status: 403, code: 'origin_not_allowed' },
    };
  },
  async 'workspace, disabled'(instances, server) {
    const workspaceId = await workspace(instances, server);
    const token = await embedToken(instances, server, workspaceId);
    const client = await surface(instances, server, workspaceId);
    return {
      uses: { ...token.uses, ...client.uses },
      takeBack: (by) => instances.manage(by, 'PATCH', `/v1/workspaces/${workspaceId}`, { status: 'disabled' }),
      refusal: { status: 403, code: 'workspace_disabled' },
    };
  },
  async 'owner key, revoked'(instances, server) {
    const { id, key } = await instances.manage(server, 'POST', '/v1/owner-keys', {});
    return {
      uses: { 'the owner key': { path: '/v1/me', headers: { authorization: `Bearer ${key}` } } },
      takeBack: (by) => instances.manage(by, 'DELETE', `/v1/owner-keys/${id}`),
      refusal: unauthorized,
    };
  },
  async 'owner key, rotated'(instances, server) {
    const { id, key } = await instances.manage(server, 'POST', '/v1/owner-keys', {});
    return {
      uses: { 'the owner key': { path: '/v1/me', headers: { authorization: `Bearer ${key}` } } },
      takeBack: (by) => instances.manage(by, 'POST', `/v1/owner-keys/${id}/rotate`),
      refusal: unauthorized,
    };
  },
  async 'public runs, switched off'(instances, server) {
    await instances.manage(server, 'PATCH', `/v1/apps/${app}`, { publicRuns: true });
    return {
      uses: {
        'reading without a credential': { path: `/api/tools/${app}/schema` },
      },
      takeBack: (by) => instances.manage(by, 'PATCH', `/v1/apps/${app}`, { publicRuns: false }),
      refusal: { status: 401, code: 'missing_auth' },
    };
  },
} satisfies Record<string, CredentialKind>;

/** An embed token and a session that its holder's backend got with it. */
export async function embedToken(
  instances: Instances,
  server: number,
  inWorkspace?: string,
): Promise<{ id: string; token: string; session: string; uses: CredentialInUse['uses'] }> {
  const workspaceId = inWorkspace ?? (await workspace(instances, server));
  const { id, token } = await instances.manage(server, 'POST', `/v1/workspaces/${workspaceId}/embed-tokens`, {
    apps: [app],
    permissions: ['tool:run'],
    allowedOrigins: [pageOrigin],
  });
  const byToken = { 'x-microapp-embed-token': token };
  const opened = await instances.ask(server, {
    method: 'POST',
    path: '/v1/embed/sessions',
    headers: byToken,
    body: { origin: pageOrigin },
  });
  const session = await redeem(instances, server, opened.body.ticket);
  return {
    id,
    token,
    session,
    uses: {
      'the embed token': { path: '/v1/embed/me?embed=1', headers: byToken },
      'a session of the embed token': { path: '/v1/embed/me', headers: { authorization: `Bearer ${session}` } },
    },
  };
}

/** A surface's client token and a visitor's session. */
async function surface(
  instances: Instances,
  server: number,
  workspaceId: string,
): Promise<{ id: string; uses: CredentialInUse['uses'] }> {
  const { id, clientToken } = await instances.manage(server, 'POST', '/v1/surfaces', {
    workspaceId,
    name: 'Shop',
    environment: 'production',
    apps: [app],
    permissions: ['tool:run'],
    allowedOrigins: [pageOrigin],
  });
  const open: InstanceAsk = {
    method: 'POST',
    path: '/v1/embed/sessions',
    headers: { origin: pageOrigin },
    body: { key: clientToken },
  };
  const opened = await instances.ask(server, open);
  const session = await redeem(instances, server, opened.body.ticket, id);
  return {
    id,
    uses: {
      'the client token': open,
      'a session of the client token': { path: '/v1/embed/me', headers: { authorization: `Bearer ${session}` } },
    },
  };
}

async function workspace(instances: Instances, server: number): Promise<string> {
  const { id } = await instances.manage(server, 'POST', '/v1/workspaces', {
    name: 'Customer',
    portalEnabled: true,
    features: ['tool:run'],
  });
  return id;
}

async function redeem(instances: Instances, server: number, ticket: string, surfaceId?: string): Promise<string> {
  const redeemed = await instances.ask(server, {
    method: 'POST',
    path: '/v1/embed/sessions/redeem',
    headers: { origin: publicUrl },
    body: { ticket, parentOrigin: pageOrigin, ...(surfaceId === undefined ? {} : { surfaceId }) },
  });
  if (redeemed.status !== 200) throw new Error(`a ticket was not redeemed: ${JSON.stringify(redeemed.body)}`);
  return redeemed.body.token;
}
