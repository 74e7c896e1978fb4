import { describe, expect, test } from 'vitest';
import { plainText } from '../../../src/chat/message/message.ts';
import type { GatewayFact, Suspect } from '../../../src/diagnosis/evidence.ts';
import type { Verdict } from '../../../src/diagnosis/verdict.ts';
import type { Decision } from '../../../src/healing/decision.ts';
import type { Incident, Notice } from '../../../src/incidents/incident.ts';
import { noticeMessage, quoteEvidence } from '../../../src/notify/messages/notice.ts';
import {
  createStory,
  failed,
  gateway,
  hold,
  link,
  MINUTE,
  result,
  SECOND,
  T0,
  tell,
  TREAT,
  WELL,
  type VerdictAt,
} from '../../incidents/helpers.ts';
import { instant } from '../../instant.ts';

const healthy = gateway('healthy');
const START: Decision = { ...TREAT, remedy: 'start', links: [] };
const SEEN = { label: '知道了', style: 'plain', command: '/ack 1' };
const LOOKS = [
  { label: '日志', style: 'plain', command: '/logs main' },
  { label: '为什么', style: 'plain', command: '/why main' },
  { label: '静音 1 小时', style: 'plain', command: '/mute 1h main' },
];

/** The last notice of a story, as a phone shows it. */
const shown = (
  tellStory: (story: ReturnType<typeof createStory>) => void,
  locale: 'zh-CN' | 'en' = 'zh-CN',
): string => {
  const story = createStory();
  tellStory(story);
  const last = story.notices.at(-1);
  if (!last) throw new Error('nothing was said');
  return plainText(noticeMessage(last, locale, last.at));
};

const opened =
  (decision: Decision, ...verdicts: VerdictAt[]) =>
  (story: ReturnType<typeof createStory>) => {
    story.judged(T0, decision, ...verdicts);
  };

test('a link that is lost and healed', () => {
  expect(shown(opened(TREAT, healthy, link('qqbot', 'down')))).toBe(`🔴 main：QQ 失联 #1
断线后一直没有重新登录
正在重启（1 小时内第 1/3 次）
10:29:00 起，已 1 分

QQ WebSocket closed: code=4009`);
  expect(shown(opened(TREAT, healthy, link('qqbot', 'down')), 'en')).toBe(`🔴 main: QQ offline #1
Lost, and not logged in since
Restarting it now (1 of 3 within an hour)
Since 10:29:00, for 1 min

QQ WebSocket closed: code=4009`);
});

test('a gateway that is gone and started', () => {
  expect(shown(opened(START, gateway('stopped')))).toBe(`🔴 main 没有在运行 #1
进程不在了，没有人要求停止它
正在启动（1 小时内第 1/3 次）
10:29:00 起，已 1 分`);
  expect(shown(opened(START, gateway('stopped')), 'en')).toContain('🔴 main: not running #1\n');
});

test('what has only just begun says no duration', () => {
  const notice: Notice = { kind: 'opened', incident: incident(), decision: TREAT };
  expect(text(notice, 'zh-CN', T0 - MINUTE + 999)).toMatch(/\n10:29:00 起\n/);
  expect(text(notice, 'en', T0 - MINUTE + SECOND)).toMatch(/\nSince 10:29:00, for 1 s\n/);
});

test('what no restart mends says what to do', () => {
  expect(shown(opened(tell('not_curable'), healthy, link('feishu', 'rejected')))).toBe(`🔴 main：飞书被平台拒绝 #1
平台拒绝这个机器人登录
重启解决不了，需要你处理
10:29:00 起，已 1 分

QQ WebSocket closed: code=4009

查一下机器人是否被封、AppID 和密钥是否正确`);
});

test.each([
  ['heal_off', '自动重启已关闭，需要你处理'],
  ['heal_ask', '要不要重启，由你决定'],
  ['tried', '已经处理过，没有新的迹象，不再自动重试'],
] as const)('with %s it says how to restart', (why, line) => {
  const text = shown(opened(tell(why), healthy, link('qqbot', 'down')));
  expect(text).toContain(line);
  expect(text.endsWith('要重启，发 /restart main')).toBe(true);
});

