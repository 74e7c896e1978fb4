/** What `lifeline top` shows: a gateway that looks well again and its open incident do not say opposite things. */
import { expect, it } from 'vitest';
import { glanceMessage } from '../../commands/shared/glance.ts';
import { plainText } from '../../src/chat/message/message.ts';
import { gatewayVerdict, incident, incidentsIn, LIFELINE, NOW } from './scene.ts';

const glance = (
  condition: 'healthy' | 'stopped',
  locale: 'zh-CN' | 'en' = 'en',
  more: Parameters<typeof gatewayVerdict>[1] = {},
): string =>
  plainText(
    glanceMessage([{ name: 'main', verdicts: [gatewayVerdict(condition, more)] }], {
      now: NOW,
      locale,
      incidents: incidentsIn([incident(1)]),
      silences: { active: () => [] },
      lifeline: () => LIFELINE,
    }),
  );

it('names the incident of a gateway that is ill', () => {
  expect(glance('stopped')).toMatch(/^🔴 main: not running/);
  expect(glance('stopped')).toMatch(/#1 main: .*20 min/);
});

it.each([
  ['en', /^🟢 main: .*just recovered, watching/],
  ['zh-CN', /^🟢 main：.*刚恢复，观察中/],
] as const)('says of one that looks well again that it has just recovered: %s', (locale, expected) => {
  expect(glance('healthy', locale)).toMatch(expected);
  expect(glance('healthy', locale)).not.toContain('#1');
});

it.each([
  ['en', /^🟠 main: running, a check of yours does not succeed yet/],
  ['zh-CN', /^🟠 main：在运行，你设的检查还没有通过/],
] as const)('never says that of one whose check has not succeeded since it failed: %s', (locale, expected) => {
  const pending = glance('healthy', locale, { cause: 'check_fails', remedy: 'wait' });
  expect(pending).toMatch(expected);
  expect(pending).not.toMatch(/just recovered|刚恢复/);
});
