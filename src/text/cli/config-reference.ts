/** The words of the configuration reference that are not about one key. */
import type { Texts } from '../locale.ts';

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
  listOf: (form: string) => `a list of: ${form}`,
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
  listOf: (form) => `列表：${form}`,
  none: '没有',
  example: '例如：',
  seeBelow: (anchor) => `见[下面](#${anchor})`,
};

export const REFERENCE: Texts<typeof textsEn> = { 'zh-CN': textsZh, en: textsEn };
