import type { DescriptionsOf } from './description.ts';

export const GENERAL = {
  locale: { what: { 'zh-CN': '手机上和命令行里的语言', en: 'The language on the phone and on the command line' } },
  timezone: {
    what: {
      'zh-CN': '网关日志的时区；计划、维护时间、免打扰时段都按它算。日志时间不带时区，设错了，故障会被当成几小时前的',
      en: "The zone of the gateway's log times; schedules, maintenance and quiet hours go by it, too. Log times name no zone: with a wrong one, trouble looks hours old",
    },
    otherwise: { 'zh-CN': '本机时区', en: "this machine's zone" },
  },
  log_level: {
    what: {
      'zh-CN': 'Lifeline 自己日志的详细程度。平时用 `info`；`trace` 很长，只在查问题时用',
      en: "How much stands in Lifeline's own log. `info` is for daily life; `trace` is long, for looking into trouble",
    },
  },
  log_file: {
    what: {
      'zh-CN': 'Lifeline 自己的日志写进这个文件，自动轮转，最多 5 个、每个 10 MB。写不了时改写到 stderr',
      en: "A file for Lifeline's own log, rotated: at most 5 of 10 MB. When it cannot be written, the log goes to stderr",
    },
    otherwise: { 'zh-CN': 'stderr（作为服务时就是 journal）', en: 'stderr (as a service: the journal)' },
  },
  data_dir: {
    what: {
      'zh-CN':
        'Lifeline 的记忆：故障、重启次数、已配对的操作员、没送出的告警。两个 Lifeline 不能共用；换了目录，就要重新配对',
      en: "Lifeline's memory: incidents, restarts made, paired operators, alerts not yet delivered. Two Lifelines must never share one; in a new folder, operators pair anew",
    },
  },
  keep_days: {
    what: {
      'zh-CN': '结束了的事记多少天：故障、审计、发过的消息。太多时，最旧的会更早删除',
      en: 'How many days what is over is remembered: incidents, the audit, messages sent. Where there is too much, the oldest go sooner',
    },
  },
} satisfies DescriptionsOf<'locale' | 'timezone' | 'log_level' | 'log_file' | 'data_dir' | 'keep_days'>;

export const METRICS = {
  metrics: {
    what: {
      'zh-CN': '给 Prometheus 的指标（`/metrics`）和健康检查（`/healthz`）',
      en: 'Figures for Prometheus (`/metrics`) and a health check (`/healthz`)',
    },
    otherwise: { 'zh-CN': '不提供', en: 'none' },
    example: 'metrics: { listen: 127.0.0.1:9464 }',
  },
  'metrics.listen': {
    what: {
      'zh-CN':
        '只能是本机地址（`127.0.0.1`、`[::1]`、`localhost`）加端口：那里没有密码。端口被占用时 Lifeline 不会启动',
      en: 'An address of this machine only (`127.0.0.1`, `[::1]`, `localhost`) and a port: nothing there asks for a password. Lifeline does not start when the port is taken',
    },
  },
} satisfies DescriptionsOf<'metrics'>;

export const COMMANDS = {
  commands_dir: {
    what: {
      'zh-CN':
        '你自己的聊天命令：一个放 YAML 文件的目录，一个文件一条命令。目录和文件必须属于运行 Lifeline 的用户或 root，别人不能改',
      en: 'Your own chat commands: a folder of YAML files, one command each. Folder and files must belong to the user that Lifeline runs as or to root, and nobody else may change them',
    },
    otherwise: {
      'zh-CN': '配置文件旁边的 `commands/`（如果有）',
      en: '`commands/` beside the configuration, if it is there',
    },
  },
  commands: {
    what: {
      'zh-CN': '你自己的聊天命令，每条运行一个程序。写错的那条不生效，Lifeline 照常运行',
      en: 'Your own chat commands, each of which runs a program. One that is wrong is left out, and Lifeline runs without it',
    },
    example:
      'commands:\n  - { name: disk, run: [df, -h], role: viewer, help: { zh-CN: 看磁盘空间, en: Shows the free disk space } }\ncommands_dir: ~/.config/lifeline/commands',
  },
} satisfies DescriptionsOf<'commands_dir' | 'commands'>;
