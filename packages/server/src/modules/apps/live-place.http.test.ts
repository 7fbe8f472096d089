import { beforeAll, describe, expect, it } from 'vitest';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';
import { exampleTools } from '../tools/index.ts';

const spec = { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'say', expression: '"x"' }] };
const liveToolsMax = 3;
const full = { status: 409, code: 'conflict' } as const;

describeApp('the plan’s live tools', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open({ settings: { PLAN_LIVE_TOOLS: String(liveToolsMax) } });
  });

  async function drafts(...slugs: string[]): Promise<void> {
    for (const slug of slugs) {
      const body = { slug, kind: 'tool', name: slug, spec };
      await expectStatus(owner.ask({ method: 'POST', url: '/v1/apps', body }), 201);
    }
  }
  const publish = (slug: string): Promise<Answer> => owner.ask({ method: 'POST', url: `/v1/apps/${slug}/publish` });
  const set = (slug: string, status: 'draft' | 'live'): Promise<Answer> =>
    owner.ask({ method: 'PATCH', url: `/v1/apps/${slug}`, body: { status } });
  const rollBack = (slug: string): Promise<Answer> =>
    owner.ask({ method: 'POST', url: `/v1/apps/${slug}/roll-back`, body: { version: 1 } });
  const remove = (slug: string): Promise<Answer> => owner.ask({ method: 'DELETE', url: `/v1/apps/${slug}` });
  async function liveSlugs(): Promise<string[]> {
    const { body } = await expectStatus(owner.ask({ url: '/v1/apps?limit=200' }), 200);
    const live = body.data.filter(({ status }: { status: string }) => status === 'live');
    return live.map(({ slug }: { slug: string }) => slug).toSorted();
  }

  describe('when all are taken', () => {
    beforeAll(async () => {
      owner = await scenario.anotherOwner();
      await drafts('waiting', 'paused', 'full-a', 'full-b', 'full-c');
      await expectStatus(publish('paused'), 200);
      await expectStatus(set('paused', 'draft'), 200);
      for (const slug of ['full-a', 'full-b', 'full-c']) await expectStatus(publish(slug), 200);
    });

    it.each<[string, () => Promise<Answer>]>([
      ['publishing', () => publish('waiting')],
      ['setting live', () => set('paused', 'live')],
      ['rolling back', () => rollBack('paused')],
    ])('%s no other puts one live: 409, and not 429, which would say that waiting helps', async (_, ask) => {
      await owner.ask({ url: '/v1/me' });
      const refusal = await expectUnloggedRefusal(scenario, ask, full);
      expect(refusal.body.error).toBe('The plan allows 3 live tools.');
      expect(refusal.body.hint).toContain('back to draft');
      expect(await liveSlugs()).toEqual(['full-a', 'full-b', 'full-c']);
    });

    it('one that is live is published, set live and rolled back as before', async () => {
      await expectStatus(publish('full-a'), 200);
      await expectStatus(set('full-a', 'live'), 200);
      await expectStatus(rollBack('full-a'), 200);
    });

    it('another owner has places of its own', async () => {
      const stranger = await scenario.anotherOwner();
      expect(await stranger.tool('strangers-live-tool')).toMatchObject({ status: 'live' });
    });

    it('taking one back to draft, or deleting one, makes a place', async () => {
      await expectStatus(set('full-b', 'draft'), 200);
      await expectStatus(publish('waiting'), 200);
      await expectUnloggedRefusal(scenario, () => set('full-b', 'live'), full);
      await expectStatus(remove('full-c'), 204);
      await expectStatus(set('full-b', 'live'), 200);
      expect(await liveSlugs()).toEqual(['full-a', 'full-b', 'waiting']);
    });
  });

  it('are as many as the plan says, however many go live at one time by whatever way', async () => {
    owner = await scenario.anotherOwner();
    const slugs = Array.from({ length: 9 }, (_, index) => `rush-${index}`);
    await drafts(...slugs);
    for (const slug of slugs.slice(3)) {
      await expectStatus(publish(slug), 200);
      await expectStatus(set(slug, 'draft'), 200);
    }
    const setLive = (slug: string): Promise<Answer> => set(slug, 'live');
    const answers = await Promise.all([
      ...slugs.slice(0, 3).map(publish),
      ...slugs.slice(3, 6).map(setLive),
      ...slugs.slice(6).map(rollBack),
    ]);
    const counted = [200, 409].map((status) => answers.filter((answer) => answer.status === status).length);
    expect(counted).toEqual([liveToolsMax, 6]);
    expect(await liveSlugs()).toHaveLength(liveToolsMax);
  });
});

describeApp('the shipped examples', (open) => {
  const made = (slug: string) => ({ slug, kind: 'tool', name: slug, spec });
  const publish = async ({ owner }: Scenario, slug: string): Promise<Answer> => {
    await expectStatus(owner.ask({ method: 'POST', url: '/v1/apps', body: made(slug) }), 201);
    return owner.ask({ method: 'POST', url: `/v1/apps/${slug}/publish` });
  };

  it('count among the plan’s live tools', async () => {
    const scenario = await open({ settings: { PLAN_LIVE_TOOLS: String(exampleTools.length + 1) } });
    await expectStatus(publish(scenario, 'one-more'), 200);
    expect(await publish(scenario, 'one-too-many')).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('are live after the first start whatever the plan allows, and then take the places', async () => {
    const scenario = await open({ settings: { PLAN_LIVE_TOOLS: '0' } });
    const { body } = await scenario.owner.ask({ url: '/v1/apps' });
    expect(body.data.map(({ status }: { status: string }) => status)).toEqual(exampleTools.map(() => 'live'));
    expect(await publish(scenario, 'none-allowed')).toMatchObject({ status: 409 });
  });
});
