import { beforeAll, expect, it } from 'vitest';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';
import { describeApp, expectStatus, type Owner, type Scenario } from '../../testing/scenario.ts';
import { floors } from './judge.ts';

const origin = 'https://shop.example';
const elsewhere = 'https://elsewhere.example';
const dayMs = 24 * 60 * 60 * 1000;

describeApp('spikes', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceId: string;
  let clientTokenId: string;
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
    ({ id: workspaceId } = await owner.workspace());
    await owner.tool('watched');
    const surface = await owner.surface(workspaceId, { apps: ['watched'] });
    clientTokenId = surface.clientTokenId;
    const ask = (from: string) =>
      scenario.ask({
        method: 'POST',
        url: '/v1/embed/sessions',
        headers: { origin: from },
        body: { key: surface.clientToken },
      });
    await expectStatus(ask(origin), 201);
    await scenario.flush();
    // Set, not lived through: two days of timers would be run one by one.
    scenario.clock.setNow(scenario.clock.now() + 2 * dayMs);
    for (let count = 0; count <= floors.mints; count++) await expectStatus(ask(origin), 201);
    for (let count = 0; count <= floors.refusals; count++) await expectStatus(ask(elsewhere), 403);
    await minutesPass(2);
  });

  /** One minute after the other: each is looked through shortly after its end. */
  async function minutesPass(count: number): Promise<void> {
    await scenario.flush();
    for (let minute = 0; minute < count; minute++) {
      scenario.clock.advance(60_000);
      await scenario.flush();
    }
  }

  async function spikes(query: string, by: Owner = owner): Promise<Record<string, unknown>[]> {
    return (await expectStatus(by.ask({ url: `/v1/spikes?${query}` }), 200)).body.data;
  }

  it('of mints, of refusals and of a new origin are shown to the owner within a minute or two (H59)', async () => {
    const shown = await spikes(`workspaceId=${workspaceId}`);
    expect(shown.toSorted((left, right) => String(left['kind']).localeCompare(String(right['kind'])))).toEqual([
      expect.objectContaining({
        kind: 'mints',
        observed: floors.mints + 1,
        expected: 0,
        credentialId: null,
        origin: null,
      }),
      expect.objectContaining({
        kind: 'new_origin',
        credentialId: clientTokenId,
        origin: elsewhere,
        observed: floors.refusals + 1,
      }),
      expect.objectContaining({ kind: 'refusals', observed: floors.refusals + 1, expected: 0 }),
    ]);
    for (const spike of shown) {
      expect(spike).toMatchObject({
        id: expect.stringMatching(/^spk_/),
        workspaceId,
        startedAt: expect.any(String),
        endedAt: null,
      });
      expect(Object.keys(spike)).toHaveLength(9);
    }
  });

  it.each<[string, string[]]>([
    ['kind=mints', ['mints']],
    ['kind=new_origin', ['new_origin']],
    ['kind=mints&open=false', []],
    ['kind=mints&open=true', ['mints']],
  ])('can be narrowed: %s', async (query, kinds) => {
    expect((await spikes(query)).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('can be narrowed to one credential or one workspace', async () => {
    expect((await spikes(`credentialId=${clientTokenId}`)).map(({ kind }) => kind)).toEqual(['new_origin']);
    const other = await owner.workspace();
    expect(await spikes(`workspaceId=${other.id}`)).toEqual([]);
  });

  it('are listed in pages without a gap or a repeat', async () => {
    const all = (await spikes('')).map(({ id }) => id);
    const paged: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await expectStatus(owner.ask({ url: `/v1/spikes?limit=1${next}` }), 200);
      paged.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(all);
    expect(paged).toHaveLength(3);
  });

  it('are shown to no other owner, by whatever they are asked for', async () => {
    const stranger = await scenario.anotherOwner();
    for (const query of ['', 'open=true', `workspaceId=${workspaceId}`, `credentialId=${clientTokenId}`]) {
      expect(await spikes(query, stranger)).toEqual([]);
    }
  });

  it.each(['kind=sessions', 'kind=', 'open=yes', 'workspaceId=x', 'credentialId=', 'limit=201', 'limit=0', 'cursor=x'])(
    'refuse a filter that says nothing clear: %s',
    async (query) => {
      const asked = () => owner.ask({ url: `/v1/spikes?${query}` });
      await expectUnloggedRefusal(scenario, asked, { status: 400, code: 'validation_failed' });
    },
  );

  it('end when the traffic is as usual again', async () => {
    await minutesPass(6);
    expect(await spikes('open=true&kind=mints')).toEqual([]);
    expect(await spikes('open=false&kind=mints')).toMatchObject([{ endedAt: expect.any(String) }]);
  });
});
