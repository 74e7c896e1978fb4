/** Who may command: pairing, the list of operators and the audit, on the phone and in the terminal. */
import type { AuditEntry } from '../../store/audit.ts';
import type { Role } from '../../config/config.ts';
import type { Locale, Texts } from '../locale.ts';
import { formatDuration, formatTime } from '../common/time.ts';
import { linkName } from '../common/conditions.ts';

const ROLE_NAMES = {
  'zh-CN': { viewer: '只能查看', operator: '操作员', admin: '管理员' },
  en: { viewer: 'viewer', operator: 'operator', admin: 'admin' },
} satisfies Texts<Record<Role, string>>;

/** An unknown role is shown as it is stored. */
export const roleName = (role: string, locale: Locale): string =>
  (ROLE_NAMES[locale] as Readonly<Record<string, string>>)[role] ?? role;

const textsEn = {
  paired: (name: string, role: string) => `Paired: ${name}, ${role}`,
  pairedNote: () => '/status shows how things are, /help all commands',
  alreadyPaired: (name: string, role: string) => `You are on the list already: ${name}, ${role}`,
  wrongCode: (triesLeft: number) =>
    triesLeft > 0
      ? `Wrong code; ${triesLeft} ${triesLeft === 1 ? 'try' : 'tries'} left`
      : 'Wrong code; no tries left, so this code is void',
  noCode: () => 'There is no pairing code to try now',
  newCode: () => 'Run lifeline pair on the machine of Lifeline; it shows a new code',
  malformedCode: () => 'A code has 8 letters and digits, such as /pair ABCD-EFGH',
  /** @param dropped this one among them */
  tooFast: (dropped: number) =>
    dropped === 1
      ? 'Too fast; this one was not carried out'
      : `Too fast; this one and ${dropped - 1} before it were not carried out`,
  wereTooFast: (dropped: number) =>
    `That was too fast; ${dropped === 1 ? 'one message was' : `${dropped} messages were`} not carried out`,
  tooFastNote: () => 'Wait a minute and send it again',
};

const textsZh: typeof textsEn = {
  paired: (name, role) => `配对成功：${name}，${role}`,
  pairedNote: () => '发 /status 看状态，/help 看全部命令',
  alreadyPaired: (name, role) => `你已经在名单里：${name}，${role}`,
  wrongCode: (triesLeft) =>
    triesLeft > 0 ? `配对码不对，还能试 ${triesLeft} 次` : '配对码不对，次数已用完，这个码作废了',
  noCode: () => '现在没有可用的配对码',
  newCode: () => '在装有 Lifeline 的机器上运行 lifeline pair，会显示新的配对码',
  malformedCode: () => '配对码是 8 位字母和数字，例如 /pair ABCD-EFGH',
  tooFast: (dropped) => (dropped === 1 ? '发得太快，这条没有执行' : `发得太快，这条和前面的 ${dropped - 1} 条没有执行`),
  wereTooFast: (dropped) => `刚才发得太快，有 ${dropped} 条没有执行`,
  tooFastNote: () => '请等一分钟再发',
};

const TEXTS: Texts<typeof textsEn> = { 'zh-CN': textsZh, en: textsEn };

export const accessText = (locale: Locale) => TEXTS[locale];

const terminalEn = {
  code: (code: string, until: string, role: string, channels: string) =>
    `Pairing code ${code}, good until ${until}, for the role ${role}\nSend it to the bot one-to-one, on ${channels}: /pair ${code}`,
  or: ' or ',
  waiting: 'Waiting… (Ctrl-C ends this; the code stays good until then)',
  nobody: 'Nobody may command yet.',
  expired: 'The code has run out; nobody was paired.',
  outOfTries: (until: string | null) =>
    `5 wrong tries: the code is void. ${until === null ? 'Run lifeline pair again.' : `A new one comes at ${until}.`}`,
  replaced: 'A newer code was made; this one is void.',
  left: (until: string) => `Nobody was paired. The code stays good until ${until}.`,
  paired: (name: string, role: string, channel: string) => `Paired: ${name}, ${role} (${channel}).`,
  noOperators: 'There is nobody on the list. lifeline pair lets the first one in.',
  fromConfig: 'configuration',
  since: (time: string) => `paired ${time}`,
  revoked: (name: string, channel: string) => `Revoked: ${name} (${channel}). It counts from the next message on.`,
  nothingAudited: 'Nobody has sent a command yet.',
  stranger: 'stranger',
  group: 'group',
  comma: ', ',
  outcomes: {
    allowed: 'not finished',
    running: 'running',
    asked: 'asked, not confirmed',
    done: 'done',
    failed: 'failed',
    refused: 'refused',
  },
};

const terminalZh: typeof terminalEn = {
  code: (code, until, role, channels) =>
    `配对码 ${code}，${until} 前有效，配对后是${role}\n在单聊里发给机器人（${channels}）：/pair ${code}`,
  or: ' / ',
  waiting: '等待配对……（Ctrl-C 退出，配对码到时间前仍然有效）',
  nobody: '还没有人能用命令。',
  expired: '配对码已过期，没有人配对。',
  outOfTries: (until) =>
    `错了 5 次，配对码已作废。${until === null ? '请再运行一次 lifeline pair。' : `${until} 显示新的。`}`,
  replaced: '又生成了新的配对码，这一个已作废。',
  left: (until) => `没有等到配对。配对码到 ${until} 前仍然有效。`,
  paired: (name, role, channel) => `已配对：${name}，${role}（${channel}）。`,
  noOperators: '名单里没有人。运行 lifeline pair 配对第一个。',
  fromConfig: '配置文件',
  since: (time) => `${time} 配对`,
  revoked: (name, channel) => `已移除：${name}（${channel}）。下一条消息起不再有权限。`,
  nothingAudited: '还没有人发过命令。',
  stranger: '陌生人',
  group: '群',
  comma: '，',
  outcomes: {
    allowed: '没有执行完',
    running: '正在执行',
    asked: '已询问，未确认',
    done: '已执行',
    failed: '失败',
    refused: '拒绝',
  },
};

