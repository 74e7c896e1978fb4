/** The keys of one gateway, of how patient Lifeline is and of how often it may restart: for all gateways, and for one. */
import * as z from 'zod';
import { parseDuration, compactDuration } from '../base/duration.ts';
import { redact } from '../base/redact/redact.ts';
import type { Amount } from '../diagnosis/memory-rules.ts';
import { DEFAULT_GRACE } from '../diagnosis/policy.ts';
import { KINDS } from '../gateways/index.ts';
import { KIND_NAMES, type KindName } from '../gateways/names.ts';
import { LINK_NAMES } from '../gateways/platforms/index.ts';
import {
  asText,
  Complaint,
  count,
  cron,
  curly,
  DURATION,
  duration,
  field,
  type Folders,
  inTypographicQuotes,
  like,
  oneOf,
  pathField,
  pause,
  quote,
  readPath,
  text,
} from './fields.ts';
import { genericOf, genericSection } from './generic-schema.ts';
import { HEAL_MODES, isCommandWord, SUPERVISORS } from './names.ts';
import { Duration, key, named, optional, plain, section, shown, Value, withForm, type Key } from './section.ts';

const [FIRST] = KIND_NAMES;
const EXAMPLE = KINDS[FIRST].usualCommand;
const HOME = KINDS[FIRST].usualHome ?? '~';

/** What holds for each kind by itself, in words: `KIND: 30s, KIND: 330s`. */
const each = (of: (kind: KindName) => string | null): string =>
  KIND_NAMES.flatMap((kind) => (of(kind) === null ? [] : [`${kind}: ${of(kind)}`])).join(', ');
const HOMES = each((kind) => KINDS[kind].usualHome);
const COMMANDS = each((kind) => KINDS[kind].usualCommand.join(' ') || null);
const STOPS = each((kind) => `${KINDS[kind].stopMs / 1_000}s`);

const patience = (ms: number, words: { readonly 'zh-CN': string; readonly en: string }) =>
  key(duration.prefault(`${ms / 1_000}s`), words);

const GRACE = {
  qqbot: patience(DEFAULT_GRACE.linkGraceMs.qqbot, { 'zh-CN': 'QQ 连接断开', en: 'A lost QQ link' }),
  feishu: patience(DEFAULT_GRACE.linkGraceMs.feishu, {
    'zh-CN': '飞书连接断开；它的客户端两次重连之间最多隔 120 秒',
    en: 'A lost Feishu link; its client pauses up to 120 s between tries',
  }),
  default: patience(DEFAULT_GRACE.defaultLinkGraceMs, { 'zh-CN': '其他连接断开', en: 'Any other link' }),
  start: patience(DEFAULT_GRACE.startGraceMs, {
    'zh-CN': '网关启动，在 Lifeline 学到它平时要多久之前',
    en: 'A start of the gateway, until Lifeline has learned how long it usually takes',
  }),
  frozen: patience(DEFAULT_GRACE.frozenGraceMs, {
    'zh-CN': '事件循环没有心跳，之后再去问它一次',
    en: 'No heartbeat of its event loop; then the loop is asked once more',
  }),
  gone: patience(DEFAULT_GRACE.goneGraceMs, {
    'zh-CN': '进程不在，又不知道由谁管着它：也许有人正在启动它',
    en: 'A missing process where it is not known who keeps it: somebody may be starting it again',
  }),
  stop: patience(DEFAULT_GRACE.stopGraceMs, {
    'zh-CN': '有人要它停，却停不下来',
    en: 'A stop that does not come to its end',
  }),
  network: patience(DEFAULT_GRACE.networkGraceMs, {
    'zh-CN': '所有连接同时断开，之后算网络故障',
    en: 'All links cut off at once; then the network is blamed',
  }),
};

