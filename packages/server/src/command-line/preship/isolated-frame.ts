import { expectAnswer, type Answer } from '../api.ts';
import type { Point } from './point.ts';
import { foreignOrigin, hostOrigin, type Stage } from './stage.ts';
import { visit, visitByToken } from './visitor.ts';

/** What a frame of ours never needs, and a page could use against it. */
const dangerousSandbox = ['allow-top-navigation', 'allow-modals', 'allow-pointer-lock'];

export const isolatedFrame: Point = {
  title: 'The frame is isolated from the page, and shown by listed pages only',
  remedy: 'Let the headers of frame documents through as the server sends them; list the pages in allowedOrigins.',
  async check(stage) {
    const { api, a } = stage;
    const addresses = [
      (await visit(api, a.surface)).frameUrl,
      (await visitByToken(api, a.token.value)).frameUrl,
      `/embed/tools/${a.slug}?for=${a.token.id}`,
    ];
    const problems: string[] = [];
    for (const path of addresses) problems.push(...faultsOf(path, expectAnswer(await api.ask({ path }), 200)));
    problems.push(...(await sandboxFaults(stage)));
    return { seen: `${addresses.length} frame documents, and the script that makes the frame.`, problems };
  },
};

function faultsOf(path: string, { headers }: Answer): string[] {
  const name = URL.parse(path)?.pathname ?? path;
  const policy = policyOf(headers.get('content-security-policy') ?? '');
  const ancestors = policy.get('frame-ancestors') ?? [];
  const wide = ancestors.filter((source) => /^(\*|https?:)$/.test(source) || source.includes('//*'));
  const unsafe = [...policy.values()].flat().filter((source) => source.startsWith("'unsafe-") || source === '*');
  const expected: readonly [boolean, string][] = [
    [policy.get('default-src')?.join() === "'none'", 'does not forbid by default'],
    [unsafe.length === 0, `allows ${unsafe.join(', ')}`],
    [ancestors.includes(hostOrigin), 'may not be shown by the page that is listed'],
    [wide.length === 0 && !ancestors.includes(foreignOrigin) && ancestors.length > 0, 'may be shown by any page'],
    [headers.get('referrer-policy') === 'no-referrer', 'tells its address to others'],
    [headers.get('cache-control') === 'no-store', 'is kept, though who may show it can change'],
    [headers.get('cross-origin-resource-policy') !== null, 'does not say who may load it'],
    [headers.get('access-control-allow-origin') === null, 'may be read by other pages'],
  ];
  return expected.filter(([holds]) => !holds).map(([, fault]) => `${name} ${fault}.`);
}

/** Directives and their sources, of a Content-Security-Policy. */
function policyOf(text: string): Map<string, string[]> {
  const directives = text.split(';').map((directive) => directive.trim().split(/\s+/));
  return new Map(directives.map(([name = '', ...sources]) => [name.toLowerCase(), sources]));
}

/** The frame is made by the runtime that the loader names: its sandbox stands there as text. */
async function sandboxFaults({ api }: Stage): Promise<string[]> {
  const loader = expectAnswer(await api.ask({ path: '/embed.js' }), 200);
  // The names of all that it loads end alike.
  const [end] = /-[\w-]{8}\.js/.exec(loader.text) ?? [];
  if (end === undefined) return ['The loader names no runtime.'];
  const { text } = expectAnswer(await api.ask({ path: `/embed/assets/runtime${end}` }), 200);
  const [sandbox = ''] = /allow-scripts[\w\s-]*|[\w\s-]*allow-scripts/.exec(text) ?? [];
  if (!text.includes('sandbox') || sandbox === '') return ['The frame is made without a sandbox.'];
  return dangerousSandbox.filter((word) => sandbox.includes(word)).map((word) => `The frame is made with ${word}.`);
}