test('where its supervisor cannot be asked it says why and what to do, without secrets', () => {
  const text = shown(
    opened(
      {
        act: 'tell',
        why: 'supervisor_out_of_reach',
        problem: 'No bus, token=abcdefgh.\nRun: loginctl enable-linger me',
      },
      healthy,
      link('qqbot', 'down'),
    ),
  );
  expect(text).toContain('管理它的服务现在用不了，需要你处理');
  expect(text.endsWith('No bus, token=*** Run: loginctl enable-linger me')).toBe(true);
});

test('a dry run says each command that it would run, and offers none', () => {
  const text = shown(
    opened(
      { act: 'tell', why: 'dry_run', commands: ['hermes gateway restart', 'systemctl --user restart x'] },
      healthy,
      link('qqbot', 'down'),
    ),
  );
  expect(text).toContain('演习模式：只说不做');
  expect(text.endsWith('会执行：\nhermes gateway restart\nsystemctl --user restart x')).toBe(true);
});

test.each([
  ['heal_ask', '重启'],
  ['heal_off', '重启'],
  ['out_of_budget', '重启'],
  ['tried', '重启'],
  ['not_curable', '重启'],
  ['no_means', null],
] as const)('a button restarts it where the operator may say so: %s', (why, offered) => {
  const story = createStory();
  const [notice] = story.judged(T0, tell(why), healthy, link('qqbot', 'down')) as [Notice];
  const restart = { label: '重启', style: 'danger', command: '/restart main', confirm: '重启 main？' };
  expect(noticeMessage(notice, 'zh-CN', T0).buttons).toEqual([
    ...(offered === null ? [] : [{ ...restart, label: offered }]),
    ...LOOKS,
    SEEN,
  ]);
});

test.each<[string, VerdictAt, string | null, string]>([
  ['never seen', gateway('stopped', { cause: 'never_seen', remedy: 'alert' }), '启动 → /start main', 'Start'],
  ['platform errors', link('qqbot', 'unreachable', { cause: 'platform_errors' }), null, ''],
  ['network', gateway('network_down', { cause: 'network_unreachable', remedy: 'alert' }), null, ''],
  ['key', gateway('unanswered', { cause: 'provider_key', remedy: 'alert' }), null, ''],
])('under what a person must mend is the last step of it: %s', (_what, verdict, zh, en) => {
  const [notice] = createStory().judged(T0, tell('not_curable'), verdict) as [Notice];
  const [first] = noticeMessage(notice, 'zh-CN', T0).buttons ?? [];
  expect(`${first?.label} → ${first?.command}`).toBe(zh ?? '日志 → /logs main');
  if (zh === null) return;
  expect(first?.confirm).toBeDefined();
  expect(noticeMessage(notice, 'en', T0).buttons?.[0]?.label).toBe(en);
});

test.each<[string, VerdictAt]>([
  ['rejected', link('feishu', 'rejected')],
  ['misconfigured', gateway('misconfigured')],
])('a restart is no first choice under "a restart would not help": %s', (_what, verdict) => {
  const [notice] = createStory().judged(T0, tell('not_curable'), verdict) as [Notice];
  const labels = (locale: 'zh-CN' | 'en') => noticeMessage(notice, locale, T0).buttons?.map(({ label }) => label);
  expect(labels('zh-CN')).toEqual(['日志', '为什么', '改好了，重启', '静音 1 小时', '知道了']);
  expect(labels('en')).toEqual(['Logs', 'Why', "It's fixed", 'Mute 1 h', 'Got it']);
  const after = noticeMessage(notice, 'en', T0).buttons?.[2];
  expect(after).toMatchObject({ style: 'plain', command: '/restart main', confirm: 'Restart main?' });
});

