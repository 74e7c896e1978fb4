import { describe, expect, it, test } from 'vitest';
import { hostOf, parseEndpoint } from '../../src/base/endpoint.ts';

describe('hostOf', () => {
  test.each([
    ['wss://api.sgroup.qq.com/websocket', 'api.sgroup.qq.com:443'],
    ['wss://127.0.0.1:18443/websocket?token=abc', '127.0.0.1:18443'],
    ['ws://127.0.0.1:9000', '127.0.0.1:9000'],
    ['ws://sandbox.test/', 'sandbox.test:80'],
    ['https://Open.Feishu.CN/callback/ws/endpoint', 'open.feishu.cn:443'],
    ['wss://msg-frontier.feishu.cn/ws/v2?device_id=1&access_key=*** [conn_id=77]', 'msg-frontier.feishu.cn:443'],
    ['wss://***:***@relay.example:8443/x', 'relay.example:8443'],
    ['wss://[::1]:8443/ws', '[::1]:8443'],
  ])('of "%s" is %s', (url, host) => expect(hostOf(url)).toBe(host));

  test.each([
    '',
    'api.sgroup.qq.com',
    'ftp://example.test/',
    'wss://',
    'wss://host:99999/',
    ' wss://host/',
    'file:///etc/hosts',
    'connected',
  ])('of "%s" is unknown', (text) => expect(hostOf(text)).toBeNull());

  it('is an endpoint that can be read again', () => {
    expect(parseEndpoint(hostOf('wss://[2001:db8::1]/x') ?? '')).toEqual({ host: '2001:db8::1', port: 443 });
  });
});

describe('parseEndpoint', () => {
  test.each([
    ['api.sgroup.qq.com:443', { host: 'api.sgroup.qq.com', port: 443 }],
    ['127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
  ])('reads "%s"', (text, endpoint) => expect(parseEndpoint(text)).toEqual(endpoint));

  test.each([
    '',
    'host',
    'host:',
    ':443',
    'host:0',
    'host:65536',
    '::1:443',
    'wss://host:443',
    'host:443/path',
    'me@host:443',
    'two words:443',
  ])('does not take "%s" for one', (text) => expect(parseEndpoint(text)).toBeNull());
});