const HEALING = {
  per_hour: key(count(1, 60).prefault(3), {
    'zh-CN': '1 小时内最多自动重启几次',
    en: 'The most restarts within an hour',
  }),
  per_day: key(count(1, 200).prefault(8), {
    'zh-CN': '24 小时内最多自动重启几次',
    en: 'The most restarts within 24 hours',
  }),
  graceful: key(pause.prefault('60s'), {
    'zh-CN': '重启前等正在处理的对话多久；`0s` 表示不等',
    en: 'How long turns in progress may take to end before a restart cuts them off; `0s`: they are cut at once',
  }),
  pauses: key(z.array(pause).min(1, 'is empty; write [0s] for no pause').prefault(['0s', '2m', '10m', '30m']), {
    'zh-CN': '一天里第 2、3、4、5……次重启之前至少隔多久；之后都用最后一项',
    en: 'The least time before the 2nd, 3rd, 4th, 5th… restart of a day; the last one goes on',
  }),
};

export const graceSection = section(GRACE);
export const healingSection = section(HEALING);

type Own<K> = { [N in keyof K]: K[N] extends Key<z.ZodPrefault<infer S>> ? Key<z.ZodExactOptional<S>> : never };

/** The same keys for one gateway; without one of them that under `general` counts. */
const own = <K extends Readonly<Record<string, Key<z.ZodPrefault>>>>(keys: K, general: string): Own<K> =>
  Object.fromEntries(
    Object.entries(keys).map(([name, { schema, words }]) => {
      const path = `\`${general}.${name}\``;
      const otherwise = { 'zh-CN': `${path} 的值`, en: `that of ${path}` };
      return [name, key((schema.unwrap() as z.ZodType).exactOptional(), { ...words, otherwise })];
    }),
  ) as unknown as Own<K>;

const readLink = (value: unknown): string => {
  if (typeof value !== 'string' || !/^[a-z][a-z0-9_-]{0,31}(?::[\w.-]{1,64})?$/.test(value)) {
    throw new Complaint(`must name links such as qqbot or feishu, not ${quote(value)}`);
  }
  return value;
};

const links = field(
  (value): 'auto' | readonly string[] => {
    if (value === 'auto') return 'auto';
    if (Array.isArray(value) && value.length > 0) return [...new Set(value.map(readLink))];
    throw new Complaint(`must be auto or a list such as [qqbot, feishu], not ${quote(value)}`);
  },
  {
    json: {
      anyOf: [
        { const: 'auto' },
        {
          type: 'array',
          minItems: 1,
          items: { type: 'string', pattern: '^[a-z][a-z0-9_-]{0,31}$', examples: LINK_NAMES },
        },
      ],
    },
    'zh-CN': '`auto`，或列表，如 `[qqbot, feishu]`',
    en: '`auto`, or a list such as `[qqbot, feishu]`',
  },
);

const { qqbot, feishu, ...otherGraces } = own(GRACE, 'watch.grace');
const ownGrace = section({
  qqbot,
  feishu,
  links: key(
    withForm(z.record(field(readLink), duration), {
      json: {},
      'zh-CN': '`{ 连接: 时长 }`',
      en: '`{ link: duration }`',
    }).exactOptional(),
    {
      'zh-CN': '按名字写的连接断开，比 `default` 优先',
      en: 'Lost links by their names; beats `default`',
      otherwise: { 'zh-CN': '`default` 的值', en: 'that of `default`' },
    },
  ),
  ...otherGraces,
});

/** What a command takes for a duration or a number of lines. */
const AMOUNT = /^\d+(?:\.\d+)?(?:ms|[smhdw]|行|条|个|秒钟?|分钟?|小时|天|日|周|星期)?$/i;

/** Letters of other scripts look like Latin ones: a message would name one gateway, and the reader think of another. */
const readName = (value: unknown): string => {
  const name = asText(value);
  if (!/^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]{0,63}$/u.test(name) || /^\d+$/.test(name))
    throw new Complaint(
      `must be a short name of letters, digits, ".", "-" and "_", not only digits, not ${quote(name)}${curly(name)}`,
    );
  const strange = /[^\p{Script=Han}A-Za-z\d\p{M}._-]/u.exec(name.normalize('NFKD'))?.[0];
  if (strange !== undefined)
    throw new Complaint(
      `holds ${quote(strange)} (U+${strange.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}), which can be taken for another letter; use Latin letters, Chinese characters and digits`,
    );
  const typed = name.normalize('NFKC').toLowerCase();
  if (isCommandWord(typed) || AMOUNT.test(typed))
    throw new Complaint(`must not be ${quote(name)}: commands understand that word otherwise; call it by another name`);
  return name;
};

