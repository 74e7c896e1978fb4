/** Puts the platform's parts together. */
import type { PhoneMessage, SayOptions } from '../phone.ts';
import { createBot, remember, type Bot } from './bot.ts';
import { conversationOf, createConversations, type Conversations } from './conversations.ts';
import { directMessage, newMessageId } from './events.ts';
import type { SentMessage } from './exchange.ts';
import { settingsFrom, type QqPlatformOptions, type QqSettings } from './options.ts';
import { createFinger, type Finger } from './press.ts';
import { raise } from './raise.ts';
import { createQqServer, type QqServer } from './server.ts';
import { createSwitches, type Switches } from './switches.ts';
import { openTicket } from './tickets.ts';
import { createTimers, type Timers } from './timers.ts';

export interface Parts {
  readonly settings: QqSettings;
  readonly bots: Map<string, Bot>;
  readonly timers: Timers;
  readonly conversations: Conversations;
  readonly finger: Finger;
  readonly switches: Switches;
  readonly server: QqServer;
  port: number;
  addBot(account: Bot['account']): void;
  /** @throws Error for an unknown bot, which is a mistake of the caller. */
  bot(appId: string): Bot;
  say(bot: Bot, user: string, text: string, options?: SayOptions): PhoneMessage;
}

export const assemble = (options: QqPlatformOptions): Parts => {
  const settings = settingsFrom(options);
  const bots = new Map<string, Bot>();
  const timers = createTimers(settings.clock);
  const { now } = timers;
  const conversations = createConversations();

  const bot = (appId: string): Bot => {
    const found = bots.get(appId);
    if (!found) throw new Error(`The QQ platform knows no bot "${appId}"; add it with addBot.`);
    return found;
  };

  const say: Parts['say'] = (to, user, text, { at = now(), id = newMessageId(), quotes } = {}) => {
    const target = { kind: 'user', openid: user } as const;
    const onPhone = (messageId: string): PhoneMessage | undefined =>
      conversationOf(to, user).find((message) => message.id === messageId);
    const quoted = quotes === undefined ? null : (onPhone(quotes) ?? null);
    if (quotes !== undefined && !quoted)
      throw new Error(`The QQ phone of ${user} shows no message "${quotes}" to quote.`);
    const known = onPhone(id);
    const message: PhoneMessage = known ?? {
      id,
      from: 'user',
      user,
      text,
      at,
      ...(quoted ? { quotes: quoted.id } : {}),
    };
    if (!known) {
      openTicket(to, id, { kind: 'message', target, at, t: null });
      to.lastWords.set(user, { at, wakeups: new Set() });
      conversations.write(to, message);
    }
    raise(to, 'C2C_MESSAGE_CREATE', directMessage(user, id, text, at, to.rules.events, quoted), target, at);
    return message;
  };

  const arrived = (from: Bot, message: SentMessage): void => {
    const { id, target, text, card, buttons, file, at } = message;
    remember(from.sent, message);
    if (target.kind === 'group' || !(text || file)) return;
    from.keyboards.set(id, buttons);
    conversations.write(from, {
      id,
      from: 'bot',
      user: target.openid,
      text: text || `[${file?.picture === undefined ? 'file' : 'picture'}] ${file?.name ?? ''}`,
      at,
      ...(card ? { card } : {}),
      ...(file ? shownFile(file) : {}),
    });
  };

  const botOfToken = (token: string): Bot | undefined =>
    [...bots.values()].find((candidate) => candidate.tokens.accepts(token));
  const server = createQqServer(
    {
      now,
      bot: (appId) => bots.get(appId),
      botOfToken,
      arrived,
      gatewayUrl: ({ account }) => `ws://127.0.0.1:${parts.port}/websocket/${account.appId}`,
    },
    {
      timers,
      botOfToken,
      heartbeatIntervalMs: settings.heartbeatIntervalMs,
      idleMs: settings.idleMs,
      graceMs: settings.reconnectGraceMs,
    },
  );

  const parts: Parts = {
    settings,
    bots,
    timers,
    conversations,
    finger: createFinger(timers, settings.clickMs, conversations, say),
    switches: createSwitches(bot, now),
    server,
    port: 0,
    addBot: (account) => void bots.set(account.appId, createBot(account, now, settings.rules)),
    bot,
    say,
  };
  return parts;
};

/** A picture is shown, a file is opened. */
const shownFile = ({
  name,
  text,
  picture,
}: NonNullable<SentMessage['file']>): Pick<PhoneMessage, 'file' | 'picture'> =>
  picture === undefined ? { file: { name, text } } : { picture };
