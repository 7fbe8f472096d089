import { buffer } from 'node:stream/consumers';
import { AxeBuilder } from '@axe-core/playwright';
import type { Download, FrameLocator, Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { mountedInline, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runButton, see, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const products = [
  { product: 'Item 10', price: 3.5, note: 'plain' },
  { product: 'item 9', price: 20, note: '=HYPERLINK("https://evil.example")' },
  { product: 'Äpfel', price: 1_000.25, note: 'a "quoted", word' },
];

const hostileMarkdown = [
  '# Walnut board',
  'A **solid** board, [see it](https://example.com/board) or [not](javascript:alert(1)).',
  '![pixel](https://evil.example/pixel.png) ![own](/embed/assets/none.png)',
  '<script>globalThis.ran = true</script><img src=x onerror="globalThis.ran = true">',
  '<iframe src="https://evil.example/"></iframe><style>* { display: none }</style>',
].join('\n\n');

/** What the tools of these tests answer, by slug. */
const outputs = {
  'a-table': products,
  'many-rows': Array.from({ length: 230 }, (_, row) => ({ row, name: `n${row}` })),
  'a-chart': [1, 2, 3].map((month) => ({ month, visits: month * 10, sales: month * 4 })),
  'a-text': { markdown: hostileMarkdown },
  'a-record': { name: 'Ada', amount: 1_234.5, at: '2026-01-31T23:30:00Z', address: { city: 'Berlin' } },
  nothing: [],
  everything: {
    amount: 1_234.5,
    homepage: 'https://example.com/',
    address: { city: 'Berlin' },
    tags: ['a', 'b'],
    answer: hostileMarkdown,
    products,
    months: [1, 2, 3].map((month) => ({ month, visits: month * 10, sales: month * 4 })),
    costs: ['Rent', 'Food', 'Refund'].map((label, index) => ({ label, cost: 90.5 - index * 50 })),
    nested: [{ a: { b: 1 } }],
  },
} as const;

const specOf = (output: unknown) => ({
  inputs: { type: 'object', properties: { topic: { type: 'string', title: 'Topic', default: 'boards' } } },
  steps: [{ kind: 'transform', name: 'answer', expression: JSON.stringify(output) }],
});

describeOnStage('the result of a tool', (stage) => {
  let mtok = '';

  beforeAll(async () => {
    const { owner } = stage().scenario;
    for (const [slug, output] of Object.entries(outputs)) await owner.tool(slug, specOf(output));
    const apps = Object.keys(outputs);
    ({ token: mtok } = await owner.embedToken(owner.workspaceId, { apps, allowedOrigins: [shop] }));
  });

  async function open(page: Page, slug: keyof typeof outputs, options: object = {}): Promise<FrameLocator> {
    const { base, site } = stage();
    await page.goto(site(shop, strictSite(mountedInline(base, { mtok, toolSlug: slug, ...options }))));
    return widgetOn(page, 'inline').frame;
  }

  async function run(page: Page, slug: keyof typeof outputs, options: object = {}): Promise<FrameLocator> {
    const frame = await open(page, slug, options);
    // In whatever language.
    await frame.locator('button[type=submit]').click();
    await frame.locator('.result h2').first().waitFor();
    return frame;
  }

  const firstColumn = (frame: FrameLocator) => frame.locator('tbody td:first-child').allTextContents();

  it('as a table is sorted by the head of a column, up, down and not at all, as the locale has it', async () => {
    const page = await stage().newPage();
    const frame = await run(page, 'a-table', { locale: 'de-DE' });
    const head = frame.getByRole('columnheader', { name: 'Product' });
    const given = ['Item 10', 'item 9', 'Äpfel'];
    expect(await firstColumn(frame)).toEqual(given);
    await head.getByRole('button').press('Enter');
    expect(await firstColumn(frame)).toEqual(['Äpfel', 'item 9', 'Item 10']);
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    await head.getByRole('button').click();
    expect(await firstColumn(frame)).toEqual(['Item 10', 'item 9', 'Äpfel']);
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    await frame.getByRole('columnheader', { name: 'Price' }).getByRole('button').click();
    expect(await firstColumn(frame)).toEqual(['Item 10', 'item 9', 'Äpfel']);
    expect(await head.getAttribute('aria-sort')).toBeNull();
    await frame.getByRole('columnheader', { name: 'Price' }).getByRole('button').click();
    expect(await firstColumn(frame)).toEqual(['Äpfel', 'item 9', 'Item 10']);
    await frame.getByRole('columnheader', { name: 'Price' }).getByRole('button').click();
    expect(await firstColumn(frame)).toEqual(given);
  });

  it('as a table is saved as CSV that holds no formula, and as JSON that holds everything', async () => {
    const page = await stage().newPage();
    const frame = await run(page, 'a-table');
    const csv = await saved(page, () => frame.getByRole('button', { name: 'Download CSV' }).click());
    expect(csv).toEqual({
      name: 'a-table.csv',
      text: [
        '\uFEFFProduct,Price,Note',
        'Item 10,3.5,plain',
        `item 9,20,"'=HYPERLINK(""https://evil.example"")"`,
        'Äpfel,1000.25,"a ""quoted"", word"',
        '',
      ].join('\r\n'),
    });
    const json = await saved(page, () => frame.getByRole('button', { name: 'Download JSON' }).click());
    expect(json.name).toBe('a-table.json');
    expect(JSON.parse(json.text)).toEqual(products);
  });

  it('is copied, or laid out to be copied by hand where the clipboard is closed', async () => {
    const { newPage } = stage();
    const page = await newPage();
    const frame = await run(page, 'a-table');
    // The clipboard of a page that is not secure is closed, as in an iframe without `allow`.
    await frame.getByRole('button', { name: 'Copy' }).click();
    const box = frame.getByRole('textbox', { name: /Copying is blocked/ });
    await box.waitFor();
    expect(await box.inputValue()).toContain('Product\tPrice\tNote\nItem 10\t3.5\tplain\n');
    const selected = await box.evaluate((area: HTMLTextAreaElement) => area.selectionEnd - area.selectionStart);
    expect(selected).toBe((await box.inputValue()).length);
  });

  it('of many rows is drawn piece by piece', async () => {
    const page = await stage().newPage();
    const frame = await run(page, 'many-rows');
    const rows = frame.locator('tbody tr');
    expect(await rows.count()).toBe(100);
    await frame.getByRole('button', { name: 'Show 100 more' }).click();
    await expect.poll(() => rows.count()).toBe(200);
    await frame.getByRole('button', { name: 'Show 30 more' }).click();
    await expect.poll(() => rows.count()).toBe(230);
    expect(await frame.getByRole('button', { name: /^Show/ }).count()).toBe(0);
  });

  it('as a chart has a line for each column, names them, and has the table beneath', async () => {
    const page = await stage().newPage();
    const frame = await run(page, 'a-chart');
    const chart = frame.getByRole('img', { name: /^Chart: Visits, Sales by Month/ });
    await chart.waitFor();
    await expect.poll(() => chart.locator('path').count()).toBe(2);
    expect(await chart.locator('.zero').count()).toBe(1);
    expect(await chart.locator('text.name').allTextContents()).toEqual(['Visits', 'Sales']);
    const [chartBox, tableBox] = [await chart.boundingBox(), await frame.getByRole('table').boundingBox()];
    expect(tableBox?.y).toBeGreaterThanOrEqual((chartBox?.y ?? NaN) + (chartBox?.height ?? NaN));
  });

  it('as hostile markdown runs nothing, asks nobody, and leads only to the web', async () => {
    const page = await stage().newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).hostname));
    const frame = await run(page, 'a-text');
    await frame.getByRole('heading', { name: 'Walnut board' }).waitFor();
    const link = frame.getByRole('link', { name: 'see it' });
    expect(await link.getAttribute('href')).toBe('https://example.com/board');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    expect(await link.getAttribute('target')).toBe('_blank');
    // The markup of the text is text; what is drawn of it is ours.
    await see(frame.getByText('<script>globalThis.ran = true</script>'));
    await see(frame.getByText('[not](javascript:alert(1))'));
    expect(await frame.locator('.markdown :is(script, iframe, style, [onerror])').count()).toBe(0);
    expect(
      await frame.locator('.markdown img').evaluateAll((all) => all.map((img) => img.getAttribute('src'))),
    ).toEqual([`${stage().base}/embed/assets/none.png`]);
    expect(await frame.locator('body').evaluate(() => 'ran' in globalThis)).toBe(false);
    expect([...new Set(asked)].toSorted()).toEqual(['127.0.0.1', shop]);
  });

  it('as a record has its numbers and times as the page around wishes them (M19)', async () => {
    const page = await stage().newPage();
    const frame = await run(page, 'a-record', { locale: 'de-DE', currency: 'EUR', timeZone: 'Asia/Tokyo' });
    await see(frame.getByText(/^1\.234,50\s€$/));
    await see(frame.getByText('01.02.2026, 08:30'));
    await see(frame.getByRole('heading', { name: 'Address' }));
  });

  it('that is empty says so', async () => {
    const page = await stage().newPage();
    const frame = await open(page, 'nothing');
    await runButton(frame).click();
    await see(frame.getByText('The tool ran and has nothing to show.'));
  });

  it('is kept for this visit, to be looked at and started from again, and is gone after it', async () => {
    const page = await stage().newPage();
    const frame = await open(page, 'a-record');
    const topic = frame.getByLabel('Topic');
    for (const name of ['first', 'second']) {
      await topic.fill(name);
      await runButton(frame).click();
      await runButton(frame).filter({ hasText: 'Run again' }).waitFor();
      await frame.getByRole('heading', { name: 'Result', exact: true }).waitFor();
    }
    await frame.getByText('Earlier in this visit').click();
    await see(frame.getByText('Topic: first'));
    await topic.fill('something else');
    await frame.getByRole('button', { name: 'Use these inputs again' }).click();
    await expect.poll(() => topic.inputValue()).toBe('first');
    await expect.poll(() => topic.evaluate((input) => input === document.activeElement)).toBe(true);
    await frame.getByRole('button', { name: 'Show result' }).click();
    await see(frame.getByText('Topic: second'));

    await page.reload();
    await runButton(frame).waitFor();
    expect(await frame.getByText('Earlier in this visit').count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)(
    'of every kind at once keeps nobody out, on a phone in %s colors',
    async (colorScheme) => {
      const page = await stage().newPage({ colorScheme, viewport: { width: 390, height: 844 } });
      const frame = await run(page, 'everything');
      await frame.getByRole('heading', { name: 'Walnut board' }).waitFor();
      await expect.poll(() => frame.getByRole('img', { name: /^Chart/ }).count()).toBe(2);
      const { violations, passes } = await new AxeBuilder({ page }).withTags(axeTags).analyze();
      expect(passes.length).toBeGreaterThan(5);
      expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))).toEqual([]);
      // Wide tables scroll inside themselves.
      expect(await frame.locator('html').evaluate((html) => html.scrollWidth <= html.clientWidth)).toBe(true);
    },
  );
});

async function saved(page: Page, press: () => Promise<void>): Promise<{ name: string; text: string }> {
  const begun: Promise<Download> = page.waitForEvent('download');
  await press();
  const download = await begun;
  return { name: download.suggestedFilename(), text: (await buffer(await download.createReadStream())).toString() };
}
