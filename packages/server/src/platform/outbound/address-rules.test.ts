import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressRule } from './address-rules.ts';

const isAllowed = createAddressRule([]);

describe('without a list', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '10.0.0.1 ',
    '[::1]',
  ])('%j may not be reached', (address) => {
    expect(isAllowed(address)).toBe(false);
  });

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.1',
    '192.167.255.255',
    '223.255.255.255',
    '::ffff:8.8.8.8',
    '::ffff:808:808',
    '2606:4700:4700::1111',
    '2a00:1450::1',
  ])('%s may be reached', (address) => {
    expect(isAllowed(address)).toBe(true);
  });

  it('a mapped address is judged as the one inside of it, whatever that is', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isAllowed(`::ffff:${address}`)).toBe(isAllowed(address));
      }),
    );
  });
});

describe('a list', () => {
  it('adds its addresses and networks, and nothing beside them', () => {
    const rule = createAddressRule(['127.0.0.1', '10.1.0.0/16', 'fd00::/8', '::1']);
    expect(
      ['127.0.0.1', '::ffff:127.0.0.1', '10.1.2.3', 'fd12::1', '::1', '1.1.1.1'].filter((at) => !rule(at)),
    ).toEqual([]);
    expect(['127.0.0.2', '10.2.0.1', '169.254.169.254', 'fe80::1', 'localhost'].filter(rule)).toEqual([]);
  });
});
