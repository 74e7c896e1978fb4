/** The fixtures were printed by iproute2 6.1 on Linux 6.18, but for the lines written out here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { plainAddress } from '../../../src/sensors/network/ip-address.ts';
import { parseSs } from '../../../src/sensors/network/ss.ts';

const printed = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures/ss', `${name}.txt`), 'utf8');

describe('parseSs', () => {
  test.each(['usual', 'one-line'])(
    'reads IPv4, IPv6, IPv4 in IPv6 and several users of one connection, printed %s',
    (name) => {
      const sockets = parseSs(printed(name)).map(({ state, peer, pids }) => [
        state,
        `${peer.address} ${peer.port}`,
        pids,
      ]);
      expect(sockets).toEqual([
        ['ESTAB', '127.0.0.1 18443', [13167, 13120]],
        ['ESTAB', '127.0.0.1 41234', [13167, 13120]],
        ['CLOSE-WAIT', '127.0.0.1 18445', [13120]],
        ['ESTAB', '::1 18444', [13167, 13120]],
        ['ESTAB', '127.0.0.1 37298', [13167, 13120]],
        ['ESTAB', '::1 50198', [13167, 13120]],
        ['FIN-WAIT-2', '127.0.0.1 37304', []],
        ['ESTAB', '127.0.0.1 18445', [13167, 13120]],
      ]);
    },
  );

  it('knows no users where they are hidden', () => {
    const sockets = parseSs(printed('another-user'));
    expect(sockets).toHaveLength(8);
    expect(sockets.flatMap(({ pids }) => pids)).toEqual([]);
  });

  it('reads how long nothing came and that the kernel tries again and again', () => {
    expect(parseSs(printed('half-open'))).toEqual([
      {
        state: 'ESTAB',
        peer: { address: '10.9.0.2', port: 8443 },
        pids: [6227],
        lastSendMs: 106_320,
        lastReceiveMs: 255_096,
        unacked: 1,
        backoff: 9,
      },
    ]);
  });

  it('takes what is left out for zero when there are details, and for unknown when there are none', () => {
    const line = 'ESTAB 0 0 192.0.2.7:44110 203.0.113.5:443 users:(("hermes",pid=812,fd=9))';
    expect(parseSs(`${line}\n\t cubic wscale:7,7 cwnd:10 lastrcv:41000 some_new_field`)[0]).toMatchObject({
      lastSendMs: 0,
      lastReceiveMs: 41_000,
      unacked: 0,
      backoff: 0,
    });
    expect(parseSs(line)[0]).toMatchObject({ lastSendMs: null, lastReceiveMs: null });
  });

  it('reads details that are wrapped over many lines, and forgets them at the next connection', () => {
    const text = [
      'ESTAB  0  0  192.0.2.7:1  203.0.113.5:443',
      '\t cubic cwnd:10',
      '   unacked:2',
      '\tlastsnd:5 lastrcv:6',
      'ESTAB  0  0  192.0.2.7:2  203.0.113.5:443',
    ].join('\n');
    expect(parseSs(text)).toMatchObject([
      { unacked: 2, lastSendMs: 5, lastReceiveMs: 6 },
      { unacked: 0, lastSendMs: null },
    ]);
  });

  it('reads no number from the name of a process', () => {
    const [socket] = parseSs(
      'ESTAB 0 0 192.0.2.7:1 203.0.113.5:443 users:(("x lastrcv:999 y",pid=7,fd=1))\n\t cwnd:1 lastrcv:3',
    );
    expect(socket).toMatchObject({ pids: [7], lastReceiveMs: 3 });
  });

  test.each([
    '',
    '\n\n',
    'State Recv-Q Send-Q Local Address:Port Peer Address:Port',
    '\t cwnd:10 lastrcv:5',
    'UNCONN 0 0 *:* *:*',
    'Cannot open netlink socket',
  ])('finds nothing in %j', (text) => expect(parseSs(text)).toEqual([]));

  it('never throws', () => {
    const pieces = fc.constantFrom(
      'ESTAB',
      ' ',
      '\n',
      '\t',
      '0',
      '[::ffff:',
      ']',
      ':443',
      '%eth0',
      'users:((',
      '"',
      ',pid=',
      ',fd=1)',
      '))',
      'lastrcv:',
      '9'.repeat(30),
      '*',
      'é',
    );
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
    );
    const damaged = fc
      .tuple(fc.constantFrom(printed('usual'), printed('half-open')), fc.nat(5_000), fc.nat(60), fc.string())
      .map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(hostile, damaged), (text) => Array.isArray(parseSs(text))),
      { numRuns: 500 },
    );
  });
});

describe('plainAddress', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1%lo', '127.0.0.1'],
    ['[::1]', '::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['[::ffff:203.0.113.9]', '203.0.113.9'],
    ['[fe80::1%eth0]', 'fe80::1'],
    ['[fe80::1]%eth0', 'fe80::1'],
    ['2001:0DB8:0:0::1', '2001:db8::1'],
    ['*', '*'],
  ])('spells %s as %s', (text, address) => expect(plainAddress(text)).toBe(address));
});
