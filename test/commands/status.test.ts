import { describe, expect, it } from 'vitest';
import { askGateway } from '../../commands/shared/ask-gateway.ts';
import type { GatewayPort, GatewayReport } from '../../src/chat/command/ports.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { incident, incidentsIn } from './scene.ts';
import {
  answerOf,
  context,
  gatewayVerdict,
  HOUR,
  LIFELINE,
  linkVerdict,
  named,
  NOW,
  port,
  report,
  supervisor,
  treatment,
} from './helpers.ts';
import { instant } from '../instant.ts';

const status = named('status');
const MIB = 1_048_576;
const withVerdicts = (verdicts: readonly Verdict[]) =>
  context({ gateways: [port('main', { report: () => Promise.resolve(report({ verdicts })) })] });

describe('/status of one gateway', () => {
  it('says which files are no evidence, why, and what to do, of one gateway and of many', async () => {
    const refused: GatewayReport['refused'] = [
      { why: 'owner', path: '/tmp/openclaw', kind: 'folder', uid: 1_001 },
      { why: 'writable', path: '/srv/my bot/log', kind: 'file', by: 'everybody', uid: 0, mode: 0o666 },
      { why: 'kind', path: '/srv/x', kind: 'pipe' },
      { why: 'loop', path: '/srv/y' },
    ];
    const ill = port('main', { report: () => Promise.resolve(report({ refused })) });
    const linesOf = async (locale: 'zh-CN' | 'en', gateways: readonly GatewayPort[]) =>
      ((await answerOf(status, context({ locale, gateways }))).lines ?? []).filter((line) =>
        /没有读|[Nn]ot read/.test(line),
      );
    expect(await linesOf('zh-CN', [ill])).toEqual([
      '没有读 /tmp/openclaw：这个目录属于别的用户（uid 1001），那个人能改它。如果那是网关的用户，写进 trusted_users；不是就删掉它',
      "没有读 /srv/my bot/log：谁都能改它。运行：chmod o-w '/srv/my bot/log'",
      '没有读 /srv/x：不是普通文件，而是管道。不该在这里，移走它',
      '还有 1 个文件没有读，/doctor 里有它们的名字',
    ]);
    expect((await linesOf('en', [ill])).at(-1)).toBe('1 more file is not read; /doctor names it');
    expect((await linesOf('en', [ill]))[0]).toBe(
      "Not read: /tmp/openclaw: the folder belongs to another user (uid 1001), who could change it. If that is the gateway's user, name it in trusted_users; if not, remove it",
    );
    expect((await linesOf('zh-CN', [ill, port('other')]))[0]).toMatch(/^main：没有读 \/tmp\/openclaw/);
  });

  it('says everything that is known, in Chinese', async () => {
    expect(await answerOf(status, context())).toEqual({
      tone: 'good',
      title: 'main：运行正常',
      lines: [
        'QQ：已登录（09:31:05 起，已 1 小时）',
        '飞书：已登录（09:31:05 起，已 1 小时）',
        '进程 123，运行 3 小时（07:31:05 起）',
        '自动重启还剩 2 次（1 小时 1/3，24 小时 2/8）',
        '上次检查：10:31:00（刚刚）',
        'Lifeline 0.1.0，运行 2 小时，告警都已送达',
        '通道 飞书：已连接（09:31:05 起）',
        '通道 QQ：等待重连（10:30:05 起），HTTP 500',
      ],
    });
  });

  it.each<['zh-CN' | 'en', readonly string[]]>([
    [
      'zh-CN',
      [
        'QQ：已登录（09:31:05 起，已 1 小时），最近一条消息 5 分钟前，4 分钟前已回复',
        '飞书：已登录（09:31:05 起，已 1 小时），最近一条消息 1 小时前，还没有回复',
        'Telegram：最近一条消息 2 小时前',
      ],
    ],
    [
      'en',
      [
        'QQ: logged in (since 09:31:05, for 1 h), last message 5 min ago, answered 4 min ago',
        'Feishu: logged in (since 09:31:05, for 1 h), last message 1 h ago, not answered yet',
        'Telegram: last message 2 h ago',
      ],
    ],
  ])('says when somebody last wrote, and whether that was answered: %s', async (locale, expected) => {
    const talk: NonNullable<GatewayReport['talk']> = new Map([
      ['qqbot', { askedAt: NOW - 5 * 60_000, answeredAt: NOW - 4 * 60_000, waits: false }],
      ['feishu', { askedAt: NOW - HOUR, answeredAt: NOW - 2 * HOUR, waits: true }],
      // No answer is to be seen in its log, ever.
      ['telegram', { askedAt: NOW - 2 * HOUR, answeredAt: null, waits: true }],
    ]);
    const gateways = [port('main', { report: () => Promise.resolve(report({ talk })) })];
    const { lines } = await answerOf(status, context({ locale, gateways }));
    expect(lines?.slice(0, 3)).toEqual(expected);
  });

  it('says the same in English', async () => {
    expect(await answerOf(status, context({ locale: 'en' }), 'main')).toEqual({
      tone: 'good',
      title: 'main: running well',
      lines: [
        'QQ: logged in (since 09:31:05, for 1 h)',
        'Feishu: logged in (since 09:31:05, for 1 h)',
        'Process 123, up 3 h (since 07:31:05)',
        'Own restarts left: 2 (1 h: 1/3, 24 h: 2/8)',
        'Last check: 10:31:00 (just now)',
        'Lifeline 0.1.0, up 2 h, all alerts delivered',
        'Feishu channel: connected (since 09:31:05)',
        'QQ channel: waiting to reconnect (since 10:30:05), HTTP 500',
      ],
    });
  });

  it.each<[string, readonly Verdict[], string, string]>([
    [
      'a link is lost',
      [gatewayVerdict('healthy'), linkVerdict('qqbot', 'down'), linkVerdict('feishu', 'up')],
      'critical',
      'main：QQ 失联',
    ],
    [
      'two links are lost',
      [gatewayVerdict('healthy'), linkVerdict('qqbot', 'down'), linkVerdict('feishu', 'deaf')],
      'critical',
      'main：QQ 失联、飞书 收不到消息',
    ],
    [
      'a link is lost and another wavers',
      [gatewayVerdict('healthy'), linkVerdict('qqbot', 'down'), linkVerdict('feishu', 'reconnecting')],
      'critical',
      'main：QQ 失联',
    ],
    [
      'a link wavers',
      [gatewayVerdict('healthy'), linkVerdict('qqbot', 'reconnecting')],
      'warning',
      'main：QQ 断线，正在重连',
    ],
    [
      'the gateway is ill, and so are its links',
      [gatewayVerdict('frozen'), linkVerdict('qqbot', 'down')],
      'critical',
      'main：卡死了',
    ],
    [
      'the gateway starts',
      [gatewayVerdict('starting'), linkVerdict('qqbot', 'connecting')],
      'warning',
      'main：正在启动',
    ],
    [
      'the gateway starts while a link is refused',
      [gatewayVerdict('starting'), linkVerdict('qqbot', 'rejected')],
      'critical',
      'main：QQ 被平台拒绝',
    ],
    ['a link is not in use', [gatewayVerdict('healthy'), linkVerdict('feishu', 'disabled')], 'good', 'main：运行正常'],
    ['nothing is known', [], 'warning', 'main：状态不明'],
  ])('has the worst in its title and tone when %s', async (_what, verdicts, tone, title) => {
    expect(await answerOf(status, withVerdicts(verdicts))).toMatchObject({ tone, title });
  });

  it.each<['zh-CN' | 'en', string]>([
    [
      'zh-CN',
      '⚠️ /srv/us.log 里的日期分不清日月：「11/22/2026, 8:37:32 AM up」：在 path 旁边写 date_order: dmy（日在前）、mdy（月在前）或 ymd',
    ],
    [
      'en',
      '⚠️ in /srv/us.log day and month could be exchanged: "11/22/2026, 8:37:32 AM up": beside "path" write date_order: dmy (the day is first), mdy (the month is first) or ymd',
    ],
  ])('says which log tells nothing, and what could not be looked at: %s', async (locale, line) => {
    const blind = report({
      problems: ['/srv/x.log: EACCES'],
      logDoubts: [{ path: '/srv/us.log', why: 'date_order', text: '11/22/2026, 8:37:32 AM up' }],
    });
    const answer = await answerOf(
      status,
      context({ locale, gateways: [port('main', { report: () => Promise.resolve(blind) })] }),
    );
    expect(answer).toMatchObject({ tone: 'warning' });
    expect(answer?.lines?.slice(0, 4)).toEqual(expect.arrayContaining(['⚠️ /srv/x.log: EACCES', line]));
    const several = await answerOf(
      status,
      context({ locale, gateways: [port('main', { report: () => Promise.resolve(blind) }), port('other')] }),
    );
    expect(several?.lines?.some((each) => /^⚠️ main[：:]\s?\/srv\/x\.log: EACCES$/.test(each))).toBe(true);
  });

  it('says who stopped it and how to start it, and nothing of its links', async () => {
    const by = {
      at: instant(NOW),
      source: 'lifeline',
      text: '/stop by ann',
      link: null,
      fact: { kind: 'stopped-by-operator', by: 'ann' },
    } as const;
    const { lines } = await answerOf(
      status,
      withVerdicts([
        gatewayVerdict('stopped_on_purpose', { cause: 'planned_stop', evidence: [by] }),
        linkVerdict('qqbot', 'unknown'),
      ]),
    );
    expect(lines?.[0]).toBe('原因：ann 用 /stop 停的，要启动，发 /start main');
    expect(lines?.join('\n')).not.toMatch(/^QQ：/m);
  });

  it('gives the causes of what is not well', async () => {
    const { lines } = await answerOf(
      status,
      withVerdicts([
        gatewayVerdict('frozen', { cause: 'loop_not_answering' }),
        linkVerdict('qqbot', 'down', { cause: 'no_login_after_loss' }),
      ]),
    );
    expect(lines?.slice(0, 3)).toEqual([
      '原因：进程还在，但已经没有反应',
      'QQ：失联（09:31:05 起，已 1 小时），断线后一直没有重新登录',
      '进程 123，运行 3 小时（07:31:05 起）',
    ]);
  });

  it('names the open incident and what is not delivered', async () => {
    const open = incident(12, {
      link: 'qqbot',
      since: NOW - 26 * HOUR,
      verdict: linkVerdict('qqbot', 'gave_up'),
      treatments: [treatment()],
    });
    const verdicts = [gatewayVerdict('healthy'), linkVerdict('qqbot', 'down')];
    const { lines } = await answerOf(
      status,
      context({
        gateways: [port('main', { report: () => Promise.resolve(report({ incident: open, verdicts })) })],
        incidents: incidentsIn([open]),
        lifeline: () => ({ ...LIFELINE, undelivered: 2 }),
      }),
    );
    expect(lines).toContain(
      '故障 #12 未恢复：QQ 失联，网关已放弃重连，11月20日 08:31:05 起，已 1 天 2 小时，处理过 1 次',
    );
    expect(lines).toContain('Lifeline 0.1.0，运行 2 小时，2 条消息还没送达');
  });

  it.each<[string, Partial<Incident>, readonly Verdict[], string, string]>([
    [
      'has been well for a moment',
      { wellSince: NOW - 5_000 },
      [gatewayVerdict('healthy')],
      'main：运行正常（刚恢复，观察中）',
      '故障 #3 刚恢复，稳定后结束：09:31:05 起没有在运行，处理过 1 次',
    ],
    [
      'is well, and was not judged since',
      {},
      [gatewayVerdict('healthy')],
      'main：运行正常（刚恢复，观察中）',
      '故障 #3 刚恢复，稳定后结束：09:31:05 起没有在运行，处理过 1 次',
    ],
    [
      'is on its way up',
      { timeline: [{ at: NOW, what: 'waiting' }] },
      [gatewayVerdict('starting')],
      'main：正在启动',
      '故障 #3 等待恢复：09:31:05 起没有在运行，处理过 1 次',
    ],
    [
      'is ill',
      {},
      [gatewayVerdict('frozen', { cause: 'loop_not_answering' })],
      'main：卡死了',
      '故障 #3 未恢复：没有在运行，09:31:05 起，已 1 小时，处理过 1 次',
    ],
  ])('says of an open incident what it says of its gateway: it %s', async (_what, change, verdicts, title, line) => {
    const open = incident(3, {
      since: NOW - HOUR,
      verdict: gatewayVerdict('stopped'),
      treatments: [treatment()],
      ...change,
    });
    const one = {
      gateways: [port('main', { report: () => Promise.resolve(report({ incident: open, verdicts })) })],
      incidents: incidentsIn([open]),
    };
    const answer = await answerOf(status, context(one));
    expect(answer.title).toBe(title);
    expect(answer.lines).toContain(line);
    const glance = await answerOf(status, context({ ...one, gateways: [...one.gateways, port('other')] }));
    expect(glance.lines?.join('\n')).toContain(title);
    expect((await answerOf(status, context({ ...one, locale: 'en' }))).lines?.join('\n')).not.toMatch(
      /\p{Script=Han}/u,
    );
  });

  it('does not say twice what is wrong', async () => {
    const open = incident(12, { since: NOW - HOUR, verdict: gatewayVerdict('stopped') });
    const verdicts = [
      gatewayVerdict('stopped', { cause: 'process_gone' }),
      linkVerdict('qqbot', 'unknown', { cause: 'process_gone' }),
    ];
    const { lines = [] } = await answerOf(
      status,
      context({
        gateways: [port('main', { report: () => Promise.resolve(report({ incident: open, verdicts })) })],
        incidents: incidentsIn([open]),
      }),
    );
    expect(lines.slice(0, 2)).toEqual([
      '原因：进程不在了，没有人要求停止它',
      '故障 #12 未恢复，09:31:05 起，已 1 小时',
    ]);
    expect(lines.join('\n')).not.toMatch(/^QQ：/m);
  });

  it('names the last incident of this gateway, when it was and how long', async () => {
    const closed = incident(11, {
      since: NOW - 5 * HOUR,
      closedAt: NOW - 4 * HOUR,
      wellSince: NOW - 4 * HOUR - 600_000,
    });
    const incidents = incidentsIn([
      incident(10, { since: NOW - 9 * HOUR, closedAt: NOW - 8 * HOUR }),
      closed,
      incident(12, { gateway: 'other', since: NOW - 3 * HOUR, closedAt: NOW - 2 * HOUR }),
    ]);
    expect((await answerOf(status, context({ incidents }))).lines).toContain(
      '上次故障 #11：没有在运行，05:31:05（5 小时前），持续 50 分',
    );
    expect((await answerOf(status, context({ incidents, locale: 'en' }))).lines).toContain(
      'Last incident #11: not running, 05:31:05 (5 h ago), lasted 50 min',
    );
    expect(
      (
        await answerOf(
          status,
          context({
            incidents: incidentsIn([incident(1, { since: NOW - 90 * 24 * HOUR, closedAt: NOW - 89 * 24 * HOUR })]),
          }),
        )
      ).lines?.join('\n'),
    ).not.toContain('上次故障');
  });

  it('says when a link last proved itself', async () => {
    const proof = (at: number) =>
      ({
        at: instant(at),
        source: 'gateway.log',
        text: 'Ready',
        link: 'qqbot',
        fact: { kind: 'link-traffic' },
      }) as const;
    const { lines } = await answerOf(
      status,
      withVerdicts([
        gatewayVerdict('healthy'),
        linkVerdict('qqbot', 'up', { evidence: [proof(NOW - HOUR), proof(NOW - 185_000)] }),
        linkVerdict('feishu', 'up', { evidence: [proof(NOW - HOUR)] }),
      ]),
    );
    expect(lines?.slice(0, 2)).toEqual([
      'QQ：已登录（09:31:05 起，已 1 小时），最近证据 3 分钟前',
      '飞书：已登录（09:31:05 起，已 1 小时）',
    ]);
  });

  it('says how much memory the process holds, where that is known', async () => {
    const { lines } = await answerOf(
      status,
      context({
        gateways: [port('main', { report: () => Promise.resolve(report({ memoryBytes: 300 * 1_024 * 1_024 })) })],
      }),
    );
    expect(lines?.[2]).toBe('进程 123，运行 3 小时（07:31:05 起），内存 300 MB');
  });

  it.each<[NonNullable<GatewayReport['resources']>, string | null]>([
    [
      {
        memory: { bytes: 900 * MIB, by: 'pss', processes: 3, ceiling: 1_800 * MIB, of: 'group', level: 'fine' },
        files: { pid: 1, open: 50, most: 1_024, high: false },
        disk: { free: 5_000 * MIB, all: 9_000 * MIB, low: false },
      },
      '内存 900 MB，上限 1.8 GB（50%），3 个进程；打开的文件 50/1024；磁盘剩 4.9 GB',
    ],
    [
      { memory: { bytes: 900 * MIB, by: 'rss', processes: 1, ceiling: null, of: null, level: 'fine' }, files: null },
      '内存 900 MB，1 个进程（按 RSS 计，共用的会重复算）；打开的文件：这里查不到',
    ],
    [
      { memory: null, files: { pid: 1, open: 1_024, most: 1_024, high: true } },
      '内存：这里查不到；打开的文件 1024/1024，已满',
    ],
    [{ memory: null, files: null }, '内存：这里查不到；打开的文件：这里查不到'],
    [{}, null],
  ])('says what its processes need of the machine', async (resources, expected) => {
    const { lines } = await answerOf(
      status,
      context({ gateways: [port('main', { report: () => Promise.resolve(report({ resources })) })] }),
    );
    expect(lines?.find((line) => line.includes('打开的文件')) ?? null).toBe(expected);
  });

  it('says nothing of what a process that is gone has held', async () => {
    const resources = {
      memory: { bytes: 900 * MIB, by: 'pss', processes: 3, ceiling: null, of: null, level: 'fine' },
      files: null,
    } as const;
    const { lines } = await answerOf(
      status,
      context({ gateways: [port('main', { report: () => Promise.resolve(report({ process: null, resources })) })] }),
    );
    expect(lines).toContain('没有进程');
    expect(lines?.join('\n')).not.toContain('内存');
  });

  it('tells the processes beside it apart from the gateway', async () => {
    const sidecars = [
      { link: 'whatsapp', process: { pid: 456, startedAt: NOW - HOUR } },
      { link: 'signal', process: null },
    ];
    const { lines } = await answerOf(
      status,
      context({ gateways: [port('main', { report: () => Promise.resolve(report({ resources: { sidecars } })) })] }),
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^进程 123，/),
        expect.stringMatching(/^WhatsApp 桥接程序：进程 456，运行 /),
        'signal-cli：没有在运行',
      ]),
    );
  });

  it('never says that fewer than no restarts are left', async () => {
    const restarts = { lastHour: 4, perHour: 3, lastDay: 4, perDay: 8 };
    const { lines } = await answerOf(
      status,
      context({ gateways: [port('main', { report: () => Promise.resolve(report({ restarts })) })] }),
    );
    expect(lines).toContain('自动重启还剩 0 次（1 小时 4/3，24 小时 4/8）');
  });

  it('says what is silent: of this gateway and of all', async () => {
    const silence = (gateway: string | null, kind: 'mute' | 'maintenance') => ({
      id: 1,
      kind,
      gateway,
      by: 'ann',
      at: NOW,
      until: NOW + HOUR,
    });
    const silences = {
      ...context().silences,
      active: () => [silence('main', 'mute'), silence(null, 'maintenance'), silence('other', 'mute')],
    };
    const shown = (await answerOf(status, context({ silences }))).lines?.filter((line) => line.includes('ann'));
    expect(shown).toEqual([
      '静音 main：到 11:31:05，还有 1 小时（ann 设的）',
      '维护 main：到 11:31:05，还有 1 小时（ann 设的）',
    ]);
    expect(
      (await answerOf(status, context({ silences, gateways: [port('main'), port('other')] }))).lines?.filter((line) =>
        line.includes('ann'),
      ),
    ).toHaveLength(3);
  });

  it('says what keeps the process, and what fights with that', async () => {
    const supervisorChoice = {
      supervisor: supervisor('systemd-user', 'hermes-gateway.service'),
      why: 'holds_process',
      rivals: [supervisor('systemd-system', 'hermes.service')],
    } as const;
    const { lines } = await answerOf(
      status,
      context({ gateways: [port('main', { report: () => Promise.resolve(report({ supervisorChoice })) })] }),
    );
    expect(lines?.slice(3, 5)).toEqual([
      '由 systemd-user（hermes-gateway.service）管理：现在的进程归它管',
      '注意：systemd-system（hermes.service）也在启动它，两者会冲突',
    ]);
  });

  it('says of a process that nobody keeps that Lifeline starts it itself', async () => {
    const supervisorChoice = { supervisor: supervisor('process', 'hermes'), why: 'nobody_else', rivals: [] } as const;
    const { lines } = await answerOf(
      status,
      context({ gateways: [port('main', { report: () => Promise.resolve(report({ supervisorChoice })) })] }),
    );
    expect(lines?.[3]).toBe('由 Lifeline 直接管理：没有服务管理器在管它');
  });

  it('says why what keeps it cannot be asked', async () => {
    const { lines } = await answerOf(
      status,
      context({
        gateways: [port('main', { report: () => Promise.resolve(report({ choiceProblem: 'systemd 联系不上' })) })],
      }),
    );
    expect(lines?.[3]).toBe('systemd 联系不上');
  });

  it.each([
    [null, '没有进程'],
    [undefined, '还没有查过进程'],
  ])('says when its process is %s', async (process, line) => {
    const { lines } = await answerOf(
      status,
      context({ gateways: [port('main', { report: () => Promise.resolve(report({ process })) })] }),
    );
    expect(lines?.[2]).toBe(line);
  });
});