const isWord = (value: unknown): value is string => typeof value === 'string' && value !== '' && !value.includes('\0');

const readCommand = (value: unknown, folders: Folders): readonly string[] => {
  if (!Array.isArray(value) || !value.every(isWord)) {
    throw new Complaint(
      `must be a list of words such as [${EXAMPLE.join(', ')}]; there is no shell that would split text`,
    );
  }
  const quoted = value.find(inTypographicQuotes);
  if (quoted !== undefined) throw new Complaint(`has a word in typographic quotes: ${quote(quoted)}${curly(quoted)}`);
  const [program, ...rest] = value;
  if (program === undefined) throw new Complaint(`is empty; write for instance [${EXAMPLE.join(', ')}]`);
  return [program.startsWith('~') ? readPath(program, folders) : program, ...rest];
};

/** Names under which people keep secrets. */
const SECRET_NAME = /secret|token|passw|pwd|key|auth|cred|cookie|env|header|sign|ticket/i;

/** The words of a command: the value of `--token VALUE`, `--token=VALUE` and `TOKEN=VALUE` is hidden. */
const shownCommand = (command: readonly string[]): readonly string[] =>
  command.map((word, index) => {
    const before = command[index - 1] ?? '';
    if (/^-{1,2}[\w-]+$/.test(before) && SECRET_NAME.test(before)) return '***';
    const [, name = ''] = /^([\w-]+)=/.exec(word) ?? [];
    return redact(SECRET_NAME.test(name) ? `${name}=***` : word);
  });

/** `user:password@` may stand before the host of a proxy. */
const host = shown(text(/^[^\s/]+:\d{1,5}$/, 'be HOST:PORT', like(':\\d{1,5}\\s*$', 'proxy.local:3128')), (address) =>
  address.replace(/^.*@/s, '***@'),
);

/** A number may stand without quotes. */
const user = field(
  (value) => {
    const given = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? String(value) : value;
    if (typeof given !== 'string' || !/^(?:\*|\d{1,10}|[A-Za-z_][\w.-]{0,31}\$?)$/.test(given))
      throw new Complaint(`must be the name or number of a user, or "*" for everybody, not ${quote(value)}`);
    return given;
  },
  {
    json: { type: ['string', 'integer'], examples: ['www-data', 997, '*'] },
    'zh-CN': '用户名或编号',
    en: 'the name or number of a user',
  },
);

const UNITS: Readonly<Record<string, number>> = { mb: 1_048_576, gb: 1_073_741_824 };

const readAmount = (value: unknown): Amount | null => {
  const given = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (given === 'off' || given === false) return null;
  const [, digits, unit] = (typeof given === 'string' && /^(\d{1,6}(?:\.\d{1,3})?) ?(%|mb|gb)$/.exec(given)) || [];
  const amount = Number(digits);
  if (unit === '%' && amount >= 1 && amount <= 100) return { share: amount / 100 };
  const bytes = amount * (UNITS[unit ?? ''] ?? NaN);
  if (bytes >= 1_048_576) return { bytes: Math.round(bytes) };
  throw new Complaint(`must be a share such as 80%, a size such as 500 MB or 2 GB, or off, not ${quote(value)}`);
};

const amount = shown(
  field(readAmount, {
    json: {
      anyOf: [
        { enum: ['off', false] },
        { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)? ?(%|[MmGg][Bb])\\s*$', examples: ['80%', '500 MB', '2 GB'] },
      ],
    },
    'zh-CN': '比例，如 `80%`；大小，如 `500 MB`、`2 GB`；或 `off`',
    en: 'a share such as `80%`, a size such as `500 MB`, `2 GB`, or `off`',
  }),
  (limit) => {
    if (limit === null) return 'off';
    if ('share' in limit) return `${Math.round(limit.share * 10_000) / 100}%`;
    return `${Math.round((limit.bytes / 1_048_576) * 1_000) / 1_000} MB`;
  },
);

