import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { decodeJwt, SignJWT } from 'jose';

/** A mistake that somebody makes in front of a server, of the kind that an honest check must find. */
export type Fault =
  | 'the owner key stands in the script'
  | 'the owner key stands in what the script loads'
  | 'the owner key stands in what explains a failure'
  | 'good answers are remembered'
  | 'sessions live a day'
  | 'minting has no limit'
  | 'any page may show the frame'
  | 'the query chooses the workspace';

/** A listening server that passes everything on to another, and makes at most one mistake. */
export type FaultyProxy = {
  url: string;
  /** Passes on to this address, with this mistake. */
  use(upstream: string, fault: Fault | undefined, ownerKey: string): void;
  close(): Promise<void>;
};

type Message = { method: string; url: URL; headers: Headers; body: string };
type Reply = { status: number; headers: Headers; body: string };
type Pass = (message: Message) => Promise<Reply>;

const sessionsPath = '/v1/embed/sessions';

export async function startFaultyProxy(): Promise<FaultyProxy> {
  let handle: Pass = () => Promise.reject(new Error('The proxy has nowhere to pass to.'));
  const server = createServer((request, response) => {
    void readMessage(request)
      .then((message) => handle(message))
      .then(({ status, headers, body }) => response.writeHead(status, [...headers].flat()).end(body))
      .catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy listens on no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    use(upstream, fault, ownerKey) {
      const pass = passTo(upstream);
      handle = fault === undefined ? pass : faults[fault](pass, ownerKey);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readMessage(request: IncomingMessage): Promise<Message> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) body += chunk;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (!['host', 'connection', 'content-length', 'accept-encoding'].includes(name)) headers.set(name, String(value));
  }
  return { method: request.method ?? 'GET', url: new URL(request.url ?? '/', 'http://proxy.invalid'), headers, body };
}

function passTo(upstream: string): Pass {
  return async ({ method, url, headers, body }) => {
    const hasBody = body !== '' && method !== 'GET';
    const answer = await fetch(`${upstream}${url.pathname}${url.search}`, {
      method,
      headers,
      redirect: 'manual',
      ...(hasBody ? { body } : {}),
    });
    const kept = new Headers(answer.headers);
    for (const name of ['content-length', 'content-encoding', 'transfer-encoding', 'connection']) kept.delete(name);
    return { status: answer.status, headers: kept, body: await answer.text() };
  };
}

/** The key at the end of the files whose path begins so. */
function keyIn(path: string) {
  return (pass: Pass, ownerKey: string): Pass =>
    async (message) => {
      const reply = await pass(message);
      return message.url.pathname.startsWith(path) ? { ...reply, body: `${reply.body}\n// ${ownerKey}` } : reply;
    };
}

const faults: Readonly<Record<Fault, (pass: Pass, ownerKey: string) => Pass>> = {
  'the owner key stands in the script': keyIn('/embed.js'),
  'the owner key stands in what the script loads': keyIn('/embed/assets/runtime-'),
  'the owner key stands in what explains a failure': keyIn('/embed/assets/diagnosis-'),

  'good answers are remembered': (pass) => {
    const remembered = new Map<string, Reply>();
    return async (message) => {
      const { method, url, headers } = message;
      if (!url.pathname.startsWith('/api/')) return pass(message);
      const key = [method, url.href, headers.get('authorization'), headers.get('x-microapp-embed-token')].join(' ');
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const reply = await pass(message);
      if (reply.status === 200) remembered.set(key, reply);
      return reply;
    };
  },

  'sessions live a day': (pass) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const kid = 'sig_of_the_proxy';
    const real = new Map<string, string>();
    return async (message) => {
      const held = (message.headers.get('authorization') ?? '').replace(/^Bearer /, '');
      const session = real.get(held);
      if (session !== undefined) message.headers.set('authorization', `Bearer ${session}`);
      const reply = await pass(message);
      if (message.url.pathname === '/.well-known/jwks.json') {
        const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' };
        return { ...reply, body: JSON.stringify({ keys: [jwk] }) };
      }
      const issued = message.url.pathname.startsWith(`${sessionsPath}/`) ? fieldOf(reply.body, 'token') : undefined;
      if (issued === undefined) return reply;
      const claims = decodeJwt(issued);
      const lasting = await new SignJWT({ ...claims, exp: Number(claims.iat) + 86_400 })
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'microapp-session+jwt' })
        .sign(privateKey);
      real.set(lasting, issued);
      return { ...reply, body: reply.body.replace(issued, lasting) };
    };
  },

  'minting has no limit': (pass) => async (message) => {
    const isSurface = message.method === 'POST' && message.url.pathname === '/v1/surfaces';
    if (!isSurface) return pass(message);
    return pass({ ...message, body: JSON.stringify({ ...(JSON.parse(message.body) as object), limits: {} }) });
  },

  'any page may show the frame': (pass) => async (message) => {
    const reply = await pass(message);
    const policy = reply.headers.get('content-security-policy');
    if (policy !== null) {
      reply.headers.set('content-security-policy', policy.replace(/frame-ancestors[^;]*/, 'frame-ancestors *'));
    }
    return reply;
  },

  'the query chooses the workspace': (pass) => {
    const tokens = new Map<string, string>();
    return async (message) => {
      const chosen = tokens.get(message.url.searchParams.get('workspaceId') ?? '');
      if (chosen !== undefined && message.url.pathname.startsWith('/v1/embed/')) {
        message.headers.delete('authorization');
        message.headers.set('x-microapp-embed-token', chosen);
        message.url.searchParams.set('embed', '1');
      }
      const reply = await pass(message);
      const [, workspaceId] = /^\/v1\/workspaces\/(\w+)\/embed-tokens$/.exec(message.url.pathname) ?? [];
      const token = workspaceId === undefined ? undefined : fieldOf(reply.body, 'token');
      if (workspaceId !== undefined && token !== undefined) tokens.set(workspaceId, token);
      return reply;
    };
  },
};

function fieldOf(json: string, name: string): string | undefined {
  try {
    const value = (JSON.parse(json) as Record<string, unknown> | null)?.[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
