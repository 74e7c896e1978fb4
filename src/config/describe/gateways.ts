import { KINDS } from '../../gateways/index.ts';
import { KIND_NAMES } from '../../gateways/names.ts';
import type { DescriptionsOf } from './description.ts';
import { GENERIC } from './generic.ts';
import { OWN_RULES } from './own-rules.ts';

const [FIRST] = KIND_NAMES;
const HOME = KINDS[FIRST].usualHome ?? '~';

/** What holds for each kind by itself, in words: `KIND: 30s, KIND: 330s`. */
const each = (of: (kind: (typeof KIND_NAMES)[number]) => string | null): string =>
  KIND_NAMES.flatMap((kind) => (of(kind) === null ? [] : [`${kind}: ${of(kind)}`])).join(', ');
const HOMES = each((kind) => KINDS[kind].usualHome);
const COMMANDS = each((kind) => KINDS[kind].usualCommand.join(' ') || null);
const STOPS = each((kind) => `${KINDS[kind].stopMs / 1_000}s`);

export const GATEWAYS = {
  gateways: {
    what: {
      'zh-CN': '看护哪些网关，一项一个。名字和目录都不能重复',
      en: 'The gateways to watch, one entry each. No two may have the same name or the same home',
    },
    example: `gateways:
  - name: main
    kind: ${FIRST}
    home: ${HOME}
    heal: auto
  - { name: test, kind: ${FIRST}, home: ${HOME}/profiles/test, heal: "off" }`,
  },
  'gateways[].name': {
    what: {
      'zh-CN': '你怎么叫它，命令和告警里都用，例如 `/restart main`。字母、数字、`.`、`-`、`_`，不能全是数字',
      en: 'How you call it in commands and alerts, as in `/restart main`. Letters, digits, `.`, `-` and `_`, not only digits',
    },
  },
  'gateways[].kind': { what: { 'zh-CN': '是什么网关', en: 'What kind of gateway it is' } },
  'gateways[].home': {
    what: {
      'zh-CN': '它的目录：日志、状态文件都在里面，进程也靠它辨认。写错了，网关会被当成没有运行',
      en: 'Its home folder, with its logs and state files; its process is told by it, too. With a wrong one the gateway looks as if it did not run',
    },
    otherwise: {
      'zh-CN': `这种网关平常的目录（${HOMES}）；generic 是配置文件所在的目录`,
      en: `the usual one of its kind (${HOMES}); for generic the folder of the configuration`,
    },
  },
  'gateways[].supervisor': {
    what: {
      'zh-CN': '谁在管理它的进程。`auto` 自己找；`process` 表示没有服务管理器，由 Lifeline 直接启动和停止',
      en: 'What keeps its process. `auto` finds out; `process` is no service manager: Lifeline itself starts and stops it',
    },
  },
  'gateways[].unit': {
    what: {
      'zh-CN': '它在服务管理器里的名字：systemd 单元、launchd 标签、容器、s6 服务。`docker` 必须写',
      en: 'Its name there: a systemd unit, a launchd label, a container, an s6 slot. Required with `docker`',
    },
    otherwise: { 'zh-CN': '这种网关安装时用的名字', en: 'what this kind of gateway installs for this home' },
  },
  'gateways[].links': {
    what: {
      'zh-CN': '判断哪些平台连接。`auto` 是网关自己显示的那些；写成列表，没列出的就不管',
      en: 'Which platform connections are judged. `auto`: those that the gateway itself shows. What a list leaves out is let alone',
    },
  },
  'gateways[].heal': {
    what: {
      'zh-CN': '`auto`：重启有用时自动重启；`ask`、`off`：只告诉你，不自动重启。`/restart` 在任何模式下都能用',
      en: '`auto` restarts it when that helps; `ask` and `off` only tell you. `/restart` works in every mode',
    },
  },
  'gateways[].command': {
    what: {
      'zh-CN': '怎样启动它，一个词一项，不经过 shell。Lifeline 自己启动它时用，也靠它找到网关自己的命令行',
      en: "How it is started, word by word; no shell is involved. Lifeline uses it where it starts the gateway itself, and to call the gateway's own command line",
    },
    otherwise: { 'zh-CN': `这种网关平常的命令（${COMMANDS}）`, en: `the usual one of its kind (${COMMANDS})` },
  },
  'gateways[].stop_timeout': {
    what: {
      'zh-CN': '停止时等它多久，之后强制结束，正在处理的对话会丢失',
      en: 'How long it may take to stop before it is killed, and turns in progress are lost',
    },
    otherwise: { 'zh-CN': `看是哪种网关（${STOPS}）`, en: `depends on the kind (${STOPS})` },
  },
  ...OWN_RULES,
  'gateways[].memory': {
    what: {
      'zh-CN':
        '它的所有进程一共占多少内存算多，多了怎么办。按 PSS 算，多个进程共用的只算一次；比例是对它的 cgroup 上限，没有上限就是对这台机器能给它的',
      en: 'How much memory all its processes may hold together, and what is done about more. Counted by PSS: what several processes share counts once. A share is of the limit of its control group, or without one of what this machine could give it',
    },
    example: `gateways:
  - name: main
    kind: ${FIRST}
    memory: { warn: 80%, restart: 2 GB, when: idle }`,
  },
  'gateways[].memory.warn': {
    what: { 'zh-CN': '到这么多就告诉你', en: 'From there on you are told' },
  },
  'gateways[].memory.restart': {
    what: {
      'zh-CN': '到这么多就重启它，和别的自动重启一样受 `heal`、`healing` 约束',
      en: 'From there on it is restarted, within `heal` and `healing` as every restart',
    },
  },
  'gateways[].memory.when': {
    what: {
      'zh-CN':
        '`idle`：只在没有对话进行的时候重启；看不出有没有对话（日志和状态文件都不写）就不重启，只告诉你。写时长：超过界限这么久，有对话也重启',
      en: '`idle`: only while no turn is under way; of a gateway whose log and state file show no turns, you are only told. A duration: after so long over the limit also in the middle of a turn',
    },
  },
  'gateways[].maintenance': {
    what: {
      'zh-CN': '维护时间：这段时间里不自动处理，也不告诉你；其间的故障结束后再告诉你、再处理。命令随时能用',
      en: 'When it is let alone: nothing is mended by itself and nothing is told. Trouble of that time is told and mended at its end. Commands always work',
    },
    example: `gateways:
  - name: main
    kind: ${FIRST}
    maintenance: [{ schedule: "0 4 * * 0", duration: 1h }]`,
  },
  'gateways[].maintenance[].schedule': { what: { 'zh-CN': '什么时候开始', en: 'When it begins' } },
  'gateways[].maintenance[].duration': { what: { 'zh-CN': '多长', en: 'How long it lasts' } },
  'gateways[].hosts': {
    what: {
      'zh-CN':
        '按连接列出要试的 `主机:端口`，用来区分网络故障和网关故障，例如有代理的时候：`{ qqbot: [proxy.local:3128] }`',
      en: 'What is tried, by link, to tell an ill network from an ill gateway, as behind a proxy: `{ qqbot: [proxy.local:3128] }`',
    },
    otherwise: { 'zh-CN': '网关日志里出现的主机', en: "the hosts that the gateway's log names" },
  },
  'gateways[].trusted_users': {
    what: {
      'zh-CN':
        '除了 root、Lifeline 自己的用户和目录的主人，还相信谁写的日志和状态文件：用户名或编号。别人能改的文件不算证据。`*` 是谁都相信，只用在没有别人的机器上',
      en: "Whose logs and state files are believed beside those of root, of Lifeline's own user and of the owner of the home: names or numbers of users. What others can change is no evidence. `*` believes everybody, for a machine that nobody else uses",
    },
    example: `gateways:
  - name: web
    kind: generic
    home: /etc/nginx
    unit: nginx.service
    trusted_users: [www-data]
    generic: { logs: [{ path: /var/log/nginx/error.log, format: plain }] }`,
  },
  ...GENERIC,
} satisfies DescriptionsOf<'gateways'>;