test.each<[string, VerdictAt, (suspects: readonly Suspect[]) => GatewayFact]>([
  [
    'beside the gateway',
    gateway('duplicate', { cause: 'several_processes', remedy: 'alert' }),
    (processes) => ({ kind: 'duplicates', processes }),
  ],
  [
    'in the place of the gateway',
    gateway('unknown', { cause: 'unproven_process', remedy: 'alert' }),
    (beside) => ({ kind: 'process', process: null, beside }),
  ],
])(
  'a button ends each process %s that only looks like it, that very process and at most three',
  (_where, makes, factOf) => {
    const suspects = [4_711, 4_712, 4_713, 4_714].map((pid): Suspect => ({
      pid,
      startTime: pid * 10,
      startedAt: T0 - MINUTE,
      command: 'hermes gateway run',
    }));
    const verdict: VerdictAt = (at) => ({
      ...makes(at),
      evidence: [
        {
          at: instant(at),
          source: 'process',
          text: 'pid 4711 (hermes gateway run)',
          link: null,
          fact: factOf(suspects),
        },
      ],
    });
    const [notice] = createStory().judged(T0, tell('not_curable'), verdict) as [Notice];
    const ends = [4_711, 4_712, 4_713].map((pid) => ({
      label: `结束 ${pid}`,
      style: 'danger',
      command: `/end main ${pid}.${pid * 10}`,
      confirm: `要结束进程 ${pid} 吗？`,
    }));
    const message = noticeMessage(notice, 'zh-CN', T0);
    expect(message.buttons).toEqual([...ends, LOOKS[0], LOOKS[2], SEEN]);
    expect(plainText(message)).toContain('pid 4711 (hermes gateway run)');
    for (const { label } of noticeMessage(notice, 'en', T0).buttons ?? [])
      expect([...label].length).toBeLessThanOrEqual(10);
  },
);

test('a pause says when the restart comes', () => {
  expect(shown(opened(hold('pause', T0 + 2 * MINUTE), healthy, link('qqbot', 'down')))).toContain('10:32:00 再重启');
});

test('a treatment that failed says what is missing and what is next', () => {
  const story =
    (missing: Parameters<typeof failed>[1], problem: string | null = null) =>
    (its: ReturnType<typeof createStory>) => {
      its.judged(T0, TREAT, healthy, link('qqbot', 'down'));
      its.treated(T0 + MINUTE, failed(T0 + SECOND, missing, { problem }), hold('pause', T0 + 2 * MINUTE));
    };
  expect(shown(story([{ what: 'login', link: 'qqbot' }]))).toBe(`🔴 main 重启后 QQ 仍未登录 #1
QQ 没有登录
10:32:00 再重启，避免连续重启
10:29:00 起，已 2 分`);
  expect(
    shown(story([{ what: 'new_process' }, { what: 'login', link: 'qqbot' }], 'token=abcdef0123456 was\nnot accepted')),
  ).toBe(`🔴 main 重启失败 #1
进程没有换过，还是原来那个，QQ 没有登录
原因：token=*** was not accepted
10:32:00 再重启，避免连续重启
10:29:00 起，已 2 分`);
  expect(shown(story([{ what: 'process' }]), 'en')).toContain(
    '🔴 main: restart failed #1\nNo process came up in time\n',
  );
});

test.each<[string, Incident['treatments'], string, string]>([
  ['none of its restarts was for this', [], '次数已用完', 'no restarts left'],
  [
    'all of them worked',
    [1, 2, 3].map((n) => result(T0 + n * SECOND)),
    '重启 3 次都成功了，却又出问题，次数已用完',
    'restarted 3 times; it recovered each time and failed again; no restarts left',
  ],
  [
    'none of them worked',
    [1, 2].map((n) => failed(T0 + n * SECOND, [{ what: 'process' }])),
    '试了 2 次仍未恢复',
    'tried 2 times, still not well',
  ],
  [
    'one of them did not',
    [result(T0), failed(T0 + SECOND, [{ what: 'process' }])],
    '重启 2 次，1 次没成功，次数已用完',
    'restarted 2 times, without success once; no restarts left',
  ],
  [
    'others were asked for, or were of a link alone',
    [result(T0, { requestedBy: 'me' }), failed(T0 + SECOND, [], { remedy: 'restart_link' })],
    '次数已用完',
    'no restarts left',
  ],
])('out of budget says what the restarts came to: %s', (_what, treatments, zh, en) => {
  const incident = { ...createStory().judged(T0, TREAT, gateway('stopped'))[0]?.incident, treatments } as Incident;
  const said = (locale: 'zh-CN' | 'en') => noticeMessage({ kind: 'out_of_budget', incident }, locale, T0).lines?.[0];
  expect(said('zh-CN')).toBe(`我已停止自动重启：${zh}`);
  expect(said('en')).toBe(`I have stopped restarting: ${en}`);
});

