/** Sends a message, part by part, over HTTP: works while the long connection is down. */
import { createHash } from 'node:crypto';
import { plainText, type Message } from '../../chat/message.ts';
import type { Delivery, Recipient, SendResult } from '../channel.ts';
import type { Api } from './api.ts';
import { defang, defangedBytes, defangHard } from './defang.ts';
import { judge, type Judgement } from './judge.ts';
import { createProgress } from './progress.ts';
import { split } from './split.ts';

/** Reports tell of silent truncation near 2000 bytes. */
const PART_BYTES = 1_800;
/** For a text that QQ finds too long all the same; the essential stands first. */
const SHORT_BYTES = 600;
/** What `offline` asks for: time for the long connection to come back. */
const OFFLINE_MS = 10_000;

type Variant = 'usual' | 'defang' | 'shorten';

const RENDER: Record<Variant, (part: string) => string> = {
  usual: defang,
  defang: defangHard,
  shorten: (part) => `${defang(split(part, SHORT_BYTES, defangedBytes)[0] ?? '')} …`,
};

/**
 * The same for every try of one part in one variant, so that the platform drops a repeat of what arrived; different
 * for a changed text, so that it does not drop that. 1 … 2^31−1.
 */
export const sequenceNumber = (key: string, part: number, variant: string): number =>
  (createHash('sha256').update(`${key}\n${part}\n${variant}`).digest().readUInt32BE(0) % 0x7fff_ffff) + 1;

export interface Sender {
  send(to: Recipient, message: Message, delivery: Delivery): Promise<SendResult>;
}

/** @param onOffline called when the platform says that the bot is not on line. */
export const createSender = (api: Api, onOffline: () => void): Sender => {
  const progress = createProgress();

  /** Sends one part, once more without the ticket when that is dead, once more with changed text when that is refused. */
  const sendPart = async (path: string, part: string, index: number, key: string, route: { ticket: string | null }): Promise<Judgement> => {
    let variant: Variant = 'usual';
    for (;;) {
      const body = { msg_type: 0, content: RENDER[variant](part), msg_seq: sequenceNumber(key, index, variant), ...(route.ticket === null ? {} : { msg_id: route.ticket }) };
      const judged = judge(await api('POST', path, body));
      if (judged.kind === 'ticket_dead' && route.ticket !== null) route.ticket = null;
      else if (judged.kind === 'content' && variant === 'usual') variant = judged.repair;
      else return judged;
    }
  };

  const outcome = (judged: Exclude<Judgement, { kind: 'delivered' }>, where: string): SendResult => {
    if (judged.kind === 'retry') return { outcome: 'retry', reason: `${where}${judged.reason}`, afterMs: judged.afterMs };
    if (judged.kind !== 'offline') return { outcome: 'refused', reason: `${where}${judged.reason}` };
    onOffline();
    return { outcome: 'retry', reason: `${where}${judged.reason}`, afterMs: OFFLINE_MS };
  };

  return {
    send: async (to, message, { key }) => {
      if (to.group !== undefined && to.replyTo === undefined) return { outcome: 'refused', reason: 'QQ groups take only answers from a bot' };
      const path = to.group === undefined ? `/v2/users/${encodeURIComponent(to.user)}/messages` : `/v2/groups/${encodeURIComponent(to.group)}/messages`;
      const parts = split(plainText(message), PART_BYTES, defangedBytes).filter((part) => part.trim() !== '');
      const done = progress.of(key);
      const route = { ticket: to.replyTo ?? null };
      for (const [index, part] of parts.entries()) {
        if (done.has(index)) continue;
        const judged = await sendPart(path, part, index, key, route);
        if (judged.kind !== 'delivered') return outcome(judged, parts.length > 1 ? `part ${index + 1} of ${parts.length}: ` : '');
        done.set(index, judged.messageId);
      }
      progress.forget(key);
      return parts.length === 0 ? { outcome: 'refused', reason: 'the message is empty' } : { outcome: 'ok', messageId: done.get(0) ?? '' };
    },
  };
};

