import { beforeAll, describe, expect, it } from 'vitest';
import type { InstanceRow, LeaseBook } from '../../platform/db/lease-book.ts';
import { differencesInBooks } from '../../testing/books.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { failure, newCustomer, openLedger, type Customer } from '../../testing/ledger.ts';
import { describeApp, describeAppOnce, expectStatus, type Scenario } from '../../testing/scenario.ts';

async function runsOf({ owner }: Customer): Promise<Record<string, unknown>[]> {
  return (await expectStatus(owner.ask({ url: '/v1/runs' }), 200)).body.data;
}

async function ownersCounters(scenario: Scenario, { owner }: Customer): Promise<Record<string, unknown>[]> {
  return scenario.database.admin.query(
    `select runs, ai_actions, failed_runs, running from quota_days where owner_id = $1 and workspace_id is null`,
    [owner.id],
  );
}

type Db = Scenario['deps']['db'];

describeAppOnce('runs of a process that is gone', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  /** A book whose entries the test writes. */
  function bookOf(present: Set<string>): LeaseBook {
    return {
      renew: async () => ({ latest: 0, renewed: true }),
      read: async () => ({
        latest: 0,
        instances: [...present].map((id): InstanceRow => ({ id, applied: 0, renewals: 1 })),
      }),
      remove: async () => undefined,
    };
  }

  function withBook(present: Set<string>): Db {
    return { ...scenario.database.db, leases: bookOf(present) };
  }

  it('without other processes, the next start gives them up as interrupted, and gives back what they took (M49)', async () => {
    const customer = await newCustomer(scenario);
    const died = openLedger(scenario);
    for (let run = 0; run < 3; run++) await customer.begin(died, { aiActions: 1 });
    scenario.clock.setNow(scenario.clock.now() + 1500);
    const next = openLedger(scenario);
    await next.recover();
    const runs = await runsOf(customer);
    expect(runs).toHaveLength(3);
    for (const run of runs) expect(run).toMatchObject({ status: 'failed', errorCode: 'interrupted', durationMs: 1500 });
    expect(await ownersCounters(scenario, customer)).toEqual([{ runs: 0, ai_actions: 0, failed_runs: 3, running: 0 }]);
    expect(await next.metrics.getSingleMetricAsString('microapp_runs_total')).toContain('{outcome="failed"} 3');
  });

  it('are settled once when two instances look at the same time', async () => {
    const customer = await newCustomer(scenario);
    const died = openLedger(scenario);
    for (let run = 0; run < 8; run++) await customer.begin(died);
    await Promise.all([openLedger(scenario).recover(), openLedger(scenario).recover()]);
    expect(await ownersCounters(scenario, customer)).toEqual([{ runs: 0, ai_actions: 0, failed_runs: 8, running: 0 }]);
    expect(await differencesInBooks(scenario.database.admin)).toEqual([]);
  });

  it('an instance leaves its own runs alone', async () => {
    const customer = await newCustomer(scenario);
    const ledger = openLedger(scenario);
    const run = await customer.begin(ledger);
    await ledger.recover();
    expect(await runsOf(customer)).toMatchObject([{ status: 'running', durationMs: null, errorCode: null }]);
    await run.end(ledger, { status: 'ok' });
    expect(await runsOf(customer)).toMatchObject([{ status: 'ok' }]);
  });

  it('an instance that is in the book keeps its runs, however long they take; one that is missing loses them after a while', async () => {
    const customer = await newCustomer(scenario);
    const present = new Set(['alive', 'late']);
    // Of their own, as the scenario's server has no book and would take all of them for dead.
    const [db, clock] = [withBook(present), createFakeClock()];
    const alive = openLedger(scenario, { db, clock, instanceId: 'alive' });
    const late = openLedger(scenario, { db, clock, instanceId: 'late' });
    const looking = openLedger(scenario, { db, clock, instanceId: 'looking' });
    const long = await customer.begin(alive);
    const other = await customer.begin(late);
    const after = async (seconds: number): Promise<unknown[]> => {
      for (let passed = 0; passed < seconds; passed += 5) {
        clock.advance(5000);
        await looking.recover();
      }
      return (await runsOf(customer)).map(({ id, status }) => [id, status]);
    };
    const running = [
      [long.id, 'running'],
      [other.id, 'running'],
    ];
    expect(await after(60)).toEqual(expect.arrayContaining(running));
    present.delete('late');
    expect(await after(10)).toEqual(expect.arrayContaining(running));
    // It was only late: it comes back, and the count begins anew.
    present.add('late');
    expect(await after(5)).toEqual(expect.arrayContaining(running));
    present.delete('late');
    expect(await after(10)).toEqual(expect.arrayContaining(running));
    expect(await after(30)).toEqual(expect.arrayContaining([running[0], [other.id, 'failed']]));
    // Whoever wakes up with an answer must not give it: its run counts as interrupted.
    await expect(other.end(late, { status: 'ok' })).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'run_interrupted',
    });
    await long.end(alive, { status: 'ok' });
    expect(await ownersCounters(scenario, customer)).toMatchObject([{ runs: 1, failed_runs: 1, running: 0 }]);
    for (const ledger of [alive, late, looking]) await ledger.close();
  });

  it('at its end, a process settles what it still has under way', async () => {
    const customer = await newCustomer(scenario);
    const ledger = openLedger(scenario);
    const run = await customer.begin(ledger);
    await ledger.close();
    expect(await runsOf(customer)).toMatchObject([{ id: run.id, status: 'failed', errorCode: 'interrupted' }]);
    expect(await ownersCounters(scenario, customer)).toMatchObject([{ runs: 0, running: 0 }]);
  });
});

