import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

const day = 24 * 60 * 60 * 1000;

describeApp('the list of embed tokens', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let url: string;
  /** By a name that says what became of it. */
  let ids: Record<'usedFirst' | 'usedLast' | 'neverOld' | 'neverNew' | 'expired' | 'revoked', string>;

  /** Time passes, and nobody counts its seconds: timers stand still. */
  const wait = (milliseconds: number): void => scenario.clock.setNow(scenario.clock.now() + milliseconds);

  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
    const { id: workspaceId } = await owner.workspace();
    url = `/v1/workspaces/${workspaceId}/embed-tokens`;
    const make = async (fields: Record<string, unknown> = {}) => {
      scenario.clock.advance(1000);
      return owner.embedToken(workspaceId, fields);
    };
    const usedLast = await make();
    const neverOld = await make();
    const usedFirst = await make();
    const expired = await make({ expiresAt: new Date(scenario.clock.now() + day).toISOString() });
    const revoked = await make();
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${revoked.id}` }), 204);
    await expectStatus(scenario.run('loan-calculator', usedFirst.token), 200);
    wait(40 * day);
    await expectStatus(scenario.run('loan-calculator', usedLast.token), 200);
    const neverNew = await make();
    await scenario.flush();
    ids = {
      usedFirst: usedFirst.id,
      usedLast: usedLast.id,
      neverOld: neverOld.id,
      neverNew: neverNew.id,
      expired: expired.id,
      revoked: revoked.id,
    };
  });

  async function listed(query: string): Promise<string[]> {
    const { body } = await expectStatus(owner.ask({ url: `${url}?${query}` }), 200);
    return namesOf(body.data);
  }

  function namesOf(data: readonly { id: string }[]): string[] {
    return data.map(({ id }) => Object.entries(ids).find(([, known]) => known === id)?.[0] ?? id);
  }

  it('is sorted by creation, newest first, or by last use, with those that were never used at the end (K34, K36, K52)', async () => {
    const byCreation = ['neverNew', 'revoked', 'expired', 'usedFirst', 'neverOld', 'usedLast'];
    expect(await listed('')).toEqual(byCreation);
    expect(await listed('sort=createdAt')).toEqual(byCreation);
    const byUse = await listed('sort=lastUsedAt');
    expect(byUse.slice(0, 2)).toEqual(['usedLast', 'usedFirst']);
    expect(byUse.slice(2).toSorted()).toEqual(['expired', 'neverNew', 'neverOld', 'revoked']);
  });

  it.each(['createdAt', 'lastUsedAt'])('pages by %s without a gap or a repeat (K52)', async (sort) => {
    const whole = await listed(`sort=${sort}`);
    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const start: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await expectStatus(owner.ask({ url: `${url}?sort=${sort}&limit=1${start}` }), 200);
      paged.push(...namesOf(body.data));
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(whole);
    expect(new Set(paged).size).toBe(6);
  });

  it('a token that is used between two pages is repeated on none, and moves no other off them (K52)', async () => {
    const workspace = await owner.workspace();
    const tokens = [];
    for (let count = 0; count < 4; count++) {
      const token = await owner.embedToken(workspace.id);
      wait(1000);
      await expectStatus(scenario.run('loan-calculator', token.token), 200);
      await scenario.flush();
      tokens.unshift(token);
    }
    const page = async (cursor: string) =>
      expectStatus(
        owner.ask({ url: `/v1/workspaces/${workspace.id}/embed-tokens?sort=lastUsedAt&limit=2${cursor}` }),
        200,
      );
    const idsOf = (data: readonly { id: string }[]): string[] => data.map(({ id }) => id);
    const first = await page('');
    const [latest, second, third, fourth] = idsOf(tokens);
    expect(idsOf(first.body.data)).toEqual([latest, second]);
    wait(1000);
    for (const used of [tokens[1], tokens[3]])
      await expectStatus(scenario.run('loan-calculator', used?.token ?? ''), 200);
    await scenario.flush();
    const next = await page(`&cursor=${first.body.nextCursor}`);
    expect(idsOf(next.body.data)).toEqual([third]);
    // What has moved is at the head, for whoever begins again.
    expect(new Set(idsOf((await page('')).body.data))).toEqual(new Set([second, fourth]));
  });

  it('a cursor of one order is refused in the other', async () => {
    const { body } = await expectStatus(owner.ask({ url: `${url}?sort=lastUsedAt&limit=1` }), 200);
    for (const sort of ['', '&sort=createdAt']) {
      const refusal = await expectUnloggedRefusal(
        scenario,
        () => owner.ask({ url: `${url}?cursor=${body.nextCursor}${sort}` }),
        { status: 400, code: 'validation_failed' },
      );
      expect(refusal.body.issues).toEqual([{ path: 'cursor', message: expect.any(String) }]);
    }
  });

  it('shows those of one status, as it is now (K34, K38)', async () => {
    expect(await listed('status=active')).toEqual(['neverNew', 'usedFirst', 'neverOld', 'usedLast']);
    expect(await listed('status=expired')).toEqual(['expired']);
    expect(await listed('status=revoked')).toEqual(['revoked']);
  });

  it('shows those that were never used, or neither used nor issued for so many days (K52, K53)', async () => {
    expect(await listed('unused=true')).toEqual(['neverNew', 'revoked', 'expired', 'neverOld']);
    expect(await listed('unused=30')).toEqual(['revoked', 'expired', 'usedFirst', 'neverOld']);
    expect(await listed('unused=30&status=active&sort=lastUsedAt')).toEqual(['usedFirst', 'neverOld']);
    expect(await listed('unused=1000')).toEqual([]);
  });

  it.each(['sort=label', 'status=gone', 'unused=0', 'unused=false', 'unused=-1'])('refuses %s', async (query) => {
    await expectUnloggedRefusal(scenario, () => owner.ask({ url: `${url}?${query}` }), {
      status: 400,
      code: 'validation_failed',
    });
  });
});
