/** What the wizard says of a gateway that it has found. */
import { expect, test } from 'vitest';
import { setupText } from '../../src/text/setup/setup.ts';

const KEEPER = { kind: 'keeps', supervisor: 'process', unit: '' } as const;

test.each<['zh-CN' | 'en', readonly string[], RegExp]>([
  ['en', ['qqbot', 'telegram', 'wecom'], /^running, process 7, .*; QQ, Telegram, WeCom$/],
  ['zh-CN', ['qqbot', 'telegram', 'wecom'], /^运行中，进程 7，.*；QQ、Telegram、企业微信$/],
  ['en', [], /^running, process 7, [^;]*$/],
])('%s, links %j', (locale, links, expected) => {
  expect(setupText(locale).gatewayState({ pid: 7, links, keeper: KEEPER })).toMatch(expected);
});