const TERMINAL: Texts<typeof terminalEn> = { 'zh-CN': terminalZh, en: terminalEn };

/** What a code is and how to use it. `first`: nobody may command yet. */
export const codeText = (
  {
    code,
    expiresAt,
    role,
    channels,
    first,
  }: {
    readonly code: string;
    readonly expiresAt: number;
    readonly role: Role;
    readonly channels: readonly string[];
    readonly first: boolean;
  },
  locale: Locale,
  now: number,
): string => {
  const text = TERMINAL[locale];
  const on = channels.map((channel) => linkName(channel, locale)).join(text.or);
  return `${first ? `${text.nobody}\n` : ''}${text.code(code, formatTime(expiresAt, locale, now), roleName(role, locale), on)}`;
};

export const waitingText = (locale: Locale): string => TERMINAL[locale].waiting;

export type PairingEnd =
  | { readonly kind: 'paired'; readonly name: string; readonly role: string; readonly channel: string }
  | { readonly kind: 'expired' | 'replaced' }
  /** `nextAt`: when a new code is shown by itself; null: somebody must ask for it. */
  | { readonly kind: 'out_of_tries'; readonly nextAt: number | null }
  /** The person who waited for a code has gone. */
  | { readonly kind: 'left'; readonly until: number };

export const pairingEndText = (end: PairingEnd, locale: Locale, now: number): string => {
  const text = TERMINAL[locale];
  switch (end.kind) {
    case 'paired':
      return text.paired(end.name, roleName(end.role, locale), linkName(end.channel, locale));
    case 'expired':
      return text.expired;
    case 'replaced':
      return text.replaced;
    case 'out_of_tries':
      return text.outOfTries(end.nextAt === null ? null : formatTime(end.nextAt, locale, now));
    case 'left':
      return text.left(formatTime(end.until, locale, now));
  }
};

/** One line of `lifeline operators`. `pairedAt` null: of the configuration. */
export const operatorLine = (
  {
    name,
    role,
    ids,
    pairedAt,
  }: {
    readonly name: string;
    readonly role: string;
    readonly ids: Readonly<Record<string, string>>;
    readonly pairedAt: number | null;
  },
  locale: Locale,
  now: number,
): string => {
  const text = TERMINAL[locale];
  const where = Object.entries(ids).map(([channel, id]) => `${linkName(channel, locale)} ${id}`);
  return [
    name,
    roleName(role, locale),
    ...where,
    pairedAt === null ? text.fromConfig : text.since(formatTime(pairedAt, locale, now)),
  ].join('  ');
};

export const noOperatorsText = (locale: Locale): string => TERMINAL[locale].noOperators;

export const revokedText = (name: string, channel: string, locale: Locale): string =>
  TERMINAL[locale].revoked(name, linkName(channel, locale));

/** Why something was refused; other reasons are shown as they are stored. */
const REASONS: Texts<Readonly<Record<string, string>>> = {
  'zh-CN': {
    stranger: '陌生人',
    role: '权限不够',
    stale: '消息已过期',
    undated: '消息没有可信的时间',
    before_store: '消息早于现有数据',
    too_fast: '发得太快',
    unknown_command: '没有这个命令',
    too_long: '太长',
    too_many_arguments: '参数太多',
    open_quote: '引号没有成对',
    button_unknown: '按钮无效',
    button_expired: '按钮已过期',
    button_pressed: '按钮已按过',
    wrong_code: '配对码不对',
    already_paired: '已经配对',
  },
  en: {
    stranger: 'stranger',
    role: 'not allowed',
    stale: 'too old',
    undated: 'no readable time',
    before_store: 'older than the data',
    too_fast: 'too fast',
    unknown_command: 'no such command',
    too_long: 'too long',
    too_many_arguments: 'too many arguments',
    open_quote: 'open quote',
    button_unknown: 'invalid button',
    button_expired: 'expired button',
    button_pressed: 'tapped before',
    wrong_code: 'wrong code',
    already_paired: 'paired already',
  },
};

/** No command takes longer: an entry that is older and has no end was cut off. */
const RUNNING_MS = 360_000;
/** The duration of a shorter command is not shown. */
const WORTH_TELLING_MS = 1_000;

/** One line of the audit: when, who, where, what, how it ended. */
export const auditLine = (
  { at, channel, chat, sender, operator, command, outcome, detail, durationMs }: AuditEntry,
  locale: Locale,
  now: number,
): string => {
  const text = TERMINAL[locale];
  const became = outcome === 'allowed' && now - at < RUNNING_MS ? 'running' : outcome;
  const end = [
    text.outcomes[became],
    ...(durationMs === null || durationMs < WORTH_TELLING_MS ? [] : [formatDuration(durationMs, locale)]),
    ...(detail === null ? [] : [REASONS[locale][detail] ?? detail]),
  ];
  return [
    formatTime(at, locale, now),
    operator ?? `${text.stranger} ${sender}`,
    chat === null ? linkName(channel, locale) : `${linkName(channel, locale)} ${text.group} ${chat}`,
    command,
    end.join(text.comma),
  ].join('  ');
};

export const nothingAuditedText = (locale: Locale): string => TERMINAL[locale].nothingAudited;
