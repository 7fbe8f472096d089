import { beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../platform/app-error.ts';
import { differencesInBooks } from '../../testing/books.ts';
import { failure, newCustomer, openLedger, type BegunRun, type Customer } from '../../testing/ledger.ts';
import { describeApp, expectStatus, type Scenario } from '../../testing/scenario.ts';

type Begun = { admitted: BegunRun[]; refused: AppError[] };

/** All at once; a refusal for anything but a quota fails the test. */
async function beginAll(attempts: readonly Promise<BegunRun>[]): Promise<Begun> {
  const settled = await Promise.allSettled(attempts);
  const admitted = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  return {
    admitted,
    refused: refused.map((error) => {
      if (error instanceof AppError && error.code === 'quota_exceeded') return error;
      throw error;
    }),
  };
}

async function refusalOf(attempt: Promise<BegunRun>): Promise<AppError> {
  const { refused } = await beginAll([attempt]);
  const [refusal] = refused;
  if (refusal === undefined) throw new Error('the run was admitted');
  return refusal;
}

describeApp('the ledger of runs', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  type Used = { runs: number; ai_actions: number; failed_runs: number; running: number };

  /** What the counters of the day hold for the owner, the workspace and the surface. */
  async function used({ owner }: Customer, day = today()): Promise<Used[]> {
    const rows = await scenario.database.admin.query(
      `select runs, ai_actions, failed_runs, running from quota_days where owner_id = $1 and day = $2
       order by (workspace_id is not null), (surface_id is not null)`,
      [owner.id, day],
    );
    return rows as Used[];
  }

  function today(): string {
    return new Date(scenario.clock.now()).toISOString().slice(0, 10);
  }

  async function runsOf({ owner }: Customer): Promise<{ id: string; status: string; errorCode: string | null }[]> {
    return (await expectStatus(owner.ask({ url: '/v1/runs?limit=200' }), 200)).body.data;
  }

  const one = { runs: 1, ai_actions: 0, failed_runs: 0, running: 0 };

  it.each([
    ['owner', 'of this account', { plan: { runsPerDay: 7 } }],
    ['workspace', 'of this workspace', { workspace: { runsPerDay: 7 } }],
    ['surface', 'of this surface', { surface: { runsPerDay: 7 } }],
  ] as const)(
    'admits exactly as many runs as the quota of the %s has room for, of three times as many at once through two ledgers (M51, H67, H68)',
    async (
      scope,
      words,
      { plan, ...limits }: { plan?: { runsPerDay: number }; workspace?: object; surface?: object },
    ) => {
      const customer = await newCustomer(scenario, limits as Parameters<typeof newCustomer>[1]);
      const ledgers = [openLedger(scenario, { plan }), openLedger(scenario, { plan })];
      const { admitted, refused } = await beginAll(
        Array.from({ length: 21 }, (_, index) => customer.begin(ledgers[index % 2] ?? openLedger(scenario))),
      );
      expect([admitted.length, refused.length]).toEqual([7, 14]);
      for (const { message, reason } of refused) {
        expect(message).toBe(`The quota of runs ${words} for today is used up. It starts anew at 00:00 UTC.`);
        expect(reason).toBe(`quota_used_up ${scope}: runs`);
      }
      // Nothing is left of a refusal in the wider scopes, either.
      const seven = { ...one, runs: 7 };
      expect(await used(customer)).toEqual([{ ...seven, running: 7 }, seven, seven]);
      expect(await runsOf(customer)).toHaveLength(7);
      for (const run of admitted) await run.end(ledgers[0] ?? openLedger(scenario), { status: 'ok' });
      expect(await differencesInBooks(scenario.database.admin)).toEqual([]);
    },
  );

  it('a refused run says in seconds when the day is over, and the next day there is room again (M51)', async () => {
    const customer = await newCustomer(scenario, { workspace: { runsPerDay: 1 } });
    const ledger = openLedger(scenario);
    await customer.begin(ledger);
    const midnight = Date.parse(`${today()}T00:00:00Z`) + 24 * 60 * 60 * 1000;
    const { headers, status } = await refusalOf(customer.begin(ledger));
    expect(status).toBe(429);
    expect(headers['retry-after']).toBe(String(Math.ceil((midnight - scenario.clock.now()) / 1000)));
    scenario.clock.setNow(scenario.clock.now() + Number(headers['retry-after']) * 1000);
    expect((await customer.begin(ledger)).standing.runs).toEqual({ limit: 1, remaining: 0 });
  });

  it('a run takes all of its AI actions or is refused, and one without any is not held up by that quota', async () => {
    const customer = await newCustomer(scenario, { workspace: { aiActionsPerDay: 10 } });
    const ledger = openLedger(scenario);
    const { admitted, refused } = await beginAll(
      Array.from({ length: 6 }, () => customer.begin(ledger, { aiActions: 3 })),
    );
    expect([admitted.length, refused.length]).toEqual([3, 3]);
    expect(refused[0]?.message).toContain('The quota of AI actions of this workspace for today is used up.');
    const other = await customer.begin(ledger);
    expect(other.standing.aiActions).toEqual({ limit: 10, remaining: 1 });
    expect(await used(customer)).toMatchObject([{ runs: 4, ai_actions: 9 }, { ai_actions: 9 }, { ai_actions: 9 }]);
  });

  it('tells whoever was admitted what is left of the quota that has least', async () => {
    const customer = await newCustomer(scenario, { workspace: { runsPerDay: 50 }, surface: { aiActionsPerDay: 4 } });
    const { standing } = await customer.begin(openLedger(scenario, { plan: { runsPerDay: 40 } }), { aiActions: 1 });
    const midnight = Date.parse(`${today()}T00:00:00Z`) + 24 * 60 * 60 * 1000;
    expect(standing).toEqual({
      runs: { limit: 40, remaining: 39 },
      aiActions: { limit: 4, remaining: 3 },
      resetSeconds: Math.ceil((midnight - scenario.clock.now()) / 1000),
    });
  });

  it('failed runs give back all that they took, all at once, and count as failed (M49)', async () => {
    const customer = await newCustomer(scenario, { workspace: { runsPerDay: 12, aiActionsPerDay: 24 } });
    const ledgers = [openLedger(scenario), openLedger(scenario)] as const;
    for (let round = 0; round < 2; round++) {
      const { admitted } = await beginAll(
        Array.from({ length: 12 }, (_, index) => customer.begin(ledgers[index % 2 === 0 ? 0 : 1], { aiActions: 2 })),
      );
      expect(admitted).toHaveLength(12);
      await Promise.all(admitted.map((run, index) => run.end(ledgers[index % 2 === 0 ? 0 : 1], failure)));
    }
    const nothing = { runs: 0, ai_actions: 0, failed_runs: 0, running: 0 };
    expect(await used(customer)).toEqual([{ ...nothing, failed_runs: 24 }, nothing, nothing]);
    const usage = await expectStatus(customer.owner.ask({ url: '/v1/usage' }), 200);
    expect(usage.body.data).toMatchObject([{ runs: 0, failedRuns: 24, canceledRuns: 0, aiActions: 0 }]);
  });

  it('the cap of failed runs is exact: runs under way count against what is left of it', async () => {
    const customer = await newCustomer(scenario);
    const ledger = openLedger(scenario, { plan: { failedRunsPerDay: 5 } });
    const { admitted, refused } = await beginAll(Array.from({ length: 15 }, () => customer.begin(ledger)));
    expect([admitted.length, refused.length]).toEqual([5, 10]);
    expect(refused.map(({ headers }) => headers['retry-after'])).toEqual(refused.map(() => '1'));
    const [first, ...others] = admitted;
    await first?.end(ledger, { status: 'ok' });
    others.push(await customer.begin(ledger));
    await Promise.all(others.map((run) => run.end(ledger, failure)));
    expect(await used(customer)).toMatchObject([{ runs: 1, failed_runs: 5, running: 0 }, {}, {}]);
    const refusal = await refusalOf(customer.begin(ledger));
    expect(refusal.message).toContain('The quota of failed runs of this account for today is used up.');
    expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(1);
  });

  it('a canceled run keeps what it took: its model was at work', async () => {
    const customer = await newCustomer(scenario);
    const ledger = openLedger(scenario);
    const run = await customer.begin(ledger, { aiActions: 2 });
    await run.end(ledger, { status: 'canceled' });
    expect(await used(customer)).toMatchObject([{ runs: 1, ai_actions: 2, failed_runs: 0, running: 0 }, {}, {}]);
    expect(await runsOf(customer)).toMatchObject([{ id: run.id, status: 'canceled', errorCode: null }]);
    const usage = await expectStatus(customer.owner.ask({ url: '/v1/usage' }), 200);
    expect(usage.body.data).toMatchObject([{ runs: 0, failedRuns: 0, canceledRuns: 1, aiActions: 2 }]);
  });

  it('a run that was refused for lack of room on our side leaves nothing', async () => {
    const customer = await newCustomer(scenario);
    const ledger = openLedger(scenario);
    const run = await customer.begin(ledger, { aiActions: 2 });
    await run.end(ledger, { status: 'refused' });
    expect(await runsOf(customer)).toEqual([]);
    const nothing = { runs: 0, ai_actions: 0, failed_runs: 0, running: 0 };
    expect(await used(customer)).toEqual([nothing, nothing, nothing]);
    expect((await expectStatus(customer.owner.ask({ url: '/v1/usage' }), 200)).body.data).toEqual([]);
  });

  it('settles a run once, whoever ends it at the same time, and the ledger does not change afterwards', async () => {
    const customer = await newCustomer(scenario);
    const ledgers = [openLedger(scenario), openLedger(scenario)] as const;
    const run = await customer.begin(ledgers[0]);
    const ends = await Promise.allSettled([run.end(ledgers[0], failure), run.end(ledgers[1], failure)]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    // Whoever has an answer for a run that was given up must not give it.
    await expect(run.end(ledgers[0], { status: 'ok' })).rejects.toMatchObject({ code: 'unavailable' });
    await run.end(ledgers[0], { status: 'refused' });
    expect(await used(customer)).toMatchObject([{ runs: 0, failed_runs: 1, running: 0 }, {}, {}]);
    const tampered = await scenario.database.db.withWorkspace(customer.principal, async (tx) => [
      await tx.updateTable('runs').set({ status: 'ok' }).where('id', '=', run.id).executeTakeFirst(),
      await tx.deleteFrom('runs').where('id', '=', run.id).executeTakeFirst(),
    ]);
    expect(tampered).toMatchObject([{ numUpdatedRows: 0n }, { numDeletedRows: 0n }]);
    expect(await runsOf(customer)).toMatchObject([{ id: run.id, status: 'failed' }]);
  });

  describe('at 00:00 UTC', () => {
    const zones = ['America/New_York', 'Pacific/Kiritimati'];

    it.each(zones)(
      'quotas start anew, and a run that fails afterwards gives back to the day before, with process and database in %s (M52, M49)',
      async (zone) => {
        const { admin } = scenario.database;
        const [database] = await admin.query('select current_database() as name');
        const before = process.env['TZ'];
        process.env['TZ'] = zone;
        try {
          // New connections have it, and PGlite's only one.
          await admin.query(`alter database "${String(database?.['name'])}" set timezone to '${zone}'`);
          await admin.query(`set time zone '${zone}'`);
          expect(new Date(0).getTimezoneOffset()).not.toBe(0);
          const customer = await newCustomer(scenario, { workspace: { runsPerDay: 1 } });
          const ledger = openLedger(scenario);
          const yesterday = today();
          const midnight = Date.parse(`${yesterday}T00:00:00Z`) + 24 * 60 * 60 * 1000;
          scenario.clock.setNow(midnight - 1); // 23:59:59.999
          const late = await customer.begin(ledger);
          expect((await refusalOf(customer.begin(ledger))).headers['retry-after']).toBe('1');
          scenario.clock.setNow(midnight); // 00:00:00.000
          const early = await customer.begin(ledger);
          await refusalOf(customer.begin(ledger));
          await late.end(ledger, failure);
          await early.end(ledger, { status: 'ok' });
          expect(await used(customer, yesterday)).toMatchObject([
            { runs: 0, failed_runs: 1 },
            { runs: 0 },
            { runs: 0 },
          ]);
          expect(await used(customer)).toMatchObject([{ runs: 1, failed_runs: 0 }, { runs: 1 }, { runs: 1 }]);
          await refusalOf(customer.begin(ledger));
          const usage = await expectStatus(customer.owner.ask({ url: '/v1/usage' }), 200);
          expect(usage.body.data).toMatchObject([
            { day: today(), runs: 1, failedRuns: 0 },
            { day: yesterday, runs: 0, failedRuns: 1 },
          ]);
        } finally {
          if (before === undefined) delete process.env['TZ'];
          else process.env['TZ'] = before;
          await admin.query(`set time zone 'UTC'`);
        }
      },
    );
  });

  it('holds for any mixture of runs and ends at once: counters and usage equal the ledger', async () => {
    const customer = await newCustomer(scenario, { workspace: { runsPerDay: 40 }, surface: { aiActionsPerDay: 20 } });
    const ledgers = [openLedger(scenario), openLedger(scenario)] as const;
    const outcomes = [{ status: 'ok' }, failure, { status: 'canceled' }, { status: 'refused' }] as const;
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const { admitted } = await beginAll([
          customer.begin(ledgers[index % 2 === 0 ? 0 : 1], { aiActions: index % 3 }),
        ]);
        const outcome = outcomes[index % outcomes.length] ?? failure;
        for (const run of admitted) await run.end(ledgers[index % 3 === 0 ? 0 : 1], outcome);
      }),
    );
    expect(await differencesInBooks(scenario.database.admin)).toEqual([]);
  });
});
