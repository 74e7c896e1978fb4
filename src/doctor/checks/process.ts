/** The gateway's process: whether it runs, alone, as the right user, lets itself be asked, and what it holds. */
import { existsSync } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_MEMORY_RULES } from '../../diagnosis/memory-rules.ts';
import { KINDS } from '../../gateways/index.ts';
import { isAlive, listProcesses, processEnvironment, readProcess } from '../../sensors/process/proc.ts';
import { needsOf } from '../../sensors/resources/resources.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { formatBytes } from '../../text/common/bytes.ts';
import { finding, type DoctorCheck, type DoctorFinding } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { restart, start } from '../gateway-here.ts';

type Check = DoctorCheck<DoctorContext>;

/**
 * Whether the gateway runs at all, or something that people take for it: a chat in the terminal carries no messages.
 */
export const running: Check = {
  name: 'running',
  title: { 'zh-CN': '网关在运行', en: 'the gateway runs' },
  run: async (context) => {
    const { gateway, kind, doctor } = context;
    if (kind.foundBy === 'nobody') return { skip: 'no_process' };
    if ((await context.processes()).length > 0) return [];
    const commands = start(gateway, await context.container());
    const other = await otherProgram(context);
    if (other) {
      const { program, pid } = other;
      return [
        finding(gateway, 'error', 'wrong_process', {
          'zh-CN': [`运行着的是 ${program}（pid ${pid}），不是网关`, '它只在终端里聊天，不连飞书和 QQ；要另外启动网关'],
          en: [
            `what runs is ${program} (pid ${pid}), not the gateway`,
            'it chats in a terminal and connects neither Feishu nor QQ; start the gateway beside it',
          ],
          program,
          pid,
          commands,
        }),
      ];
    }
    // One that was killed is started again after a pause; where systemd cannot be asked, other checks say so.
    const unit = (await context.units().catch(() => [])).find(({ activeState }) => activeState === 'activating')?.name;
    if (unit !== undefined)
      return [
        finding(gateway, 'warning', 'being_started', {
          'zh-CN': [`网关此刻没有运行，${unit} 正要启动它`, '等一会儿再看；一直这样就看它的日志，是什么让它起不来'],
          en: [
            `the gateway does not run at this moment, and ${unit} is about to start it`,
            'look again in a while; if it stays so, its log says what keeps it from starting',
          ],
          unit,
        }),
      ];
    const inOrder = doctor.cleanStop !== null && existsSync(join(gateway.home, doctor.cleanStop));
    return [
      finding(gateway, 'error', 'not_running', {
        'zh-CN': [inOrder ? '网关没有运行，上次是正常停止的' : '网关没有运行', '谁发来的消息都不会有回应'],
        en: [
          inOrder ? 'the gateway does not run; its last stop was in order' : 'the gateway does not run',
          'nobody who writes to it gets an answer',
        ],
        home: gateway.home,
        inOrder,
        commands,
      }),
    ];
  },
};

/** Returns another program of the same maker that runs on this home. */
const otherProgram = async ({
  gateway,
  kind,
  doctor,
}: DoctorContext): Promise<{ readonly program: string; readonly pid: number } | null> => {
  for (const process of await listProcesses()) {
    const program = isAlive(process) ? doctor.otherProgram(process.argv) : null;
    if (program === null) continue;
    const env = await processEnvironment(process.pid);
    // The environment of a process that has just ended, or may not be looked at, is unknown.
    const home = env && kind.servedBy(KINDS[gateway.kind].usualCommand, env)?.home;
    if (home === gateway.home) return { program, pid: process.pid };
  }
  return null;
};

/** During a restart both processes exist for a moment. */
const LASTING_MS = 10_000;

/** Two gateways of one home take each other's messages, or end each other (#27041). */
export const duplicates: Check = {
  name: 'duplicates',
  title: { 'zh-CN': '只有一个网关进程', en: 'one gateway process' },
  run: async ({ gateway, clock, processes }) => {
    const now = clock.now();
    // Nobody is told to end what may be the gateway of another home.
    const pids = (await processes())
      .filter(({ startedAt, unproven = false }) => !unproven && now - startedAt >= LASTING_MS)
      .map(({ pid }) => pid);
    if (pids.length < 2) return [];
    // The oldest process is the likeliest to be the one that the service manager knows; a person has to look first.
    return [
      finding(gateway, 'error', 'duplicates', {
        'zh-CN': [
          `同一个网关目录有 ${pids.length} 个网关进程：${pids.join('、')}`,
          '它们会抢消息，或者互相挤掉线；先看清哪个该留，再结束其余的',
        ],
        en: [
          `${pids.length} gateway processes have the same home: ${pids.join(', ')}`,
          'they take messages from each other, or disconnect each other; find out which one is right, then end the others',
        ],
        pids,
        commands: [
          `ps -o pid,ppid,user,lstart,args -p ${pids.join(',')}`,
          ...pids.slice(1).map((pid) => `kill ${pid}`),
        ],
      }),
    ];
  },
};

