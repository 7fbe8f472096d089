import { loanCalculator } from '../../../packages/server/src/modules/tools/examples/loan-calculator.ts';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectStatus } from '../../../packages/server/src/testing/scenario.ts';
import { findings } from '../stage/findings.ts';
import { laxSite, scriptTag } from '../stage/sites.ts';
import { describeOnStage } from '../stage/stage.ts';
import { see, widgetOn } from '../stage/widget.ts';
import { openDashboard } from './dashboard.ts';

const shop = 'shop.example.test';

function previewOn(page: Page): FrameLocator {
  return page.frameLocator('iframe[title^="Preview of"]');
}

async function confirm(page: Page, verb: string): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: verb }).click();
}

async function publish(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Publish' }).click();
  await confirm(page, 'Publish');
}

type Place = { x: number; y: number };
type Pointer = { down: (at: Place) => Promise<void>; move: (to: Place) => Promise<void>; up: () => Promise<void> };

async function placeOf(handle: Locator): Promise<Place> {
  const box = await handle.boundingBox();
  if (box === null) throw new Error('The handle is not to be seen.');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function mouseOn({ mouse }: Page): Pointer {
  return {
    async down({ x, y }) {
      await mouse.move(x, y);
      await mouse.down();
      // A press alone is a click.
      await mouse.move(x, y - 10, { steps: 2 });
    },
    move: ({ x, y }) => mouse.move(x, y, { steps: 5 }),
    up: () => mouse.up(),
  };
}

/** Playwright's own finger can only tap. */
async function fingerOn(page: Page): Promise<Pointer> {
  const session = await page.context().newCDPSession(page);
  const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Place[]): Promise<void> => {
    await session.send('Input.dispatchTouchEvent', { type, touchPoints });
  };
  return {
    down: (at) => touch('touchStart', [at]),
    move: (to) => touch('touchMove', [to]),
    up: () => touch('touchEnd', []),
  };
}

