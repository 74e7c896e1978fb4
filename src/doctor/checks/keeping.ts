/** Whether something starts the gateway again, has not given up, and nothing else meddles with it. */
import { existsSync } from 'node:fs';
import { UserError } from '../../base/errors.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { wordsOf } from '../../supervisors/run-command.ts';
import { createS6Supervisor } from '../../supervisors/s6.ts';
import type { ActionResult } from '../../supervisors/supervisor.ts';
import { finding, type DoctorCheck, type DoctorFinding } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { install, type KeptIn } from '../gateway-here.ts';
import { busEnv, systemctl, type SystemdUnit } from '../systemd-units.ts';

type Check = DoctorCheck<DoctorContext>;

/** Nothing starts the gateway again when it ends: no service manager knows it, or the one that does was told not to. */
export const nobodyRevives: Check = {
  name: 'nobody-revives',
  title: { 'zh-CN': '退出后有人拉起来', en: 'something starts it again' },
  run: async (context) => {
    const { gateway, kind, services } = context;
    const container = await context.container();
    // Lifeline does not speak to its engine: who brings it back is not known.
    if (container?.tool === null) return { skip: 'in_container' };
    if (container) return containerFindings(context, container);
    // Without its name there is nothing to ask.
    if (gateway.supervisor === 'docker') return [];
    // It is kept where Lifeline cannot ask.
    if (kind.foundBy === 'nobody') return [];
    // Where Lifeline itself keeps the process, it is the one that revives it.
    if (gateway.supervisor === 'process' && gateway.heal === 'auto') return [];
    const kept =
      (await context.plists()).length > 0 ||
      services.some(({ supervisor, path }) => supervisor === 's6' && existsSync(path)) ||
      (await context.units()).length > 0;
    return kept ? [] : [notRevived(context, gateway.supervisor, install(gateway))];
  },
};

const containerFindings = async (context: DoctorContext, container: KeptIn): Promise<readonly DoctorFinding[]> => {
  const found = await container.inspect();
  if (found?.restartPolicy.name !== 'no') return [];
  // Podman takes no other policy for a container that is there (4.3).
  const commands =
    found.engine === 'podman' ? [] : [commandLine(['docker', 'update', '--restart', 'unless-stopped', container.name])];
  return [notRevived(context, found.engine, commands)];
};

const notRevived = ({ gateway }: DoctorContext, supervisor: string, commands: readonly string[]): DoctorFinding => {
  const isEngine = supervisor === 'docker' || supervisor === 'podman';
  const isPodman = supervisor === 'podman';
  return finding(gateway, 'warning', 'nobody_revives', {
    'zh-CN': [
      isEngine ? '容器的重启策略是 no' : '没有任何服务管理器管理这个网关',
      `网关退出或机器重启以后，没有人把它拉起来${isPodman ? '；podman 改不了已有容器的策略：重建容器时加上 --restart=unless-stopped，再启用 podman-restart.service，让它随机器启动' : ''}`,
    ],
    en: [
      isEngine ? 'the restart policy of its container is "no"' : 'no service manager keeps this gateway',
      `once the gateway ends or the machine restarts, nothing starts it again${isPodman ? '; podman changes no policy of a container that is there: make it anew with --restart=unless-stopped, and enable podman-restart.service so that it starts with the machine' : ''}`,
    ],
    supervisor,
    commands,
  });
};

/** sysexits.h, EX_CONFIG: a restart is useless, a human must act. */
const FATAL = 78;

/**
 * The service manager has stopped trying: after exit 78 only another configuration helps; after too many starts the
 * service manager waits to be reset.
 */
export const latched: Check = {
  name: 'latched',
  title: { 'zh-CN': '服务管理器没有放弃', en: 'its service manager has not given up' },
  run: async (context) => [
    ...(await context.units()).flatMap((unit) => unitFindings(unit, context)),
    ...(await slotFindings(context)),
  ],
};

const configFatal = ({ gateway }: DoctorContext, unit: string, commands: readonly string[]): DoctorFinding =>
  finding(gateway, 'error', 'config_fatal', {
    'zh-CN': [
      `${unit} 上次以代码 78 退出，已不再启动`,
      '这是配置错误，重启没有用；先看日志里的原因，改好配置，再运行下面的命令',
    ],
    en: [
      `${unit} last ended with code 78 and is not started any more`,
      'its configuration is wrong and no restart helps: find the reason in its log, mend that, then run the command below',
    ],
    unit,
    commands,
  });

