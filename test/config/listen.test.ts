import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { parse, valid } from './helpers.ts';

const listening = (address: string): unknown => parse(valid(`metrics: { listen: "${address}" }`)).metrics?.listen;

describe('metrics.listen', () => {
  it.each([
    ['127.0.0.1:9464', { host: '127.0.0.1', port: 9464 }],
    ['127.8.9.10:0', { host: '127.8.9.10', port: 0 }],
    ['localhost:1', { host: 'localhost', port: 1 }],
    ['[::1]:9464', { host: '::1', port: 9464 }],
  ])('takes %s', (address, taken) => {
    expect(listening(address)).toEqual(taken);
  });

  it.each([
    '0.0.0.0:9464',
    '[::]:9464',
    '192.168.1.5:9464',
    'example.org:80',
    '127.0.0.1',
    '9464',
    '127.0.0.1:70000',
    '127.0.0.999:80',
    '127.0.0.1:9464/metrics',
    '',
  ])('refuses "%s", which others could reach or which is none', (address) => {
    expect(() => listening(address)).toThrow(UserError);
  });

  it('is nowhere by default', () => {
    expect(parse(valid()).metrics).toBeNull();
  });
});
