import { describe, expect, it } from 'vitest';
import { findings } from './stage/findings.ts';
import { mountedInline, scriptTag, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runButton, runLoan, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';

describeOnStage('for people who use assistive technology', (stage) => {
  describe.each(['light', 'dark'] as const)('in %s colors', (colorScheme) => {
    it('nothing stands in the way, closed, open, with a result and with a problem', async () => {
      const { base, site, newPage, scenario } = stage();
      const { owner } = scenario;
      const { clientToken } = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
      const page = await newPage({ colorScheme });
      await page.goto(site(shop, strictSite({ base, body: scriptTag(base, clientToken) })));
      const { launcher, frame } = widgetOn(page);
      await launcher.waitFor();
      expect(await findings(page)).toEqual([]);

      await launcher.click();
      await runButton(frame).waitFor();
      expect(await findings(page)).toEqual([]);

      await runLoan(frame);
      await seePayment(frame);
      expect(await findings(page)).toEqual([]);

      await runLoan(frame, { principal: '', rate: '900', years: '1.5' });
      await frame.locator('[aria-invalid=true]').first().waitFor();
      expect(await findings(page)).toEqual([]);
    });

    it('nothing stands in the way when a session is refused', async () => {
      const { base, site, newPage, scenario } = stage();
      const { owner } = scenario;
      const { token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: ['elsewhere.example'] });
      const page = await newPage({ colorScheme });
      await page.goto(site(shop, strictSite(mountedInline(base, { mtok, toolSlug: 'loan-calculator' }))));
      await widgetOn(page, 'inline').frame.getByRole('alert').waitFor();
      expect(await findings(page)).toEqual([]);
    });
  });
});
