/** The keys of a gateway of the generic kind: what its operator tells of a service that Lifeline does not know. */
import { normalize } from 'node:path';
import * as z from 'zod';
import { errorText } from '../base/errors.ts';
import { redact } from '../base/redact/redact.ts';
import { shownUrl } from '../gateways/generic/check-name.ts';
import { lineFormat } from '../gateways/generic/line-format.ts';
import { finder } from '../gateways/generic/pattern.ts';
import { LINE_FORMATS, type CheckSettings, type GenericSettings } from '../gateways/generic/settings.ts';
import { DATE_ORDERS } from '../gateways/generic/time-forms.ts';
import {
  atLeast,
  Complaint,
  count,
  curly,
  didYouMean,
  duration,
  field,
  hostAndPort,
  inTypographicQuotes,
  like,
  oneOf,
  pathField,
  pause,
  quote,
  readPath,
  text,
  type Folders,
} from './fields.ts';
import { key, named, optional, plain, section, shown, withForm } from './section.ts';

const asText = (value: unknown): string => {
  if (typeof value !== 'string') throw new Complaint(`must be text, not ${quote(value)}; put it in quotes`);
  if (value === '') throw new Complaint('is empty');
  return value;
};

/** Returns the text when `make` accepts it; `make` throws what is wrong with the text. */
const readable = (value: unknown, make: (given: string) => unknown): string => {
  const given = asText(value);
  if (inTypographicQuotes(given))
    throw new Complaint(`is in typographic quotes, which no log has: ${quote(given)}${curly(given)}`);
  try {
    make(given);
  } catch (error) {
    throw new Complaint(`is no pattern that can be used: ${errorText(error)}`);
  }
  return given;
};

const pattern = field((value) => readable(value, finder), {
  json: { type: 'string', minLength: 1, examples: ['Application started'] },
  'zh-CN': '模式',
  en: 'a pattern',
});

const format = field(
  (value) => {
    const given = asText(value);
    if (LINE_FORMATS.some((name) => name === given)) return given;
    if (given.includes('(?')) return readable(given, lineFormat);
    throw new Complaint(
      `must be ${LINE_FORMATS.join(', ')} or a pattern with (?P<time>…), (?P<level>…) and (?P<message>…), not ${quote(value)}${didYouMean(given, LINE_FORMATS)}`,
    );
  },
  {
    json: {
      type: 'string',
      minLength: 1,
      examples: [...LINE_FORMATS, '^(?P<time>\\S+ \\S+) (?P<level>\\w+) (?P<message>.*)'],
    },
    'zh-CN': '`python`、`iso`、`syslog`、`json`、`plain`，或者一个模式',
    en: '`python`, `iso`, `syslog`, `json`, `plain`, or a pattern',
  },
);

/** Not from the folder of the configuration on: what belongs to the service lies below its home. */
const readBelow = (value: unknown, folders: Folders): string => {
  const given = asText(value).trim();
  return /^[~/]/.test(given) || given.includes('\0') || given === '' ? readPath(value, folders) : normalize(given);
};

/** A question to the service itself: it stays on this machine in most cases, so plain http is in order. */
const address = shown(
  field(
    (value) => {
      const given = asText(value).trim();
      const url = URL.canParse(given) ? new URL(given) : null;
      // The complaint does not repeat the value: the URL may hold a key.
      if (!url || !['http:', 'https:'].includes(url.protocol))
        throw new Complaint('must be a URL such as http://127.0.0.1:5140/health');
      return given;
    },
    {
      json: { type: 'string', pattern: '^\\s*https?://', examples: ['http://127.0.0.1:5140/health'] },
      'zh-CN': 'http 或 https 地址',
      en: 'an http or https address',
    },
  ),
  shownUrl,
);

const endpoint = shown(
  field(
    (value) => {
      const given = typeof value === 'string' ? value.trim() : '';
      const [, host = '', port = ''] = /^(\[[\da-fA-F:.]+\]|[^\s/:]+):(\d{1,5})$/.exec(given) ?? [];
      if (host === '' || Number(port) < 1 || Number(port) > 65_535)
        throw new Complaint(`must be HOST:PORT such as 127.0.0.1:5140, not ${quote(value)}`);
      return { host: host.replaceAll(/[[\]]/g, ''), port: Number(port) };
    },
    like(':\\d{1,5}\\s*$', '127.0.0.1:5140'),
  ),
  hostAndPort,
);

