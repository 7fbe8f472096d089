import { isIP } from 'node:net';

const mappedV4 = [0, 0, 0, 0, 0, 0xffff];
/** The well-known prefix of translated addresses (RFC 6052). */
const translatedV4 = [0x64, 0xff9b, 0, 0, 0, 0];

/**
 * The network that an address is counted as, in one spelling: an IPv4 address by itself, however it is written into an
 * IPv6 one, and of an IPv6 address the first 64 bits, because whoever has one address there has all of them. Anything
 * else is counted together, as `unknown`: a spelling that nobody understands must not be a way around a limit.
 */
export function networkOf(address: string): string {
  const [withoutZone = ''] = address.split('%');
  const version = isIP(withoutZone);
  if (version === 4) return withoutZone;
  if (version === 0) return 'unknown';
  const groups = groupsOf(withoutZone);
  const isV4 = [mappedV4, translatedV4].some((prefix) => prefix.every((group, index) => groups[index] === group));
  if (isV4) return [6, 7].flatMap((index) => bytesOf(groups[index] ?? 0)).join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  // The URL parser writes every address in one way: lower case, no dotted part, zeros shortened once.
  const { hostname } = new URL(`http://[${address}]`);
  const [head = [], tail = []] = hostname.slice(1, -1).split('::').map(readGroups);
  const zeros = Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...zeros, ...tail];
}

function readGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function bytesOf(group: number): number[] {
  return [group >> 8, group & 0xff];
}