describe('/status of several gateways', () => {
  const main = port('main');
  const test = port('test', {
    report: () => Promise.resolve(report({ verdicts: [gatewayVerdict('stopped', { remedy: 'start' })] })),
  });

  it('is one line for each', async () => {
    const message = await answerOf(status, context({ gateways: [main, test] }));
    expect(message).toMatchObject({ tone: 'critical', title: '2 个网关里 1 个要留意：test' });
    expect(message.lines?.slice(0, 3)).toEqual([
      '🔴 test：没有在运行',
      '🟢 main：运行正常',
      'Lifeline 0.1.0，运行 2 小时，告警都已送达',
    ]);
  });

  it('is short when all are well', async () => {
    expect(await answerOf(status, context({ gateways: [main, port('test')] }))).toMatchObject({
      tone: 'good',
      title: '2 个网关都正常',
    });
  });

  it('shows the one that is named in depth', async () => {
    expect(await answerOf(status, context({ gateways: [main, test] }), 'te')).toMatchObject({
      tone: 'critical',
      title: 'test：没有在运行',
    });
  });

  it('shows the others when one cannot be looked at', async () => {
    const broken = port('broken', { report: () => Promise.reject(new Error('EACCES, token=abcdefgh')) });
    const message = await answerOf(status, context({ gateways: [main, broken] }));
    expect(message.tone).toBe('warning');
    expect(message.lines?.slice(0, 2)).toEqual([
      '🟠 broken：查看失败，状态不明：EACCES, token=***',
      '🟢 main：运行正常',
    ]);
  });
});

