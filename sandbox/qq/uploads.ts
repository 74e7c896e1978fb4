/** `POST /v2/{users|groups}/{openid}/files`: what a bot uploads before it sends it (docs/facts/qq.md 4.7). */
import { randomBytes } from 'node:crypto';
import { ok, type Answer } from './answers.ts';
import type { Bot } from './bot.ts';
import { refusal } from './codes.ts';
import type { Target, Upload } from './exchange.ts';

const FILE = 4;
const PICTURE = 1;
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const TTL_S = 3_600;
const MAX_BYTES = 200 * 1024 * 1024;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** A name in a chat: for one person's or one group's messages alike, but not for both kinds. */
export const uploadFile = (bot: Bot, target: Target, body: Readonly<Record<string, unknown>>, now: number): Answer => {
  const { file_type: type, file_name: name, file_data: data, srv_send_msg: send } = body;
  if (![1, 2, 3, FILE].includes(Number(type))) return refusal(50059);
  if (Number(type) === FILE && (!bot.rules.files || target.kind === 'group')) return refusal(11253);
  // Sending at once costs a push; no client that minds its quota asks for it.
  if (send === true) return refusal(304061, ' (srv_send_msg)');
  if (typeof data !== 'string' || !BASE64.test(data)) return refusal(40034004);
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > MAX_BYTES) return refusal(850031);
  if (Number(type) === PICTURE && !bot.rules.pictures) return refusal(40034004);
  const isPicture = Number(type) === PICTURE && bytes.subarray(0, PNG.length).equals(PNG);
  const id = randomBytes(24).toString('base64url');
  bot.uploads.set(id, {
    scope: target.kind,
    name: typeof name === 'string' ? name : '',
    text: isPicture ? '' : bytes.toString('utf8'),
    ...(isPicture ? { picture: bytes.toString('base64') } : {}),
    until: now + TTL_S * 1_000,
  });
  return ok({ file_uuid: randomBytes(12).toString('hex'), file_info: id, ttl: TTL_S });
};

/** What a message of type 7 sends. @returns the refusal when there is no such file, or not for there. */
export const uploadOf = (
  bot: Bot,
  target: Target,
  body: Readonly<Record<string, unknown>>,
  now: number,
): Upload | Answer => {
  const info = (body['media'] as { file_info?: unknown } | null | undefined)?.file_info;
  const upload = typeof info === 'string' ? bot.uploads.get(info) : undefined;
  return upload?.scope === target.kind && now < upload.until ? upload : refusal(304061, ' (file_info)');
};
