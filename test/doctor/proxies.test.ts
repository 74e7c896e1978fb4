import { expect, test } from 'vitest';
import { doctorKindOf } from '../../src/gateways/doctor-kinds.ts';
import { isExempt, judgeProxies, type Variables } from '../../src/doctor/checks/network.ts';

const HOSTS: Readonly<Record<string, readonly string[]>> = {
  feishu: ['open.feishu.cn:443'],
  qqbot: ['api.sgroup.qq.com:443'],
};
const judge = (variables: Variables, links: readonly string[] = ['feishu', 'qqbot']) =>
  judgeProxies(variables, {
    links,
    order: doctorKindOf('hermes', '/h').proxies ?? {},
    hosts: (link) => HOSTS[link] ?? [],
  });

test.each<[string, Variables, readonly string[], readonly string[], readonly string[]]>([
  ['none', {}, ['feishu', 'qqbot'], [], []],
  ['one for QQ', { HTTPS_PROXY: 'http://127.0.0.1:7890' }, ['qqbot'], [], ['HTTPS_PROXY 127.0.0.1:7890']],
  [
    "the socket's own before the general one",
    { HTTPS_PROXY: 'http://a:1', WSS_PROXY: 'http://b:2' },
    ['qqbot'],
    [],
    ['WSS_PROXY b:2'],
  ],
  ['one without a scheme', { HTTPS_PROXY: '127.0.0.1:7890' }, ['qqbot'], ['proxy_unusable HTTPS_PROXY form'], []],
  ['SOCKS for QQ', { ALL_PROXY: 'socks5://127.0.0.1:1080' }, ['qqbot'], ['proxy_unusable ALL_PROXY socks'], []],
  [
    'SOCKS for Feishu alone',
    { ALL_PROXY: 'socks5://127.0.0.1', NO_PROXY: 'feishu.cn' },
    ['feishu'],
    [],
    ['ALL_PROXY 127.0.0.1:1080'],
  ],
  [
    'one that Feishu is not kept from',
    { https_proxy: 'http://p:3128' },
    ['feishu'],
    ['proxy_feishu https_proxy open.feishu.cn'],
    ['https_proxy p:3128'],
  ],
  [
    'one that Feishu is kept from',
    { https_proxy: 'http://p:3128', no_proxy: 'localhost,.feishu.cn' },
    ['feishu'],
    [],
    ['https_proxy p:3128'],
  ],
  ['a plain HTTP proxy, which neither uses', { HTTP_PROXY: 'http://p:3128' }, ['feishu', 'qqbot'], [], []],
  ['one for a gateway without these links', { HTTPS_PROXY: 'http://p:3128' }, [], [], []],
])('%s', (_name, variables, links, faults, used) => {
  const judged = judge(variables, links);
  expect(
    judged.faults.map(
      (fault) => `${fault.code} ${fault.variable} ${fault.code === 'proxy_feishu' ? fault.host : fault.problem}`,
    ),
  ).toEqual(faults);
  expect(judged.used.map(({ variable, endpoint }) => `${variable} ${endpoint}`)).toEqual(used);
});

test.each([
  ['', false],
  ['*', true],
  ['open.feishu.cn', true],
  ['feishu.cn', true],
  ['*.feishu.cn', true],
  ['localhost, .feishu.cn:443', true],
  ['eishu.cn', false],
  ['feishu.cn.evil.example', false],
])('NO_PROXY=%s keeps open.feishu.cn out: %s', (noProxy, expected) =>
  expect(isExempt('open.feishu.cn', noProxy)).toBe(expected),
);