describe('/status of many gateways', () => {
  const many = (count: number, ill: readonly number[], worse: readonly number[] = []) =>
    Array.from({ length: count }, (_, n) =>
      port(`g${n}`, {
        report: () =>
          Promise.resolve(
            report({
              verdicts: [
                gatewayVerdict(worse.includes(n) ? 'stopped' : 'healthy'),
                linkVerdict('qqbot', ill.includes(n) ? 'reconnecting' : 'up'),
              ],
            }),
          ),
      }),
    );

  it('has a line for each up to ten, the worst first', async () => {
    const { lines = [] } = await answerOf(status, context({ gateways: many(10, [3, 7], [5]) }));
    expect(lines.slice(0, 10)).toEqual([
      '🔴 g5：没有在运行',
      '🟠 g3：QQ 断线，正在重连',
      '🟠 g7：QQ 断线，正在重连',
      ...[0, 1, 2, 4, 6, 8, 9].map((n) => `🟢 g${n}：运行正常`),
    ]);
  });

  it('counts the well ones beyond that', async () => {
    const message = await answerOf(status, context({ gateways: many(200, [150], [3, 160]) }));
    expect(message.title).toBe('200 个网关里 3 个要留意：g3、g150、g160');
    expect(message.lines?.slice(0, 5)).toEqual([
      '🔴 g3：没有在运行',
      '🔴 g160：没有在运行',
      '🟠 g150：QQ 断线，正在重连',
      '🟢 其余 197 个正常',
      'Lifeline 0.1.0，运行 2 小时，告警都已送达',
    ]);
    expect((await answerOf(status, context({ locale: 'en', gateways: many(11, [], [3]) }))).lines?.slice(0, 2)).toEqual(
      ['🔴 g3: not running', '🟢 the other 10 are well'],
    );
  });

  it('says of many that are all well only that', async () => {
    const message = await answerOf(status, context({ gateways: many(200, []) }));
    expect(message).toMatchObject({ tone: 'good', title: '200 个网关都正常' });
    expect(message.lines?.[0]).toMatch(/^Lifeline /);
  });

  it('stays readable when all are ill', async () => {
    const message = await answerOf(
      status,
      context({
        gateways: many(
          200,
          Array.from({ length: 200 }, (_, n) => n),
        ),
      }),
    );
    expect(message.title).toBe('200 个网关里 200 个要留意：g0、g1、g2、g3、g4 等');
    expect(message.lines?.slice(19, 22)).toEqual([
      '🟠 g19：QQ 断线，正在重连',
      '还有 180 个要留意，一个一个看：/status 名字',
      'Lifeline 0.1.0，运行 2 小时，告警都已送达',
    ]);
  });

  it('names no more than five silences', async () => {
    const silences = {
      ...context().silences,
      active: () =>
        Array.from(
          { length: 30 },
          (_, n) => ({ id: n, kind: 'mute', gateway: `g${n}`, by: 'ann', at: NOW, until: NOW + HOUR }) as const,
        ),
    };
    const { lines = [] } = await answerOf(status, context({ silences, gateways: many(30, []) }));
    expect(lines.slice(4, 7)).toEqual([
      '静音 g4：到 11:31:05，还有 1 小时（ann 设的）',
      '还有 25 个没列出',
      'Lifeline 0.1.0，运行 2 小时，告警都已送达',
    ]);
  });
});

