import { expect, test } from 'vitest';
import {
  clientAddressOf,
  isUnnamedProxy,
  networksOf,
  parseAddress,
} from './client-address.server.ts';

test.each([
  ['203.0.113.9', '203.0.113.9'],
  [' 203.0.113.9 ', '203.0.113.9'],
  ['203.0.113.9:4711', '203.0.113.9'],
  ['"203.0.113.9:4711"', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::FFFF:cb00:7109', '203.0.113.9'],
  ['[::ffff:203.0.113.9]:443', '203.0.113.9'],
  ['64:ff9b::203.0.113.9', '203.0.113.9'],
  ['2001:db8::7', '2001:db8:0:0:0:0:0:7'],
  ['2001:0DB8:0:0::0007', '2001:db8:0:0:0:0:0:7'],
  ['[2001:db8::7]', '2001:db8:0:0:0:0:0:7'],
  ['[2001:db8::7]:443', '2001:db8:0:0:0:0:0:7'],
  ['"[2001:db8::7]:443"', '2001:db8:0:0:0:0:0:7'],
  ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
  ['[fe80::1%25eth0]:80', 'fe80:0:0:0:0:0:0:1'],
  ['unknown', null],
  ['_hidden', null],
  ['', null],
  ['203.0.113', null],
  ['203.0.113.256', null],
  ['010.0.0.1', null],
  ['0x7f000001', null],
  ['2130706433', null],
  ['2001:db8::7:443:1:2:3:4:5:6', null],
  ['example.org:80', null],
])('%j is %j', (text, address) => {
  expect(parseAddress(text)).toBe(address);
});

const from = (socketAddress: string, forwardedFor?: string, trustedProxies: string[] = []) =>
  clientAddressOf({ socketAddress, forwardedFor, trustedProxies });

test.each([
  ['no proxy', from('203.0.113.9'), '203.0.113.9'],
  ['a client’s own header', from('203.0.113.9', '198.51.100.1'), '203.0.113.9'],
  ['a proxy beside us', from('::ffff:10.0.0.2', '203.0.113.9'), '203.0.113.9'],
  ['a proxy that adds ports', from('127.0.0.1', '203.0.113.9:50123'), '203.0.113.9'],
  ['what the client wrote before', from('10.0.0.2', '1.2.3.4, 203.0.113.9'), '203.0.113.9'],
  ['two proxies beside us', from('10.0.0.2', '203.0.113.9, 192.168.7.1'), '203.0.113.9'],
  ['rubbish of the client', from('10.0.0.2', 'unknown, ,x, 203.0.113.9'), '203.0.113.9'],
  ['rubbish of the proxy', from('10.0.0.2', '203.0.113.9, unknown'), null],
  ['a CDN that is not named', from('10.0.0.2', '203.0.113.9, 198.51.100.7'), '198.51.100.7'],
  [
    'a CDN that is named',
    from('10.0.0.2', '203.0.113.9, 198.51.100.7', ['198.51.100.0/24', '2001:db8::/32']),
    '203.0.113.9',
  ],
  ['a proxy that names nobody', from('10.0.0.2'), '10.0.0.2'],
  [
    'no connection any more',
    clientAddressOf({ socketAddress: undefined, forwardedFor: 'x', trustedProxies: [] }),
    null,
  ],
])('%s', (_, address, expected) => {
  expect(address).toBe(expected);
});

test.each([
  ['a proxy beside us', '127.0.0.1', undefined, null],
  ['one in our own network', '172.17.0.1', ' ', null],
  ['one that is named', '198.51.100.7', undefined, null],
  ['a visitor without a proxy', '203.0.113.9', undefined, '203.0.113.9'],
  ['a proxy that tells', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a proxy that tells of its neighbour', '10.0.0.2', '10.9.9.9', '10.9.9.9'],
])('where strangers reach us: %s', (_, socketAddress, forwardedFor, expected) => {
  const connection = { socketAddress, forwardedFor, trustedProxies: ['198.51.100.0/24'] };
  expect(clientAddressOf({ ...connection, isExposed: true })).toBe(expected);
});

test('a public address that forwards other addresses is an unlisted proxy', () => {
  const asked = (socketAddress: string, forwardedFor?: string) =>
    isUnnamedProxy({ socketAddress, forwardedFor, trustedProxies: ['198.51.100.0/24'] });
  expect(asked('203.0.113.9', '192.0.2.1')).toBe(true);
  expect(asked('203.0.113.9')).toBe(false);
  for (const known of ['10.0.0.2', '198.51.100.7']) expect(asked(known, '192.0.2.1')).toBe(false);
});

const inside = { isExposed: false };

test('an address counts in its networks; this machine in none, unless the deployment is public', () => {
  expect(networksOf('203.0.113.9', inside)).toEqual([{ key: '203.0.113.9', breadth: 'ipv4' }]);
  expect(networksOf('2001:db8:1:203:4:5:6:7', inside)).toEqual([
    { key: '2001:db8:1:203::/64', breadth: 'ipv6/64' },
    { key: '2001:db8:1:200::/56', breadth: 'ipv6/56' },
    { key: '2001:db8:1::/48', breadth: 'ipv6/48' },
  ]);
  for (const own of ['127.0.0.1', '127.8.0.1', '0:0:0:0:0:0:0:1'])
    expect(networksOf(own, inside)).toEqual([]);
  const unknown = [{ key: 'unknown', breadth: 'unknown' }];
  expect(networksOf('127.0.0.1', { isExposed: true })).toEqual(unknown);
  expect(networksOf(null, inside)).toEqual([{ key: 'unknown', breadth: 'unknown' }]);
});
