import { beforeAll, expect, it } from 'vitest';
import { jpegOf, noisyPngOf, pngOf } from '../../testing/pictures.ts';
import { describeApp, expectStatus, ownUrl, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';
import { redeemRequest, sessionRequest } from '../../testing/visitor.ts';

const shop = 'https://shop.example';
const png = pngOf(60, 20);
const jpeg = jpegOf(40, 20);

describeApp('the logo of a surface', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
    workspaceId = (await owner.workspace()).id;
  });

  const put = (id: string, image: Buffer | string, { scheme = 'light', by = owner } = {}): Promise<Answer> =>
    by.ask({
      method: 'PUT',
      url: `/v1/surfaces/${id}/logos/${scheme}`,
      body: { image: typeof image === 'string' ? image : image.toString('base64') },
    });
  const remove = (id: string, scheme = 'light', by: Owner = owner): Promise<Answer> =>
    by.ask({ method: 'DELETE', url: `/v1/surfaces/${id}/logos/${scheme}` });
  /** As a frame asks for it: with nothing that says who. */
  const get = (url: string): Promise<Answer> => scenario.ask({ url: new URL(url, ownUrl).pathname });
  async function urlOf(id: string, image = png, scheme = 'light'): Promise<string> {
    return (await expectStatus(put(id, image, { scheme }), 200)).body.logos[scheme].url;
  }
  async function themeIn(surface: { id: string; clientToken: string }): Promise<Record<string, string>> {
    const { body } = await expectStatus(scenario.ask(sessionRequest(surface, shop)), 201);
    const asked = redeemRequest(body.ticket, shop, { surfaceId: surface.id });
    const redeemed = await expectStatus(scenario.ask(asked), 200);
    expect(redeemed.body.config.theme).toEqual(body.ui.theme);
    return redeemed.body.config.theme;
  }

  it('is shown in its widget from the next session on: the session tells its address and no byte of it, for light and for dark', async () => {
    const surface = await owner.surface(workspaceId, { theme: { accent: '#0a7d4f' } });
    expect(await themeIn(surface)).toEqual({ accent: '#0a7d4f' });
    const light = await urlOf(surface.id);
    const dark = await urlOf(surface.id, jpeg, 'dark');
    const { body } = await expectStatus(owner.ask({ url: `/v1/surfaces/${surface.id}` }), 200);
    expect(body.logos).toEqual({
      light: { url: light, mediaType: 'image/png', width: 60, height: 20 },
      dark: { url: dark, mediaType: 'image/jpeg', width: 40, height: 20 },
    });
    expect(await themeIn(surface)).toEqual({
      accent: '#0a7d4f',
      logo: new URL(light).pathname,
      'logo-dark': new URL(dark).pathname,
    });
    await expectStatus(remove(surface.id, 'light'), 204);
    expect(await themeIn(surface)).toEqual({ accent: '#0a7d4f', 'logo-dark': new URL(dark).pathname });
  });

  it('is in a preview of its surface, too', async () => {
    const surface = await owner.surface(workspaceId);
    const url = await urlOf(surface.id);
    const ticket = await expectStatus(
      owner.ask({ method: 'POST', url: `/v1/surfaces/${surface.id}/preview-ticket` }),
      201,
    );
    const asked = redeemRequest(ticket.body.ticket, ownUrl, { surfaceId: surface.id });
    const { body } = await expectStatus(scenario.ask(asked), 200);
    expect(body.config.theme).toEqual({ logo: new URL(url).pathname });
  });

  it('is served to anybody as a picture and nothing else, to be kept for ever, without a cookie or a word of whose it is', async () => {
    const surface = await owner.surface(workspaceId);
    const url = await urlOf(surface.id);
    expect(url).toMatch(new RegExp(`^${ownUrl}/embed/surfaces/${surface.id}/logos/[\\w-]{22}\\.png$`));
    const raw = await scenario.server.inject({ url: new URL(url).pathname });
    expect(raw.statusCode).toBe(200);
    expect(raw.rawPayload.equals(png)).toBe(true);
    expect(raw.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(raw.headers['set-cookie']).toBeUndefined();
    expect(JSON.stringify(raw.headers)).not.toContain(workspaceId);
  });

  it('has another address when it is another picture, the same when it is the same, and none when it is gone', async () => {
    const surface = await owner.surface(workspaceId);
    const first = await urlOf(surface.id);
    expect(await urlOf(surface.id)).toBe(first);
    const second = await urlOf(surface.id, jpeg);
    expect(second).not.toBe(first);
    expect((await get(first)).status).toBe(404);
    await expectStatus(get(second), 200);
    await expectStatus(remove(surface.id), 204);
    // Gone before: nothing to do, and nothing to write down.
    await expectStatus(remove(surface.id), 204);
    expect((await get(second)).status).toBe(404);
    const { body } = await owner.ask({ url: `/v1/audit?targetId=${surface.id}&event=surface.logo-removed` });
    expect(body.data).toHaveLength(1);
  });

  it('is gone with its surface, and its bytes with it', async () => {
    const surface = await owner.surface(workspaceId);
    const url = await urlOf(surface.id);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/surfaces/${surface.id}` }), 204);
    expect((await get(url)).status).toBe(404);
    const left = 'select 1 from surface_logos where surface_id = $1';
    expect(await scenario.database.admin.query(left, [surface.id])).toEqual([]);
    expect((await put(surface.id, png)).status).toBe(404);
    expect((await remove(surface.id)).status).toBe(404);
  });

  it('is found under the address of its own surface only', async () => {
    const surface = await owner.surface(workspaceId);
    const other = await owner.surface((await owner.workspace()).id);
    const url = await urlOf(surface.id);
    await urlOf(other.id, jpeg);
    const token = await owner.embedToken(workspaceId);
    for (const wrong of [
      url.replace(surface.id, other.id),
      url.replace(surface.id, token.id),
      url.replace(surface.id, 'srf_0000000000000000000000'),
      url.replace('.png', '.svg'),
      `${url}%00`,
    ]) {
      expect((await get(wrong)).status, wrong).toBe(404);
    }
    // A disabled customer's pages are served nothing.
    const status = (to: string) =>
      ({ method: 'PATCH', url: `/v1/workspaces/${workspaceId}`, body: { status: to } }) as const;
    await expectStatus(owner.ask(status('disabled')), 200);
    expect((await get(url)).status).toBe(404);
    await expectStatus(owner.ask(status('active')), 200);
    await expectStatus(get(url), 200);
  });

  it('is refused, and leaves the one that was there, when it is no picture, too large, of no scheme, or of no known surface', async () => {
    const surface = await owner.surface(workspaceId);
    const url = await urlOf(surface.id);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    const wrong = { status: 400, code: 'validation_failed' } as const;
    const refusal = await expectUnloggedRefusal(scenario, () => put(surface.id, svg), wrong);
    expect(refusal.body.issues).toEqual([{ path: 'image', message: expect.stringContaining('scripts') }]);
    await expectUnloggedRefusal(scenario, () => put(surface.id, 'no base64'), wrong);
    await expectUnloggedRefusal(scenario, () => put(surface.id, png, { scheme: 'sepia' }), wrong);
    const tooLarge = { status: 413, code: 'payload_too_large' } as const;
    const large = await expectUnloggedRefusal(scenario, () => put(surface.id, noisyPngOf(300, 300)), tooLarge);
    expect(large.body.error).toBe('A logo has at most 256 kB.');
    await expectUnloggedRefusal(scenario, () => put(surface.id, 'A'.repeat(1024 * 1024)), tooLarge);
    const missing = { status: 404, code: 'not_found' } as const;
    await expectUnloggedRefusal(scenario, () => put('srf_0000000000000000000000', png), missing);
    await expectStatus(get(url), 200);
  });
});
