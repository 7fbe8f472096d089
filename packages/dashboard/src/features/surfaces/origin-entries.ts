import { formatOriginEntry, originEntriesMax, parseOriginEntry } from '@microapp/contract';
import type { Environment } from './queries.ts';

/** The entries of a list that was typed or pasted: separated by lines, spaces or commas. */
export function entriesIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '');
}

/** What of a typed or pasted text can join the list, in the spelling that is stored, and what is wrong with the rest. */
export function judgeEntries(
  text: string,
  list: readonly string[],
  environment: Environment,
): { added: string[]; rejected: string[]; problems: string[] } {
  const added: string[] = [];
  const rejected: string[] = [];
  const problems: string[] = [];
  for (const typed of entriesIn(text)) {
    const entry = parseOriginEntry(typed);
    const problem = 'kind' in entry ? problemOf(entry.kind, environment) : entry.message;
    if (problem !== undefined || !('kind' in entry)) {
      rejected.push(typed);
      if (problem !== undefined) problems.push(problem);
      continue;
    }
    const formatted = formatOriginEntry(entry);
    if (list.includes(formatted) || added.includes(formatted)) continue;
    if (list.length + added.length >= originEntriesMax) {
      rejected.push(typed);
      problems.push(`A list holds at most ${originEntriesMax} entries. Use *.example.com for many subdomains.`);
      break;
    }
    added.push(formatted);
  }
  return { added, rejected, problems };
}

function problemOf(kind: string, environment: Environment): string | undefined {
  if (kind !== 'any' || environment !== 'production') return undefined;
  return '“*” allows every site and is for development only. List the real hosts.';
}

/** What a person should know of an entry that is allowed but may not be what they meant; undefined for most. */
export function hintFor(entry: string, list: readonly string[], environment: Environment): string | undefined {
  const parsed = parseOriginEntry(entry);
  if (!('kind' in parsed)) return parsed.message;
  if (parsed.kind === 'any')
    return problemOf('any', environment) ?? 'Every website may show this widget. For testing only.';
  if (environment === 'production' && isLocal(entry)) {
    return 'Local and tunnel addresses belong on a development surface; a production surface lists live domains only.';
  }
  const sibling = parsed.kind === 'host' ? siblingOf(parsed.host) : undefined;
  if (sibling === undefined || list.includes(sibling.host) || list.includes(`*.${sibling.apex}`)) return undefined;
  return `${sibling.host} is another host. Add it too if the website answers there.`;
}

/** The host with `www.` where it has none, and without it where it has; of names such as `shop.example` only. */
function siblingOf(host: string): { host: string; apex: string } | undefined {
  if (host.startsWith('www.')) return { host: host.slice(4), apex: '' };
  return /^[^.]+\.[^.]*[a-z][^.]*$/.test(host) ? { host: `www.${host}`, apex: host } : undefined;
}

function isLocal(entry: string): boolean {
  const host = entry
    .replace(/^https?:\/\//, '')
    .replace(/:\d+$/, '')
    .replace(/^\*\./, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(host) ||
    /(^|\.)(ngrok\.io|ngrok\.app|ngrok-free\.app|trycloudflare\.com|local|test)$/.test(host)
  );
}

/** A page's origin as the entry that a person would write: the host, and its port where it has one of its own. */
export function entryForOrigin(origin: string): string {
  return URL.parse(origin)?.host ?? origin;
}
