/** The words of the configuration reference that are not about one key. */
import type { Form } from '../../config/form.ts';
import { formatDuration } from '../common/time.ts';
import type { Locale, Texts } from '../locale.ts';

type Kind = Form['kind'];

const quoted = (values: readonly string[]): readonly string[] => values.map((value) => `\`${value}\``);

const formWordsEn = {
  /** What a value of each form is written as. */
  forms: {
    one_of: ({ values }) => quoted(values).join(', '),
    count: ({ least, most }) => `a whole number, ${least} to ${most}`,
    duration: ({ leastMs }) => {
      if (leastMs === 0) return 'a duration, or `0s`';
      return leastMs > 1 ? `a duration, at least ${formatDuration(leastMs, 'en')}` : 'a duration';
    },
    text: ({ examples }) => `text such as ${quoted(examples).join(', ')}`,
    flag: () => '`true`, `false`',
    digits: () => 'digits',
    path: () => 'a path',
    url: () => 'an https address',
    secret: () => 'a secret',
    secret_url: () => 'a secret: an https address',
    cron: () => 'a cron expression',
    timezone: () => 'a time zone such as `Asia/Shanghai`',
    hours: () => 'two times such as `"23:00-07:00"`',
    domain: () => '`feishu`, `lark`, or an address',
    links: () => '`auto`, or a list such as `[qqbot, feishu]`',
    words: () => 'a list of words',
    hosts: () => '`{ link: [HOST:PORT] }`',
    graces: () => '`{ link: duration }`',
    pattern: () => 'a pattern',
    line_format: () => '`python`, `iso`, `syslog`, `json`, `plain`, or a pattern',
    link_patterns: () => '`{ link: { up: pattern, lost: pattern } }`',
    check_url: () => 'an http or https address',
    json_match: () => 'a section such as `{ online: true }`',
    own_command: () => 'a list of [commands](commands.md)',
    labels: () => 'a section such as `{ region: eu, role: edge }`',
    members: () => 'a section such as `{ me: 0000000000000000 }`',
    user: () => 'the name or number of a user',
    amount: () => 'a share such as `80%`, a size such as `500 MB`, `2 GB`, or `off`',
    idle_or_duration: () => '`idle`, or a duration, at least 1 min',
  } satisfies { readonly [K in Kind]: (form: Extract<Form, { kind: K }>) => string },
  listOf: (form: string) => `a list of: ${form}`,
};

const formWordsZh: typeof formWordsEn = {
  forms: {
    one_of: ({ values }) => quoted(values).join('、'),
    count: ({ least, most }) => `${least} 到 ${most} 的整数`,
    duration: ({ leastMs }) => {
      if (leastMs === 0) return '时长，可以是 `0s`';
      return leastMs > 1 ? `时长，至少 ${formatDuration(leastMs, 'zh-CN')}` : '时长';
    },
    text: ({ examples }) => `文字，如 ${quoted(examples).join('、')}`,
    flag: () => '`true`、`false`',
    digits: () => '数字',
    path: () => '路径',
    url: () => 'https 地址',
    secret: () => '密钥',
    secret_url: () => '密钥：一个 https 地址',
    cron: () => 'cron 表达式',
    timezone: () => '时区，如 `Asia/Shanghai`',
    hours: () => '两个时间，如 `"23:00-07:00"`',
    domain: () => '`feishu`、`lark`、一个地址',
    links: () => '`auto`，或列表，如 `[qqbot, feishu]`',
    words: () => '词的列表',
    hosts: () => '`{ 连接: [主机:端口] }`',
    graces: () => '`{ 连接: 时长 }`',
    pattern: () => '模式',
    line_format: () => '`python`、`iso`、`syslog`、`json`、`plain`，或者一个模式',
    link_patterns: () => '`{ 连接: { up: 模式, lost: 模式 } }`',
    check_url: () => 'http 或 https 地址',
    json_match: () => '一段，如 `{ online: true }`',
    own_command: () => '[命令](commands.zh-CN.md)的列表',
    labels: () => '一段，如 `{ region: eu, role: edge }`',
    members: () => '一段，如 `{ me: 0000000000000000 }`',
    user: () => '用户名或编号',
    amount: () => '比例，如 `80%`；大小，如 `500 MB`、`2 GB`；或 `off`',
    idle_or_duration: () => '`idle`，或时长，至少 1 分钟',
  },
  listOf: (form) => `列表：${form}`,
};

const FORM_WORDS: Texts<typeof formWordsEn> = { 'zh-CN': formWordsZh, en: formWordsEn };