const ROOT = 0;

/**
 * Who owns the gateway's process and files, and whether Lifeline may end the process. One start with sudo leaves files
 * that the gateway cannot write later.
 */
export const ownership: Check = {
  name: 'ownership',
  title: { 'zh-CN': '进程和文件的归属', en: 'whose process and files' },
  run: async (context) => {
    const { gateway, uid: self, user, run } = context;
    const { home } = gateway;
    const owner = await context.owner();
    if (owner === null) return { skip: 'no_home' };
    const nameOf = async (uid: number): Promise<string> =>
      uid === self ? user : (await run(['id', '-nu', String(uid)])).stdout.trim() || String(uid);
    const found: DoctorFinding[] = [];
    const [process] = await context.processes();
    // The user of a container is its maker's choice, and the engine ends and starts the container.
    const isContained = (await context.container()) !== null;
    if (process && !isContained && process.uid !== owner) {
      const { pid } = process;
      const [runsAs, name] = [await nameOf(process.uid), await nameOf(owner)];
      found.push(
        finding(gateway, 'warning', 'wrong_owner', {
          'zh-CN': [
            `网关（pid ${pid}）以 ${runsAs} 运行，但目录属于 ${name}`,
            `它写下的文件，${name} 以后读不了、改不了；停掉它，换成 ${name} 来启动`,
          ],
          en: [
            `the gateway (pid ${pid}) runs as ${runsAs}, but its home belongs to ${name}`,
            `what it writes, ${name} cannot read or change later; stop it and start it as ${name}`,
          ],
          pid,
          runsAs,
          owner: name,
          home,
        }),
      );
    }
    if (process && !isContained && self !== ROOT && process.uid !== self) {
      const { pid } = process;
      const [runsAs, name] = [await nameOf(process.uid), await nameOf(self)];
      found.push(
        finding(gateway, 'error', 'cannot_signal', {
          'zh-CN': [
            `网关（pid ${pid}）以 ${runsAs} 运行，Lifeline 以 ${name} 运行`,
            `Lifeline 没有权限停止或重启它；请以 ${runsAs} 运行 Lifeline`,
          ],
          en: [
            `the gateway (pid ${pid}) runs as ${runsAs}, Lifeline as ${name}`,
            `Lifeline may neither stop nor restart it; run Lifeline as ${runsAs}`,
          ],
          pid,
          runsAs,
          self: name,
        }),
      );
    }
    const paths = await foreignFiles(context, process?.uid ?? owner);
    if (paths.length > 0) {
      const name = await nameOf(process?.uid ?? owner);
      found.push(
        finding(gateway, 'warning', 'foreign_files', {
          'zh-CN': [
            `有 ${paths.length} 个网关文件不属于 ${name}：${paths.join('、')}`,
            '网关写不了它们；多半是用 sudo 运行过一次',
          ],
          en: [
            `${paths.length} files of the gateway do not belong to ${name}: ${paths.join(', ')}`,
            'the gateway cannot write them; most likely it was run with sudo once',
          ],
          paths,
          owner: name,
          commands: [commandLine(['sudo', 'chown', '-R', name, ...paths])],
        }),
      );
    }
    return found;
  },
};

/** Root may write whatever belongs to others. */
const foreignFiles = async ({ gateway, doctor }: DoctorContext, user: number): Promise<readonly string[]> => {
  if (user === ROOT) return [];
  const paths = doctor.ownFiles.map((file) => join(gateway.home, file));
  const owners = await Promise.all(
    paths.map((path) =>
      lstat(path).then(
        ({ uid }) => uid,
        () => user,
      ),
    ),
  );
  return paths.filter((_path, at) => owners[at] !== user);
};

/** A pid file of a process that is gone: older versions then refuse to start, again and again (#13655). */
export const pidFile: Check = {
  name: 'pid-file',
  title: { 'zh-CN': 'pid 文件', en: 'pid file' },
  run: async ({ gateway, kind, processes, container, text }) => {
    if ((await processes()).length > 0) return [];
    const [named] = kind.records;
    if (!named) return { skip: 'not_running' };
    const noted = await text(named.path);
    const record = noted === null ? null : named.read(noted);
    if (!record) return { skip: 'not_running' };
    const { pid, startTime } = record;
    const process = await readProcess(pid).catch(() => null);
    // Another program's process has that number now, and the gateway may take that process for its own.
    if (!isAlive(process) || (startTime !== null && startTime !== process.startTime)) return [];
    const path = join(gateway.home, named.path);
    return [
      finding(gateway, 'warning', 'stale_pid_file', {
        'zh-CN': [`${path} 里的 pid ${pid} 现在是别的进程`, '旧版网关会以为自己已经在运行，因此拒绝启动'],
        en: [
          `pid ${pid} in ${path} is another process now`,
          'an older gateway takes it for one that runs, and refuses to start',
        ],
        path,
        pid,
        commands: [commandLine(['mv', path, `${path}.stale`]), ...start(gateway, await container())],
      }),
    ];
  },
};

