import { BlockList, isIP } from 'node:net';
import { parsePlace, type Place } from './parse-place.ts';

/** What a program on the internet has no business with: special-purpose networks by the IANA's registries. */
const privateV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, and in every cloud the address of the instance's own metadata.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 3],
];

/** Of IPv6 only this is the internet, less the networks below: those carry an IPv4 address, or are for other purposes. */
const globalV6: readonly [string, number] = ['2000::', 3];
const exceptedV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

/** An address that IPv6 wraps around an IPv4 one: what is reached is the inner one. */
const mapped = listOf([['::ffff:0:0', 96]], 'ipv6');

const refusedV4 = listOf(privateV4, 'ipv4');
const global = listOf([globalV6], 'ipv6');
const refusedV6 = listOf(exceptedV6, 'ipv6');

/** Says of an IP address whether it may be connected to for `place`, which is what was called. What is no address may not. */
export type AddressRule = (address: string, place: Place) => boolean;

/**
 * Every address of the public internet, and of others those that `allow` lists, each already checked for form: IP
 * addresses or networks such as `10.1.0.0/16`, on every port; or one port of an address or a name, such as
 * `127.0.0.1:11434` or `models.internal:8000`. A name that is listed may lead anywhere: who lists it vouches for it. A
 * listed address may be reached by whatever name leads to it.
 */
export function createAddressRule(allow: readonly string[]): AddressRule {
  const allowed = new BlockList();
  const doors = new Set<string>();
  const names = new Set<string>();
  for (const entry of allow) {
    const place = parsePlace(entry);
    if (place === undefined) addNetwork(allowed, entry);
    else if (isIP(place.host) === 0) names.add(nameOf(place));
    else doors.add(nameOf({ ...place, host: unwrapped(place.host) }));
  }
  const isListed = (address: string, family: 'ipv4' | 'ipv6', place: Place): boolean =>
    allowed.check(address, family) || doors.has(nameOf({ ...place, host: address })) || names.has(nameOf(place));

  return (written, place) => {
    const address = canonical(unwrapped(written));
    const family = isIP(address);
    if (family === 4) return !refusedV4.check(address, 'ipv4') || isListed(address, 'ipv4', place);
    if (family !== 6) return false;
    const isPublic = global.check(address, 'ipv6') && !refusedV6.check(address, 'ipv6');
    return isPublic || isListed(address, 'ipv6', place);
  };
}

function addNetwork(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  if (prefix === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(prefix), family);
}

function nameOf({ host, port }: Place): string {
  return `${host} ${port}`;
}

/** An IPv6 address in the one spelling that the URL parser has for it; everything else as it is. */
function canonical(address: string): string {
  return isIP(address) === 6 ? (URL.parse(`http://[${address}]`)?.hostname ?? address).replace(/[[\]]/g, '') : address;
}

/** The IPv4 address inside of a mapped one, in any of its spellings; every other address as it is. */
function unwrapped(address: string): string {
  if (isIP(address) !== 6 || !mapped.check(address, 'ipv6')) return address;
  // The parser's spelling of each: ::ffff:7f00:1.
  const hextets = canonical(address).split(':').slice(-2);
  const bytes = hextets.flatMap((hextet) => [Number.parseInt(hextet, 16) >> 8, Number.parseInt(hextet, 16) & 0xff]);
  return bytes.join('.');
}

function listOf(networks: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of networks) list.addSubnet(address, prefix, family);
  return list;
}
