import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressRule } from './address-rules.ts';

const rule = createAddressRule([]);
const somewhere = { host: 'name.example', port: 443 };
const isAllowed = (address: string): boolean => rule(address, somewhere);

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
  it('adds its addresses and networks on every port, and nothing beside them', () => {
    const listed = createAddressRule(['127.0.0.1', '10.1.0.0/16', 'fd00::/8', '::1']);
    const isListed = (address: string): boolean => listed(address, somewhere);
    expect(
      ['127.0.0.1', '::ffff:127.0.0.1', '10.1.2.3', 'fd12::1', '::1', '1.1.1.1'].filter((at) => !isListed(at)),
    ).toEqual([]);
    expect(['127.0.0.2', '10.2.0.1', '169.254.169.254', 'fe80::1', 'localhost'].filter(isListed)).toEqual([]);
  });

  it.each([
    ['127.0.0.1:11434', '127.0.0.1', { host: '127.0.0.1', port: 11434 }, true],
    ['127.0.0.1:11434', '127.0.0.1', { host: 'localhost', port: 11434 }, true],
    ['127.0.0.1:11434', '::ffff:7f00:1', { host: '::ffff:7f00:1', port: 11434 }, true],
    ['[::ffff:127.0.0.1]:11434', '127.0.0.1', { host: '127.0.0.1', port: 11434 }, true],
    ['127.0.0.1:11434', '127.0.0.1', { host: '127.0.0.1', port: 11435 }, false],
    ['127.0.0.1:11434', '127.0.0.2', { host: '127.0.0.1', port: 11434 }, false],
    ['[::1]:8080', '::1', { host: '::1', port: 8080 }, true],
    ['[0:0:0:0:0:0:0:1]:8080', '::1', { host: '::1', port: 8080 }, true],
    ['[::1]:8080', '::1', { host: '::1', port: 80 }, false],
    ['[::1]:8080', '::2', { host: '::2', port: 8080 }, false],
    ['models.internal:8000', '10.0.0.7', { host: 'models.internal', port: 8000 }, true],
    ['Models.Internal:8000', '10.0.0.7', { host: 'models.internal', port: 8000 }, true],
    ['models.internal:8000', '10.0.0.7', { host: 'models.internal', port: 8001 }, false],
    ['models.internal:8000', '10.0.0.7', { host: 'other.internal', port: 8000 }, false],
    ['models.internal:8000', '10.0.0.7', { host: 'x.models.internal', port: 8000 }, false],
    ['models.internal:8000', '10.0.0.7', { host: '10.0.0.7', port: 8000 }, false],
    ['models.internal:8000', 'models.internal', { host: 'models.internal', port: 8000 }, false],
  ])('of %s, with %s called as %j: %s', (entry, address, place, expected) => {
    expect(createAddressRule([entry])(address, place)).toBe(expected);
  });
});