test.each(['zh-CN', 'en'] as const)(
  "what passes by itself is not called the reader's to mend beside the advice to wait (%s)",
  (locale) => {
    const passing = link('qqbot', 'unreachable', { cause: 'platform_errors', remedy: 'alert' });
    const first = shown(opened(tell('not_curable'), healthy, passing), locale);
    const then = shown((story) => {
      story.judged(T0, TREAT, healthy, link('qqbot', 'down'));
      story.judged(T0 + MINUTE, tell('not_curable'), healthy, passing);
    }, locale);
    for (const text of [first, then]) {
      expect(text).toContain(locale === 'en' ? 'wait for it to recover' : '等它恢复即可');
      expect(text).not.toMatch(/需要你|needs you/);
    }
  },
);

test('out of budget says that it stopped, and how to go on', () => {
  const story = (its: ReturnType<typeof createStory>): void => {
    its.judged(T0, TREAT, healthy, link('qqbot', 'down'));
    its.treated(T0 + MINUTE, failed(T0 + SECOND, [{ what: 'login', link: 'qqbot' }]), tell('out_of_budget'));
  };
  expect(shown(story)).toBe(`🔴 main：QQ 需要你处理 #1
我已停止自动重启：试了 1 次仍未恢复
QQ 没有登录
断线后一直没有重新登录
10:29:00 起，已 2 分

QQ WebSocket closed: code=4009

先看 /logs main。要再试一次，发 /restart main`);
  expect(shown(story, 'en')).toContain(
    '🔴 main: QQ needs you #1\nI have stopped restarting: tried once, still not well\n',
  );
});

test('a recovery says how long it took and what was done', () => {
  const story = (its: ReturnType<typeof createStory>): void => {
    its.judged(T0, TREAT, healthy, link('qqbot', 'down'));
    its.treated(T0 + MINUTE, result(T0 + SECOND));
    its.judged(T0 + MINUTE, WELL, healthy, link('qqbot', 'up', { since: T0 + 65 * SECOND - MINUTE }));
  };
  expect(shown(story)).toBe(`🟢 main：QQ 已恢复 #1
中断 1 分 5 秒（10:29:00 – 10:30:05）
重启 1 次，进程 123 → 456，QQ 于 10:30:05 重新登录
当时：失联（断线后一直没有重新登录）`);
  expect(shown(story, 'en')).toBe(`🟢 main: QQ recovered #1
Out for 1 min 5 s (10:29:00 – 10:30:05)
Restarted once, process 123 → 456, QQ logged in at 10:30:05
Trouble: offline (lost, and not logged in since)`);
});

