import { describe, expect, it } from 'vitest';
import { violationsIn } from './stage/recorder.ts';
import { laxSite, mountedInline, scriptTag, strictSite } from './stage/sites.ts';
import { describeInWholeBrowser } from './stage/stage.ts';
import { runButton, runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';
const widths = [
  { name: 'desktop', viewport: { width: 1280, height: 900 } },
  { name: 'phone', viewport: { width: 390, height: 844 } },
];

describeInWholeBrowser('an embed on a page of another site', (stage) => {
  async function clientToken(): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.surface(owner.workspaceId, { allowedOrigins: [shop] })).clientToken;
  }

  async function embedToken(): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] })).token;
  }

  describe.each(widths)('on a $name', ({ viewport }) => {
    it('opens from the one-line script tag and answers a visitor (H2, H3, H5, H6, H39, H40, H64)', async () => {
      const { base, site, newPage } = stage();
      const origin = site(shop, strictSite({ base, body: scriptTag(base, await clientToken()) }));
      const page = await newPage({ viewport });
      await page.goto(origin);
      const { launcher, dialog, iframe, frame } = widgetOn(page);
      await launcher.click();
      await dialog.waitFor();
      await runLoan(frame);
      await seePayment(frame);

      expect(await iframe.getAttribute('sandbox')).toBe(
        'allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox',
      );
      expect(await violationsIn(page.mainFrame())).toEqual([]);
    });

    it('stands in the page by MicroappWidget.mount with an embed token and answers a visitor (M23, M25, K22)', async () => {
      const { base, site, newPage } = stage();
      const options = { mtok: await embedToken(), toolSlug: 'loan-calculator' };
      const origin = site(shop, strictSite(mountedInline(base, options)));
      const page = await newPage({ viewport });
      await page.goto(origin);
      const { frame, iframe } = widgetOn(page, 'inline');
      await runLoan(frame);
      await seePayment(frame);

      expect(await violationsIn(page.mainFrame())).toEqual([]);
      // As tall as its content: nothing to scroll inside, nothing wider than the page.
      const box = await iframe.boundingBox();
      expect(box?.width).toBeLessThanOrEqual(viewport.width);
      await expect.poll(() => frame.locator('html').evaluate((html) => html.scrollHeight - html.clientHeight)).toBe(0);
    });
  });

  it.each([
    ['in the head, as async', (tag: string) => ({ head: tag }), 'async'],
    ['in the head, plain', (tag: string) => ({ head: tag }), ''],
    ['in the head, as defer', (tag: string) => ({ head: tag }), 'defer'],
    ['in the footer, plain', (tag: string) => ({ body: `<footer>${tag}</footer>` }), ''],
    ['twice', (tag: string) => ({ head: tag, body: tag }), 'async'],
  ])('has one launcher when the tag stands %s (H6)', async (_, place, attributes) => {
    const { base, site, newPage } = stage();
    const origin = site(shop, strictSite({ base, ...place(scriptTag(base, await clientToken(), attributes)) }));
    const page = await newPage();
    await page.goto(origin);
    const { launcher, frame } = widgetOn(page);
    await launcher.click();
    await runLoan(frame);
    await seePayment(frame);
    expect(await launcher.count()).toBe(1);
  });

  it('asks nothing of the network before a visitor shows interest but its one script, and how its launcher is to look (H44)', async () => {
    const { base, site, newPage } = stage();
    const origin = site(shop, strictSite({ base, body: scriptTag(base, await clientToken()) }));
    const page = await newPage();
    const asked: string[] = [];
    page.on('request', (request) => request.url().startsWith(base) && asked.push(new URL(request.url()).pathname));
    await page.goto(origin, { waitUntil: 'networkidle' });
    await widgetOn(page).launcher.waitFor();
    await expect.poll(() => asked).toEqual(['/embed.js', '/v1/embed/hello']);
    expect(await page.locator('iframe').count()).toBe(0);
  });

  it('shows things as the host says: locale, currency and texts of mount (M19)', async () => {
    const { base, site, newPage } = stage();
    const options = {
      mtok: await embedToken(),
      toolSlug: 'loan-calculator',
      locale: 'de-DE',
      texts: { run: 'Rechnen', 'run-again': 'Nochmal' },
    };
    const origin = site(shop, strictSite(mountedInline(base, options)));
    const page = await newPage();
    await page.goto(origin);
    const { frame } = widgetOn(page, 'inline');
    await frame.getByRole('button', { name: 'Rechnen' }).click();
    await seePayment(frame, '1.199,10');
  });

  it('shows each customer what is that customer’s, and nothing of another, on pages that show the same tool (K60)', async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const expression = '{ "plan": workspace.attributes.plan, "for": workspace.name }';
    await owner.tool('my-plan', {
      inputs: { type: 'object', properties: {} },
      steps: [{ kind: 'transform', name: 'plan', expression }],
    });
    const customers = [
      { name: 'Bakery', plan: 'Crumb 100' },
      { name: 'Florist', plan: 'Petal 7' },
    ];
    for (const [index, { name, plan }] of customers.entries()) {
      const { body: workspace } = await owner.ask({
        method: 'POST',
        url: '/v1/workspaces',
        body: { name, features: ['tool:run'], attributes: { plan } },
      });
      const host = `${name.toLowerCase()}.example.test`;
      const surface = await owner.surface(workspace.id, { apps: ['my-plan'], allowedOrigins: [host] });
      const page = await newPage();
      await page.goto(
        site(host, strictSite({ base, body: `<footer>${scriptTag(base, surface.clientToken)}</footer>` })),
      );
      const { launcher, frame } = widgetOn(page);
      await launcher.click();
      await runButton(frame).click();
      await see(frame.getByText(plan));
      await see(frame.getByText(name));
      const other = customers[1 - index];
      expect(await frame.locator('body').innerText()).not.toMatch(new RegExp(`${other?.name}|${other?.plan}`));
    }
  });

  it("looks the same under a host's hostile style sheet (H41)", async () => {
    const { base, site, newPage } = stage();
    const tag = scriptTag(base, await clientToken());
    const hostile = `* { color: red !important; font: 40px serif !important; }
      button, input, iframe, dialog, section { display: none !important; opacity: 0 !important; transform: rotate(45deg) !important; }`;
    const looks = async (style?: string): Promise<string> => {
      const origin = site(shop, laxSite({ base, body: tag, ...(style === undefined ? {} : { style }) }));
      const page = await newPage();
      await page.goto(origin);
      const { launcher, frame, dialog } = widgetOn(page);
      await launcher.click();
      await frame.getByLabel('Loan amount').waitFor();
      const boxes = await Promise.all([launcher, dialog].map((one) => one.boundingBox()));
      const inside = frame.getByRole('heading', { name: 'Loan calculator' });
      const styles = await inside.evaluate((heading) => {
        const { color, font, display, opacity } = getComputedStyle(heading);
        return { color, font, display, opacity };
      });
      return JSON.stringify({ boxes, styles });
    };
    expect(await looks(hostile)).toBe(await looks());
  });
});
