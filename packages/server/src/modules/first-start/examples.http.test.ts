import { beforeAll, expect, it } from 'vitest';
import { describeAppOnce, expectStatus, type Scenario } from '../../testing/scenario.ts';
import { exampleTools } from '../tools/index.ts';

describeAppOnce('a new installation', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('has every shipped example live', async () => {
    const { body } = await expectStatus(scenario.owner.ask({ url: '/v1/apps' }), 200);
    const live = new Map(body.data.map((app: { slug: string; status: string }) => [app.slug, app.status]));
    expect(exampleTools.length).toBeGreaterThan(1);
    for (const { slug } of exampleTools) expect([slug, live.get(slug)]).toEqual([slug, 'live']);
  });

  it('offers the first of them to try, which answers without a key of a model', async () => {
    const { body } = await expectStatus(scenario.owner.ask({ url: '/v1/overview' }), 200);
    expect(body.firstSteps.liveApp).toMatchObject({ slug: 'loan-calculator' });
    const { body: list } = await expectStatus(scenario.owner.ask({ url: '/v1/apps' }), 200);
    expect(list.data.map(({ slug }: { slug: string }) => slug)).toEqual(
      exampleTools.map(({ slug }) => slug).toReversed(),
    );
  });

  it('answers the CSV column statistics for the table that its form begins with', async () => {
    const { owner, run, ask } = scenario;
    const slug = 'csv-column-statistics';
    const { token } = await owner.embedToken(owner.workspaceId, { apps: [slug] });
    const headers = { 'x-microapp-embed-token': token };
    const schema = await expectStatus(ask({ url: `/api/tools/${slug}/schema?embed=1`, headers }), 200);
    expect(schema.body).toMatchObject({ slug, requiresAi: false });
    const [csv] = schema.body.normalizedFields;
    const answer = await expectStatus(run(slug, token, { csv: csv.default }), 200);
    expect(answer.body.output).toMatchObject({
      rows: 3,
      delimiter: 'comma',
      statistics: [
        { column: 'product', type: 'text', mostFrequent: 'Lamp', timesSeen: 2 },
        { column: 'price', type: 'number', min: 27.5, max: 120, median: 29.9 },
        { column: 'ordered', type: 'date', min: '2026-01-14', max: '2026-02-03' },
      ],
    });
  });
});