describe('a recovery of a link names', () => {
  const at = (seconds: number): number => T0 + seconds * SECOND;
  const flapping = link('qqbot', 'flapping', { since: at(-80), remedy: 'alert' });
  const up = (since: number): VerdictAt => link('qqbot', 'up', { since });
  type Look = readonly [seconds: number, verdict: VerdictAt];

  test.each<[string, readonly Look[], string]>([
    [
      'the login, not the end of "keeps dropping" after it',
      [
        [0, flapping],
        [10, flapping],
        [26, up(at(0))],
        [600, up(at(0))],
      ],
      'QQ logged in at 10:30:00',
    ],
    [
      'the login that ended the loss',
      [
        [0, flapping],
        [10, up(at(5))],
        [600, up(at(5))],
      ],
      'QQ logged in at 10:30:05',
    ],
    [
      'no login where it had logged in long before the trouble',
      [
        [0, flapping],
        [10, up(at(-9_000))],
        [600, up(at(-9_000))],
      ],
      'QQ well since 10:30:10',
    ],
    [
      'a newer login while it was waited whether it holds',
      [
        [0, flapping],
        [10, up(at(5))],
        [20, link('qqbot', 'reconnecting')],
        [30, up(at(25))],
        [600, up(at(25))],
      ],
      'QQ logged in at 10:30:25',
    ],
  ])('%s', (_, looks, said) => {
    const text = shown((its) => {
      for (const [seconds, verdict] of looks) its.judged(at(seconds), WELL, healthy, verdict);
    }, 'en');
    expect(text).toContain(said);
  });
});

test('a gateway that crashed again and again was not out all the time, and a recovery does not say so', () => {
  const story = (its: ReturnType<typeof createStory>): void => {
    its.judged(T0, tell('not_curable'), gateway('crash_looping', { cause: 'starts_again_and_again', remedy: 'alert' }));
    its.judged(T0 + 5 * MINUTE, WELL, gateway('healthy', { since: T0 + 2 * MINUTE }));
  };
  expect(shown(story)).toContain('\n反复崩溃，前后 3 分（10:29:00 – 10:32:00）\n');
  expect(shown(story, 'en')).toContain('\nCrashed again and again for 3 min (10:29:00 – 10:32:00)\n');
});

test('a recovery by itself claims no restart', () => {
  const story = (its: ReturnType<typeof createStory>): void => {
    its.judged(T0, tell('heal_off'), gateway('stopped'));
    its.judged(T0 + 5 * MINUTE, WELL, gateway('healthy', { since: T0 + 2 * MINUTE }));
  };
  expect(shown(story)).toBe(`🟢 main 已恢复 #1
中断 3 分（10:29:00 – 10:32:00）
自行恢复，我没有重启它，10:32:00 恢复运行
当时：没有在运行（进程不在了，没有人要求停止它）`);
});

test('a log line is quoted on one line, without secrets, cut at 160 characters', () => {
  const story = createStory();
  const [notice] = story.judged(T0, TREAT, healthy, (at) => {
    const verdict = link('qqbot', 'down')(at);
    return {
      ...verdict,
      evidence: verdict.evidence.map((piece) => ({
        ...piece,
        text: `wss://host/?access_token=abcdefghij\n${'🙂'.repeat(300)}`,
      })),
    };
  }) as [Notice];
  const [line] = noticeMessage(notice, 'zh-CN', T0).code ?? [];
  expect(line).toMatch(/^wss:\/\/host\/\?access_token=\*\*\* 🙂+…$/u);
  expect([...(line ?? '')]).toHaveLength(160);
});

test.each<[string, GatewayFact, string]>([
  [
    'that is refused',
    { kind: 'config-fatal', reason: 'openclaw.json:2 — gateway: Unrecognized key: "bogus"' },
    'openclaw.json:2 — gateway: Unrecognized key: "bogus"',
  ],
  [
    'that is not taken',
    { kind: 'config-doubt', doubt: 'not_taken', reason: 'gateway: Unrecognized key: "bogus"' },
    'gateway: Unrecognized key: "bogus"',
  ],
  ['of which nothing more is said', { kind: 'config-fatal', reason: '' }, 'a long line'],
])('of a configuration %s the key is quoted, where the gateway names it', (_, fact, quoted) => {
  const verdict: Verdict = {
    ...gateway('misconfigured')(T0),
    evidence: [{ at: instant(T0), source: 'gateway.log', text: 'a long line', link: null, fact }],
  };
  expect(quoteEvidence(verdict)).toEqual({ code: [quoted] });
});

