import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, ownUrl, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { change, sessionRequest } from '../../testing/visitor.ts';

const shop = 'https://shop.example';
const forgotten = 'https://www.shop.example';

describeApp('where a surface was seen', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
    workspaceId = (await owner.workspace()).id;
  });

  const now = (): string => new Date(scenario.clock.now()).toISOString();
  const hello = ({ clientToken }: { clientToken: string }, origin?: string): Promise<Answer> =>
    scenario.ask({
      method: 'POST',
      url: '/v1/embed/hello',
      headers: origin === undefined ? {} : { origin },
      body: { key: clientToken },
    });
  async function seen(id: string): Promise<{ origin: string; outcome: string }[]> {
    await scenario.flush();
    return (await expectStatus(owner.ask({ url: `/v1/surfaces/${id}/sightings` }), 200)).body.data;
  }

  it('is shown by page with first and last time, also the page that somebody forgot to list (H48, H49, K72)', async () => {
    const surface = await owner.surface(workspaceId);
    expect(await seen(surface.id)).toEqual([]);
    const firstSeenAt = now();
    await expectStatus(hello(surface, shop), 200);
    scenario.clock.advance(1000);
    const triedAt = now();
    await expectStatus(hello(surface, forgotten), 403);
    expect(await seen(surface.id)).toEqual([
      { origin: forgotten, firstSeenAt: triedAt, lastSeenAt: triedAt, outcome: 'refused' },
      { origin: shop, firstSeenAt, lastSeenAt: firstSeenAt, outcome: 'allowed' },
    ]);
    // Asking for a ticket is as good a sign: a script of an older release says no hello.
    scenario.clock.advance(60_000);
    await expectStatus(scenario.ask(sessionRequest(surface, shop)), 201);
    expect(await seen(surface.id)).toMatchObject([
      { origin: shop, firstSeenAt, lastSeenAt: now(), outcome: 'allowed' },
      { origin: forgotten },
    ]);
  });

  it('follows the list: a page that is added is allowed when it is next seen, and refused when it was taken off (R28)', async () => {
    const surface = await owner.surface(workspaceId);
    await expectStatus(hello(surface, forgotten), 403);
    const firstSeenAt = now();
    expect(await seen(surface.id)).toMatchObject([{ origin: forgotten, outcome: 'refused' }]);
    await change(owner, `/v1/surfaces/${surface.id}`, { allowedOrigins: ['shop.example', 'www.shop.example'] });
    scenario.clock.advance(1000);
    await expectStatus(hello(surface, forgotten), 200);
    expect(await seen(surface.id)).toEqual([{ origin: forgotten, firstSeenAt, lastSeenAt: now(), outcome: 'allowed' }]);
    await change(owner, `/v1/surfaces/${surface.id}`, { allowedOrigins: ['shop.example'] });
    scenario.clock.advance(1000);
    await expectStatus(hello(surface, forgotten), 403);
    expect(await seen(surface.id)).toMatchObject([{ origin: forgotten, firstSeenAt, outcome: 'refused' }]);
  });

  it('is readable two seconds later, without anybody waiting for it', async () => {
    const surface = await owner.surface(workspaceId);
    await expectStatus(hello(surface, shop), 200);
    scenario.clock.advance(2000);
    const read = (): Promise<Answer> => owner.ask({ url: `/v1/surfaces/${surface.id}/sightings` });
    await expect.poll(async () => (await read()).body.data).toMatchObject([{ origin: shop }]);
  });

  it('leaves out what is no page: no origin, null, nonsense, our own pages, and other credentials', async () => {
    const surface = await owner.surface(workspaceId);
    for (const origin of [
      undefined,
      'null',
      'https://shop.example/path',
      'nonsense',
      `https://${'x'.repeat(300)}.example`,
      ownUrl,
    ]) {
      await expectStatus(hello(surface, origin), 403);
    }
    const { token } = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    const headers = { origin: shop, 'x-microapp-embed-token': token };
    await expectStatus(scenario.ask({ method: 'POST', url: '/v1/embed/sessions', headers, body: {} }), 201);
    await expectStatus(hello({ clientToken: token }, shop), 401);
    expect(await seen(surface.id)).toEqual([]);
  });

  it('keeps a hundred of each outcome, and a flood of invented pages pushes out none of the real ones', async () => {
    const surface = await owner.surface(workspaceId, { allowedOrigins: ['*.shop.example'] });
    const other = await owner.surface(workspaceId);
    await expectStatus(hello(surface, forgotten), 200);
    for (let batch = 0; batch < 3; batch++) {
      for (let n = 0; n < 60; n++) {
        scenario.clock.advance(1);
        await expectStatus(hello(surface, `https://e${batch}-${n}.example`), 403);
      }
      await scenario.flush();
    }
    await expectStatus(hello(other, shop), 200);
    const sightings = await seen(surface.id);
    expect(sightings).toHaveLength(101);
    expect(sightings[0]?.origin).toBe('https://e2-59.example');
    expect(sightings.filter(({ outcome }) => outcome === 'allowed')).toMatchObject([{ origin: forgotten }]);
    expect(await seen(other.id)).toMatchObject([{ origin: shop }]);
  });

  it('takes no more than a hundred new pages of one surface and outcome at a time, so that invented ones crowd out no page of the customer', async () => {
    const surface = await owner.surface(workspaceId);
    const other = await owner.surface(workspaceId);
    for (let n = 0; n < 110; n++) await expectStatus(hello(surface, `https://f${n}.example`), 403);
    // Before anything is written: what is invented is refused, and counts among the refused alone.
    await expectStatus(hello(surface, shop), 200);
    await expectStatus(hello(other, shop), 200);
    const sightings = await seen(surface.id);
    expect(sightings.filter(({ outcome }) => outcome === 'refused')).toHaveLength(100);
    expect(sightings.filter(({ outcome }) => outcome === 'allowed')).toMatchObject([{ origin: shop }]);
    expect(sightings.map(({ origin }) => origin)).not.toContain('https://f100.example');
    expect(await seen(other.id)).toMatchObject([{ origin: shop }]);
    // And goes on as soon as those are written.
    scenario.clock.advance(1);
    await expectStatus(hello(surface, forgotten), 403);
    expect((await seen(surface.id)).map(({ origin }) => origin)).toContain(forgotten);
  });

  it("is nobody else's to read, and of a surface that is gone nothing is shown (K16)", async () => {
    const surface = await owner.surface(workspaceId);
    await expectStatus(hello(surface, shop), 200);
    await scenario.flush();
    const url = `/v1/surfaces/${surface.id}/sightings`;
    const stranger = await scenario.anotherOwner();
    expect((await stranger.ask({ url })).status).toBe(404);
    expect((await scenario.ask({ url })).status).toBe(401);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/surfaces/${surface.id}` }), 204);
    expect((await owner.ask({ url })).status).toBe(404);
  });
});
