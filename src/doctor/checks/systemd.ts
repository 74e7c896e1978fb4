/** The gateway's units of systemd, and what goes with them: lingering and the journal. */
import { UserError } from '../../base/errors.ts';
import { servedByDefinition } from '../../gateways/gateway-kind.ts';
import { KINDS } from '../../gateways/index.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { askLinger } from '../../supervisors/linger.ts';
import { wordsOf } from '../../supervisors/run-command.ts';
import { formatBytes } from '../../text/common/bytes.ts';
import { finding, type DoctorCheck, type DoctorFinding } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { reinstall } from '../gateway-here.ts';
import type { InstalledService } from '../../gateways/doctor-kind.ts';
import { systemctl, type SystemdUnit } from '../systemd-units.ts';

type Check = DoctorCheck<DoctorContext>;

/** Several units start the same gateway: one under an old name beside the new one, or a user's beside a system's. */
export const rivalUnits: Check = {
  name: 'rival-units',
  title: { 'zh-CN': 'systemd 服务不重复', en: 'one unit of systemd' },
  run: async (context) => {
    const all = await context.units();
    const [, ...others] = all;
    if (others.length === 0) return [];
    const commands = others.map(({ scope, name }) =>
      commandLine([...(scope === 'system' ? ['sudo'] : []), ...systemctl(scope, 'disable', '--now', name)]),
    );
    const units = all.map(({ scope, name }) => `${name} (${scope})`);
    return [
      finding(context.gateway, 'error', 'rival_units', {
        'zh-CN': [
          `有 ${units.length} 个 systemd 服务启动同一个网关：${units.join('、')}`,
          '它们会互相抢占；留下一个，停用其余的',
        ],
        en: [
          `${units.length} units of systemd start the same gateway: ${units.join(', ')}`,
          'they take it from each other; keep one and disable the others',
        ],
        units,
        commands,
      }),
    ];
  },
};

/** `--replace` in a unit that systemd revives: two starts end each other (#13655). Today's unit has none. */
export const unitReplace: Check = {
  name: 'unit-replace',
  title: { 'zh-CN': 'systemd 服务没有 --replace', en: 'no --replace in the unit' },
  run: async (context) =>
    (await context.units())
      .filter(({ argv, restart }) => argv.includes('--replace') && restart !== 'no')
      .map(({ name: unit }) =>
        finding(context.gateway, 'error', 'unit_replace', {
          'zh-CN': [`${unit} 的启动命令带 --replace`, '两次启动会互相赶走，systemd 又把它们拉起来，网关反复重启'],
          en: [
            `the command of ${unit} has --replace`,
            'two starts end each other, and systemd starts both again, so the gateway keeps restarting',
          ],
          unit,
          commands: reinstall(context.gateway),
        }),
      ),
};

/** `Restart=no`: systemd starts the gateway with the session and never again. */
export const unitRestart: Check = {
  name: 'unit-restart',
  title: { 'zh-CN': 'systemd 的 Restart', en: 'Restart of the unit' },
  run: async (context) =>
    (await context.units())
      .filter(({ restart }) => restart === 'no')
      .map(({ scope, name: unit }) =>
        finding(context.gateway, 'error', 'unit_restart_no', {
          'zh-CN': [`${unit} 设了 Restart=no`, '网关退出以后，systemd 不会把它拉起来；请改成 Restart=always'],
          en: [
            `${unit} has Restart=no`,
            'once the gateway ends, systemd does not start it again; make it Restart=always',
          ],
          unit,
          commands: [commandLine(systemctl(scope, 'edit', unit))],
        }),
      ),
};

const SLOW_RESTART_MS = 120_000;

/** Units of older installers: ends that are not revived, long waits, a limit of starts, stops cut short. */
export const unitShape: Check = {
  name: 'unit-shape',
  title: { 'zh-CN': 'systemd 服务的其他设置', en: 'the rest of the unit' },
  run: async (context) => {
    const { gateway, doctor } = context;
    const title = KINDS[gateway.kind].title;
    const today = title === null || doctor.installs === null ? null : { title, ...doctor.installs.systemd };
    return (await context.units()).flatMap((unit) => [
      ...shapeOf(unit, today, context),
      ...notEnabled(unit, context),
      ...otherHome(unit, context),
    ]);
  },
};

