/** Which answers of a platform say that something must be mended first. */
import { expect, test } from 'vitest';
import { isRefusal } from '../../src/gateways/refusal-words.ts';

test.each([
  "Client error '401 Unauthorized' for url 'https://bots.qq.com/app/getAppAccessToken'",
  "Client error '400 Bad Request' for url 'https://open.feishu.cn/callback/ws/endpoint'",
  'Token fetch failed: HTTP 403',
  'Request failed with status code 400',
  'pullConnectConfig failed: code=1000040350, msg=the number of connections exceeded',
  'code: 514, auth failed',
  'QQ API error: invalid appid or secret',
  '接口访问源IP不在白名单',
  'feishu auth error: 10014',
])('a refusal: %s', (error) => expect(isRefusal(error)).toBe(true));

test.each([
  "Server error '500 Internal Server Error' for url 'https://api.sgroup.qq.com/gateway'",
  "Client error '429 Too Many Requests' for url 'https://api.sgroup.qq.com/gateway'",
  'Request failed with status code 408',
  'HTTP 502',
  'code: 1, system busy',
  'code: 1000040343, internal error',
  'Cannot connect to host api.sgroup.qq.com:443 ssl:default [Connect call failed]',
  'timeout of 4000ms exceeded',
  'connect ECONNREFUSED 10.0.0.1:403',
  '',
])('none: %s', (error) => expect(isRefusal(error)).toBe(false));