/** Shorter would not be a state but a peak. */
const LEAST_MS = 60_000;
const MOST_MS = 7 * 86_400_000;

/** After how long over the limit it is restarted though a turn may be under way; null: only when it is idle. */
const when = shown(
  field(
    (value): number | null => {
      if (value === 'idle') return null;
      const ms = typeof value === 'string' ? parseDuration(value.trim()) : null;
      if (ms === null || ms < LEAST_MS || ms > MOST_MS)
        throw new Complaint(`must be idle or a duration from 1m to 7d, such as 30m, not ${quote(value)}`);
      return Math.round(ms);
    },
    {
      json: { anyOf: [{ const: 'idle' }, { type: 'string', pattern: DURATION, examples: ['30m'] }] },
      'zh-CN': '`idle`，或时长，至少 `1m`',
      en: '`idle`, or a duration, at least `1m`',
    },
  ),
  (ms) => (ms === null ? 'idle' : compactDuration(ms)),
);

const memory = section({
  warn: key(amount.prefault('80%'), { 'zh-CN': '到这么多就告诉你', en: 'From there on you are told' }),
  restart: key(amount.prefault('off'), {
    'zh-CN': '到这么多就重启它，受 `heal`、`healing` 约束',
    en: 'From there on it is restarted, within `heal` and `healing` as every restart',
  }),
  when: key(when.prefault('idle'), {
    'zh-CN':
      '`idle`：只在没有对话进行的时候重启；看不出有没有对话的网关，只告诉你。写时长：超过界限这么久，有对话也重启',
    en: '`idle`: only while no turn is under way; of a gateway that shows no turns, you are only told. A duration: after so long over the limit also in the middle of a turn',
  }),
});

/** What a gateway without `memory` has. */
export const USUAL_MEMORY = memory.parse({});

export const GATEWAYS_EXAMPLE = `gateways:
  - name: main
    kind: ${FIRST}
    home: ${HOME}
    heal: auto
  - { name: test, kind: ${FIRST}, home: ${HOME}/profiles/test, heal: "off" }`;

const example = (keys: string): string => `gateways:\n  - name: main\n    kind: ${FIRST}\n    ${keys}`;