export const formWords = (form: Form, isList: boolean, locale: Locale): string => {
  const all = FORM_WORDS[locale];
  // Each kind's words take that kind's facts, which TypeScript cannot follow through the table.
  const words = (all.forms[form.kind] as (form: Form) => string)(form);
  return isList && form.kind !== 'own_command' ? all.listOf(words) : words;
};

const textsEn = {
  title: 'Configuration',
  intro: [
    'The configuration is a YAML file: `~/.config/lifeline/config.yaml` (under `$XDG_CONFIG_HOME` where that is set), or what `--config FILE` or `$LIFELINE_CONFIG` names. `lifeline init` writes it; [config.example.yaml](../config.example.yaml) has every key.',
    '**Check it after each change.** `lifeline config check` says file, line and column of each mistake and what to write instead, looks at file modes, folders and the ping URL, and says every schedule in words. An unknown key is a mistake and never passed over.',
    '**How to write it.** A key with nothing behind it has its default.',
    [
      '- **A duration**: `90s`, `5m`, `1h30m`, `2d`, at most `7d`; no blank between number and unit.',
      '- **A path**: `~` is your home folder; a relative path starts at the folder of the configuration.',
      '- **A secret**: `"file:PATH"` (a file that only you can read, `chmod 600`), `"${NAME}"` (an environment variable), or the value itself (then `chmod 600` the configuration, too). `${…}` is understood only there.',
      '- **An address**: https; plain http only on this machine.',
      '- **A cron expression**: `minute hour day month weekday`, by `timezone`, such as `"*/5 * * * *"`. Put one that begins with `*` in quotes.',
    ].join('\n'),
    '**Help in your editor.** [config.schema.json](../config.schema.json) is the JSON schema of this configuration; `lifeline config schema` prints it. In VS Code, install the YAML extension, run `lifeline config schema > ~/.config/lifeline/config.schema.json`, and begin the configuration with:',
    '```yaml\n# yaml-language-server: $schema=./config.schema.json\n```',
    '_This page is generated (`lifeline config reference`), from the same source that checks a configuration._',
  ] satisfies readonly string[],
  general: 'General',
  columns: ['key', 'value', 'default', 'what it is'] satisfies readonly string[],
  required: '**required**',
  section: (isList: boolean): string => (isList ? 'a list of sections' : 'a section'),
  none: 'none',
  example: 'For example:',
  seeBelow: (anchor: string) => `see [below](#${anchor})`,
};

const textsZh: typeof textsEn = {
  title: '配置',
  intro: [
    '配置是一个 YAML 文件：`~/.config/lifeline/config.yaml`（设了 `$XDG_CONFIG_HOME` 就在它下面），也可以用 `--config FILE` 或 `$LIFELINE_CONFIG` 指定。`lifeline init` 会写好它；[config.example.yaml](../config.example.yaml) 里每个键都有。',
    '**改完先检查。** `lifeline config check` 指出每处错误的文件、行、列和该怎么写，检查文件权限、目录、ping 地址，并用文字说出每个计划的时间。不认识的键是错误，不会被悄悄忽略。',
    '**怎么写。** 键后面不写值，就是默认值。',
    [
      '- **时长**：`90s`、`5m`、`1h30m`、`2d`，最长 `7d`；数字和单位之间没有空格。',
      '- **路径**：`~` 是你的主目录；相对路径从配置文件所在的目录算起。',
      '- **密钥**：`"file:路径"`（只有你能读的文件，`chmod 600`）、`"${NAME}"`（环境变量），或者直接写值（那样配置文件也要 `chmod 600`）。`${…}` 只在密钥里有效。',
      '- **地址**：要用 https；只有本机地址可以用 http。',
      '- **cron 表达式**：`分 时 日 月 星期`，按 `timezone` 算，例如 `"*/5 * * * *"`。以 `*` 开头的要加引号。',
    ].join('\n'),
    '**编辑器里的提示。** [config.schema.json](../config.schema.json) 是这份配置的 JSON Schema，`lifeline config schema` 会把它打印出来。在 VS Code 里装上 YAML 扩展，运行 `lifeline config schema > ~/.config/lifeline/config.schema.json`，并在配置的第一行写：',
    '```yaml\n# yaml-language-server: $schema=./config.schema.json\n```',
    '_本页由程序生成（`lifeline config reference`），和检查配置用的是同一份定义。_',
  ],
  general: '一般设置',
  columns: ['键', '写什么', '默认', '说明'],
  required: '**必填**',
  section: (isList) => (isList ? '列表，每项一段' : '一段'),
  none: '没有',
  example: '例如：',
  seeBelow: (anchor) => `见[下面](#${anchor})`,
};

const TEXTS: Texts<typeof textsEn> = { 'zh-CN': textsZh, en: textsEn };

export const referenceText = (locale: Locale) => TEXTS[locale];