/** An incident of `main` as it was when it opened, changed by what the test is about. */
const incident = (change: Partial<Incident> = {}): Incident => {
  const [{ incident: opened }] = createStory().judged(T0, TREAT, healthy, link('qqbot', 'down')) as [Notice];
  return { ...opened, id: 7, ...change };
};
const text = (notice: Notice, locale: 'zh-CN' | 'en' = 'zh-CN', now = T0 + 10 * MINUTE): string =>
  plainText(noticeMessage(notice, locale, now));

test('one that has come back says how often, and that only its lasting end is told from now on', () => {
  const notice: Notice = { kind: 'again', incident: incident({ outages: 2 }), decision: { ...TREAT, attempt: 2 } };
  expect(text(notice)).toBe(`🔴 main：QQ 失联（第 2 次） #7
断线后一直没有重新登录
正在重启（1 小时内第 2/3 次）
恢复后又断，已是第 2 次（从 10:29:00 算起）

QQ WebSocket closed: code=4009

之后再断不再逐次通知，稳定恢复后告诉你`);
  expect(text(notice, 'en')).toBe(`🔴 main: QQ offline (outage 2) #7
Lost, and not logged in since
Restarting it now (2 of 3 within an hour)
It had recovered; this is outage 2 since 10:29:00

QQ WebSocket closed: code=4009

I will not report each further outage, only a lasting recovery`);
});

test('what has become the operator’s says why, what is wrong and what to do', () => {
  const notice: Notice = { kind: 'needs_operator', incident: incident(), decision: tell('heal_ask') };
  expect(text(notice)).toBe(`🔴 main：QQ 失联，需要你处理 #7
要不要重启，由你决定
断线后一直没有重新登录
10:29:00 起，已 11 分

QQ WebSocket closed: code=4009

要重启，发 /restart main`);
  expect(text(notice, 'en')).toContain(
    '🔴 main: QQ offline, needs you #7\nYou decide whether to restart it\nLost, and not logged in since\nSince 10:29:00, for 11 min\n',
  );
});

test('a reminder says for how long, what is wrong, and how to be reminded no more', () => {
  const notice: Notice = { kind: 'reminder', incident: incident(), decision: tell('out_of_budget') };
  const now = T0 + 119 * MINUTE;
  expect(text(notice, 'zh-CN', now)).toBe(`🔴 main：QQ 仍未恢复（已 2 小时） #7
失联（断线后一直没有重新登录）
我已停止自动重启，需要你处理
10:29:00 起

先看 /logs main。要再试一次，发 /restart main
不想再被提醒，发 /ack 7`);
  expect(text(notice, 'en', now)).toBe(`🔴 main: QQ still not well (2 h) #7
Offline (lost, and not logged in since)
I have stopped restarting; this needs you
Since 10:29:00

Look at /logs main first. To try again, send /restart main
To stop the reminders, send /ack 7`);
});

test('the end of one that came and went says how often', () => {
  const notice: Notice = {
    kind: 'recovered',
    incident: incident({ outages: 3, wellSince: T0 + 24 * MINUTE, closedAt: T0 + 39 * MINUTE, told: 'recovered' }),
  };
  expect(text(notice, 'zh-CN', T0 + 39 * MINUTE)).toContain('\n中断 3 次，共 25 分（10:29:00 – 10:54:00）\n');
  expect(text(notice, 'en', T0 + 39 * MINUTE)).toContain('\n3 outages, 25 min in all (10:29:00 – 10:54:00)\n');
});

test('each alert of something open can be acknowledged by a tap, its end cannot', () => {
  const open = incident();
  const decision = tell('not_curable');
  const alerts: readonly Notice[] = [
    { kind: 'opened', incident: open, decision },
    { kind: 'again', incident: open, decision },
    { kind: 'needs_operator', incident: open, decision },
    { kind: 'out_of_budget', incident: open },
    { kind: 'treatment_failed', incident: open, decision, result: failed(T0, [{ what: 'process' }]) },
    { kind: 'reminder', incident: open, decision },
  ];
  for (const notice of alerts) {
    expect(noticeMessage(notice, 'zh-CN', T0).buttons, notice.kind).toContainEqual({
      label: '知道了',
      style: 'plain',
      command: '/ack 7',
    });
    for (const locale of ['zh-CN', 'en'] as const)
      for (const { label } of noticeMessage(notice, locale, T0).buttons ?? [])
        expect([...label].length).toBeLessThanOrEqual(10);
  }
  expect(noticeMessage({ kind: 'recovered', incident: open }, 'zh-CN', T0).buttons).toEqual([
    { label: '经过', style: 'plain', command: '/incident 7' },
  ]);
});

