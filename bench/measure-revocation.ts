import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startDatabase } from '../packages/server/src/testing/postgres-database.ts';
import { cases } from './cases.ts';
import { ask, prepareInstallation, textOf } from './installation.ts';
import { measureCase, type CaseResult } from './measure-case.ts';
import { startMicroapp, type MeasuredProcess } from './measured-process.ts';
import { percentile } from './statistics.ts';

/** Milliseconds from the sending of a management call to its answer, with two servers on one PostgreSQL. */
export type RevocationResult = {
  /** Revoking an embed token that both servers remember: answered when both have forgotten it. */
  revoke: Percentiles;
  /** Issuing one, an ordinary write: nothing has to be forgotten. */
  issue: Percentiles;
  /** Median of the one as a multiple of the other's. */
  ratio: number;
  calls: number;
};

type Percentiles = { p50Ms: number; p99Ms: number };

const calls = 300;
const warmUpCalls = 30;

/**
 * Measures what revoking costs across two processes. Every token is used on both before and asked for on both after: the
 * bench fails when one is still accepted.
 */
export async function measureRevocation(folder: string, ownerKey: string): Promise<RevocationResult> {
  return withTwoServers(folder, ownerKey, async (servers) => {
    const [first, second] = servers;
    const headers = { authorization: `Bearer ${ownerKey}` };
    const workspace = await ask(first.url, {
      method: 'POST',
      path: '/v1/workspaces',
      headers,
      body: { name: 'Bench', portalEnabled: true, features: ['tool:run'] },
    });
    const issuePath = `/v1/workspaces/${textOf(workspace, 'id')}/embed-tokens`;
    const issueMs: number[] = [];
    const revokeMs: number[] = [];
    for (let call = 0; call < warmUpCalls + calls; call++) {
      const body = { apps: ['loan-calculator'], permissions: ['tool:run'] };
      const issued = await timed(() => ask(first.url, { method: 'POST', path: issuePath, headers, body }));
      const [id, token] = [textOf(issued.answer, 'id'), textOf(issued.answer, 'token')];
      for (const { url } of servers) await expectAnswer(url, token, 200);
      const path = `/v1/embed-tokens/${id}`;
      const revoked = await timed(() => fetch(`${first.url}${path}`, { method: 'DELETE', headers }));
      if (revoked.answer.status !== 204) throw new Error(`Revoking was answered with ${revoked.answer.status}.`);
      for (const { url } of [second, first]) await expectAnswer(url, token, 401);
      if (call < warmUpCalls) continue;
      issueMs.push(issued.milliseconds);
      revokeMs.push(revoked.milliseconds);
    }
    const [revoke, issue] = [percentilesOf(revokeMs), percentilesOf(issueMs)];
    return { revoke, issue, ratio: revoke.p50Ms / issue.p50Ms, calls };
  });
}

/** The first case again, a verified request, on PostgreSQL with a second server on the same database. */
export async function measureOnPostgres(
  { folder, ownerKey, bareRoute }: { folder: string; ownerKey: string; bareRoute: MeasuredProcess },
  seconds: number,
): Promise<CaseResult> {
  const [verified] = cases;
  if (verified === undefined) throw new Error('There are no cases.');
  return withTwoServers(folder, ownerKey, async ([microapp]) => {
    const installation = await prepareInstallation(microapp.url, ownerKey);
    const result = await measureCase(verified, { microapp, bareRoute, installation }, seconds);
    return { ...result, name: `${result.name}-postgres`, title: `${result.title}, PostgreSQL` };
  });
}

async function withTwoServers<T>(
  folder: string,
  ownerKey: string,
  use: (servers: readonly [MeasuredProcess, MeasuredProcess]) => Promise<T>,
): Promise<T> {
  const { postgres, drop } = await startDatabase();
  try {
    const settings = {
      dataDir: join(folder, 'two-servers'),
      ownerKey,
      profileFolder: undefined,
      database: { ...postgres, secretKey: randomBytes(32).toString('base64') },
    };
    await using first = await startMicroapp(settings);
    await using second = await startMicroapp(settings);
    return await use([first, second]);
  } finally {
    await drop();
  }
}

async function expectAnswer(url: string, token: string, status: number): Promise<void> {
  const answer = await fetch(`${url}/v1/embed/me?embed=1`, { headers: { 'x-microapp-embed-token': token } });
  await answer.arrayBuffer();
  if (answer.status !== status) throw new Error(`A token was answered with ${answer.status} instead of ${status}.`);
}

async function timed<T>(call: () => Promise<T>): Promise<{ answer: T; milliseconds: number }> {
  const began = performance.now();
  const answer = await call();
  return { answer, milliseconds: performance.now() - began };
}

function percentilesOf(milliseconds: readonly number[]): Percentiles {
  return { p50Ms: percentile(milliseconds, 50), p99Ms: percentile(milliseconds, 99) };
}
