import type { FrameLocator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectStatus } from '../../packages/server/src/testing/scenario.ts';
import { strictSite } from './stage/sites.ts';
import { describeOnStage, type Stage } from './stage/stage.ts';
import { runButton, runLoan, see, seePayment } from './stage/widget.ts';

const shop = 'shop.example.test';
const thief = 'thief.example.test';

type Copied = { id: string; workspaceId: string; url: string; token: string };

/** A token whose URL somebody copied, for pages of the shop. */
async function copyUrl({ scenario }: Stage, form: 'fragment' | 'query'): Promise<Copied> {
  const { owner } = scenario;
  const { id: workspaceId } = await owner.workspace();
  const { id } = await owner.embedToken(workspaceId, { allowedOrigins: [shop], use: 'iframe' });
  const { body } = await expectStatus(
    owner.ask({ method: 'POST', url: `/v1/embed-tokens/${id}/url`, body: { form } }),
    201,
  );
  return { id, workspaceId, url: body.url, token: body.url.slice(body.url.indexOf('eyJ')) };
}

/** What a webmaster pastes: an iframe with the copied address, and not a line of script. */
function pasted(url: string): string {
  return `<iframe src="${url.replaceAll('&', '&amp;')}" title="Loan calculator" width="600" height="700"></iframe>`;
}

function frameOn(page: Page): FrameLocator {
  return page.frameLocator('iframe');
}

describeOnStage('a copied URL in a plain iframe', (stage) => {
  function siteWith(url: string, host = shop): string {
    const { base, site } = stage();
    return site(host, strictSite({ base, body: pasted(url) }));
  }

  describe.each(['fragment', 'query'] as const)('with its token in the %s', (form) => {
    let copied: Copied;
    let page: Page;
    /** Every address that the browser asked for, as it was sent. */
    const requested: string[] = [];

    beforeAll(async () => {
      copied = await copyUrl(stage(), form);
      page = await stage().newLastingPage();
      page.on('request', (request) => requested.push(`${request.url()} ${request.headers()['referer'] ?? ''}`));
      await page.goto(siteWith(copied.url));
      await runLoan(frameOn(page));
      await seePayment(frameOn(page));
    });

    it('shows the tool of its customer and runs it, on a page without any script of ours (K2, K30, K31, K62)', async () => {
      const runs = await stage().scenario.database.admin.query(
        'select workspace_id from runs where workspace_id = $1',
        [copied.workspaceId],
      );
      expect(runs).toHaveLength(1);
    });

    it('leaves its token in no address, history, markup, storage or Referer (K32)', async () => {
      const frame = page.frames().find((one) => one.url().includes('/embed/apps/'));
      if (frame === undefined) throw new Error('there is no frame');
      expect(frame.url()).toBe(`${stage().base}/embed/apps/loan-calculator?for=${copied.id}`);
      const known = await frame.evaluate(() =>
        [location.href, JSON.stringify(history.state), document.referrer, document.documentElement.outerHTML].join(
          '\n',
        ),
      );
      expect(known).toContain(copied.id);
      const places = { known, referers: stage().referers.join('\n'), later: requested.slice(2).join('\n') };
      expect(requested.length).toBeGreaterThan(4);
      for (const [place, text] of Object.entries(places)) {
        expect({ place, found: text.includes(copied.token.slice(-80)) }).toEqual({ place, found: false });
      }
    });

    it('is in no log and no table of the server (K32)', async () => {
      const { scenario } = stage();
      const rows = await scenario.rows();
      const lines = await scenario.database.admin.query(
        'select to_jsonb(l)::text as line from access_log l where credential_id = $1',
        [copied.id],
      );
      expect(lines.length).toBeGreaterThan(1);
      const everything = [rows, scenario.logged(), ...lines.map(({ line }) => String(line))].join('\n');
      expect(everything).toContain(copied.id);
      expect(everything).not.toContain(copied.token.slice(-80));
    });

    it('works again after the page was loaded anew, and says that it has to be where the browser brought it back without', async () => {
      await page.reload();
      await runLoan(frameOn(page));
      await seePayment(frameOn(page));
      // This browser keeps no page alive, so its frames come back by the addresses that they had last.
      await page.goto('about:blank');
      await page.goBack();
      await see(frameOn(page).getByText('Reload the page.'));
      await page.reload();
      await runLoan(frameOn(page));
      await seePayment(frameOn(page));
    });
  });

  it('is blocked by the browser on every other site, and nothing is redeemed there (K33, K40)', async () => {
    const copied = await copyUrl(stage(), 'fragment');
    const page = await stage().newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const refusal = page.waitForEvent('console', {
      predicate: (message) => message.text().includes('frame-ancestors'),
    });
    await page.goto(siteWith(copied.url, thief));
    await refusal;
    expect(asked).toContain('/embed/apps/loan-calculator');
    expect(asked.filter((path) => path.startsWith('/v1/'))).toEqual([]);
  });

  it('is refused visibly on another site that leaves out the record, which would name the list (K33)', async () => {
    const copied = await copyUrl(stage(), 'fragment');
    const page = await stage().newPage();
    await page.goto(siteWith(copied.url.replace(/\?for=\w+/, ''), thief));
    await see(frameOn(page).getByText('This tool is not available on this page'));
    await page.goto(siteWith(copied.url.replace(/\?for=\w+/, '')));
    await see(frameOn(page).getByText('This tool is not available on this page'));
  });

  it('opened by itself shows nothing, and its token is gone from the address bar (K32)', async () => {
    const copied = await copyUrl(stage(), 'query');
    const page = await stage().newPage();
    await page.goto(copied.url);
    await see(page.getByText('Nothing to see by itself'));
    expect(page.url()).toBe(`${stage().base}/embed/apps/loan-calculator?for=${copied.id}`);
  });

  it('ends with its token: an open frame says so on its next run, a page that is loaded anew at once (K25, K33)', async () => {
    const copied = await copyUrl(stage(), 'fragment');
    const { newPage, scenario } = stage();
    const page = await newPage();
    await page.goto(siteWith(copied.url));
    await runLoan(frameOn(page));
    await seePayment(frameOn(page));
    await expectStatus(scenario.owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${copied.id}` }), 204);
    await runButton(frameOn(page)).click();
    await see(frameOn(page).getByRole('alert').getByText('This tool is not available on this page'));
    const document = page.waitForResponse((response) => response.url().includes('/embed/apps/'));
    await page.reload();
    expect((await document).status()).toBe(404);
  });
});
