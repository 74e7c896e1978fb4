/** A gateway that Lifeline can neither start nor stop: nothing is offered that cannot be done. */
import { describe, expect, it, vi } from 'vitest';
import type { GatewayPort } from '../../src/chat/command/command.ts';
import { plainText } from '../../src/chat/message/message.ts';
import { answerOf, context, gatewayVerdict, linkVerdict, named, port, report } from './helpers.ts';

const never = vi.fn<GatewayPort['plan']>(() => Promise.reject(new Error('there is nothing to plan')));
const ILL = report({
  verdicts: [
    gatewayVerdict('healthy'),
    linkVerdict('qqbot', 'gave_up', { cause: 'attempts_exhausted', remedy: 'restart' }),
  ],
  process: undefined,
  decision: { act: 'tell', why: 'no_means' },
});
const here = (locale: 'zh-CN' | 'en') =>
  context({
    locale,
    gateways: [
      port('g1', { isTreatable: false, restartsLinks: false, plan: never, report: () => Promise.resolve(ILL) }),
    ],
  });
const TYPED = ['start', 'stop', 'restart'].flatMap((command) =>
  ['', 'g1', 'g1 dry', ...(command === 'restart' ? ['g1 qq'] : [])].map((typed) => [command, typed] as const),
);

describe('a gateway that Lifeline can neither start nor stop', () => {
  it.each(TYPED)('/%s %s says so, and what to write', async (command, typed) => {
    expect(await answerOf(named(command), here('zh-CN'), typed)).toEqual({
      tone: 'warning',
      title: 'Lifeline 没有办法启动或停止 g1',
      lines: ['请自己动手。想让 Lifeline 来做，在它的配置里写 unit（服务或容器）或 command'],
    });
    expect(await answerOf(named(command), here('en'), typed)).toEqual({
      tone: 'warning',
      title: 'Lifeline has no way to start or stop g1',
      lines: [
        'Do it yourself. For Lifeline to do it, write "unit" (a service or container) or "command" into its configuration',
      ],
    });
    expect(never).not.toHaveBeenCalled();
  });

  it('/status says that its process is not looked for, and nothing of what keeps it or of restarts', async () => {
    expect(plainText(await answerOf(named('status'), here('zh-CN'), 'g1'))).toContain(
      '不找它的进程，只看日志和检查\nLifeline 没有办法启动或停止 g1',
    );
    const en = plainText(await answerOf(named('status'), here('en'), 'g1'));
    expect(en).toContain(
      'Its process is not looked for: only its log and checks count\nLifeline has no way to start or stop g1',
    );
    expect(en).not.toMatch(/Nobody has looked|Kept by|restarts left/);
  });

  it('/why says who is to do what would help', async () => {
    expect(plainText(await answerOf(named('why'), here('zh-CN'), 'g1'))).toContain('对策：重启（要你自己动手）');
    expect(plainText(await answerOf(named('why'), here('en'), 'g1'))).toContain('remedy: restart it (yourself)');
  });

  it('/check offers no restart', async () => {
    expect((await answerOf(named('check'), here('en'), 'g1')).buttons?.map(({ command }) => command)).toEqual([
      '/why g1',
    ]);
  });
});