/** The name beside a value says whether the value is a secret. */
const withoutSecrets = (json: Readonly<Record<string, unknown>>): unknown => {
  try {
    return JSON.parse(redact(JSON.stringify(json)));
  } catch {
    return '***';
  }
};

const json = shown(
  field(
    (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new Complaint(`must be what the answer must hold, such as { online: true }, not ${quote(value)}`);
      if (Object.keys(value).length === 0)
        throw new Complaint('names nothing that the answer must hold; it cannot be asked for null');
      return value as Readonly<Record<string, unknown>>;
    },
    {
      json: { type: 'object', minProperties: 1 },
      'zh-CN': '一段，如 `{ online: true }`',
      en: 'a section such as `{ online: true }`',
    },
  ),
  withoutSecrets,
);

const linkName = field((value) => {
  if (typeof value === 'string' && /^[a-z][a-z0-9_-]{0,31}$/.test(value)) return value;
  throw new Complaint(
    `is no name of a link: it must begin with a small letter and have only small letters, digits, "-" and "_"`,
  );
});

/** Described at `links`. */
const linkPatterns = z.strictObject({
  up: pattern.exactOptional(),
  lost: pattern.exactOptional(),
  gave_up: pattern.exactOptional(),
  rejected: pattern.exactOptional(),
  traffic: pattern.exactOptional(),
});

export const genericSection = (folders: Folders) => {
  const path = pathField((value) => readBelow(value, folders));
  return section({
    pid_file: key(optional(path), {
      'zh-CN': '没有服务管理器时：它把 pid 写进哪个文件，相对路径从 `home` 算起',
      en: 'Without a service manager: the file with its pid; a relative path starts at `home`',
      otherwise: { 'zh-CN': '按 `command` 和工作目录找进程', en: 'found by `command` and working directory' },
    }),
    starting: key(optional(pattern), {
      'zh-CN': '它开始启动时写的一行。到 `ready` 之前算启动中',
      en: 'A line that it writes when it begins to start; until `ready` it counts as starting',
    }),
    ready: key(optional(pattern), {
      'zh-CN': '它启动完成时写的一行',
      en: 'A line that it writes when its start is done',
      otherwise: {
        'zh-CN': '所有检查都通过，并且进程活了 5 秒；没有检查时是 10 秒',
        en: 'all checks are well and the process has lived for 5 s; without checks, 10 s',
      },
    }),
    stopping: key(optional(pattern), {
      'zh-CN': '它开始停止时写的一行：停完之前不动它',
      en: 'A line that it writes when it begins to stop: it is let alone until that is done',
    }),
    fatal: key(optional(pattern), {
      'zh-CN': '重启也没用的一行，例如配置错误：只告诉你',
      en: 'A line after which no restart helps, such as a wrong configuration: you are told',
    }),
    logs: key(
      z
        .array(
          section({
            path: key(path, {
              'zh-CN': '日志文件，相对路径从 `home` 算起；`YYYY-MM-DD` 代表日期',
              en: 'The file; a relative path starts at `home`. `YYYY-MM-DD` stands for the day',
            }),
            format: key(format.prefault('auto'), {
              'zh-CN':
                '一行的写法：`auto`（开头是时间，或者一行一个 JSON 对象）、`python`、`iso`、`syslog`、`json`、`plain`（没有时间）；或者一个模式，里面有 `(?P<time>…)`、`(?P<level>…)`、`(?P<message>…)`。没有时区的时间按本机时区',
              en: 'How its lines are written: `auto` (the time first, or a JSON object a line), `python`, `iso`, `syslog`, `json`, `plain` (no time); or a pattern with `(?P<time>…)`, `(?P<level>…)`, `(?P<message>…)`. A time without a zone is local',
            }),
            date_order: key(optional(oneOf(DATE_ORDERS)), {
              'zh-CN':
                '像 `11/22/2026`、`11-22 08:37:32` 这样分不清日月的日期，什么在前：`dmy` 日，`mdy` 月，`ymd` 年（两位数）或月',
              en: 'What comes first in dates such as `11/22/2026` or `11-22 08:37:32`: `dmy` the day, `mdy` the month, `ymd` a year of two digits, or the month',
              otherwise: { 'zh-CN': '看不懂这样的日期', en: 'such dates are not understood' },
            }),
          }),
        )
        .prefault([]),
      { 'zh-CN': '它的日志，`/logs` 显示第一个', en: 'Its logs; `/logs` shows the first' },
    ),
    links: key(
      withForm(z.record(linkName, linkPatterns), {
        json: {},
        'zh-CN': '`{ 连接: { up: 模式, lost: 模式 } }`',
        en: '`{ link: { up: pattern, lost: pattern } }`',
      }).prefault({}),
      {
        'zh-CN':
          '它的平台连接，各有哪些行：`up` 登录成功，`lost` 断了，`gave_up` 不再重连（马上重启），`rejected` 平台拒绝（只告诉你），`traffic` 有消息。写了 `lost`、`gave_up` 就要写 `up` 或 `traffic`',
        en: 'Its platform connections, by their lines: `up` a login, `lost`, `gave_up` it no longer tries (restarted at once), `rejected` the platform refuses it (you are told), `traffic` messages come or go. `lost` and `gave_up` need `up` or `traffic`',
      },
    ),
    checks: key(z.array(checkSection(path)).prefault([]), {
      'zh-CN': '问它自己。每一项是 `http`、`tcp`、`file`、`log` 之一',
      en: 'Asks the service itself. Each is one of `http`, `tcp`, `file`, `log`',
    }),
  });
};