const unitFindings = (unit: SystemdUnit, context: DoctorContext): readonly DoctorFinding[] => {
  const { scope, name, activeState, result, exitCode } = unit;
  if (activeState !== 'failed' && activeState !== 'inactive') return [];
  const reset = [systemctl(scope, 'reset-failed', name), systemctl(scope, 'start', name)];
  const commands = reset.map(commandLine);
  if (exitCode === FATAL) return [configFatal(context, name, commands)];
  if (result !== 'start-limit-hit') return [];
  return [
    finding(context.gateway, 'error', 'start_limit', {
      'zh-CN': [`${name} 启动次数过多，systemd 已放弃`, '不清除失败状态，它就不会再启动'],
      en: [
        `${name} was started too often, and systemd has given up`,
        'it does not start again until its failed state is reset',
      ],

      unit: name,
      commands,
      fix: {
        edit: null,
        act: { key: `systemd:${scope}:${name}`, commands, run: (signal) => runAll(reset, unit, context, signal) },
      },
    }),
  ];
};

const runAll = async (
  argvs: readonly (readonly [string, ...string[]])[],
  { scope }: SystemdUnit,
  { run, uid, clock }: DoctorContext,
  signal: AbortSignal,
): Promise<ActionResult> => {
  const steps = [];
  for (const argv of argvs) {
    steps.push({ at: clock.now(), action: 'command' as const, pid: null, command: commandLine(argv) });
    const output = await run(argv, { signal, ...(scope === 'user' ? { env: busEnv(uid) } : {}) });
    if (output.exitCode !== 0) return { outcome: 'failed', steps, reason: wordsOf(output) };
  }
  return { outcome: 'done', steps };
};

const slotFindings = async (context: DoctorContext): Promise<readonly DoctorFinding[]> => {
  const { services, run, clock } = context;
  const slot = services.find(({ supervisor, path }) => supervisor === 's6' && existsSync(path));
  if (!slot) return [];
  const supervisor = createS6Supervisor({ slot: slot.path, run, clock });
  const { state, exit } = await supervisor.status();
  return state === 'failed' && exit !== null && 'code' in exit && exit.code === FATAL
    ? [configFatal(context, slot.unit, [supervisor.command('start')])]
    : [];
};

/**
 * What `crontab -l` says when there is no crontab: Vixie's cron and cronie say the first, busybox and dcron the others.
 * All exit with a failure.
 */
const NO_CRONTAB = /\bno crontab for\b|can't open '[^'\n]*': No such file|\bno crontab\b/i;

/**
 * A crontab entry that restarts the gateway by a rule of its own: the commonest reason for restarts of a healthy one
 * (#7213).
 */
export const otherWatchdog: Check = {
  name: 'other-watchdog',
  title: { 'zh-CN': '没有别的看护脚本', en: 'no other watchdog' },
  run: async ({ gateway, doctor, run }) => {
    const output = await run(['crontab', '-l']);
    if (output.failure === 'not_found') return { skip: 'no_cron' };
    if (output.exitCode !== 0 && !NO_CRONTAB.test(output.stderr))
      throw new UserError('DOCTOR_CANNOT_ASK', `crontab cannot be asked (crontab -l): ${wordsOf(output)}`);
    return meddling(output.exitCode === 0 ? output.stdout : '', [doctor.named, gateway.unit]).map((line) =>
      finding(gateway, 'warning', 'other_watchdog', {
        'zh-CN': [
          `crontab 里有一条会动网关的任务：${line}`,
          '别的看护脚本是误重启最常见的原因，也会和 Lifeline 冲突；请注释掉它',
        ],
        en: [
          `the crontab has an entry that touches the gateway: ${line}`,
          'other watchdogs are the commonest reason why a healthy gateway restarts, and this one conflicts with Lifeline; comment it out',
        ],
        line,
        commands: ['crontab -e'],
      }),
    );
  },
};

/**
 * Returns the entries that end or start the gateway; entries that only read do no harm. @param names by which an entry
 * may mean the gateway: those of its kind and of its unit
 */
export const meddling = (crontab: string, names: readonly (RegExp | string | null)[]): readonly string[] =>
  crontab
    .split(/\r?\n/)
    // cron itself takes no longer lines.
    .map((line) => line.trim().slice(0, 1_000))
    .filter((line) => !line.startsWith('#') && !/\blifeline\b/.test(line))
    .filter((line) =>
      names.some((name) => (name instanceof RegExp ? name.test(line) : name !== null && line.includes(name))),
    )
    .filter(
      (line) =>
        /\b(?:pkill|killall|kill|systemctl\b.*\b(?:restart|start|stop)|launchctl\b.*\b(?:kickstart|bootout|bootstrap|load))\b/.test(
          line,
        ) ||
        /gateway\s+(?:restart|start|stop|run)\b|--replace\b/.test(line) ||
        /(?:watchdog|keepalive|keep-alive|restart|revive)[\w-]*\.(?:sh|py)/i.test(line),
    )
    // An entry that runs at the start of the machine only does what a unit would.
    .filter((line) => !line.startsWith('@reboot'));
