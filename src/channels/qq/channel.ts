/** Lifeline's QQ channel: the parts of this folder put together. */
import { processClock, scaledClock } from '../../base/clock.ts';
import { trimEndOf } from '../../base/trim-end.ts';
import { errorText } from '../../base/errors.ts';
import type { Inbound } from '../../chat/inbound/inbound-message.ts';
import { openDatabase } from '../../store/database.ts';
import { TOKEN_WITHIN_MS, type Channel } from '../channel.ts';
import { createApi } from './api.ts';
import { createHttp, onceNoted } from './http.ts';
import { factsOf } from './event-facts.ts';
import { tapToAnswer, toInbound } from './inbound-event.ts';
import type { Dispatch } from './link/connection.ts';
import { createGatewayAddress } from './link/gateway-address.ts';
import { createLink } from './link/link.ts';
import { createSavedSession } from './link/saved-session.ts';
import { dialWebSocket } from './link/socket.ts';
import { createTolerantDatabase } from './tolerant-database.ts';
import { DEFAULT_TIMINGS, stuckAfterMs, type QqChannelOptions } from './options.ts';
import { createEventRecorder, NOTHING_RECORDED } from './event-recorder.ts';
import { createMissingCapabilities } from './send/capabilities.ts';
import { createParts } from './send/parts.ts';
import { createPeople } from './send/people.ts';
import { createPushes } from './send/push-state.ts';
import { createQuota } from './send/quota.ts';
import { createSender } from './send/sender.ts';
import { bothReplyWindows, createStrangerReplyWindows } from './send/stranger-reply-window.ts';
import { createReplyWindows } from './send/reply-window.ts';
import { createTokenSource } from './token.ts';

/** After `stop` a channel does not start again. */
export const createQqChannel = (options: QqChannelOptions): Channel => {
  const {
    appId,
    clientSecret,
    apiBase,
    tokenUrl,
    logger,
    clock = processClock(),
    db = openDatabase(':memory:'),
    locale = 'zh-CN',
    verified = false,
    admit = () => 'operator',
  } = options;
  const timings = { ...DEFAULT_TIMINGS, ...options.timings };
  const stopping = new AbortController();
  const wire = {
    http: createHttp(timings.requestMs, stopping.signal),
    dial: dialWebSocket,
    clock: scaledClock(0, 1),
    ...options.wire,
  };
  const memory = createTolerantDatabase(db, logger);
  const tokens = createTokenSource({
    appId,
    clientSecret,
    tokenUrl,
    http: wire.http,
    timeoutMs: timings.requestMs,
    clock: wire.clock,
    pauseMs: timings.tokenPauseMs,
  });
  const base = trimEndOf(apiBase, '/');
  const api = createApi(base, tokens, wire.http);
  const kept = createReplyWindows(memory, appId);
  const passing = createStrangerReplyWindows();
  const replyWindows = bothReplyWindows(kept, passing);
  const people = createPeople(memory, appId);
  const eventRecorder = createEventRecorder({ db, replyWindows: kept, passing, people, logger });
  let receive: (inbound: Inbound) => void = () => undefined;

  const answerTap = async (id: string): Promise<void> => {
    const answer = await api('PUT', `/interactions/${encodeURIComponent(id)}`, { code: 0 });
    const answered = answer.kind === 'answered' && answer.status < 300 && answer.code === null;
    if (!answered) logger.warn({ answer: answer.text }, 'QQ: a tap on a button could not be answered');
  };

  const onEvent = (event: Dispatch): void => {
    const now = clock.now();
    const facts = factsOf(event, now);
    const inbound = toInbound(event);
    const user = facts?.user ?? inbound?.sender;
    // The event is about no person, as READY is.
    if (user === undefined) return;
    const who = admit(user, inbound?.text ?? '');
    if (who === 'refused') return;
    const { isNew, opened } = facts
      ? eventRecorder.record(facts, who, now, (person) => sender.isWaiting(person))
      : NOTHING_RECORDED;
    const tap = tapToAnswer(event);
    if (tap && isNew) void answerTap(tap);
    if (inbound) receive(inbound);
    if (opened) options.onMayPush?.(user);
  };

  const link = createLink({
    tokens,
    address: createGatewayAddress({ api, apiBase, clock, everyMs: timings.addressEveryMs }),
    timings,
    clock,
    wire,
    saved: createSavedSession(memory, appId, wire.clock),
    logger,
    onEvent,
  });
  const sender = createSender({
    api: createApi(base, tokens, onceNoted(wire.http, options.noted), { tokenWithinMs: TOKEN_WITHIN_MS }),
    clock,
    locale,
    replyWindows,
    people,
    pushes: createPushes(people, createQuota(memory, appId, verified)),
    missing: createMissingCapabilities(memory, appId),
    parts: createParts(memory),
    onOffline: () => link.renew(),
    hearsTaps: () => link.hearsTaps(),
  });

  return {
    name: 'qq',
    stuckAfterMs: stuckAfterMs(timings),
    start: async (onInbound) => {
      receive = onInbound;
      tokens.keepFresh();
      link.start();
    },
    stop: async () => {
      stopping.abort(new Error('stopped'));
      tokens.stop();
      await link.stop();
    },
    send: async (to, message, delivery) => {
      try {
        return await sender.send(to, message, delivery);
      } catch (thrown) {
        logger.error({ err: thrown }, 'QQ: a message could not be sent');
        return { outcome: 'retry', reason: `Unexpected: ${errorText(thrown)}`, afterMs: 60_000 };
      }
    },
    status: () => link.status(),
  };
};
