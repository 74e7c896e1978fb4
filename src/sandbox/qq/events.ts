/** The `d` of the events a bot receives, in the full shape of facts/qq.md §3. */
import { randomBytes, randomUUID } from 'node:crypto';

export const newMessageId = (): string => `ROBOT1.0_${randomBytes(24).toString('base64url')}`;

/** RFC 3339 in Beijing time, as the platform writes it. */
export const platformTime = (at: number): string => `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;

const scene = (): object => ({ source: 'default', ext: [`msg_idx=REFIDX_${randomBytes(6).toString('base64')}`] });

export const directMessage = (user: string, id: string, text: string, at: number): object => ({
  id,
  content: text,
  timestamp: platformTime(at),
  author: { id: user, user_openid: user, union_openid: '', union_user_account: '', username: '', bot: false },
  message_type: 0,
  message_scene: scene(),
});

/** The mention of the bot is stripped, the blanks around it stay. */
export const groupMessage = (group: string, member: string, id: string, text: string, at: number): object => ({
  id,
  content: ` ${text} `,
  timestamp: platformTime(at),
  group_id: group,
  group_openid: group,
  author: { id: member, member_openid: member, member_role: 'member', union_openid: '', username: '', bot: false },
  message_type: 0,
  message_scene: scene(),
});

export const buttonClick = (appId: string, user: string, buttonData: string, at: number, messageId?: string) => ({
  id: randomUUID(),
  application_id: appId,
  type: 11,
  scene: 'c2c',
  chat_type: 2,
  timestamp: platformTime(at),
  user_openid: user,
  data: { type: 11, resolved: { button_id: buttonData, button_data: buttonData, ...(messageId ? { message_id: messageId } : {}) } },
  version: 1,
});
