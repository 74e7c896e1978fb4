/** What is said of a gateway's process, files and way to the platforms. */
import { shownPath } from '../../base/foreign/refusal.ts';
import type { GatewayFacts } from '../../doctor/facts/gateway.ts';
import type { SettingFault } from '../../gateways/setting-fault.ts';
import type { Symptom } from '../../gateways/symptom.ts';
import { formatBytes } from '../common/bytes.ts';
import { formatDuration } from '../common/time.ts';
import { inHan, type Sentences } from './sentences.ts';
import { foreignFileText } from '../common/foreign-files.ts';
import type { Texts } from '../locale.ts';
import { linkName } from '../common/conditions.ts';

type Facts = Exclude<GatewayFacts, SettingFault | Symptom>;

/** Never rounded up to all of the time. */
const percent = (share: number): string => `${Math.floor(share * 1_000) / 10}%`;

const after = (stop: string, todo: string | null): string => (todo === null ? '' : `${stop}${todo}`);

export const GATEWAY_TEXTS = {
  'zh-CN': {
    home_missing: {
      what: ({ home }) => `找不到网关目录 ${home}`,
      why: () => '没有它就没有日志和状态可看；在 Lifeline 的配置里把 home 改对',
    },
    home_unreadable: {
      what: ({ path }) => `Lifeline 读不了 ${path}`,
      why: () => '看不到日志和状态，就判断不了网关好不好；最好用网关所属的用户来运行 Lifeline',
    },
    not_running: {
      what: ({ inOrder }) => (inOrder ? '网关没有运行，上次是正常停止的' : '网关没有运行'),
      why: () => '谁发来的消息都不会有回应',
    },
    being_started: {
      what: ({ unit }) => `网关此刻没有运行，${unit} 正要启动它`,
      why: () => '等一会儿再看；一直这样就看它的日志，是什么让它起不来',
    },
    wrong_process: {
      what: ({ program, pid }) => `运行着的是 ${program}（pid ${pid}），不是网关`,
      why: () => '它只在终端里聊天，不连飞书和 QQ；要另外启动网关',
    },
    not_asked: {
      what: () => '网关不让 Lifeline 问它',
      why: ({ said }) =>
        `它说：${said}；多半是启动以后令牌改过，重启网关就一致了。在那之前 Lifeline 只能看日志、/health 和服务状态，看不出飞书连没连上，也不能单独重启一个连接`,
    },
    duplicates: {
      what: ({ pids }) => `同一个网关目录有 ${pids.length} 个网关进程：${pids.join('、')}`,
      why: () => '它们会抢消息，或者互相挤掉线；先看清哪个该留，再结束其余的',
    },
    wrong_owner: {
      what: ({ pid, runsAs, owner }) => `网关（pid ${pid}）以 ${runsAs} 运行，但目录属于 ${owner}`,
      why: ({ owner }) => `它写下的文件，${owner} 以后读不了、改不了；停掉它，换成 ${owner} 来启动`,
    },
    foreign_files: {
      what: ({ paths, owner }) => `有 ${paths.length} 个网关文件不属于 ${owner}：${paths.join('、')}`,
      why: () => '网关写不了它们；多半是用 sudo 运行过一次',
    },
    cannot_signal: {
      what: ({ pid, runsAs, self }) => `网关（pid ${pid}）以 ${runsAs} 运行，Lifeline 以 ${self} 运行`,
      why: ({ runsAs }) => `Lifeline 没有权限停止或重启它；请以 ${runsAs} 运行 Lifeline`,
    },
    stale_pid_file: {
      what: ({ path, pid }) => `${path} 里的 pid ${pid} 现在是别的进程`,
      why: () => '旧版网关会以为自己已经在运行，因此拒绝启动',
    },
    log_huge: {
      what: ({ path, bytes }) => `${path} 已有 ${formatBytes(bytes)}`,
      why: () => '这个日志不会自动轮转，会一直长到把磁盘写满；下面的命令会清空它',
    },
    disk_full: {
      what: ({ path, freeBytes, what }) =>
        what === 'bytes' ? `${path} 所在的磁盘只剩 ${formatBytes(freeBytes)}` : `${path} 所在的磁盘快没有 inode 了`,
      why: () => '写不了文件时，网关和 Lifeline 都会出各种问题；请先清理磁盘',
    },
    memory_high: {
      what: ({ bytes, ceiling, of }) =>
        `网关占了 ${formatBytes(bytes)} 内存，${of === 'group' ? '它的 cgroup 上限' : '这台机器能给它的'}一共 ${formatBytes(ceiling)}`,
      why: () => '用完以后系统会杀掉它或它的子进程；给它更多内存，或者找个空闲的时候重启它',
    },
    files_high: {
      what: ({ pid, open, most }) => `进程 ${pid} 打开了 ${open} 个文件，上限是 ${most}`,
      why: () => '到了上限它就连不上也写不了；在服务里提高 LimitNOFILE，或者重启它',
    },
    link_drops: {
      what: ({ link, count, spanMs, longestMs, upShare }) =>
        `${linkName(link, 'zh-CN')} 在最近 ${formatDuration(spanMs, 'zh-CN')}里断开 ${count} 次，最长 ${formatDuration(longestMs, 'zh-CN')}，都自行恢复；${percent(upShare)} 的时间在线`,
      why: () => '能用就不用管；如果常在长任务时断开，多半是网关忙得顾不上心跳',
    },
    journal_huge: {
      what: ({ bytes }) => `系统日志（journal）占了 ${formatBytes(bytes)}`,
      why: () => '网关的错误输出也在里面；嫌多可以清理，并在 journald.conf 里设 SystemMaxUse',
    },
    file_refused: {
      what: ({ path, refusal }) => `没有读 ${shownPath(path)}：${foreignFileText('zh-CN').why(refusal)}`,
      why: ({ refusal }) =>
        `别人能改的、不是普通文件的，都不能当证据，Lifeline 因此少看到一些${after('。', foreignFileText('zh-CN').todo(refusal))}`,
    },
    env_readable: { what: ({ path }) => `别的用户也能读 ${path}`, why: () => '机器人的密钥在里面' },
    proxy_unusable: {
      what: ({ variable, problem }) =>
        problem === 'form' ? `代理变量 ${variable} 的写法不对` : `代理变量 ${variable} 用的是 SOCKS 代理`,
      why: ({ problem }) =>
        problem === 'form' ? '前面要有 http:// 这样的协议，否则连不上平台' : 'QQ 的连接只支持 HTTP 代理，因此连不上',
    },
    proxy_dead: {
      what: ({ variable, endpoint }) => `代理 ${endpoint}（${variable}）连不上`,
      why: ({ why }) => `网关要经过它才能到平台：${why}`,
    },
    proxy_feishu: {
      what: ({ variable, host }) => `设了代理 ${variable}，而 NO_PROXY 里没有 ${host}`,
      why: ({ host }) =>
        `飞书的长连接可能只有一半走代理，连上也会断；在 .env 里加 NO_PROXY=${host}，不能直连才保持原样`,
    },
    host_unreachable: {
      what: ({ link, host }) => `这台机器连不上${inHan(linkName(link, 'zh-CN'))}的服务器 ${host}`,
      why: ({ why }) => `是网络的问题，重启网关没有用：${why}`,
    },
    version_old: {
      what: ({ title, version }) => `这个 ${title}${version === null ? ' ' : `（${version}）`}不写心跳`,
      why: () => '是旧版；网关卡死时只能靠间接迹象判断，而且它自己也不会从卡死中恢复',
    },
  },
  en: {
    home_missing: {
      what: ({ home }) => `there is no gateway's home ${home}`,
      why: () => 'without it there are no logs and no state to look at; put "home" right in Lifeline\'s configuration',
    },
    home_unreadable: {
      what: ({ path }) => `Lifeline may not read ${path}`,
      why: () =>
        'without logs and state it cannot judge the gateway; best run Lifeline as the user whose gateway it is',
    },
    not_running: {
      what: ({ inOrder }) =>
        inOrder ? 'the gateway does not run; its last stop was in order' : 'the gateway does not run',
      why: () => 'nobody who writes to it gets an answer',
    },
    being_started: {
      what: ({ unit }) => `the gateway does not run at this moment, and ${unit} is about to start it`,
      why: () => 'look again in a while; if it stays so, its log says what keeps it from starting',
    },
    wrong_process: {
      what: ({ program, pid }) => `what runs is ${program} (pid ${pid}), not the gateway`,
      why: () => 'it chats in a terminal and connects neither Feishu nor QQ; start the gateway beside it',
    },
    not_asked: {
      what: () => 'the gateway does not let Lifeline ask it',
      why: ({ said }) =>
        `it says: ${said}; most likely its token was changed since its start, and a restart takes it. Until then log, /health and service remain, which do not tell whether Feishu is connected, and no link can be restarted alone`,
    },
    duplicates: {
      what: ({ pids }) => `${pids.length} gateway processes have the same home: ${pids.join(', ')}`,
      why: () =>
        'they take messages from each other, or disconnect each other; find out which one is right, then end the others',
    },
    wrong_owner: {
      what: ({ pid, runsAs, owner }) => `the gateway (pid ${pid}) runs as ${runsAs}, but its home belongs to ${owner}`,
      why: ({ owner }) => `what it writes, ${owner} cannot read or change later; stop it and start it as ${owner}`,
    },
    foreign_files: {
      what: ({ paths, owner }) => `${paths.length} files of the gateway do not belong to ${owner}: ${paths.join(', ')}`,
      why: () => 'the gateway cannot write them; most likely it was run with sudo once',
    },
    cannot_signal: {
      what: ({ pid, runsAs, self }) => `the gateway (pid ${pid}) runs as ${runsAs}, Lifeline as ${self}`,
      why: ({ runsAs }) => `Lifeline may neither stop nor restart it; run Lifeline as ${runsAs}`,
    },
    stale_pid_file: {
      what: ({ path, pid }) => `pid ${pid} in ${path} is another process now`,
      why: () => 'an older gateway takes it for one that runs, and refuses to start',
    },
    log_huge: {
      what: ({ path, bytes }) => `${path} has grown to ${formatBytes(bytes)}`,
      why: () => 'nothing rotates it, so it grows until the disk is full; the command empties it',
    },
    disk_full: {
      what: ({ path, freeBytes, what }) =>
        what === 'bytes'
          ? `the disk of ${path} has ${formatBytes(freeBytes)} left`
          : `the disk of ${path} has hardly any inodes left`,
      why: () => 'when files cannot be written, the gateway and Lifeline fail in many ways; free some space first',
    },
    memory_high: {
      what: ({ bytes, ceiling, of }) =>
        `the gateway holds ${formatBytes(bytes)} of memory, of the ${formatBytes(ceiling)} that ${of === 'group' ? 'its control group may hold' : 'this machine could give it'}`,
      why: () =>
        'when it is used up, the system kills the gateway or a child of it; give it more memory, or restart it at a quiet time',
    },
    files_high: {
      what: ({ pid, open, most }) => `process ${pid} has ${open} files open, of ${most} at most`,
      why: () =>
        'at the limit it can neither connect nor write; raise LimitNOFILE of its service, or restart the gateway',
    },
    link_drops: {
      what: ({ link, count, spanMs, longestMs, upShare }) =>
        `${linkName(link, 'en')} dropped ${count} times in the last ${formatDuration(spanMs, 'en')}, for ${formatDuration(longestMs, 'en')} at most, and came back by itself; it was up ${percent(upShare)} of the time`,
      why: () =>
        'nothing to do while it works; drops during long tasks are mostly those of a gateway too busy for its heartbeats',
    },
    journal_huge: {
      what: ({ bytes }) => `the system's journal takes ${formatBytes(bytes)}`,
      why: () =>
        "the gateway's error output is in it, too; shorten it where that is too much, and set SystemMaxUse in journald.conf",
    },
    file_refused: {
      what: ({ path, refusal }) => `${shownPath(path)} is not read: ${foreignFileText('en').why(refusal)}`,
      why: ({ refusal }) =>
        `what others can change, or is no regular file, is no evidence, and Lifeline sees so much less${after('. ', foreignFileText('en').todo(refusal))}`,
    },
    env_readable: { what: ({ path }) => `other users can read ${path}`, why: () => "the bots' secrets are in it" },
    proxy_unusable: {
      what: ({ variable, problem }) =>
        problem === 'form' ? `the proxy in ${variable} is not written as a URL` : `${variable} names a SOCKS proxy`,
      why: ({ problem }) =>
        problem === 'form'
          ? 'it must begin with http:// or the like, or nothing gets through'
          : "QQ's connection knows HTTP proxies only, so it gets nowhere",
    },
    proxy_dead: {
      what: ({ variable, endpoint }) => `the proxy ${endpoint} (${variable}) cannot be reached`,
      why: ({ why }) => `the gateway needs it on its way to the platform: ${why}`,
    },
    proxy_feishu: {
      what: ({ variable, host }) => `${variable} is set, and NO_PROXY does not name ${host}`,
      why: ({ host }) =>
        `perhaps only half of Feishu's long connection goes through the proxy, and it drops; add NO_PROXY=${host} to .env unless there is no direct way out`,
    },
    host_unreachable: {
      what: ({ link, host }) => `${linkName(link, 'en')}'s host ${host} cannot be reached from here`,
      why: ({ why }) => `the network is at fault, and no restart of the gateway helps: ${why}`,
    },
    version_old: {
      what: ({ title, version }) => `this ${title}${version === null ? '' : ` (${version})`} writes no heartbeat`,
      why: () =>
        'it is an old version: a hang shows by indirect signs only, and it does not recover from one by itself',
    },
  },
} satisfies Texts<Sentences<Facts>>;