/** Whether the running gateway lets itself be asked: without its answers less is seen of its links. */
export const asking: Check = {
  name: 'asking',
  title: { 'zh-CN': '网关让 Lifeline 问它', en: 'the gateway lets Lifeline ask it' },
  run: async (context) => {
    const { gateway, doctor, trust } = context;
    if (doctor.refusal === null) return { skip: 'no_interface' };
    const [process] = await context.processes();
    if (!process) return { skip: 'no_process' };
    const said = await doctor.refusal(gateway.home, process.pid, trust);
    if (said === null) return [];
    return [
      finding(gateway, 'warning', 'not_asked', {
        'zh-CN': [
          '网关不让 Lifeline 问它',
          `它说：${said}；多半是启动以后令牌改过，重启网关就一致了。在那之前 Lifeline 只能看日志、/health 和服务状态，看不出飞书连没连上，也不能单独重启一个连接`,
        ],
        en: [
          'the gateway does not let Lifeline ask it',
          `it says: ${said}; most likely its token was changed since its start, and a restart takes it. Until then log, /health and service remain, which do not tell whether Feishu is connected, and no link can be restarted alone`,
        ],
        said,
        commands: restart(gateway, await context.container()),
      }),
    ];
  },
};

/** What the gateway's processes hold of the machine's memory, and how many files they have open. */
export const resources: Check = {
  name: 'resources',
  title: { 'zh-CN': '内存和打开的文件', en: 'memory and open files' },
  run: async (context) => {
    const { gateway } = context;
    const [process] = await context.processes();
    if (!process) return { skip: 'no_process' };
    const { memory, files } = await needsOf(process, { ...DEFAULT_MEMORY_RULES, ...gateway.memory });
    const commands = restart(gateway, await context.container());
    const found: DoctorFinding[] = [];
    if (memory && memory.level !== 'fine' && memory.ceiling !== null && memory.of !== null) {
      const { bytes, ceiling, of } = memory;
      found.push(
        finding(gateway, 'warning', 'memory_high', {
          'zh-CN': [
            `网关占了 ${formatBytes(bytes)} 内存，${of === 'group' ? '它的 cgroup 上限' : '这台机器能给它的'}一共 ${formatBytes(ceiling)}`,
            '用完以后系统会杀掉它或它的子进程；给它更多内存，或者找个空闲的时候重启它',
          ],
          en: [
            `the gateway holds ${formatBytes(bytes)} of memory, of the ${formatBytes(ceiling)} that ${of === 'group' ? 'its control group may hold' : 'this machine could give it'}`,
            'when it is used up, the system kills the gateway or a child of it; give it more memory, or restart it at a quiet time',
          ],
          bytes,
          ceiling,
          of,
          commands,
        }),
      );
    }
    if (files?.high) {
      const { pid, open, most } = files;
      found.push(
        finding(gateway, 'warning', 'files_high', {
          'zh-CN': [
            `进程 ${pid} 打开了 ${open} 个文件，上限是 ${most}`,
            '到了上限它就连不上也写不了；在服务里提高 LimitNOFILE，或者重启它',
          ],
          en: [
            `process ${pid} has ${open} files open, of ${most} at most`,
            'at the limit it can neither connect nor write; raise LimitNOFILE of its service, or restart the gateway',
          ],
          pid,
          open,
          most,
          commands,
        }),
      );
    }
    return found;
  },
};

/** The gateway writes a heartbeat every 30 s. */
const SETTLED_MS = 180_000;

/**
 * The gateway is older than the versions that write a heartbeat: a hang of its event loop cannot be told from outside.
 */
export const version: Check = {
  name: 'version',
  title: { 'zh-CN': '网关的版本', en: 'version of the gateway' },
  run: async ({ gateway, kind, doctor, processes, clock, text }) => {
    const [process] = await processes();
    if (kind.loop === null || doctor.version === null) return { skip: 'no_heartbeat' };
    if (!process) return { skip: 'no_process' };
    if (clock.now() - process.startedAt < SETTLED_MS) return [];
    const beats = await stat(join(gateway.home, kind.loop.heartbeat)).then(
      () => true,
      () => false,
    );
    if (beats) return [];
    const state = await text(doctor.version.file);
    const written = state === null ? null : doctor.version.read(state);
    const title = KINDS[gateway.kind].title ?? gateway.name;
    return [
      finding(gateway, 'info', 'version_old', {
        'zh-CN': [
          `这个 ${title}${written === null ? ' ' : `（${written}）`}不写心跳`,
          '是旧版；网关卡死时只能靠间接迹象判断，而且它自己也不会从卡死中恢复',
        ],
        en: [
          `this ${title}${written === null ? '' : ` (${written})`} writes no heartbeat`,
          'it is an old version: a hang shows by indirect signs only, and it does not recover from one by itself',
        ],
        title,
        version: written,
        commands: [doctor.version.update],
      }),
    ];
  },
};