test('what only works badly is orange, its end is green', () => {
  const flapping = incident({ severity: 'warning' });
  const decision = tell('not_curable');
  const open: readonly Notice[] = [
    { kind: 'opened', incident: flapping, decision },
    { kind: 'again', incident: flapping, decision },
    { kind: 'needs_operator', incident: flapping, decision },
    { kind: 'out_of_budget', incident: flapping },
    { kind: 'treatment_failed', incident: flapping, decision, result: failed(T0, []) },
    { kind: 'reminder', incident: flapping, decision },
  ];
  for (const notice of open) expect(noticeMessage(notice, 'zh-CN', T0).tone, notice.kind).toBe('warning');
  expect(noticeMessage({ kind: 'recovered', incident: flapping }, 'zh-CN', T0).tone).toBe('good');
});

test('of trouble beside a gateway that worked all the time nobody is told that it was out', () => {
  const beside = gateway('duplicate', { cause: 'several_processes', remedy: 'alert' });
  const play = (story: ReturnType<typeof createStory>): void => {
    story.judged(T0, tell('not_curable'), (at) => ({
      ...beside(at),
      evidence: [
        { at: instant(at), source: 'process', text: 'pid 9', link: null, fact: { kind: 'duplicates', processes: [] } },
      ],
    }));
    story.judged(T0 + 5 * MINUTE, WELL, healthy);
    story.judged(T0 + 7 * MINUTE, WELL, healthy);
  };
  expect(shown(play)).toContain('\n持续 6 分（10:29:00 – 10:35:00）\n');
  expect(shown(play)).not.toContain('中断');
  expect(shown(play, 'en')).toContain('\nLasted 6 min (10:29:00 – 10:35:00)\n');
});

test.each(['zh-CN', 'en'] as const)(
  'of a gateway that can be neither started nor stopped it says what to write, and names no command that cannot work (%s)',
  (locale) => {
    const [notice] = createStory().judged(T0, tell('no_means'), healthy, link('qqbot', 'gave_up')) as [Notice];
    const message = noticeMessage(notice, locale, T0);
    expect(message.note).toMatch(/unit.*command/);
    expect(message.buttons?.map(({ command }) => command)).toEqual([
      '/logs main',
      '/why main',
      '/mute 1h main',
      '/ack 1',
    ]);
    const causes = [
      'no_login_after_loss',
      'reconnected_without_login',
      'silent_connection',
      'never_seen',
      'ended_cleanly',
      'held_still',
      'stopped_by_signal',
      'check_fails',
      'config_rejected',
      'platform_refuses',
      'starts_again_and_again',
      'start_too_slow',
      'stop_hangs',
      'token_in_use',
      'credentials_refused',
      'intents_missing',
      'logged_out',
      'setup_incomplete',
      'kicked_by_another_client',
      'failing_for_hours',
      'turns_fail',
      'turn_hangs',
      'sends_fail',
      'messages_dropped',
      'no_reply',
      'memory_high',
      'memory_over_limit',
      'memory_grows',
      'files_high',
      'perhaps_out_of_memory',
    ] as const;
    for (const cause of causes) {
      const [told] = createStory().judged(
        T0,
        tell('no_means'),
        healthy,
        link('qqbot', 'down', { cause, remedy: 'alert' }),
      ) as [Notice];
      expect(JSON.stringify(noticeMessage(told, locale, T0)), cause).not.toMatch(/\/(?:re)?start/);
    }
  },
);