/** @param today what its own installer writes; null: it has none, and its owner knows how long a stop may take. */
const shapeOf = (
  { name: unit, restart, restartDelayMs, startLimit, stopTimeoutMs }: SystemdUnit,
  today: ({ readonly title: string } & InstalledService['systemd']) | null,
  { gateway }: DoctorContext,
): readonly DoctorFinding[] => {
  const found: DoctorFinding[] = [];
  const commands = reinstall(gateway);
  const title = today?.title ?? null;
  if (restart !== 'always' && restart !== 'no' && restart !== '')
    found.push(
      finding(gateway, 'warning', 'unit_restart_conditional', {
        'zh-CN': [
          `${unit} 设的是 Restart=${restart}`,
          `网关以代码 0 退出时（比如收到意外的停止信号），systemd 不会把它拉起来；${title === null ? '请改成' : `新版 ${title} 用`} Restart=always`,
        ],
        en: [
          `${unit} has Restart=${restart}`,
          `when the gateway ends with code 0, for one after an unexpected signal to stop, systemd does not start it again; ${title === null ? 'make it' : `${title} has`} Restart=always${title === null ? '' : ' today'}`,
        ],
        unit,
        restart,
        title,
        commands,
      }),
    );
  if (restartDelayMs !== null && restartDelayMs >= SLOW_RESTART_MS) {
    const seconds = Math.round(restartDelayMs / 1_000);
    const theirs = today && { title: today.title, seconds: today.restartSeconds };
    found.push(
      finding(gateway, 'warning', 'unit_slow_restart', {
        'zh-CN': [
          `${unit} 退出后要等 ${seconds} 秒才重启`,
          `每次崩溃都要断线好几分钟${theirs === null ? '' : `；新版 ${theirs.title} 用 ${theirs.seconds} 秒`}`,
        ],
        en: [
          `${unit} waits ${seconds} s before it starts again`,
          `each crash is an outage of minutes${theirs === null ? '' : `; ${theirs.title} has ${theirs.seconds} s today`}`,
        ],
        unit,
        seconds,
        today: theirs,
        commands,
      }),
    );
  }
  // systemd's own default, 5 within 10 s, is never met with a pause between the starts.
  if (
    startLimit &&
    today?.isLimited !== true &&
    startLimit.ms > 10_000 &&
    (restartDelayMs ?? 0) * startLimit.burst < startLimit.ms
  ) {
    const { burst, ms } = startLimit;
    const seconds = Math.round(ms / 1_000);
    found.push(
      finding(gateway, 'info', 'unit_start_limited', {
        'zh-CN': [
          `${unit} 在 ${seconds} 秒内最多启动 ${burst} 次`,
          `网络断上几分钟，systemd 就会放弃；Lifeline 会清除失败状态再启动${title === null ? '' : `，但新版 ${title} 的服务不设这个限制`}`,
        ],
        en: [
          `${unit} may start ${burst} times in ${seconds} s`,
          `after some minutes without a network systemd gives up; Lifeline resets and starts it${title === null ? '' : `, but the unit of ${title} today has no such limit`}`,
        ],
        unit,
        burst,
        seconds,
        title,
        commands,
      }),
    );
  }
  if (today && stopTimeoutMs !== null && stopTimeoutMs < today.leastStopMs) {
    const seconds = Math.round(stopTimeoutMs / 1_000);
    found.push(
      finding(gateway, 'warning', 'unit_stop_timeout', {
        'zh-CN': [
          `${unit} 只给网关 ${seconds} 秒停止`,
          `网关来不及收尾就会被强制结束，正在处理的对话会丢失；新版 ${today.title} 用 ${today.stopSeconds} 秒以上`,
        ],
        en: [
          `${unit} gives the gateway ${seconds} s to stop`,
          `it is ended by force before it has finished, and turns in progress are lost; ${today.title} has ${today.stopSeconds} s or more today`,
        ],
        unit,
        seconds,
        today: { title: today.title, seconds: today.stopSeconds },
        commands,
      }),
    );
  }
  return found;
};

const notEnabled = (
  { scope, name: unit, enabled, activeState }: SystemdUnit,
  { gateway }: DoctorContext,
): readonly DoctorFinding[] =>
  enabled === 'disabled' && activeState === 'active'
    ? [
        finding(gateway, 'warning', 'unit_not_enabled', {
          'zh-CN': [`${unit} 在运行，但没有设成自动启动`, '机器重启以后，网关不会自己启动'],
          en: [`${unit} runs, but does not start by itself`, 'after a restart of the machine the gateway stays down'],

          unit,
          commands: [commandLine([...(scope === 'system' ? ['sudo'] : []), ...systemctl(scope, 'enable', unit)])],
        }),
      ]
    : [];