describeApp('a settlement that does not reach the database', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  /** A database that answers nothing while it is away, or takes what it is told and does not say so. */
  function brittle(): { db: Db; state: { is: 'there' | 'away' | 'silent' } } {
    const state: { is: 'there' | 'away' | 'silent' } = { is: 'there' };
    const real = scenario.database.db;
    return {
      state,
      db: {
        ...real,
        async withWorkspace(scope, run) {
          if (state.is === 'away') throw new Error('the database is away');
          const answer = await real.withWorkspace(scope, run);
          if (state.is === 'silent') throw new Error('the connection broke after the commit');
          return answer;
        },
      },
    };
  }

  it.each(['away', 'silent'] as const)('is made up for when it is back, once: %s', async (failing) => {
    const customer = await newCustomer(scenario);
    const { db, state } = brittle();
    const ledger = openLedger(scenario, { db });
    const [good, bad] = [await customer.begin(ledger, { aiActions: 1 }), await customer.begin(ledger)];
    state.is = failing;
    await expect(good.end(ledger, { status: 'ok' })).rejects.toThrow(/^the (database is away|connection broke)/);
    await expect(bad.end(ledger, failure)).rejects.toThrow(/^the (database is away|connection broke)/);
    await ledger.recover();
    state.is = 'there';
    await ledger.recover();
    const runs = await runsOf(customer);
    expect(runs.map(({ id, status }) => [id, status])).toEqual(
      expect.arrayContaining([
        [good.id, 'ok'],
        [bad.id, 'failed'],
      ]),
    );
    expect(await ownersCounters(scenario, customer)).toEqual([{ runs: 1, ai_actions: 1, failed_runs: 1, running: 0 }]);
    await ledger.close();
  });

  describe('where it is the beginning', () => {
    it('a run of which nobody knows whether it was written down does not keep its quota', async () => {
      const customer = await newCustomer(scenario);
      const { db, state } = brittle();
      const ledger = openLedger(scenario, { db });
      state.is = 'silent';
      await expect(customer.begin(ledger)).rejects.toThrow('the connection broke');
      expect(await ownersCounters(scenario, customer)).toMatchObject([{ runs: 1, running: 1 }]);
      state.is = 'there';
      await ledger.recover();
      expect(await runsOf(customer)).toEqual([]);
      expect(await ownersCounters(scenario, customer)).toMatchObject([{ runs: 0, running: 0 }]);
      await ledger.close();
    });
  });
});
