import type { DescriptionsOf } from './description.ts';

const NOWHERE = { otherwise: { 'zh-CN': '不找', en: 'not looked for' } } as const;
const ONLY_HTTP = { otherwise: { 'zh-CN': '不看', en: 'not looked at' } } as const;
const NO_SUCH_CHECK = { otherwise: { 'zh-CN': '不查', en: 'not asked' } } as const;

export const GENERIC = {
  'gateways[].generic': {
    what: {
      'zh-CN':
        '`kind: generic` 必须写：怎样看出这个服务好不好。日志和检查至少要有一个。模式是 RE2 正则，区分大小写（前面加 `(?i)` 就不区分），在一行的正文里找；完整的例子见 [generic.zh-CN.md](generic.zh-CN.md)',
      en: 'Required with `kind: generic`: how to tell whether this service is well; at least a log or a check. A pattern is an RE2 regular expression, with case (`(?i)` before it: without), and is looked for in the message of a line. Worked examples: [generic.md](generic.md)',
    },
    example: `gateways:
  - name: tg
    kind: generic
    home: ~/telegram-bot
    supervisor: systemd-user
    unit: telegram-bot.service
    generic:
      ready: Application started
      logs: [{ path: logs/bot.log, format: python }]
      links: { telegram: { up: '200 OK', lost: NetworkError } }
      checks:
        - { http: "http://127.0.0.1:8080/health", json: { online: true }, for: 2m }
        - { log: getUpdates, max_age: 5m, then: alert }`,
  },
  'gateways[].generic.pid_file': {
    what: {
      'zh-CN': '没有服务管理器时：它把自己的 pid 写在哪个文件里，相对路径从 `home` 算起',
      en: 'Without a service manager: the file in which it notes its pid; a relative path starts at `home`',
    },
    otherwise: {
      'zh-CN': '按 `command` 和工作目录找进程',
      en: 'its process is told by `command` and its working directory',
    },
  },
  'gateways[].generic.starting': {
    what: {
      'zh-CN': '它开始启动时写的一行。到 `ready` 之前算启动中',
      en: 'A line that it writes when it begins to start; until `ready` it counts as starting',
    },
    ...NOWHERE,
  },
  'gateways[].generic.ready': {
    what: { 'zh-CN': '它启动完成时写的一行', en: 'A line that it writes when its start is done' },
    otherwise: {
      'zh-CN': '所有检查都通过，并且进程活了 5 秒；没有检查时是 10 秒',
      en: 'all checks are well and the process has lived for 5 s; without checks, 10 s',
    },
  },
  'gateways[].generic.stopping': {
    what: {
      'zh-CN': '它开始停止时写的一行：停完之前不动它',
      en: 'A line that it writes when it begins to stop: it is let alone until that is done',
    },
    ...NOWHERE,
  },
  'gateways[].generic.fatal': {
    what: {
      'zh-CN': '重启也没用的一行，例如配置错误：只告诉你',
      en: 'A line after which no restart helps, such as a wrong configuration: you are told',
    },
    ...NOWHERE,
  },
  'gateways[].generic.logs': {
    what: { 'zh-CN': '它的日志，`/logs` 显示第一个', en: 'Its logs; `/logs` shows the first' },
  },
  'gateways[].generic.logs[].path': {
    what: {
      'zh-CN': '日志文件，相对路径从 `home` 算起；`YYYY-MM-DD` 代表日期',
      en: 'The file; a relative path starts at `home`. `YYYY-MM-DD` stands for the day',
    },
  },
  'gateways[].generic.logs[].format': {
    what: {
      'zh-CN':
        '一行的写法：`auto`（开头是时间，或者一行一个 JSON 对象；常见软件的写法都认得）、`python`、`iso`、`syslog`、`json`、`plain`（没有时间）；或者一个模式，里面有 `(?P<time>…)`、`(?P<level>…)`、`(?P<message>…)`。没有时区的时间按本机时区',
      en: 'How its lines are written: `auto` (the time first, or a JSON object a line, in the forms of common software), `python`, `iso`, `syslog`, `json`, `plain` (no time); or a pattern with `(?P<time>…)`, `(?P<level>…)`, `(?P<message>…)`. A time without a zone is local',
    },
  },
  'gateways[].generic.logs[].date_order': {
    what: {
      'zh-CN':
        '像 `11/22/2026`、`11-22 08:37:32` 这样分不清日月的日期，什么在前：`dmy` 日，`mdy` 月，`ymd` 年（两位数）或月',
      en: 'What comes first in dates such as `11/22/2026` or `11-22 08:37:32`, whose day and month could be exchanged: `dmy` the day, `mdy` the month, `ymd` a year of two digits, or the month',
    },
    otherwise: { 'zh-CN': '看不懂这样的日期', en: 'such dates are not understood' },
  },
  'gateways[].generic.links': {
    what: {
      'zh-CN':
        '它的平台连接，各有哪些行：`up` 登录成功，`lost` 断了，`gave_up` 不再重连（马上重启），`rejected` 平台拒绝（只告诉你），`traffic` 有消息。写了 `lost`、`gave_up` 就要写 `up` 或 `traffic`',
      en: 'Its platform connections, by their lines: `up` a login, `lost`, `gave_up` it no longer tries (restarted at once), `rejected` the platform refuses it (you are told), `traffic` messages come or go. `lost` and `gave_up` need `up` or `traffic`',
    },
  },
  'gateways[].generic.checks': {
    what: {
      'zh-CN': '问它自己。每一项是 `http`、`tcp`、`file`、`log` 之一',
      en: 'Asks the service itself. Each is one of `http`, `tcp`, `file`, `log`',
    },
  },
  'gateways[].generic.checks[].http': {
    what: { 'zh-CN': '请求这个地址（GET，不跟随跳转）', en: 'Requests this address (GET; redirects are not followed)' },
    ...NO_SUCH_CHECK,
  },
  'gateways[].generic.checks[].status': {
    what: { 'zh-CN': '`http`：哪些状态码算好', en: '`http`: the status codes that are well' },
    otherwise: { 'zh-CN': '200 到 299', en: '200 to 299' },
  },
  'gateways[].generic.checks[].contains': {
    what: {
      'zh-CN': '`http`：回答的前 64 kB 里必须有这段文字',
      en: '`http`: a text that the first 64 kB of the answer must hold',
    },
    ...ONLY_HTTP,
  },
  'gateways[].generic.checks[].json': {
    what: {
      'zh-CN': '`http`：回答必须是 JSON，并且有这些值；没写到的不管',
      en: '`http`: the answer must be JSON with these values; what is not named does not matter',
    },
    ...ONLY_HTTP,
  },
  'gateways[].generic.checks[].tcp': {
    what: { 'zh-CN': '这个端口能连上', en: 'This port takes a connection' },
    ...NO_SUCH_CHECK,
  },
  'gateways[].generic.checks[].file': {
    what: {
      'zh-CN': '这个文件最近写过（心跳文件），相对路径从 `home` 算起',
      en: 'This file was written of late (a heartbeat); a relative path starts at `home`',
    },
    ...NO_SUCH_CHECK,
  },
  'gateways[].generic.checks[].log': {
    what: { 'zh-CN': '日志里最近有这样一行', en: 'Such a line came in a log of late' },
    ...NO_SUCH_CHECK,
  },
  'gateways[].generic.checks[].max_age': {
    what: {
      'zh-CN': '`file`、`log` 必须写：最久多长时间。刚启动、Lifeline 刚开始看的时候重新算',
      en: 'Required with `file` and `log`: how old it may be. Counted anew when the service has just started, or Lifeline has just begun to look',
    },
    otherwise: { 'zh-CN': '不看', en: 'not looked at' },
  },
  'gateways[].generic.checks[].every': {
    what: {
      'zh-CN': '多久问一次；不会比 `watch.pulse` 更勤',
      en: 'How often it is asked; never more often than `watch.pulse`',
    },
  },
  'gateways[].generic.checks[].timeout': {
    what: { 'zh-CN': '等多久算没有回答（`log` 不用）', en: 'When it counts as unanswered (not for `log`)' },
  },
  'gateways[].generic.checks[].for': {
    what: { 'zh-CN': '一直不好多久才算故障', en: 'How long it may fail until that is trouble' },
  },
  'gateways[].generic.checks[].then': {
    what: {
      'zh-CN': '算故障以后：`restart` 重启，`alert` 只告诉你',
      en: 'What then: `restart` it, or only tell you (`alert`)',
    },
  },
} satisfies DescriptionsOf<'gateways[].generic'>;
