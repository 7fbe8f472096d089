import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, FrameLocator, Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { en } from '../../packages/frames/src/ui/texts/en.ts';
import { everyField } from './stage/every-field.ts';
import { pseudoText } from './stage/pseudo-language.ts';
import { mountedInline, strictSite } from './stage/sites.ts';
import { describeOnStage, type Stage } from './stage/stage.ts';
import { see, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';
const german = { locale: 'de-DE', currency: 'EUR', timeZone: 'Europe/Berlin' };

type Form = { page: Page; frame: FrameLocator; submit: Locator };
type Opening = { slug: string; spec?: unknown; config?: Record<string, unknown>; options?: BrowserContextOptions };

/** The form of a tool of its own, inline on a page. */
async function openForm(stage: Stage, { slug, spec = everyField, config = {}, options = {} }: Opening): Promise<Form> {
  const { base, site, newPage } = stage;
  const { owner } = stage.scenario;
  await owner.tool(slug, spec);
  const { token: mtok } = await owner.embedToken(owner.workspaceId, { apps: [slug], allowedOrigins: [shop] });
  const page = await newPage(options);
  await page.goto(site(shop, strictSite(mountedInline(base, { mtok, toolSlug: slug, ...config }))));
  const { frame } = widgetOn(page, 'inline');
  const submit = frame.locator('button[type=submit]');
  await see(submit);
  return { page, frame, submit };
}

/** The inputs that the frame sends when `act` makes it run. */
async function inputsSent({ page }: Form, act: () => Promise<unknown>): Promise<unknown> {
  const [request] = await Promise.all([page.waitForRequest(/\/api\/tools\/[^/]+\/run$/), act()]);
  return (request.postDataJSON() as { inputs: unknown }).inputs; // as the frame sends it
}

/** Fills in what `everyField` requires. */
async function fillRequired(frame: FrameLocator): Promise<void> {
  await frame.getByLabel('Name').fill('Ada');
  await frame.getByLabel('Price').fill('1');
  await frame.getByLabel('Country').selectOption('France');
  await frame.getByLabel('Starts').fill('2026-07-01T12:00');
  await frame.getByLabel('Email').fill('ada@example.com');
  await frame.getByLabel('Article').fill('Lamp');
}

/** What is in the document: how it is called, whether it is invalid, and what is read out with it. */
function described(input: Locator): Promise<{ invalid: string | null; message: string; description: string }> {
  return input.evaluate((element) => {
    const textOf = (attribute: string): string =>
      (element.getAttribute(attribute) ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join(' ')
        .trim();
    return {
      invalid: element.getAttribute('aria-invalid'),
      message: textOf('aria-errormessage'),
      description: textOf('aria-describedby'),
    };
  });
}

/** Presses Tab, or whatever else goes from field to field, until the focus is there: nobody can jump. */
async function tabTo({ page }: Form, target: Locator, key = 'Tab'): Promise<void> {
  for (let press = 0; press < 60 && !(await isFocused(target)); press++) await page.keyboard.press(key);
  expect(await isFocused(target)).toBe(true);
}

const isFocused = (element: Locator): Promise<boolean> => element.evaluate((one) => one === document.activeElement);

describeOnStage('the form of a tool', (stage) => {
  it('reads numbers, amounts and times as the config says, and sends what they are (M19)', async () => {
    const form = await openForm(stage(), { slug: 'in-german', config: german });
    const { frame, submit } = form;
    await fillRequired(frame);
    await frame.getByLabel('Price').fill('1.234,56');
    await frame.getByLabel('Discount').fill('7,5 %');
    await frame.getByLabel('Change').fill('-0,125');
    await frame.getByLabel('Change').blur();
    expect(await frame.getByLabel('Price').inputValue()).toBe('1.234,56');
    await see(frame.locator('.with-unit', { hasText: '€' }));
    await see(frame.getByText('Zeitzone: Mitteleuropäische', { exact: false }));

    expect(await inputsSent(form, () => submit.click())).toMatchObject({
      price: 1234.56,
      discount: 7.5,
      change: -0.125,
      starts: '2026-07-01T10:00:00.000Z',
    });
    await see(frame.getByText('1.234,56').first());
  });

  it('leaves out what is empty, and an object whose defaults alone are not enough', async () => {
    const form = await openForm(stage(), { slug: 'sparse', config: { timeZone: 'UTC' } });
    await fillRequired(form.frame);
    expect(await inputsSent(form, () => form.submit.click())).toEqual({
      name: 'Ada',
      price: 1,
      pieces: 12,
      gift: false,
      country: 'France',
      starts: '2026-07-01T12:00:00.000Z',
      contact: 'ada@example.com',
      rows: [{ article: 'Lamp', amount: 1 }],
    });
  });

  it('is filled in and sent by keyboard alone, with every kind of field', async () => {
    const form = await openForm(stage(), { slug: 'by-keyboard' });
    const { page, frame } = form;
    const { keyboard } = page;
    const type = async (text: string): Promise<void> => {
      await keyboard.type(text);
      await keyboard.press('Tab');
    };
    await tabTo(form, frame.getByLabel('Name'));
    await type('Ada');
    await keyboard.type('One');
    await keyboard.press('Enter');
    await type('Two');
    await type('19.90');
    await type('5');
    await type('-1');
    await type('3');
    await keyboard.press('Space');
    await keyboard.press('Tab');
    for (let option = 0; option < 2; option++) await keyboard.press('ArrowDown');
    await keyboard.press('Tab');
    await type('Fr');
    // The parts of a date, and the button that opens a calendar.
    await keyboard.type('03042026');
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.type('07012026');
    await keyboard.press('Tab');
    await keyboard.type('1200P');
    await tabTo(form, frame.getByLabel('Email'));
    await type('ada@example.com');
    await type('https://example.com');
    await type('Main Street 1');
    await type('2');
    await keyboard.press('Tab');
    // Two tags, of which the second goes up; the focus stays on the button that moved it.
    await keyboard.press('Enter');
    await keyboard.type('one');
    await tabTo(form, frame.getByRole('group', { name: 'Tags' }).getByRole('button', { name: 'Add' }));
    await keyboard.press('Enter');
    await keyboard.type('two');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await expect.poll(() => isFocused(frame.getByRole('button', { name: 'Move entry 1 up' }))).toBe(true);
    await tabTo(form, frame.getByLabel('Article'));
    await type('Lamp');
    await tabTo(form, frame.getByLabel('Story'), 'Shift+Tab');
    expect(await inputsSent(form, () => keyboard.press('Control+Enter'))).toMatchObject({
      name: 'Ada',
      story: 'One\nTwo',
      price: 19.9,
      discount: 5,
      change: -1,
      pieces: 3,
      gift: true,
      size: 'm',
      country: 'France',
      delivery: '2026-03-04',
      contact: 'ada@example.com',
      site: 'https://example.com',
      address: { street: 'Main Street 1', floor: 2, country: 'North' },
      tags: ['two', 'one'],
      rows: [{ article: 'Lamp', amount: 1 }],
    });
  });

  it('runs by Enter in a field of one line', async () => {
    const form = await openForm(stage(), { slug: 'by-enter' });
    await fillRequired(form.frame);
    expect(await inputsSent(form, () => form.frame.getByLabel('Name').press('Enter'))).toMatchObject({ name: 'Ada' });
  });

  it('puts the focus where the next step is when entries come, go and change places', async () => {
    const { frame } = await openForm(stage(), { slug: 'entries' });
    const tags = frame.getByRole('group', { name: 'Tags' });
    const add = tags.getByRole('button', { name: 'Add' });
    const values = (): Promise<string[]> =>
      tags.locator('input').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)); // of a selector for inputs
    await see(tags.getByText('At most 3 entries.'));
    for (const value of ['a', 'b', 'c']) {
      await add.press('Enter');
      await expect.poll(() => isFocused(tags.locator('input').last())).toBe(true);
      await tags.locator('input').last().fill(value);
    }
    // Full: there is nothing to add with.
    expect(await add.count()).toBe(0);

    await tags.getByRole('button', { name: 'Move entry 1 down' }).press('Enter');
    await expect.poll(values).toEqual(['b', 'a', 'c']);
    await expect.poll(() => isFocused(tags.getByRole('button', { name: 'Move entry 2 down' }))).toBe(true);
    await see(tags.getByText('The entry is now number 2.'));

    await tags.getByRole('button', { name: 'Remove entry 2' }).press('Enter');
    await expect.poll(values).toEqual(['b', 'c']);
    await expect.poll(() => isFocused(tags.getByRole('button', { name: 'Remove entry 2' }))).toBe(true);
    await tags.getByRole('button', { name: 'Remove entry 2' }).press('Enter');
    await expect.poll(() => isFocused(tags.getByRole('button', { name: 'Remove entry 1' }))).toBe(true);
    await tags.getByRole('button', { name: 'Remove entry 1' }).press('Enter');
    await expect.poll(() => isFocused(add)).toBe(true);

    // One row has to be there, so the last one cannot be removed.
    const rows = frame.getByRole('group', { name: 'Rows' });
    expect(await rows.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
  });

  it('says at each field what is wrong, and in a summary whose links lead there', async () => {
    const { page, frame, submit } = await openForm(stage(), { slug: 'problems' });
    const price = frame.getByLabel('Price');
    // Tabbed through: empty, and not yet wrong.
    await price.focus();
    await price.blur();
    expect((await described(price)).invalid).toBe('false');
    // Filled in and emptied, or filled in wrongly, and left.
    await price.fill('9');
    await price.fill('');
    await price.blur();
    await expect.poll(() => described(price)).toMatchObject({ invalid: 'true', message: 'Enter a value.' });
    await price.fill('-5');
    await expect
      .poll(() => described(price))
      .toEqual({
        invalid: 'true',
        message: 'Enter 0 or more.',
        description: 'Enter 0 or more. Before tax.',
      });
    await frame.getByLabel('Delivery').fill('2027-01-01');
    // Half a date looks empty to a script.
    await frame.getByLabel('Starts').focus();
    await page.keyboard.type('07');

    await submit.click();
    const summary = frame.getByRole('group', { name: '7 fields need a look' });
    await expect.poll(() => isFocused(summary)).toBe(true);
    expect(await summary.getByRole('button').allTextContents()).toEqual([
      'Name: Enter a value.',
      'Price: Enter 0 or more.',
      'Country: Choose an option.',
      'Delivery: Enter Dec 31, 2026 or earlier.',
      'Email: Enter a value.',
      'Rows › Entry 1 › Article: Enter a value.',
      'Starts: Enter a full date.',
    ]);
    await summary.getByRole('button', { name: /Article/ }).press('Enter');
    expect(await isFocused(frame.getByLabel('Article'))).toBe(true);
    await summary.getByRole('button', { name: /Country/ }).press('Enter');
    expect(await isFocused(frame.getByLabel('Country'))).toBe(true);
  });

  it('shows what only the server finds at the field that it means, and what no field can show in the summary', async () => {
    const spec = {
      ...everyField,
      inputs: {
        type: 'object',
        properties: {
          rows: {
            type: 'array',
            title: 'Rows',
            items: {
              type: 'object',
              properties: {
                tags: { type: 'array', title: 'Tags', uniqueItems: true, items: { type: 'string', title: 'Tag' } },
              },
            },
            default: [{ tags: [] }, { tags: ['a', 'a'] }],
          },
        },
        minProperties: 2,
      },
    };
    const { frame, submit } = await openForm(stage(), { slug: 'server-says', spec, config: german });
    await submit.click();
    const summary = frame.getByRole('group', { name: '2 Felder brauchen noch etwas' });
    await see(summary);
    const told = 'Jeder Eintrag darf nur einmal vorkommen.';
    await see(summary.getByRole('button', { name: `Rows › Eintrag 2 › Tags: ${told}` }));
    expect(await summary.locator('li:not(:has(button))').count()).toBe(1);
    const tags = frame.getByRole('group', { name: 'Tags' }).nth(1);
    expect(await tags.getByText(told).count()).toBe(1);
    expect(await frame.getByRole('group', { name: 'Tags' }).first().getByText(told).count()).toBe(0);
    // Edited: what was said no longer holds.
    await tags.getByRole('textbox').first().fill('b');
    await expect.poll(() => tags.getByText(told).count()).toBe(0);
  });
});

describeOnStage('the languages of a form', (stage) => {
  it('Arabic is written from right to left, in its own words and digits', async () => {
    const config = { locale: 'ar-EG', currency: 'EGP', timeZone: 'Africa/Cairo' };
    const form = await openForm(stage(), { slug: 'in-arabic', config });
    const { frame, submit } = form;
    const html = frame.locator('html');
    expect([await html.getAttribute('lang'), await html.getAttribute('dir')]).toEqual(['ar-EG', 'rtl']);
    expect(await submit.textContent()).toBe('تشغيل');
    expect(await frame.getByLabel('Pieces').inputValue()).toBe('١٢');

    // Mirrored: a label starts at the right, and the arrow of a select stands at the left.
    const edges = (locator: Locator): Promise<[number, number]> =>
      locator.evaluate((one) => {
        const { left, right } = one.getBoundingClientRect();
        return [left, right];
      });
    const [selectLeft, selectRight] = await edges(frame.getByLabel('Country'));
    const [, labelRight] = await edges(frame.locator('label bdi', { hasText: 'Country' }));
    const [arrowLeft] = await edges(frame.locator('.select .icon'));
    expect(Math.abs(labelRight - selectRight)).toBeLessThan(2);
    expect(arrowLeft - selectLeft).toBeLessThan(20);

    await submit.click();
    await see(frame.getByText('٦ حقول تحتاج إلى مراجعة'));
    await fillRequired(frame);
    await frame.getByLabel('Price').fill('١٬٢٣٤٫٥');
    expect(await inputsSent(form, () => submit.click())).toMatchObject({ price: 1234.5, pieces: 12 });
  });

  it('only the one that is spoken is downloaded, and none for English', async () => {
    const { base } = stage();
    const loadedFor = async (slug: string, locale: string): Promise<string[]> => {
      const { page } = await openForm(stage(), { slug, config: { locale } });
      const frame = page.frames().find((one) => one.url().startsWith(base));
      const names = await frame?.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
      return (names ?? []).flatMap((name) => /assets\/([a-z]{2})-[\w-]+\.js$/.exec(name)?.[1] ?? []);
    };
    expect(await loadedFor('speaks-english', 'en-GB')).toEqual([]);
    expect(await loadedFor('speaks-german', 'de-AT')).toEqual(['de']);
    expect(await loadedFor('speaks-arabic', 'ar')).toEqual(['ar']);
    // Not translated: English, with the numbers of the locale.
    expect(await loadedFor('speaks-dutch', 'nl-BE')).toEqual([]);
  });

  it('a form keeps what was typed when the host changes the language', async () => {
    const { page, frame, submit } = await openForm(stage(), { slug: 'changes' });
    await frame.getByLabel('Price').fill('1,234.5');
    await page.evaluate(() => {
      const { widget } = globalThis as unknown as { widget: { update(config: object): void } }; // the page's own script made it
      widget.update({ locale: 'de-DE', currency: 'EUR' });
    });
    await expect.poll(() => submit.textContent()).toBe('Ausführen');
    expect(await frame.getByLabel('Price').inputValue()).toBe('1.234,50');
  });

  it('a language that does not arrive leaves the form in English', async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    await owner.tool('no-german', everyField);
    const { token: mtok } = await owner.embedToken(owner.workspaceId, { apps: ['no-german'], allowedOrigins: [shop] });
    const page = await newPage();
    await page.route(/assets\/de-/, (route) => route.abort());
    await page.goto(site(shop, strictSite(mountedInline(base, { mtok, toolSlug: 'no-german', ...german }))));
    await see(widgetOn(page, 'inline').frame.getByRole('button', { name: 'Run', exact: true }));
  });

  it('longer words than ours are neither cut nor make a page of 320 pixels scroll sideways', async () => {
    const texts = Object.fromEntries(
      Object.entries(en).map(([key, text]) => [key, pseudoText(typeof text === 'string' ? text : text.other)]),
    );
    const options = { viewport: { width: 320, height: 700 } };
    const { frame, submit } = await openForm(stage(), { slug: 'long-words', config: { texts }, options });
    for (const name of ['Tags', 'Rows']) {
      const group = frame.getByRole('group', { name });
      await group.locator('button', { hasText: pseudoText('Add') }).click();
      await group.locator('button', { hasText: pseudoText('Add') }).click();
    }
    await submit.click();
    await see(frame.getByRole('group', { name: /ñęęd å löök/ }));
    const overflowing = await frame.locator('body').evaluate((body) => {
      const { clientWidth } = document.documentElement;
      const isCut = (one: Element): boolean =>
        getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;
      const all = [...body.querySelectorAll('*')].filter((one) => one.closest('.hidden, svg') === null);
      const wrong = all.filter((one) => one.getBoundingClientRect().right > clientWidth + 0.5 || isCut(one));
      return { looked: all.length, wrong: wrong.map((one) => one.outerHTML.slice(0, 120)) };
    });
    expect(overflowing.looked).toBeGreaterThan(100);
    expect(overflowing.wrong).toEqual([]);
    expect(await frame.locator('html').evaluate((html) => html.scrollWidth <= html.clientWidth)).toBe(true);
  });
});

describeOnStage('a form for people who use assistive technology', (stage) => {
  describe.each(['light', 'dark'] as const)('in %s colors', (colorScheme) => {
    it.each(['en-US', 'ar-EG'])(
      'nothing stands in the way, with every kind of field and with problems, in %s',
      async (locale) => {
        const slug = `checked-${colorScheme}-${locale.toLowerCase()}`;
        const config = { locale, currency: 'EUR', colorScheme, timeZone: 'Asia/Kathmandu' };
        const { page, frame, submit } = await openForm(stage(), { slug, config, options: { colorScheme } });
        const findings = async (): Promise<string[]> => {
          const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
          const { violations, passes } = await new AxeBuilder({ page }).withTags(tags).analyze();
          expect(passes.length).toBeGreaterThan(5);
          return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
        };
        const addTag = frame.getByRole('group', { name: 'Tags' }).locator('> button');
        await addTag.click();
        await addTag.click();
        expect(await findings()).toEqual([]);
        await submit.click();
        await see(frame.locator('[aria-invalid=true]').first());
        expect(await findings()).toEqual([]);
      },
    );
  });
});
