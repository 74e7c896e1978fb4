/** `POST /v2/{users|groups}/{openid}/messages`: the rules of passive replies and of pushes (facts/qq.md §4). */
import { randomBytes } from 'node:crypto';
import { failure, ok, type Answer } from './answers.ts';
import type { Bot, Target } from './bot.ts';
import { newMessageId, platformTime } from './events.ts';

const WINDOW = { user: { ms: 60 * 60_000, replies: 4 }, group: { ms: 5 * 60_000, replies: 5 } } as const;
const PUSHES_PER_MINUTE = 20;

export interface Accepted {
  readonly id: string;
  readonly text: string;
}

type Body = Readonly<Record<string, unknown>>;

const textOf = (body: Body): string => {
  const markdown = body['markdown'] as { content?: unknown } | null | undefined;
  const text = body['msg_type'] === 2 ? markdown?.content : body['content'];
  return typeof text === 'string' ? text : '';
};

const refusedReply = (bot: Bot, target: Target, body: Body, now: number): Answer | null => {
  const ticket = bot.tickets.get(String(body['msg_id']));
  const seq = Number(body['msg_seq'] ?? 1);
  if (ticket?.target.kind !== target.kind || ticket.target.openid !== target.openid) return failure(400, 40034024, '请求参数msg_id无效或越权');
  if (ticket.used.has(seq)) return failure(400, 40054005, '消息被去重，请检查请求msgseq');
  if (now - ticket.at > WINDOW[target.kind].ms) return failure(400, 40034005, '回复消息msg_id已过期');
  if (ticket.used.size >= WINDOW[target.kind].replies) return failure(400, 40034128, '被动消息回复次数超限');
  ticket.used.add(seq);
  return null;
};

const refusedPush = (bot: Bot, target: Target, now: number): Answer | null => {
  if (target.kind === 'group') return failure(400, 40034105, '主动消息无权限');
  const user = bot.users.get(target.openid);
  if (user?.friend === false) return failure(400, 40054004, '用户未添加机器人好友');
  if (user?.allowsProactive === false) return failure(400, 40054013, '用户已关闭主动消息');
  const recent = (bot.proactive.get(target.openid) ?? []).filter((at) => now - at < 60_000);
  if (recent.length >= PUSHES_PER_MINUTE) return failure(400, 40034100, '主动消息频率超限');
  bot.proactive.set(target.openid, [...recent, now]);
  return null;
};

/** Judges one message; `arrived` is called with it when it reaches the phone. */
export const acceptMessage = (bot: Bot, target: Target, body: Body, now: number, arrived: (message: Accepted) => void): Answer => {
  // Typing hints (6) and media (7) have no text of their own.
  const needsText = ![6, 7].includes(Number(body['msg_type'] ?? 0));
  const text = textOf(body);
  if (needsText && !text.trim()) return failure(400, 40034006, '消息内容为空');
  const refused = body['msg_id'] == null ? refusedPush(bot, target, now) : refusedReply(bot, target, body, now);
  if (refused) return refused;
  const id = newMessageId();
  if (text) arrived({ id, text });
  return ok({ id, timestamp: platformTime(now), ext_info: { ref_idx: `REFIDX_${randomBytes(8).toString('base64')}` } });
};
