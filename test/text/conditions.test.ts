import { expect, test } from 'vitest';
import { causeText, gatewayConditionText, linkConditionText, linkName } from '../../src/text/common/conditions.ts';

test.each([
  ['qqbot', 'QQ', 'QQ'],
  ['feishu', '飞书', 'Feishu'],
  ['matrix', 'Matrix', 'Matrix'],
  ['wecom', '企业微信', 'WeCom'],
  ['irc', 'irc', 'irc'],
])('the link %s is called %s', (link, zh, en) => {
  expect(linkName(link, 'zh-CN')).toBe(zh);
  expect(linkName(link, 'en')).toBe(en);
});

test('conditions and causes have words in both languages', () => {
  expect(gatewayConditionText('stopped', 'zh-CN')).toBe('没有在运行');
  expect(gatewayConditionText('stopped', 'en')).toBe('not running');
  expect(linkConditionText('down', 'zh-CN')).toBe('失联');
  expect(linkConditionText('down', 'en')).toBe('offline');
  expect(causeText('no_login_after_loss', 'zh-CN')).toBe('断线后一直没有重新登录');
  expect(causeText('no_login_after_loss', 'en')).toBe('lost, and not logged in since');
});