describeOnStage('the Apps screens', (stage) => {
  it('lead from a name to a tool that was tried as a draft, published, embedded on a page, compared with what was before, and rolled back there (K4, K20, R39)', async () => {
    const { base, newPage, site, scenario } = stage();
    const { owner } = scenario;
    const page = await openDashboard(stage(), '/apps');
    await page.getByRole('link', { name: 'New app' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Price with tax');
    expect(await page.getByRole('textbox', { name: 'Slug' }).inputValue()).toBe('price-with-tax');
    await page.getByRole('button', { name: 'Create app' }).click();

    await see(page.getByText('Never published'));
    const label = page.getByRole('textbox', { name: 'Label' });
    await label.fill('Net price');
    await page.getByRole('textbox', { name: 'Key' }).fill('net');
    await page.getByLabel('Type', { exact: true }).first().click();
    await page.getByRole('option', { name: 'Number', exact: true }).click();
    await page.getByRole('textbox', { name: 'Expression' }).fill('{ "total": inputs.net * 1.2 }');
    await see(page.getByText('Not saved yet'));
    expect(await page.getByRole('button', { name: 'Publish' }).isDisabled()).toBe(true);

    // The frame beside it shows and runs what is typed, and goes on with it when it is saved.
    const preview = previewOn(page);
    await see(page.getByText('Shows what you type. Nothing of it is saved yet.'));
    await see(page.locator('[aria-busy=false] iframe[title^="Preview of"]'));
    const runInPreview = async (price: string): Promise<void> => {
      await preview.getByLabel('Net price').fill(price);
      await preview.getByRole('button', { name: 'Run' }).click();
    };
    await runInPreview('500');
    await see(preview.getByText('600', { exact: true }));
    const unsaved = await owner.ask({ url: '/v1/apps/price-with-tax' });
    expect(JSON.stringify(unsaved.body.spec)).not.toContain('Net price');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await see(page.getByText('The draft is saved.'));
    await see(page.getByText('Shows the saved draft.'));
    expect(await preview.getByLabel('Net price').inputValue()).toBe('500');
    await runInPreview('100');
    await see(preview.getByText('120', { exact: true }));
    await see(page.getByText(/Run run_\w+ took/));
    const { body: runs } = await owner.ask({ url: '/v1/runs' });
    const run = { credentialClass: 'preview', status: 'ok', appVersion: 0 };
    expect(runs.data).toMatchObject([run, run]);

    await publish(page);
    await see(page.getByText('Version 1 is live, and the draft is the same.'));
    const { clientToken } = await owner.surface(owner.workspaceId, {
      apps: ['price-with-tax'],
      allowedOrigins: [shop],
    });
    const visitor = await newPage();
    await visitor.goto(site(shop, laxSite({ base, body: scriptTag(base, clientToken) })));
    const { launcher, frame } = widgetOn(visitor);
    await launcher.click();
    const runAsVisitor = async (): Promise<void> => {
      await frame.getByLabel('Net price').fill('100');
      await frame.getByRole('button', { name: 'Run' }).click();
    };
    await runAsVisitor();
    await see(frame.getByText('120', { exact: true }));

    await page.getByRole('textbox', { name: 'Expression' }).fill('{ "total": inputs.net * 1.5 }');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await see(page.getByText('The draft differs from it.'));
    await runAsVisitor();
    await see(frame.getByText('120', { exact: true }));
    await publish(page);
    await see(page.getByText('Version 2 is live, and the draft is the same.'));
    await runAsVisitor();
    await see(frame.getByText('150', { exact: true }));

    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByRole('button', { name: 'Actions for version 1' }).click();
    await page.getByRole('menuitem', { name: 'Preview and compare' }).click();
    await see(page.getByText('Step “result” has the expression “{ "total": inputs.net * 1.5 }”, was'));
    await page.getByText('JSON', { exact: true }).click();
    await see(page.getByText('inputs.net * 1.5 }"'));
    await see(page.getByText('inputs.net * 1.2 }"'));
    expect(await findings(page)).toEqual([]);
    await preview.getByLabel('Net price').fill('100');
    await preview.getByRole('button', { name: 'Run' }).click();
    await see(preview.getByText('120', { exact: true }));
    await page.getByRole('button', { name: 'Roll back to this' }).click();
    await confirm(page, 'Roll back');
    await see(page.getByRole('main').getByText('Live', { exact: true }).last());
    await runAsVisitor();
    await see(frame.getByText('120', { exact: true }));
    await page.getByRole('button', { name: 'Restore as draft' }).click();
    await confirm(page, 'Restore as draft');
    await see(page.getByText('Version 1 is live, and the draft is the same.'));
    expect(await page.getByRole('textbox', { name: 'Expression' }).inputValue()).toContain('* 1.2');

    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Delete app' }).click();
    const dialog = page.getByRole('dialog');
    await see(dialog.getByText('the surface “Shop” of Our own'));
    expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('price-with-tax');
    await confirm(page, 'Delete');
    await page.waitForURL(`${base}/apps`);
    await frame.getByRole('button', { name: 'Run' }).click();
    await see(frame.getByRole('alert'));
  });

  it('show what the server finds wrong at the step that it is about, keep what was typed, and ask before it is left', async () => {
    const page = await openDashboard(stage(), '/apps/loan-calculator');
    const expression = page.getByRole('textbox', { name: 'Expression' });
    const preview = previewOn(page);
    await see(preview.getByRole('button', { name: 'Run' }));
    await expression.fill('inputs.(');
    // What worked stays beside it, and nothing is said to be wrong while it is typed.
    await see(page.getByText('Shows what worked last.'));
    await see(preview.getByRole('button', { name: 'Run' }));
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.getByRole('button', { name: 'Save draft' }).click();
    await see(page.getByText('The draft is not saved.'));
    const [step] = loanCalculator.spec.steps;
    const spec = { ...loanCalculator.spec, steps: [{ ...step, expression: 'inputs.(' }] };
    const asked = { method: 'PATCH', url: '/v1/apps/loan-calculator', body: { spec } } as const;
    const { body: refusal } = await stage().scenario.owner.ask(asked);
    const described = (await expression.getAttribute('aria-describedby')) ?? '';
    const ids = described.split(' ').filter((id) => id !== '');
    const texts = await Promise.all(ids.map((id) => page.locator(`#${id}`).textContent()));
    expect(texts).toContain(refusal.issues[0].message);
    expect(await expression.getAttribute('aria-invalid')).toBe('true');
    await see(page.locator('textarea[aria-invalid=true]:focus'));
    expect(await expression.inputValue()).toBe('inputs.(');

    // What the server would not have been asked for is led to as well, wherever the page was scrolled.
    await expression.fill('1');
    await page.getByRole('group', { name: 'Loan amount' }).getByLabel('Key').fill('two words');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await see(page.locator('input[aria-invalid=true][value="two words"]:focus'));

    await page.getByRole('tab', { name: 'Versions' }).click();
    await see(page.getByText('Leave without saving?'));
    await confirm(page, 'Cancel');
    await page.getByRole('button', { name: 'Discard changes' }).click();
    expect(await expression.inputValue()).toContain('$monthlyRate');
  });

  it('keep fields and JSON one document, and leave what fields cannot show to the JSON', async () => {
    const { owner } = stage().scenario;
    const page = await openDashboard(stage(), '/apps/loan-calculator');
    await page.getByRole('button', { name: 'Move Term in years up' }).press('Enter');
    await page.getByText('JSON', { exact: true }).click();
    const json = page.getByRole('textbox', { name: 'JSON Schema' });
    const schema = JSON.parse(await json.inputValue());
    expect(Object.keys(schema.properties)).toEqual(['principal', 'years', 'annualRatePercent']);
    expect(schema.properties.principal).toMatchObject({ exclusiveMinimum: 0, maximum: 1_000_000_000 });
    await json.fill(
      JSON.stringify({
        ...schema,
        anyOf: [{ required: ['years'] }],
        properties: { ...schema.properties, note: { type: ['string', 'null'] } },
      }),
    );
    await page.getByText('Fields', { exact: true }).click();
    await see(page.getByText('This schema says more than fields can show.'));
    await page.getByRole('button', { name: 'Save draft' }).click();
    await see(page.getByText('The draft is saved.'));
    const { body } = await owner.ask({ url: '/v1/apps/loan-calculator' });
    expect(body.spec.inputs.properties.note).toEqual({ type: ['string', 'null'] });
    await page.getByRole('button', { name: 'Discard draft' }).click();
    await confirm(page, 'Discard draft');
    await see(page.getByText('Version 1 is live, and the draft is the same.'));
  });

  it('replace no draft that a colleague has saved meanwhile: they are told who and when, and lose neither of the two', async () => {
    const { owner } = stage().scenario;
    const spec = { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'say', expression: '"first"' }] };
    await expectStatus(
      owner.ask({ method: 'POST', url: '/v1/apps', body: { slug: 'for-two', kind: 'tool', name: 'For two', spec } }),
      201,
    );
    const stored = async (): Promise<string> =>
      (await owner.ask({ url: '/v1/apps/for-two' })).body.spec.steps[0].expression;
    const mine = await openDashboard(stage(), '/apps/for-two');
    const theirs = await openDashboard(stage(), '/apps/for-two');
    const expressionOn = (page: Page) => page.getByRole('textbox', { name: 'Expression' });
    const saveOn = (page: Page) => page.getByRole('button', { name: 'Save draft' }).click();
    const noticeOn = (page: Page) => page.getByRole('alert').filter({ hasText: 'saved another draft meanwhile' });

    await expressionOn(mine).fill('"mine"');
    await see(mine.getByText('Shows what you type. Nothing of it is saved yet.'));
    await expressionOn(theirs).fill('"theirs"');
    await saveOn(theirs);
    await see(theirs.getByText('The draft is saved.'));
    await saveOn(mine);
    await see(noticeOn(mine).getByText('Somebody with your owner key saved another draft meanwhile'));
    await see(noticeOn(mine).locator('time'));
    expect(await stored()).toBe('"theirs"');
    expect(await expressionOn(mine).inputValue()).toBe('"mine"');
    expect(await findings(mine)).toEqual([]);

    await mine.getByRole('button', { name: 'Load theirs' }).press('Enter');
    await see(mine.getByText('Their draft is loaded'));
    expect(await expressionOn(mine).inputValue()).toBe('"theirs"');
    // The keyboard goes on from where the button was.
    await mine.keyboard.press('Tab');
    await see(mine.locator('button:focus').getByText('Back to mine'));
    await mine.keyboard.press('Enter');
    expect(await expressionOn(mine).inputValue()).toBe('"mine"');
    await saveOn(mine);
    await see(mine.getByText('The draft is saved.'));
    expect(await stored()).toBe('"mine"');

    await expressionOn(theirs).fill('"theirs again"');
    await saveOn(theirs);
    await noticeOn(theirs).getByRole('button', { name: 'Keep mine' }).click();
    await noticeOn(theirs).waitFor({ state: 'detached' });
    expect(await stored()).toBe('"mine"');
    await saveOn(theirs);
    await expect.poll(stored).toBe('"theirs again"');
  });

  it('publish no draft that a colleague has saved since one looked: they say what it is, and lose neither of the two', async () => {
    const { owner } = stage().scenario;
    const saying = (word: string) => ({
      inputs: { type: 'object' },
      steps: [{ kind: 'transform', name: 'say', expression: `"${word}"` }],
    });
    const made = { slug: 'to-release', kind: 'tool', name: 'To release', spec: saying('mine') };
    await expectStatus(owner.ask({ method: 'POST', url: '/v1/apps', body: made }), 201);
    const saveElsewhere = (word: string) =>
      expectStatus(owner.ask({ method: 'PATCH', url: '/v1/apps/to-release', body: { spec: saying(word) } }), 200);
    const stored = async () => (await owner.ask({ url: '/v1/apps/to-release' })).body;
    const page = await openDashboard(stage(), '/apps/to-release');
    const expression = page.getByRole('textbox', { name: 'Expression' });
    const notice = page.getByRole('alert').filter({ hasText: 'saved another draft meanwhile' });
    await see(page.getByText('Never published'));

    await saveElsewhere('theirs');
    await publish(page);
    await see(notice.getByText('Nothing is published.'));
    await see(notice.getByText('has the expression “"theirs"”, was “"mine"”'));
    expect((await stored()).liveVersion).toBe(null);
    expect(await expression.inputValue()).toBe('"theirs"');
    expect(await findings(page)).toEqual([]);
    await notice.getByRole('button', { name: 'Back to mine' }).click();
    expect(await expression.inputValue()).toBe('"mine"');
    await notice.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save draft' }).click();
    await see(page.getByText('The draft is saved.'));

    await saveElsewhere('theirs again');
    await publish(page);
    await notice.getByRole('button', { name: 'Publish theirs' }).click();
    await see(page.getByText('Version 1 is live, and the draft is the same.'));
    expect((await stored()).spec).toEqual(saying('theirs again'));
    expect(await notice.count()).toBe(0);
  });

  describe('put what was made in another order', () => {
    let page: Page;
    const keys = (): Promise<string[]> =>
      page
        .getByRole('textbox', { name: 'Key' })
        .evaluateAll((inputs) => inputs.map((input) => input.getAttribute('value') ?? ''));
    const steps = (): Promise<string[]> =>
      page
        .getByRole('textbox', { name: 'Name', exact: true })
        .evaluateAll((inputs) => inputs.map((input) => input.getAttribute('value') ?? ''));
    const handleOf = (name: string) => page.getByRole('button', { name: `Move ${name}`, exact: true });
    const text = { type: 'string' };
    const spec = {
      inputs: {
        type: 'object',
        properties: { a: text, b: text, home: { type: 'object', properties: { city: text, zip: text } } },
      },
      steps: [
        { kind: 'transform', name: 'one', expression: '1' },
        { kind: 'transform', name: 'two', expression: '2' },
      ],
    };
    async function openEditor(slug: string, options = {}): Promise<void> {
      await expectStatus(
        stage().scenario.owner.ask({ method: 'POST', url: '/v1/apps', body: { slug, kind: 'tool', name: slug, spec } }),
        201,
      );
      page = await openDashboard(stage(), `/apps/${slug}`, options);
      await see(handleOf('a'));
    }
    async function moveByKeys(name: string, ...presses: string[]): Promise<void> {
      await handleOf(name).press('Space');
      await see(page.getByText(`${name} is picked up`));
      for (const press of presses) await page.keyboard.press(press);
    }

    it('by the keyboard, which a screen reader is told; the frame shows it once it is saved, and leaving undoes it', async () => {
      await openEditor('order-by-keys');
      await moveByKeys('a', 'ArrowDown');
      await see(page.getByText('a is at place 2 of 3.'));
      await page.keyboard.press('Space');
      await see(page.getByText('a is dropped at place 2 of 3.'));
      expect(await keys()).toEqual(['b', 'a', 'home', 'city', 'zip']);
      await see(page.locator('button[aria-label="Move a"]:focus'));
      await moveByKeys('a', 'ArrowUp');
      await see(page.getByText('a is at place 1 of 3.'));
      await page.keyboard.press('Escape');
      await see(page.getByText('a is back at place 2 of 3.'));
      expect(await keys()).toEqual(['b', 'a', 'home', 'city', 'zip']);
      await moveByKeys('zip', 'ArrowUp');
      await see(page.getByText('zip is at place 1 of 2.'));
      await page.keyboard.press('Space');
      await see(page.getByText('zip is dropped at place 1 of 2.'));
      expect(await keys()).toEqual(['b', 'a', 'home', 'zip', 'city']);
      await moveByKeys('step 2, two', 'ArrowUp');
      await see(page.getByText('step 2, two is at place 1 of 2.'));
      await page.keyboard.press('Space');
      await see(page.getByText('step 2, two is dropped at place 1 of 2.'));
      expect(await steps()).toEqual(['two', 'one']);

      await page.getByRole('button', { name: 'Save draft' }).click();
      await see(page.getByText('The draft is saved.'));
      expect(await keys()).toEqual(['b', 'a', 'home', 'zip', 'city']);
      const { body } = await stage().scenario.owner.ask({ url: '/v1/apps/order-by-keys' });
      expect(Object.keys(body.spec.inputs.properties)).toEqual(['b', 'a', 'home']);
      expect(Object.keys(body.spec.inputs.properties.home.properties)).toEqual(['zip', 'city']);
      expect(body.spec.steps.map(({ name }: { name: string }) => name)).toEqual(['two', 'one']);
      // Frames give way to one another while one types; the last of them stays.
      await see(page.locator('[aria-busy=false] iframe[title^="Preview of"]'));
      await see(previewOn(page).getByLabel('B', { exact: true }));
      const asked = await previewOn(page)
        .getByRole('textbox')
        .evaluateAll((inputs) => inputs.map((input) => input.getAttribute('name')));
      expect(asked).toHaveLength(4);

      // Whoever goes on elsewhere has dropped it, and is let go on there.
      await moveByKeys('a');
      await page.getByRole('textbox', { name: 'Key' }).first().click();
      await see(page.getByText('a is dropped at place 2 of 3.'));
      await page.getByRole('button', { name: 'Move b down' }).click();
      expect(await keys()).toEqual(['a', 'b', 'home', 'zip', 'city']);
      await page.getByRole('tab', { name: 'Versions' }).click();
      await confirm(page, 'Leave');
      await page.getByRole('tab', { name: 'Editor' }).click();
      await see(handleOf('a'));
      expect(await keys()).toEqual(['b', 'a', 'home', 'zip', 'city']);
    });

    it.each([
      ['a mouse', { viewport: { width: 1280, height: 1200 } }],
      ['a finger', { hasTouch: true, isMobile: true, viewport: { width: 390, height: 1200 } }],
    ] as const)('by %s', async (by, options) => {
      const slug = `order-by-${by.replace(' ', '-')}`;
      await openEditor(slug, options);
      await handleOf('b').scrollIntoViewIfNeeded();
      const from = await placeOf(handleOf('b'));
      const pointer = by === 'a mouse' ? mouseOn(page) : await fingerOn(page);
      await pointer.down(from);
      // A finger has to rest for a moment.
      await see(page.locator('[data-dnd-dragging]'));
      // Over most of the field above, far from where the page begins to scroll by itself.
      await pointer.move({ x: from.x, y: from.y - 160 });
      await pointer.move({ x: from.x, y: from.y - 320 });
      await page.waitForFunction(
        () => document.querySelector('[aria-label="Move a"], [aria-label="Move b"]')?.ariaLabel === 'Move b',
      );
      await pointer.up();
      await page.waitForFunction(() => document.querySelector('[data-dnd-dragging], [data-dnd-placeholder]') === null);
      expect(await keys()).toEqual(['b', 'a', 'home', 'city', 'zip']);
      // What the page shows is one thing, what it has taken in another.
      await page.getByRole('button', { name: 'Save draft' }).click();
      await see(page.getByText('The draft is saved.'));
      const { body } = await stage().scenario.owner.ask({ url: `/v1/apps/${slug}` });
      expect(Object.keys(body.spec.inputs.properties)).toEqual(['b', 'a', 'home']);
    });
  });

  it('switch public runs on and off by hand only, say why a tool with a function cannot have them, and lose nothing that is typed beside it (M37)', async () => {
    const { base, scenario } = stage();
    const page = await openDashboard(stage(), '/apps/loan-calculator/settings');
    const run = () =>
      fetch(`${base}/api/tools/loan-calculator/run`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ inputs: { principal: 1000, annualRatePercent: 5, years: 2 } }),
      });
    expect((await run()).status).toBe(401);
    const name = page.getByRole('textbox', { name: 'Name' });
    const description = page.getByRole('textbox', { name: 'Description' });
    const shows = (text: string) =>
      page.waitForFunction((awaited) => document.querySelector('textarea')?.value === awaited, text);
    await name.fill('Half a name');
    const change = { method: 'PATCH', url: '/v1/apps/loan-calculator' } as const;
    scenario.clock.advance(1000);
    await expectStatus(scenario.owner.ask({ ...change, body: { description: 'Changed elsewhere.' } }), 200);
    const toggle = page.getByRole('switch', { name: 'Public runs' });
    expect(await toggle.isChecked()).toBe(false);
    await toggle.click();
    await confirm(page, 'Switch on');
    await see(page.getByText('Public runs are on.'));
    expect((await run()).status).toBe(200);
    // The app was read anew, and what is being typed was left alone until there is nothing to lose.
    expect(await name.inputValue()).toBe('Half a name');
    expect(await description.inputValue()).not.toBe('Changed elsewhere.');
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await shows('Changed elsewhere.');
    expect(await name.inputValue()).toBe('Loan calculator');
    scenario.clock.advance(1000);
    await expectStatus(scenario.owner.ask({ ...change, body: { description: 'Changed again.' } }), 200);
    await toggle.click();
    await see(page.getByText('Public runs are off from the next request on.'));
    expect((await run()).status).toBe(401);
    await shows('Changed again.');

    await page.goto(`${base}/apps/csv-column-statistics/settings`);
    await toggle.click();
    await confirm(page, 'Switch on');
    await see(page.getByRole('alert').getByText(/function step/));
    expect((await scenario.owner.ask({ url: '/v1/apps/csv-column-statistics' })).body.publicRuns).toBe(false);
  });

  describe.each(['light', 'dark'] as const)('in %s colors', (colorScheme) => {
    it('have nothing in the way of assistive technology in an editor with its preview', async () => {
      const page = await openDashboard(stage(), '/apps?search=nothing-like-it', { colorScheme });
      await see(page.getByText('No app matches'));
      await page.getByRole('button', { name: 'Clear' }).press('Enter');
      await see(page.locator('input[aria-label="Search apps"]:focus'));
      await page.goto(`${stage().base}/apps/product-description`);
      await see(previewOn(page).getByRole('button', { name: 'Run' }));
      expect(await findings(page)).toEqual([]);
    });
  });
});
