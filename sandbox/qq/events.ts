/** The `d` of the events a bot receives, in the full and the minimal shape of docs/facts/qq.md 3. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { QqRules } from './rules.ts';

type Shape = QqRules['events'];

export const newMessageId = (): string => `ROBOT1.0_${randomBytes(24).toString('base64url')}`;

/** RFC 3339 in Beijing time, as the platform writes it. */
export const platformTime = (at: number): string => `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;

/** The name under which a message is quoted; the bot hears of it when it sends one. */
export const quoteIdOf = (messageId: string): string =>
  `REFIDX_${createHash('md5').update(messageId).digest('base64')}`;

/** A message that is quoted by another. */
export interface Quoted {
  readonly id: string;
  readonly text: string;
}

const TEXT = 0;
const QUOTE = 103;

const scene = (id: string, quoted: Quoted | null): object => ({
  message_type: quoted ? QUOTE : TEXT,
  message_scene: {
    source: 'default',
    ext: [`msg_idx=${quoteIdOf(id)}`, ...(quoted ? [`ref_msg_idx=${quoteIdOf(quoted.id)}`] : [])],
  },
});

const elements = (quoted: Quoted | null): object =>
  quoted ? { msg_elements: [{ msg_idx: quoteIdOf(quoted.id), message_type: QUOTE, content: quoted.text }] } : {};

export const directMessage = (
  user: string,
  id: string,
  text: string,
  at: number,
  shape: Shape = 'full',
  quoted: Quoted | null = null,
): object => ({
  id,
  content: text,
  timestamp: platformTime(at),
  ...(shape === 'minimal'
    ? { author: { user_openid: user } }
    : {
        author: { id: user, user_openid: user, union_openid: '', union_user_account: '', username: '', bot: false },
        ...scene(id, quoted),
      }),
  ...elements(quoted),
});

/** The mention of the bot is stripped, the blanks around it stay. */
export const groupMessage = (
  group: string,
  member: string,
  id: string,
  text: string,
  at: number,
  shape: Shape = 'full',
  quoted: Quoted | null = null,
): object => ({
  id,
  content: ` ${text} `,
  timestamp: platformTime(at),
  group_openid: group,
  ...(shape === 'minimal'
    ? { author: { member_openid: member } }
    : {
        group_id: group,
        author: {
          id: member,
          member_openid: member,
          member_role: 'member',
          union_openid: '',
          username: '',
          bot: false,
        },
        ...scene(id, quoted),
      }),
  ...elements(quoted),
});

export const MESSAGE_BUTTON = 11;
export const QUICK_MENU = 12;
export const USER_AUTHORISATION = 18;

export const interaction = (
  appId: string,
  user: string,
  type: number,
  resolved: object,
  at: number,
  shape: Shape = 'full',
) => ({
  id: randomUUID(),
  type,
  ...(shape === 'minimal' ? {} : { application_id: appId, scene: 'c2c' }),
  chat_type: 2,
  timestamp: platformTime(at),
  user_openid: user,
  data: { type, resolved },
  version: 1,
});

/** Unlike in messages, the time is a number of seconds here. */
const seconds = (at: number): number => Math.floor(at / 1_000);

/** FRIEND_ADD; its sisters have `openid` and `timestamp` alone. */
export const befriended = (user: string, at: number): object => ({
  ...aboutUser(user, at),
  scene: 1001,
  scene_param: '',
  short_code: '',
  author: { union_openid: '' },
});
export const aboutUser = (user: string, at: number): object => ({ openid: user, timestamp: seconds(at) });
export const aboutGroup = (group: string, member: string, at: number): object => ({
  group_openid: group,
  op_member_openid: member,
  timestamp: seconds(at),
});
