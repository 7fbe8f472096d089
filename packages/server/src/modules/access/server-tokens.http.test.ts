import { beforeAll, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeAppOnce, ownUrl, type Scenario } from '../../testing/scenario.ts';

const greeting = {
  inputs: { type: 'object' },
  steps: [{ kind: 'transform', name: 'greet', expression: '"Prices for " & workspace.attributes.city' }],
};

describeAppOnce('a token for servers', (open) => {
  let scenario: Scenario;
  let customer: { id: string };
  let token: { id: string; token: string };

  beforeAll(async () => {
    scenario = await open();
    const { owner } = scenario;
    await owner.tool('greeting', greeting);
    customer = await owner.workspace({ attributes: { city: 'Izmir' }, allowedOrigins: ['shop.example'] });
    token = await owner.embedToken(customer.id, { apps: ['greeting'], use: 'server' });
  });

  it('works from the backend of a customer, which gets what is this customer’s (K27, K64, K66)', async () => {
    const { owner, run } = scenario;
    const neighbor = await owner.workspace({ attributes: { city: 'Bursa' } });
    const neighbors = await owner.embedToken(neighbor.id, { apps: ['greeting'], use: 'server' });
    expect((await run('greeting', token.token, {})).body).toMatchObject({ output: 'Prices for Izmir' });
    expect((await run('greeting', neighbors.token, {})).body).toMatchObject({ output: 'Prices for Bursa' });
  });

  it.each(['https://shop.example', 'https://elsewhere.example', ownUrl, 'null'])(
    'is refused as soon as a browser sends it, from a listed page too: %s (K27)',
    async (origin) => {
      await expectRefusal(scenario, () => scenario.run('greeting', token.token, {}, { origin }), {
        status: 403,
        code: 'origin_not_allowed',
        reason: 'server_token_in_browser',
        workspaceId: customer.id,
        credentialId: token.id,
      });
    },
  );
});
