/** The REST side: which bot asks for what (facts/qq.md §1, §2.1, §3.4, §4.1). */
import { empty, failure, ok, type Answer } from './answers.ts';
import type { Bot, Target } from './bot.ts';
import { tokenOf } from './login.ts';
import { acceptMessage, type Accepted } from './messages.ts';

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
  arrived(bot: Bot, target: Target, message: Accepted): void;
}

/** `bot` is known as soon as the request names or proves one. */
export interface RestOutcome {
  readonly bot: Bot | undefined;
  readonly answer: Answer;
}

/** Token errors come with HTTP 200. `Authorization` is not looked at: some clients send an empty one. */
const issueToken = (bot: Bot | undefined, body: RestRequest['body']): Answer => {
  if (!bot) return failure(200, 100007, 'appid invalid');
  if (bot.faults.token) return bot.faults.token;
  if (body['clientSecret'] !== bot.account.secret) return failure(200, 100016, 'invalid appid or secret');
  const { token, expiresInS } = bot.tokens.issue();
  return ok({ access_token: token, expires_in: String(expiresInS) });
};

const gateway = (bot: Bot, url: string, full: boolean): Answer => {
  if (bot.faults.gatewayUrl) return bot.faults.gatewayUrl;
  const limits = { shards: 1, session_start_limit: { total: 1500, remaining: 1500, reset_after: 86_400_000, max_concurrency: 1 } };
  return ok(full ? { url, ...limits } : { url });
};

const acknowledge = (bot: Bot, id: string, body: RestRequest['body']): Answer => {
  const settle = bot.clicks.get(id);
  if (!settle) return failure(400, 630001, 'interaction unknown or already answered');
  bot.clicks.delete(id);
  settle(Number(body['code'] ?? 0));
  return empty();
};

const send = (world: RestWorld, bot: Bot, target: Target, body: RestRequest['body']): Answer => {
  const fault = bot.sendFaults.shift();
  if (fault && fault.kind !== 'hang_after_accepting') return fault;
  const answer = acceptMessage(bot, target, body, world.now(), (message) => world.arrived(bot, target, message));
  return fault ? { kind: 'hang' } : answer;
};

const authorised = (world: RestWorld, bot: Bot, { method, path, body }: RestRequest): Answer => {
  const [, kind, openid] = /^\/v2\/(users|groups)\/([^/]+)\/messages$/.exec(path) ?? [];
  if (method === 'POST' && kind && openid) return send(world, bot, { kind: kind === 'users' ? 'user' : 'group', openid }, body);
  const interaction = /^\/interactions\/([^/]+)$/.exec(path)?.[1];
  if (method === 'PUT' && interaction) return acknowledge(bot, interaction, body);
  if (method !== 'GET') return failure(404, 404, 'not found');
  if (path === '/gateway' || path === '/gateway/bot') return gateway(bot, world.gatewayUrl(bot), path.endsWith('bot'));
  if (path === '/users/@me') return ok({ id: bot.account.appId, username: bot.account.name, avatar: '', bot: true });
  return failure(404, 404, 'not found');
};

export const answerRequest = (world: RestWorld, request: RestRequest): RestOutcome => {
  if (request.method === 'POST' && request.path === '/app/getAppAccessToken') {
    const bot = world.bot(String(request.body['appId']));
    return { bot, answer: issueToken(bot, request.body) };
  }
  const bot = world.botOfToken(tokenOf(request.authorization) ?? '');
  return { bot, answer: bot ? authorised(world, bot, request) : failure(401, 11244, 'token not exist or expire') };
};
