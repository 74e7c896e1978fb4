/** Lifeline's Feishu channel: messages and taps from people over the long connection, cards to people over REST. */
import { processClock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import type { Inbound } from '../../chat/inbound/inbound-message.ts';
import { openDatabase } from '../../store/database.ts';
import { feishuText } from '../../text/channels/feishu.ts';
import { TOKEN_WITHIN_MS, type Channel, type Recipient, type SendResult } from '../channel.ts';
import { lockApp } from './app-lock.ts';
import { createBuzzer, urgeOnce } from './send/buzz.ts';
import { createEditor } from './send/editor.ts';
import { createFileSender } from './send/file-sender.ts';
import { readMessageEvent, type MessageEvent } from './message-event.ts';
import { createLink } from './link/link.ts';
import { createFeishuMemory } from './memory.ts';
import { createMessageCalls } from './send/message-calls.ts';
import { settingsOf, stuckAfterMs, type FeishuOptions } from './options.ts';
import { TooMany } from './send/rate-limit.ts';
import { createRecentMap } from '../../base/recent-map.ts';
import { createRest, NoTokenYet } from './http/rest.ts';
import { createSender } from './send/sender.ts';
import { readTap } from './tap-event.ts';

export type { FeishuOptions } from './options.ts';

const AFTER_NO_ANSWER_MS = 2_000;
/** The platform waits 3 s for its answer. */
const TAKEN_MS = 2_500;

/** @throws UserError for an app id, secret or domain that cannot be right, or an app that is a gateway's. */
export const createFeishuChannel = (options: FeishuOptions): Required<Omit<Channel, 'takesEach'>> => {
  const {
    logger,
    clock = processClock(),
    db = openDatabase(':memory:'),
    lockFolders,
    admit = () => 'operator',
  } = options;
  const settings = settingsOf(options);
  const { locale } = settings;
  const memory = createFeishuMemory(db, settings.appId);
  /** A disk that is full or broken must not keep a message from its person. */
  const attempt = <Result>(work: () => Result, otherwise: Result): Result => {
    try {
      return work();
    } catch (error) {
      logger.error({ err: error }, 'feishu: what the channel remembers could not be read or stored');
      return otherwise;
    }
  };
  const rememberGroup = (chatId: string): void => attempt(() => memory.rememberGroup(chatId), undefined);
  const rest = createRest({ ...settings, tokenWithinMs: TOKEN_WITHIN_MS }, () =>
    attempt(() => memory.countCall(clock.now()), undefined),
  );
  const calls = createMessageCalls(rest);
  const send = createFileSender({
    calls,
    send: createSender({ calls, memory: { rememberGroup }, clock, locale }),
    clock,
    locale,
    logger,
  });
  const edit = createEditor({ calls, clock, locale });
  const buzz = createBuzzer({ calls, clock, logger });
  /** The card of each tap, so that an answer to the tap is shown as one to the card. */
  const tapped = createRecentMap<string>(500);
  let receive: (inbound: Inbound) => void = () => undefined;
  /** Ends the link and the calls that are under way; a new one with each start. */
  let stopping = new AbortController();
  let running: Promise<void> | null = null;
  let unlock = (): void => undefined;

  /**
   * A message in a group is for us only when it mentions the bot. For a stranger's the platform is not even asked who
   * the bot is.
   */
  const isForUs = async (
    { inbound, mentioned }: MessageEvent,
    who: 'operator' | 'stranger',
    signal: AbortSignal,
  ): Promise<boolean> => {
    if (inbound.chat.kind === 'direct') return true;
    const botId = who === 'operator' ? await rest.botId(signal) : rest.knownBotId();
    return botId !== null && mentioned.includes(botId);
  };

  const acceptMessage = async (
    event: MessageEvent,
    who: 'operator' | 'stranger',
    signal: AbortSignal,
  ): Promise<void> => {
    const { inbound } = event;
    // What is not for this bot needs no second try.
    if (!(await isForUs(event, who, signal))) return inbound.taken?.(true);
    if (signal.aborted) return;
    if (inbound.chat.kind === 'group' && who === 'operator') rememberGroup(inbound.chat.id);
    receive(inbound);
  };

  /**
   * Whether a message is talk among others in a group. The platform is not asked who the bot is, and no limit counts
   * it.
   */
  const isTalkOfOthers = ({ inbound, mentioned }: MessageEvent): boolean => {
    const botId = rest.knownBotId();
    return inbound.chat.kind === 'group' && (mentioned.length === 0 || (botId !== null && !mentioned.includes(botId)));
  };

  /**
   * Resolves once a message is where a later Lifeline finds it, and at the latest before the platform's 3 s are over.
   * @throws when it is not: the platform then sends a message again, and tells whoever has tapped.
   */
  const taken = async (
    inbound: Inbound,
    accept: (inbound: Inbound, signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    const { signal } = stopping;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const late = setTimeout(() => resolve(false), TAKEN_MS);
    setImmediate(() => {
      accept({ ...inbound, taken: resolve }, signal).catch((error: unknown) => {
        logger.error({ err: error }, 'feishu message was not handled');
        resolve(false);
      });
    });
    const isStored = await promise;
    clearTimeout(late);
    if (!isStored) throw new Error('the message could not be stored in time');
  };

  const onMessageEvent = async (data: unknown): Promise<void> => {
    const event = readMessageEvent(data);
    if (event.kind === 'ignored') {
      logger.debug({ why: event.why }, 'feishu event ignored');
      return;
    }
    if (isTalkOfOthers(event)) return;
    const who = admit(event.inbound.sender, event.inbound.text);
    if (who !== 'refused')
      await taken(event.inbound, (inbound, signal) => acceptMessage({ ...event, inbound }, who, signal));
  };

  const onTapEvent = async (data: unknown): Promise<object> => {
    const tap = readTap(data, (chatId) => memory.isGroup(chatId));
    if (!tap) {
      logger.debug('feishu: a tap that is none of ours was ignored');
      return {};
    }
    const who = admit(tap.inbound.sender, '');
    if (who === 'refused') return {};
    if (tap.messageId !== null && who === 'operator') tapped.set(tap.inbound.id, tap.messageId);
    await taken(tap.inbound, async (inbound, signal) => {
      if (!signal.aborted) receive(inbound);
    });
    return who === 'operator' ? { toast: { type: 'info', content: feishuText(locale).received() } } : {};
  };

  const link = createLink({
    settings,
    clock,
    logger,
    onMessageEvent,
    onTapEvent,
  });

  /** Replaces a tap by its card, because only messages can be answered. */
  const answerable = ({ replyTo, ...to }: Recipient): Recipient => {
    const messageId = replyTo === undefined ? undefined : (tapped.get(replyTo) ?? replyTo);
    return messageId?.startsWith('om_') ? { ...to, replyTo: messageId } : to;
  };

  const outcome = async (work: () => Promise<SendResult>): Promise<SendResult> => {
    try {
      return await work();
    } catch (error) {
      return {
        outcome: 'retry',
        reason: errorText(error),
        afterMs: error instanceof TooMany || error instanceof NoTokenYet ? error.afterMs : AFTER_NO_ANSWER_MS,
      };
    }
  };

  return {
    name: 'feishu',
    stuckAfterMs: stuckAfterMs(settings),
    start: async (onInbound) => {
      if (running) return;
      if (lockFolders !== undefined) unlock = lockApp(lockFolders, settings.appId, logger);
      receive = onInbound;
      running = link.run(stopping.signal);
      rest.keepToken(stopping.signal);
    },
    stop: async () => {
      stopping.abort();
      stopping = new AbortController();
      await running;
      running = null;
      unlock();
      unlock = () => undefined;
    },
    send: async (to, message, { key, alert }) => {
      const { signal } = stopping;
      const result = await outcome(() => send(answerable(to), message, key, signal));
      if (settings.buzz && alert && to.group === undefined && message.tone === 'critical' && result.outcome === 'ok')
        void buzz(result.messageId, to.user, signal);
      return result;
    },
    edit: (messageId, message) => {
      const { signal } = stopping;
      return outcome(() => edit(messageId, message, signal));
    },
    urge: (way, messageId, user) => urgeOnce({ calls, clock }, way, messageId, user, stopping.signal),
    status: () => {
      const callsThisMonth = attempt(() => memory.callsIn(clock.now()), null);
      return { ...link.status(), ...(callsThisMonth === null ? {} : { callsThisMonth }) };
    },
  };
};
