import type { FakeClock } from './fake-clock.ts';

const sessionSeconds = 300;
const refreshableSeconds = 1_800;

type Session = { openedAtMs: number; expiresAtMs: number };
type Answer = { status: number; body: unknown; headers?: Record<string, string> };
export type SeenRequest = { path: string; headers: Record<string, string>; body: Record<string, unknown> };

/**
 * The embed API as a frame meets it, by the same rules as the real one: tickets are good once, the URL token `url-token`
 * always, sessions live five minutes, and are refreshed for half an hour. `wallClockSkewMs` has no effect on it, which is the point.
 */
export type FakeServer = {
  fetch: (path: string, init: RequestInit) => Promise<Response>;
  issueTicket(): string;
  /** All requests, in their order. */
  seen: SeenRequest[];
  seenAt(path: string): SeenRequest[];
  /** Ends all sessions and refuses all tickets, as a rotation does; `reinstate` takes new ones again. */
  revoke(): void;
  reinstate(): void;
  /** `down`: no connection. `silent`: no answer, ever. Otherwise the answer to everything. */
  trouble: 'down' | 'silent' | Answer | undefined;
};

export function fakeServer(clock: FakeClock): FakeServer {
  let count = 0;
  let isRevoked = false;
  let tickets = new Set<string>();
  let sessions = new Map<string, Session>();

  const server: FakeServer = {
    seen: [],
    seenAt: (path) => server.seen.filter((request) => request.path === path),
    trouble: undefined,
    issueTicket() {
      const ticket = `ticket-${(count += 1)}`;
      tickets.add(ticket);
      return ticket;
    },
    revoke() {
      isRevoked = true;
      tickets = new Set();
      sessions = new Map();
    },
    reinstate() {
      isRevoked = false;
    },
    fetch: async (path, init) => {
      const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
      const request = { path, headers: init.headers as Record<string, string>, body };
      server.seen.push(request);
      await Promise.resolve();
      if (server.trouble === 'down') throw new TypeError('Failed to fetch');
      if (server.trouble === 'silent') return whenAborted(init.signal);
      const { status, body: answer, headers = {} } = server.trouble ?? answerTo(request);
      return new Response(JSON.stringify(answer), { status, headers });
    },
  };
  return server;

  function answerTo({ path, headers, body }: SeenRequest): Answer {
    if (path === '/v1/embed/sessions') {
      if (isRevoked || headers['x-microapp-embed-token'] === undefined) return unauthorized();
      return { status: 201, body: { ticket: server.issueTicket(), expiresIn: 60 } };
    }
    if (path === '/v1/embed/sessions/redeem') {
      // A URL token is good as often as it comes, a ticket once.
      const isGood = body['urlToken'] === 'url-token' || tickets.delete(String(body['ticket']));
      if (isRevoked || !isGood) return unauthorized();
      return openSession(clock.monotonicMs());
    }
    const session = sessions.get((headers['authorization'] ?? '').replace('Bearer ', ''));
    if (session === undefined || session.expiresAtMs <= clock.monotonicMs()) return unauthorized();
    if (path !== '/v1/embed/sessions/refresh') return { status: 200, body: { path } };
    if (clock.monotonicMs() >= session.openedAtMs + refreshableSeconds * 1000) return unauthorized();
    return openSession(session.openedAtMs);
  }

  function openSession(openedAtMs: number): Answer {
    const token = `session-${(count += 1)}`;
    sessions.set(token, { openedAtMs, expiresAtMs: clock.monotonicMs() + sessionSeconds * 1000 });
    const apps = [{ slug: 'loan', name: 'Loan', kind: 'tool' }];
    const config = { name: 'Shop', apps, theme: {}, texts: {} };
    return { status: 200, body: { token, expiresIn: sessionSeconds, visitorId: 'vis_1', config } };
  }
}

function unauthorized(): Answer {
  return { status: 401, body: { error: 'No.', code: 'invalid_token', requestId: 'req_1' } };
}

function whenAborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
  });
}
