import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  type JSONWebKeySet,
} from 'jose';
import { expectAnswer, valueAt } from '../api.ts';
import type { Point } from './point.ts';
import type { Stage } from './stage.ts';
import { visit, visitByToken, whoAmI } from './visitor.ts';

const lifetimeSecondsMax = 15 * 60;

export const signedShortSessions: Point = {
  title: 'Sessions are short, and bound to the workspace by a signed claim',
  remedy: 'Whatever issues sessions in front of the server must not: sessions are the server’s own, and live minutes.',
  async check(stage) {
    const { api, a } = stage;
    const sessions = [(await visit(api, a.surface)).session, (await visitByToken(api, a.token.value)).session];
    const problems = await Promise.all(sessions.map((session) => faultsOf(stage, session)));
    return {
      seen: `Signed by a published key, for one workspace, for at most ${lifetimeSecondsMax / 60} minutes; forged ones are refused.`,
      problems: [...new Set(problems.flat())],
    };
  },
};

async function faultsOf(stage: Stage, session: string): Promise<string[]> {
  const header = readable(() => decodeProtectedHeader(session));
  const claims = readable(() => decodeJwt(session));
  if (header === undefined || claims === undefined) return ['A session is no signed token (JWT).'];
  const { iat = 0, exp = Number.POSITIVE_INFINITY } = claims;
  const lifetime = exp - iat;
  const problems: string[] = [];
  if (header.alg !== 'EdDSA' || header.kid === undefined)
    problems.push(`A session is signed by ${String(header.alg)}.`);
  if (lifetime > lifetimeSecondsMax || lifetime <= 0) problems.push(`A session lives ${lifetime} seconds.`);
  if (claims['workspace'] !== stage.a.workspaceId) problems.push('A session does not name its workspace.');
  if (!(await isSignedByPublishedKey(stage, session, iat)))
    problems.push('A session is not signed by a published key.');
  for (const [name, forged] of await forgeries(stage, session)) {
    const { status } = await whoAmI(stage.api, forged);
    if (status !== 401) problems.push(`A session ${name} gets ${status}.`);
  }
  return problems;
}

async function isSignedByPublishedKey({ api }: Stage, session: string, issuedAt: number): Promise<boolean> {
  const published = expectAnswer(await api.ask({ path: '/.well-known/jwks.json' }), 200);
  if (!Array.isArray(valueAt(published.body, 'keys'))) return false;
  try {
    // The key set checks its own shape; the clocks of the two machines need not agree.
    const keys = createLocalJWKSet(published.body as JSONWebKeySet);
    await jwtVerify(session, keys, { algorithms: ['EdDSA'], currentDate: new Date(issuedAt * 1000) });
    return true;
  } catch {
    return false;
  }
}

/** The session as a forger would change it, to reach the other workspace. */
async function forgeries({ b }: Stage, session: string): Promise<[name: string, token: string][]> {
  const [head = '', , signature = ''] = session.split('.');
  const header = decodeProtectedHeader(session);
  const claims = { ...decodeJwt(session), workspace: b.workspaceId };
  const payload = encoded(claims);
  const { privateKey } = await generateKeyPair('EdDSA');
  const signedByAnother = await new SignJWT(claims).setProtectedHeader({ ...header, alg: 'EdDSA' }).sign(privateKey);
  return [
    ['with another workspace and the old signature', `${head}.${payload}.${signature}`],
    ['without a signature', `${encoded({ ...header, alg: 'none' })}.${payload}.`],
    ['signed by somebody else', signedByAnother],
    ['that is none', 'none'],
  ];
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