/** The home of a system unit's user is not known here: such a unit counts only where it names another home itself. */
const otherHome = (unit: SystemdUnit, { gateway, kind, userHome }: DoctorContext): readonly DoctorFinding[] => {
  const unitHome = servedByDefinition(kind, unit.argv, { HOME: userHome, ...unit.environment })?.home ?? null;
  const namesHome = kind.homeVariables.some((name) => unit.environment[name] !== undefined);
  if (unitHome === null || unitHome === gateway.home || (unit.scope === 'system' && !namesHome)) return [];
  return [
    finding(gateway, 'error', 'unit_other_home', {
      'zh-CN': [
        `${unit.name} 启动的是另一个网关目录 ${unitHome}`,
        `重启它，动的是别的网关；在 Lifeline 的配置里把 home（${gateway.home}）或 unit 改对`,
      ],
      en: [
        `${unit.name} starts the gateway of another home, ${unitHome}`,
        `to restart it would hit the wrong gateway; put "home" (${gateway.home}) or "unit" right in Lifeline's configuration`,
      ],

      unit: unit.name,
      unitHome,
      home: gateway.home,
      commands: [commandLine(systemctl(unit.scope, 'cat', unit.name))],
    }),
  ];
};

/** A user unit without lingering ends when its user logs out, and does not start with the machine. */
export const linger: Check = {
  name: 'linger',
  title: { 'zh-CN': '退出登录后继续运行', en: 'it outlives the login' },
  run: async (context) => {
    const { user, run, gateway } = context;
    const unit = (await context.units()).find(({ scope }) => scope === 'user')?.name;
    if (unit === undefined) return [];
    const asked = await askLinger(user, run);
    if (asked.on === null) throw new UserError('SUPERVISOR_UNREACHABLE', asked.problem);
    return asked.on
      ? []
      : [
          finding(gateway, 'warning', 'no_linger', {
            'zh-CN': [
              `${unit} 是用户服务，但用户 ${user} 没有开启 linger`,
              '用户退出登录时网关会被停掉，机器重启后也不会自己启动',
            ],
            en: [
              `${unit} is a user's service, and lingering is off for ${user}`,
              'the gateway is stopped when that user logs out, and does not start with the machine',
            ],
            unit,
            user,
            commands: [`sudo loginctl enable-linger ${user}`],
          }),
        ];
  },
};

const HUGE_BYTES = 2 * 1024 ** 3;
const UNITS: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** Where systemd keeps the gateway, its stderr goes to the journal, which may take a tenth of the disk. */
export const journal: Check = {
  name: 'journal',
  title: { 'zh-CN': '系统日志大小', en: "size of the system's journal" },
  run: async ({ gateway, run }) => {
    const output = await run(['journalctl', '--disk-usage']);
    const bytes = output.exitCode === 0 ? bytesIn(output.stdout) : null;
    if (bytes === null)
      throw new UserError(
        'DOCTOR_CANNOT_ASK',
        `the journal's size cannot be asked (journalctl --disk-usage): ${wordsOf(output)}`,
      );
    return bytes < HUGE_BYTES
      ? []
      : [
          finding(gateway, 'info', 'journal_huge', {
            'zh-CN': [
              `系统日志（journal）占了 ${formatBytes(bytes)}`,
              '网关的错误输出也在里面；嫌多可以清理，并在 journald.conf 里设 SystemMaxUse',
            ],
            en: [
              `the system's journal takes ${formatBytes(bytes)}`,
              "the gateway's error output is in it, too; shorten it where that is too much, and set SystemMaxUse in journald.conf",
            ],
            bytes,
            commands: ['sudo journalctl --vacuum-size=500M'],
          }),
        ];
  },
};

/** Reads `Archived and active journals take up 3.9G in the file system.` Returns null when the text has no size. */
export const bytesIn = (text: string): number | null => {
  if (text.includes('No journal files were found')) return 0;
  const [, number, unit] = /\btake up ([\d.]+)\s*([BKMGT])/.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit ?? 'B'] ?? 1);
};