describe('/status', () => {
  it('answers for Lifeline when there is no gateway', async () => {
    expect(await answerOf(status, context({ gateways: [] }))).toMatchObject({
      tone: 'warning',
      title: '没有配置任何网关',
    });
  });

  it('refuses more arguments than it has', async () => {
    await expect(answerOf(status, context(), 'main x')).rejects.toThrow('多了「x」\n用法：/status [网关]');
  });
});

describe('a look', () => {
  it('at a gateway that never answers is over after its limit', async () => {
    const hung = port('main', { report: () => new Promise(() => undefined) });
    expect(await askGateway(hung, 10)).toEqual({ name: 'main', isTreatable: true, report: null, problem: null });
  });
});

describe('what is needed next', () => {
  const buttonsFor = async (verdicts: readonly Verdict[], more: Partial<GatewayReport> = {}, isTreatable = true) => {
    const gateways = [port('main', { isTreatable, report: () => Promise.resolve(report({ verdicts, ...more })) })];
    return ((await answerOf(status, context({ gateways }))).buttons ?? []).map(
      ({ label, command }) => `${label} → ${command}`,
    );
  };
  const down = linkVerdict('qqbot', 'down', { cause: 'no_login_after_loss', remedy: 'restart' });

  it('is nothing while all is well', async () => {
    expect((await answerOf(status, context())).buttons).toBeUndefined();
  });

  it('is a restart, a look at why, and rest, where a link is lost; and to say that somebody knows', async () => {
    const open = { ...incident(12), acknowledged: null };
    expect(await buttonsFor([gatewayVerdict('healthy'), down], { incident: open })).toEqual([
      '重启 → /restart main',
      '日志 → /logs main',
      '为什么 → /why main',
      '静音 1 小时 → /mute 1h main',
      '知道了 → /ack 12',
    ]);
    expect(
      await buttonsFor([gatewayVerdict('healthy'), down], {
        incident: { ...open, acknowledged: { by: 'me', at: NOW } },
      }),
    ).not.toContain('知道了 → /ack 12');
  });

  it('is a start where it is down, and neither where Lifeline can do nothing', async () => {
    const gone = [gatewayVerdict('stopped', { cause: 'process_gone', remedy: 'start' })];
    expect((await buttonsFor(gone))[0]).toBe('启动 → /start main');
    expect(await buttonsFor(gone, {}, false)).toEqual(['日志 → /logs main', '为什么 → /why main']);
  });

  it('asks once more before a restart, where the channel can', async () => {
    const gateways = [
      port('main', { report: () => Promise.resolve(report({ verdicts: [gatewayVerdict('healthy'), down] })) }),
    ];
    const [restart] = (await answerOf(status, context({ gateways }))).buttons ?? [];
    expect(restart).toEqual({ label: '重启', style: 'danger', command: '/restart main', confirm: '重启 main？' });
  });

  it('is the log where it could not be looked at', async () => {
    const gateways = [port('main', { report: () => Promise.reject(new Error('no')) })];
    const { buttons } = await answerOf(status, context({ gateways }));
    expect(buttons?.map(({ command }) => command)).toEqual(['/logs main']);
  });

  it('of several is a closer look at each that is ill', async () => {
    const ill = port('main', {
      report: () => Promise.resolve(report({ verdicts: [gatewayVerdict('healthy'), down] })),
    });
    const { buttons } = await answerOf(status, context({ gateways: [ill, port('other')] }));
    expect(buttons?.map(({ label, command }) => `${label} → ${command}`)).toEqual(['main → /status main']);
  });
});
