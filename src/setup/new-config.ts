/** The text of a new configuration: only what was decided, with a few words on what else there is. */
import { basename } from 'node:path';
import { setupFileText } from '../text/setup/config-comments.ts';
import type { ChannelAnswer, ConfigChanges, NewOperator } from './answers.ts';
import { secretFileOf } from './paths.ts';

/** JSON's strings are YAML's, too; a plain word is left plain. Digits are an id, and no number. */
const scalar = (value: string): string =>
  /^[A-Za-z~/][\w~/.:-]*$/.test(value) && !/:(?:$| )/.test(value) && !/^(?:true|false|null|yes|no|on|off)$/i.test(value)
    ? value
    : JSON.stringify(value);

const COMMENT_COLUMN = 36;

const commented = (line: string, comment: string): string =>
  `${line.padEnd(COMMENT_COLUMN)}${line.length >= COMMENT_COLUMN ? ' ' : ''}# ${comment}`;

/** @param shorten writes a path below the home folder with `~`. */
export const newConfig = (
  configFile: string,
  { locale, dataDir, gateways, channels, operators, pingUrl, digest }: ConfigChanges,
  shorten: (path: string) => string,
): string => {
  const text = setupFileText(locale);
  return [
    ...text.head().map((line) => `# ${line}`),
    '',
    commented(`locale: ${locale}`, text.locale()),
    ...(dataDir === null ? [] : [commented(`data_dir: ${scalar(shorten(dataDir))}`, text.dataDir())]),
    '',
    commented('gateways:', text.gateways()),
    ...gateways.flatMap(({ name, kind, home }) => [
      `  - name: ${scalar(name)}`,
      `    kind: ${kind}`,
      `    home: ${scalar(shorten(home))}`,
      commented('    heal: auto', text.heal()),
    ]),
    '',
    commented('channels:', text.channels()),
    ...channels.flatMap((answer) => channelLines(configFile, answer, text.secret())),
    ...(operators.length === 0 ? [] : ['', commented('operators:', text.operators()), ...operators.map(operatorLine)]),
    ...(pingUrl === null && digest === null ? [] : ['', 'alerts:']),
    ...(digest === null ? [] : [commented(`  digest: ${digest}`, text.digest())]),
    ...(pingUrl === null
      ? []
      : [commented(`  ping_url: file:${basename(secretFileOf(configFile, 'ping'))}`, text.ping())]),
    '',
    ...text.more().map((line) => `# ${line}`),
    '',
  ].join('\n');
};

const channelLines = (configFile: string, answer: ChannelAnswer, comment: string): readonly string[] => [
  `  ${answer.channel}:`,
  ...Object.entries(channelKeys(configFile, answer)).map(([key, value]) => {
    const line = `    ${key}: ${scalar(value)}`;
    return key === 'app_secret' || key === 'client_secret' ? commented(line, comment) : line;
  }),
];

/** The keys of a channel's section, in their order. The secret is named by the file beside the configuration. */
export const channelKeys = (configFile: string, answer: ChannelAnswer): Readonly<Record<string, string>> => {
  const secret = `file:${basename(secretFileOf(configFile, answer.channel))}`;
  if (answer.channel === 'feishu') return { app_id: answer.appId, app_secret: secret, domain: answer.domain };
  return {
    app_id: answer.appId,
    client_secret: secret,
    ...(answer.apiBase === null ? {} : { api_base: answer.apiBase }),
    ...(answer.tokenUrl === null ? {} : { token_url: answer.tokenUrl }),
  };
};

const operatorLine = ({ name, role, feishu, qq }: NewOperator): string =>
  `  - { name: ${JSON.stringify(name)}, role: ${role}${feishu === undefined ? '' : `, feishu: ${JSON.stringify(feishu)}`}${qq === undefined ? '' : `, qq: ${JSON.stringify(qq)}`} }`;