export const gatewaySection = (folders: Folders) =>
  section({
    name: key(field(readName, like('^\\s*\\S{1,64}\\s*$', 'main')), {
      'zh-CN':
        '你怎么叫它，例如 `/restart main`。英文字母、汉字、数字、`.`、`-`、`_`，不能全是数字，也不能是 `all`、`全部`、`error` 这类命令用词',
      en: 'How you call it, as in `/restart main`. Latin letters, Chinese characters, digits, `.`, `-` and `_`, not only digits, and no word of a command such as `all` or `error`',
    }),
    kind: key(oneOf(KIND_NAMES), { 'zh-CN': '是什么网关', en: 'What kind of gateway it is' }),
    home: key(optional(pathField((value) => readPath(value, folders))), {
      'zh-CN': '它的目录：日志、状态文件都在里面，进程也靠它辨认。写错了，网关会被当成没有运行',
      en: 'Its home folder, with its logs and state files; its process is told by it, too. With a wrong one the gateway looks as if it did not run',
      otherwise: {
        'zh-CN': `这种网关平常的目录（${HOMES}）；generic 是配置文件所在的目录`,
        en: `the usual one of its kind (${HOMES}); for generic the folder of the configuration`,
      },
    }),
    supervisor: key(oneOf(SUPERVISORS).prefault('auto'), {
      'zh-CN': '谁在管理它的进程。`auto` 自己找；`process` 表示没有服务管理器，由 Lifeline 直接启动和停止',
      en: 'What keeps its process. `auto` finds out; `process` is no service manager: Lifeline itself starts and stops it',
    }),
    unit: key(
      optional(
        text(
          /^(?!-)[\w@.:\\-]{1,255}$/,
          'be the name of a unit, a label, a container or a slot, which does not begin with "-"',
          like('^\\s*[^-\\s]\\S{0,254}\\s*$', ...KIND_NAMES.map((name) => KINDS[name].usualUnit)),
        ),
      ),
      {
        'zh-CN': '它在服务管理器里的名字：systemd 单元、launchd 标签、容器、s6 服务。`docker` 必须写',
        en: 'Its name there: a systemd unit, a launchd label, a container, an s6 slot. Required with `docker`',
        otherwise: { 'zh-CN': '这种网关安装时用的名字', en: 'what this kind of gateway installs for this home' },
      },
    ),
    links: key(links.prefault('auto'), {
      'zh-CN': '判断哪些平台连接。`auto` 是网关自己显示的那些；写成列表，没列出的就不管',
      en: 'Which platform connections are judged. `auto`: those that the gateway itself shows. What a list leaves out is let alone',
    }),
    heal: key(oneOf(HEAL_MODES).prefault('auto'), {
      'zh-CN': '`auto`：重启有用时自动重启；`ask`、`off`：只告诉你。`/restart` 在任何模式下都能用',
      en: '`auto` restarts it when that helps; `ask` and `off` only tell you. `/restart` works in every mode',
    }),
    command: key(
      optional(
        shown(
          field((value) => readCommand(value, folders), {
            json: {
              type: 'array',
              minItems: 1,
              items: { type: 'string', minLength: 1 },
              examples: KIND_NAMES.map((name) => KINDS[name].usualCommand).filter((command) => command.length > 0),
            },
            'zh-CN': '词的列表',
            en: 'a list of words',
          }),
          shownCommand,
        ),
      ),
      {
        'zh-CN': '怎样启动它，一个词一项，不经过 shell。Lifeline 也靠它找到网关自己的命令行',
        en: "How it is started, word by word; no shell is involved. Lifeline also calls the gateway's own command line by it",
        otherwise: { 'zh-CN': `这种网关平常的命令（${COMMANDS}）`, en: `the usual one of its kind (${COMMANDS})` },
      },
    ),
    stop_timeout: key(optional(duration), {
      'zh-CN': '停止时等它多久，之后强制结束，正在处理的对话会丢失',
      en: 'How long it may take to stop before it is killed, and turns in progress are lost',
      otherwise: { 'zh-CN': `看是哪种网关（${STOPS}）`, en: `depends on the kind (${STOPS})` },
    }),
    grace: key(ownGrace.exactOptional(), {
      'zh-CN': '只对这个网关：等多久才算故障。没写的和 `watch.grace` 一样',
      en: 'For this gateway alone: how long trouble may last before it counts. What is left out is as in `watch.grace`',
      otherwise: { 'zh-CN': '和 `watch.grace` 一样', en: 'as `watch.grace`' },
      example: example('grace: { start: 10m, links: { telegram: 10m } }'),
    }),
    healing: key(section(own(HEALING, 'healing')).exactOptional(), {
      'zh-CN': '只对这个网关：自动重启的上限。没写的和 `healing` 一样',
      en: 'For this gateway alone: how often it may be restarted by itself. What is left out is as in `healing`',
      otherwise: { 'zh-CN': '和 `healing` 一样', en: 'as `healing`' },
      example: example('healing: { per_hour: 1, per_day: 2, graceful: 5m }'),
    }),
    memory: key(memory.prefault({}), {
      'zh-CN':
        '它的所有进程一共占多少内存算多，多了怎么办。按 PSS 算，多个进程共用的只算一次；比例是对它的 cgroup 上限，没有上限就是对这台机器能给它的',
      en: 'How much memory all its processes may hold together, and what is done about more. Counted by PSS: what several processes share counts once. A share is of the limit of its control group, or without one of what this machine could give it',
      example: example('memory: { warn: 80%, restart: 2 GB, when: idle }'),
    }),
    maintenance: key(
      z
        .array(
          section({
            schedule: key(cron('0 4 * * 0'), { 'zh-CN': '什么时候开始', en: 'When it begins' }),
            duration: key(duration, { 'zh-CN': '多长', en: 'How long it lasts' }),
          }),
        )
        .prefault([]),
      {
        'zh-CN': '维护时间：不自动处理，也不告诉你；其间的故障结束后再告诉你、再处理。命令随时能用',
        en: 'When it is let alone: nothing is mended by itself and nothing is told. Trouble of that time is told and mended at its end. Commands always work',
        example: example('maintenance: [{ schedule: "0 4 * * 0", duration: 1h }]'),
      },
    ),
    hosts: key(
      withForm(z.record(z.string(), z.array(host)), {
        json: {},
        'zh-CN': '`{ 连接: [主机:端口] }`',
        en: '`{ link: [HOST:PORT] }`',
      }).prefault({}),
      {
        'zh-CN': '按连接列出要试的主机，用来区分网络故障和网关故障，例如有代理的时候：`{ qqbot: [proxy.local:3128] }`',
        en: 'What is tried, by link, to tell an ill network from an ill gateway, as behind a proxy: `{ qqbot: [proxy.local:3128] }`',
        otherwise: { 'zh-CN': '网关日志里出现的主机', en: "the hosts that the gateway's log names" },
      },
    ),
    trusted_users: key(z.array(user).prefault([]), {
      'zh-CN':
        '除了 root、Lifeline 自己的用户和目录的主人，还相信谁写的日志和状态文件。别人能改的文件不算证据。`*` 是谁都相信，只用在没有别人的机器上',
      en: "Whose logs and state files are believed beside those of root, of Lifeline's own user and of the owner of the home. What others can change is no evidence. `*` believes everybody, for a machine that nobody else uses",
      example: `gateways:
  - name: web
    kind: generic
    home: /etc/nginx
    unit: nginx.service
    trusted_users: [www-data]
    generic: { logs: [{ path: /var/log/nginx/error.log, format: plain }] }`,
    }),
    generic: key(optional(genericSection(folders)), {
      'zh-CN':
        '`kind: generic` 必须写：怎样看出这个服务好不好。日志和检查至少要有一个。模式是 RE2 正则，区分大小写（前面加 `(?i)` 就不区分），在一行的正文里找；完整的例子见 [generic.zh-CN.md](generic.zh-CN.md)',
      en: 'Required with `kind: generic`: how to tell whether this service is well; at least a log or a check. A pattern is an RE2 regular expression, with case (`(?i)` before it: without), and is looked for in the message of a line. Worked examples: [generic.md](generic.md)',
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
    }),
  }).transform((given) => {
    const { kind, command, stop_timeout: stop } = given;
    // A kind without a usual home starts at the folder of the configuration.
    const home = given.home ?? readPath(KINDS[kind].usualHome ?? '.', folders);
    const usual = KINDS[kind].commandFor(home);
    return {
      ...given,
      home,
      command: command ?? new Value(usual, shownCommand(usual)),
      stop_timeout: stop ?? new Duration(KINDS[kind].stopMs),
    };
  });

