import { Registry } from 'prom-client';
import type { EmbedPrincipal } from '../platform/http/index.ts';
import { newId, systemRandom } from '../platform/random.ts';
import {
  createRunLedger,
  createRunMetrics,
  type QuotaAlertNote,
  type QuotaStanding,
  type RunEnd,
  type RunLedger,
} from '../modules/usage/index.ts';
import type { FakeClock } from './fake-clock.ts';
import { expectStatus, type Owner, type Scenario } from './scenario.ts';

export type Plan = { runsPerDay: number; aiActionsPerDay: number; failedRunsPerDay: number };

export const plentiful: Plan = { runsPerDay: 1000, aiActionsPerDay: 1000, failedRunsPerDay: 1000 };

/** One process's ledger, and what it was told of. */
export type TestLedger = RunLedger & { instanceId: string; alerts: QuotaAlertNote[]; metrics: Registry };

/** A further ledger on the scenario's database and, unless it is given one, clock, as another process would have it. */
export function openLedger(
  scenario: Scenario,
  options: {
    plan?: Partial<Plan> | undefined;
    instanceId?: string;
    db?: Scenario['deps']['db'];
    clock?: FakeClock;
  } = {},
): TestLedger {
  const { deps, database } = scenario;
  const instanceId = options.instanceId ?? newId(systemRandom, 'request');
  const alerts: QuotaAlertNote[] = [];
  const metrics = new Registry();
  const ledger = createRunLedger({
    db: options.db ?? database.db,
    clock: options.clock ?? scenario.clock,
    log: deps.log,
    instanceId,
    plan: { ...plentiful, ...options.plan },
    metrics: createRunMetrics(metrics),
    onAlert: (alert) => alerts.push(alert),
  });
  return { ...ledger, instanceId, alerts, metrics };
}

/** A customer with an app, a surface and runs that nothing needs to execute. */
export type Customer = {
  owner: Owner;
  workspaceId: string;
  surfaceId: string;
  appId: string;
  principal: EmbedPrincipal;
  /** Begins a run; rejects as the ledger does. */
  begin: (ledger: RunLedger, run?: { aiActions?: number; surfaceId?: undefined }) => Promise<BegunRun>;
};

export type BegunRun = {
  id: string;
  standing: QuotaStanding;
  end: (ledger: RunLedger, outcome: RunEnd['outcome']) => Promise<void>;
};

export const failure: RunEnd['outcome'] = { status: 'failed', errorCode: 'tool_error', errorDetail: 'it broke' };

/** Of an owner of its own, so that no other test's runs count. */
export async function newCustomer(
  scenario: Scenario,
  limits: { workspace?: Record<string, number>; surface?: Record<string, number> } = {},
): Promise<Customer> {
  const owner = await scenario.anotherOwner();
  const { id: workspaceId } = await owner.workspace({ limits: limits.workspace ?? {} });
  const slug = `tool-${newId(systemRandom, 'app').slice(4).toLowerCase()}`;
  const app = await expectStatus(
    owner.ask({
      method: 'POST',
      url: '/v1/apps',
      body: {
        slug,
        kind: 'tool',
        name: slug,
        spec: { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'one', expression: '1' }] },
      },
    }),
    201,
  );
  const appId: string = app.body.id;
  const { id: surfaceId } = await owner.surface(workspaceId, { apps: [slug], limits: limits.surface ?? {} });
  const principal: EmbedPrincipal = {
    class: 'embed_session',
    credentialClass: 'client_token',
    credentialId: 'ctok_1',
    version: 1,
    ownerId: owner.id,
    workspaceId,
    surfaceId,
    apps: [slug],
    permissions: ['tool:run'],
    allowedOrigins: [],
    environment: 'production',
    origin: 'https://shop.example',
    session: undefined,
  };
  return {
    owner,
    workspaceId,
    surfaceId,
    appId,
    principal,
    async begin(ledger, { aiActions = 0, ...other } = {}) {
      const id = newId(systemRandom, 'run');
      const standing = await ledger.begin(
        { ...principal, ...other },
        {
          id,
          appId,
          appVersion: 1,
          startedAt: new Date(scenario.clock.now()),
          requestId: `req_${id}`,
          aiActions,
          stepKinds: ['transform'],
        },
      );
      return { id, standing, end: (by, outcome) => by.end(principal, id, { durationMs: 5, outcome }) };
    },
  };
}
