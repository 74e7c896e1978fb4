/** The REST side: which bot asks for what (docs/facts/qq.md 1, 2.1, 3.4, 4.1). */
import { empty, failure, ok, type Answer } from './answers.ts';
import type { Bot } from './bot.ts';
import { refusal } from './codes.ts';
import type { SentMessage, Target } from './exchange.ts';
import { DAY_MS, startsLeft, tokenOf } from './login.ts';
import { judgeMessage } from './messages.ts';
import { usedUp } from './quota.ts';
import { uploadFile } from './uploads.ts';

export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RestWorld {
  now(): number;
  bot(appId: string): Bot | undefined;
  botOfToken(token: string): Bot | undefined;
  gatewayUrl(bot: Bot): string;
  arrived(bot: Bot, message: SentMessage): void;
}

/** `bot` is known as soon as the request names or proves one. */
export interface RestOutcome {
  readonly bot: Bot | undefined;
  readonly answer: Answer;
}

/** Token errors come with HTTP 200. `Authorization` is not looked at: some clients send an empty one. */
const issueToken = (bot: Bot | undefined, body: RestRequest['body']): Answer => {
  if (!bot) return refusal(100007);
  if (bot.faults.token) return bot.faults.token;
  if (body['clientSecret'] !== bot.account.secret) return refusal(100016);
  const { token, expiresInS } = bot.tokens.issue();
  return ok({ access_token: token, expires_in: bot.rules.expiresIn === 'string' ? String(expiresInS) : expiresInS });
};

const gateway = (bot: Bot, url: string, full: boolean, now: number): Answer => {
  if (bot.faults.gatewayUrl) return bot.faults.gatewayUrl;
  const { gatewayCallsPerMinute, sessionStarts } = bot.rules;
  if (gatewayCallsPerMinute !== null && usedUp([{ ms: 60_000, count: gatewayCallsPerMinute }], bot.gatewayCalls, now))
    return refusal(100017);
  bot.gatewayCalls.push(now);
  const limits = {
    total: sessionStarts ?? 1_500,
    remaining: startsLeft(bot, now),
    reset_after: DAY_MS,
    max_concurrency: 1,
  };
  return ok(full ? { url, shards: 1, session_start_limit: limits } : { url });
};

const acknowledge = (bot: Bot, id: string, body: RestRequest['body']): Answer => {
  const settle = bot.clicks.get(id);
  if (!settle) return bot.rules.answerOnce ? refusal(630001) : empty();
  bot.clicks.delete(id);
  settle(Number(body['code'] ?? 0));
  return empty();
};

const send = (world: RestWorld, bot: Bot, target: Target, body: RestRequest['body']): Answer => {
  const fault = bot.sendFaults.shift();
  if (fault?.kind === 'answer' || fault?.kind === 'hang') return fault;
  const judged = judgeMessage(bot, target, body, world.now());
  if (judged.kind === 'accepted') world.arrived(bot, judged.message);
  if (fault?.kind === 'hang_after_accepting') return { kind: 'hang' };
  return fault && judged.kind === 'accepted'
    ? { kind: 'answer', status: fault.status, body: fault.body }
    : judged.answer;
};

const authorised = (world: RestWorld, bot: Bot, { method, path, body }: RestRequest): Answer => {
  const [, kind, openid] = /^\/v2\/(users|groups)\/([^/]+)\/messages$/.exec(path) ?? [];
  if (method === 'POST' && kind && openid)
    return send(world, bot, { kind: kind === 'users' ? 'user' : 'group', openid }, body);
  const [, where, whose] = /^\/v2\/(users|groups)\/([^/]+)\/files$/.exec(path) ?? [];
  if (method === 'POST' && where && whose)
    return (
      bot.uploadFaults.shift() ??
      uploadFile(bot, { kind: where === 'users' ? 'user' : 'group', openid: whose }, body, world.now())
    );
  const interaction = /^\/interactions\/([^/]+)$/.exec(path)?.[1];
  if (method === 'PUT' && interaction) return acknowledge(bot, interaction, body);
  if (method !== 'GET') return failure(404, 404, 'not found');
  if (path === '/gateway' || path === '/gateway/bot')
    return gateway(bot, world.gatewayUrl(bot), path.endsWith('bot'), world.now());
  if (path === '/users/@me') return ok({ id: bot.account.appId, username: bot.account.name, avatar: '', bot: true });
  return failure(404, 404, 'not found');
};

export const answerRequest = (world: RestWorld, request: RestRequest): RestOutcome => {
  if (request.method === 'POST' && request.path === '/app/getAppAccessToken') {
    const bot = world.bot(String(request.body['appId']));
    return { bot, answer: issueToken(bot, request.body) };
  }
  const bot = world.botOfToken(tokenOf(request.authorization) ?? '');
  return { bot, answer: bot ? authorised(world, bot, request) : refusal(11244) };
};