type Gateway = z.output<ReturnType<typeof gatewaySection>>;
type GraceKeys = z.output<typeof graceSection>;
type HealingKeys = z.output<typeof healingSection>;

export const graceOf = (general: GraceKeys, { links = {}, ...rest }: Partial<Gateway['grace']> = {}) => {
  const { qqbot, feishu, ...other } = plain({ ...general, ...rest });
  return {
    /** How long a lost link may take to come back before anything is done, by link name. */
    linkGraceMs: { qqbot, feishu, ...plain(links) } as Readonly<Record<string, number>>,
    /** The same for links not named there. */
    defaultLinkGraceMs: other.default,
    startGraceMs: other.start,
    frozenGraceMs: other.frozen,
    goneGraceMs: other.gone,
    stopGraceMs: other.stop,
    networkGraceMs: other.network,
  };
};

export const gatewayOf = (
  { grace, healing, memory: { when, ...amounts }, maintenance, generic, ...rest }: Gateway,
  general: { readonly watch: { readonly grace: GraceKeys }; readonly healing: HealingKeys },
) => ({
  ...named(rest),
  grace: graceOf(general.watch.grace, grace),
  healing: named({ ...general.healing, ...healing }),
  memory: { ...named(amounts), restartBusyMs: when.value },
  maintenance: maintenance.map(named),
  generic: generic && genericOf(generic),
});