const checkSection = (path: ReturnType<typeof pathField>) =>
  section({
    http: key(optional(address), {
      'zh-CN': '请求这个地址（GET，不跟随跳转）',
      en: 'Requests this address (GET; redirects are not followed)',
    }),
    status: key(optional(z.array(count(100, 599)).min(1, 'is empty; leave it out for 200 to 299')), {
      'zh-CN': '`http`：哪些状态码算好',
      en: '`http`: the status codes that are well',
      otherwise: { 'zh-CN': '200 到 299', en: '200 to 299' },
    }),
    contains: key(optional(shown(text(/\S/, 'hold something', like('\\S', '"status":"ok"')), redact)), {
      'zh-CN': '`http`：回答的前 64 kB 里必须有这段文字',
      en: '`http`: a text that the first 64 kB of the answer must hold',
    }),
    json: key(optional(json), {
      'zh-CN': '`http`：回答必须是 JSON，并且有这些值；没写到的不管',
      en: '`http`: the answer must be JSON with these values; what is not named does not matter',
    }),
    tcp: key(optional(endpoint), { 'zh-CN': '这个端口能连上', en: 'This port takes a connection' }),
    file: key(optional(path), {
      'zh-CN': '这个文件最近写过（心跳文件），相对路径从 `home` 算起',
      en: 'This file was written of late (a heartbeat); a relative path starts at `home`',
    }),
    log: key(optional(pattern), { 'zh-CN': '日志里最近有这样一行', en: 'Such a line came in a log of late' }),
    max_age: key(optional(atLeast(1_000)), {
      'zh-CN': '`file`、`log` 必须写：最久多长时间。服务刚启动、Lifeline 刚开始看时重新算',
      en: 'Required with `file` and `log`: how old it may be. Counted anew when the service has just started, or Lifeline has just begun to look',
    }),
    every: key(atLeast(1_000).prefault('30s'), {
      'zh-CN': '多久问一次；不会比 `watch.pulse` 更勤',
      en: 'How often it is asked; never more often than `watch.pulse`',
    }),
    timeout: key(duration.prefault('5s'), {
      'zh-CN': '等多久算没有回答（`log` 不用）',
      en: 'When it counts as unanswered (not for `log`)',
    }),
    for: key(pause.prefault('60s'), {
      'zh-CN': '一直不好多久才算故障',
      en: 'How long it may fail until that is trouble',
    }),
    then: key(oneOf(['restart', 'alert']).prefault('restart'), {
      'zh-CN': '算故障以后：`restart` 重启，`alert` 只告诉你',
      en: 'What then: `restart` it, or only tell you (`alert`)',
    }),
  });

type Generic = z.output<ReturnType<typeof genericSection>>;

/** `checks.ts` has made sure which keys a check has. */
const checkOf = ({ max_age: maxAge, ...given }: Generic['checks'][number]): CheckSettings => {
  const { http, status, contains, json, tcp, file, log, ...terms } = named(given);
  const maxAgeMs = maxAge?.value ?? 0;
  if (http !== null) return { kind: 'http', url: http, status: status ?? [], contains, json, ...terms };
  if (tcp !== null) return { kind: 'tcp', ...tcp, ...terms };
  return file === null
    ? { kind: 'log', pattern: log ?? '', maxAgeMs, ...terms }
    : { kind: 'file', path: file, maxAgeMs, ...terms };
};

export const genericOf = ({ logs, links, checks, ...signs }: Generic): GenericSettings => ({
  ...named(signs),
  logs: logs.map(named),
  links: plain(links),
  checks: checks.map(checkOf),
});
