/** Custom group bots: a webhook that posts into one group (docs/facts/feishu.md 6). Refusals come as HTTP 200. */
import { createHmac } from 'node:crypto';
import type { Chat } from './chats.ts';
import { requireCard, type Context } from './content.ts';
import { ApiError, type Body, type Reply } from './http.ts';
import { stableId } from './ids.ts';
import { isNode } from './json.ts';
import type { Limit } from './limits.ts';

export interface Hook {
  /** The last part of its address. */
  readonly token: string;
  /** With one, each post must be signed. */
  readonly secret?: string;
  /** With some, each post must hold one of them. */
  readonly keywords?: readonly string[];
  /**
   * What the next posts get instead, first come first: a code with HTTP 200 (19022, 11232 …), a web page, no answer.
   */
  readonly faults?: HookFault[];
}

export type HookFault =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'hang' };

export interface Hooks {
  add(hook: Hook): void;
  /** The group that the webhook posts into. */
  chat(token: string): Chat;
  /** `body` is read only here, because a bad one is refused as everything else is. */
  answer(token: string, body: () => Promise<Body>): Promise<Reply>;
}

const MAX_BYTES = 20 * 1024;
const LIMITS: readonly Limit[] = [
  { count: 5, perMs: 1_000 },
  { count: 100, perMs: 60_000 },
];
const SIGNED_WITHIN_S = 3_600;
/** What a text, rich text and so on have their content in; a card has its own field. */
const CONTENT: Readonly<Record<string, string>> = {
  text: 'text',
  post: 'post',
  image: 'image_key',
  share_chat: 'share_chat_id',
};

/** The key is timestamp and secret, the message is empty: not the other way round. */
const signature = (timestamp: string, secret: string): string =>
  createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64');

const json = (body: object): Reply => ({ kind: 'json', status: 200, body });
const badBody = (): ApiError => new ApiError(9499, 'Bad Request');

export const createHooks = (context: Context): Hooks => {
  const { chats, limits, rules, now } = context;
  const hooks = new Map<string, Hook>();
  const chat = (token: string): Chat => chats.open(token, stableId('oc_', 'hook', token));

  const requireSignature = (secret: string, { timestamp, sign }: Readonly<Record<string, unknown>>): void => {
    const inTime = typeof timestamp === 'string' && Math.abs(now() / 1_000 - Number(timestamp)) <= SIGNED_WITHIN_S;
    if (!inTime || sign !== signature(timestamp, secret))
      throw new ApiError(19021, 'sign match fail or timestamp is not within one hour from current time');
  };

  const contentOf = (type: string, body: Body): string => {
    if (type === 'interactive') {
      const { card } = body.json;
      if (!isNode(card)) throw badBody();
      try {
        requireCard(card, context);
      } catch (error) {
        if (error instanceof ApiError) throw new ApiError(11246, error.message.replace(/^.*?ext=/, ''));
        throw error;
      }
      return JSON.stringify(card);
    }
    const { content } = body.json;
    const field = CONTENT[type];
    if (!field || !isNode(content) || !content[field]) throw badBody();
    return JSON.stringify(type === 'post' ? content['post'] : content);
  };

  const post = (hook: Hook, body: Body): void => {
    if (hook.secret !== undefined) requireSignature(hook.secret, body.json);
    if (rules.size && body.bytes > MAX_BYTES) throw badBody();
    const type = String(body.json['msg_type']);
    const content = contentOf(type, body);
    if (hook.keywords && !hook.keywords.some((word) => content.includes(word)))
      throw new ApiError(19024, 'Key Words Not Found');
    if (rules.apiRate && limits.take(`hook ${hook.token}`, ...LIMITS) > 0)
      throw new ApiError(11232, 'frequency limited');
    chats.add({ chat: chat(hook.token), from: 'bot', type, content });
  };

  return {
    add: (hook) => void hooks.set(hook.token, hook),
    chat,
    answer: async (token, body) => {
      const hook = hooks.get(token);
      if (!hook) return json({ code: 19001, msg: 'param invalid: incoming webhook access token invalid', data: {} });
      const fault = hook.faults?.shift();
      if (fault?.kind === 'code') return json({ code: fault.code, msg: 'a fault set by the sandbox', data: {} });
      if (fault) return fault;
      try {
        post(hook, await body());
        return json({ StatusCode: 0, StatusMessage: 'success', code: 0, msg: 'success', data: {} });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return json({ code: error.code, msg: error.message, data: {} });
      }
    },
  };
};
