/** Keeps the link to QQ: one connection after the other, for ever (docs/facts/qq.md 6). */
import type { Clock } from '../../../base/clock.ts';
import { errorText } from '../../../base/errors.ts';
import { event } from '../../../base/events.ts';
import type { Logger } from '../../../base/logger.ts';
import type { ChannelStatus } from '../../channel.ts';
import { reactions, type Reaction } from './close-codes.ts';
import { openConnection, type Connection, type Dispatch } from './connection.ts';
import { reactTo, type Ending } from './ending.ts';
import { INTENTS } from './frames.ts';
import type { GatewayAddress } from './gateway-address.ts';
import type { QqTimings, Wire } from '../options.ts';
import { pauseAfter, spacedForIdentify } from './reconnect-pause.ts';
import type { SavedSession } from './saved-session.ts';
import { afterEvent, afterEnding, planLogin, type Login, type Resumable } from './session.ts';
import type { TokenSource } from '../token.ts';

export interface Link {
  start(): void;
  stop(): Promise<void>;
  /** Ends a connection that is dead: the platform has said in another answer that the bot is off line. */
  renew(): void;
  /** Whether taps on buttons come to us. */
  hearsTaps(): boolean;
  status(): ChannelStatus;
}

export interface LinkOptions {
  readonly tokens: TokenSource;
  readonly address: GatewayAddress;
  readonly timings: QqTimings;
  /** For pauses and ages. */
  readonly clock: Clock;
  readonly wire: Pick<Wire, 'dial' | 'clock'>;
  readonly saved: SavedSession;
  readonly logger: Logger;
  /** May throw; that is logged and changes nothing. */
  readonly onEvent: (event: Dispatch) => void;
}

/** Whether QQ refuses an Identify. Little in one can be wrong, so QQ may not know the token any more. */
const refusesIdentify = (ending: Ending): boolean =>
  ending.kind === 'invalid_session' || (ending.kind === 'closed' && ending.code === 4903);

/** Whether a connection ended as QQ's do every half hour, with nothing lost. */
const isRoutine = (ending: Ending): boolean =>
  ending.kind === 'reconnect_asked' || ending.kind === 'worn_out' || (ending.kind === 'closed' && ending.code === 4009);

const isLogin = ({ type }: Dispatch): boolean => type === 'READY' || type === 'RESUMED';

export const createLink = ({ tokens, address, timings, clock, wire, saved, logger, onEvent }: LinkOptions): Link => {
  const stopping = new AbortController();
  let session: Resumable | null = null;
  let intents: number = INTENTS.full;
  let narrowedAt = -Infinity;
  let tokenRefused = false;
  let failures = 0;
  let routine = false;
  let identifiedAt = -Infinity;
  let loginSent = false;
  let loggedInAt: number | null = null;
  let connection: Connection | null = null;
  let running: Promise<void> | null = null;
  let status: ChannelStatus = { link: 'stopped', since: clock.now(), lastInboundAt: null, problem: null };

  const enter = (link: ChannelStatus['link'], problem: string | null): void => {
    status = { ...status, link, problem, since: clock.now() };
  };

  const dispatched = (event: Dispatch): void => {
    try {
      onEvent(event);
    } catch (thrown) {
      logger.error({ err: thrown, type: event.type }, 'QQ: an event could not be handled');
    }
    if (event.seq === null) return;
    session = afterEvent(session, event.seq, isLogin(event) ? (session?.heardAt ?? clock.now()) : clock.now());
    saved.note(session);
  };

  const loggedIn = (sessionId: string | null): void => {
    loggedInAt = clock.now();
    if (sessionId) session = { sessionId, seq: 0, openedAt: loggedInAt, heardAt: loggedInAt };
    saved.note(session);
    enter('connected', null);
    logger.info({ ...event('channel.up'), channel: 'qq', resumed: sessionId === null }, 'QQ: connected');
  };

  const unreachable = (reason: string, cure: 'retry' | 'human'): Ending => ({ kind: 'unreachable', reason, cure });

  /** @throws SyntaxError when `url` is no WebSocket address. */
  const connect = async (url: string, token: string, login: Login): Promise<Ending> => {
    connection = openConnection({
      url,
      dial: wire.dial,
      clock: wire.clock,
      token,
      login,
      intents,
      timings,
      heard: () => {
        status = { ...status, lastInboundAt: clock.now() };
        saved.alive();
      },
      loginSent: () => {
        loginSent = true;
        if (login.kind === 'identify') identifiedAt = clock.now();
      },
      loggedIn,
      dispatched,
    });
    const ending = await connection.ended;
    connection = null;
    return ending;
  };

  /** One try, from the token to the end of the connection. */
  const attempt = async (login: Login): Promise<Ending> => {
    const token = await tokens.get();
    if (!token.ok) return unreachable(token.reason, token.cure);
    const where = await address.get();
    if (!where.ok) return unreachable(where.reason, where.cure);
    if (stopping.signal.aborted) return { kind: 'stopped' };
    try {
      const ending = await connect(where.url, token.token, login);
      if (reactTo(ending).token === 'drop' || (login.kind === 'identify' && refusesIdentify(ending)))
        tokens.drop(token.token);
      return ending;
    } finally {
      // Also for an address that cannot be dialled, which would otherwise be tried for ever.
      if (loggedInAt === null) address.suspect();
    }
  };

  /** Asks for less when the platform grants less; when there is nothing left to drop, a person must act. */
  const withIntents = (reaction: Reaction): Reaction => {
    if (reaction.intents === 'keep') return reaction;
    if (intents === INTENTS.narrow) return reactions.fatal(reaction.meaning);
    intents = INTENTS.narrow;
    narrowedAt = clock.now();
    return reaction;
  };

  /** A Resume that was refused for its token alone is worth another one with a new token. */
  const isUnconfirmed = (login: Login, reaction: Reaction): boolean => {
    const forToken = reaction.token === 'drop' && !tokenRefused;
    tokenRefused = reaction.token === 'drop';
    return login.kind === 'resume' && loginSent && loggedInAt === null && !forToken;
  };

  /** Draws the conclusions from a try. @returns how long to wait. */
  const conclude = (login: Login, ending: Ending): number => {
    const reaction = withIntents(reactTo(ending));
    session = afterEnding(session, reaction, isUnconfirmed(login, reaction));
    saved.note(session);
    const pace = pauseAfter(
      reaction,
      loggedInAt === null ? null : clock.now() - loggedInAt,
      failures,
      Math.random(),
      timings,
    );
    failures = pace.failures;
    enter('waiting', reaction.meaning);
    const usualLevel = failures > 1 ? 'warn' : 'info';
    const level = reaction.pace === 'slow' ? 'error' : usualLevel;
    logger[level](
      {
        ...(loggedInAt === null ? {} : { ...event('channel.down'), channel: 'qq' }),
        ending: ending.kind,
        pauseMs: Math.round(pace.pauseMs),
      },
      `QQ: not connected: ${reaction.meaning}`,
    );
    return pace.pauseMs;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const login = planLogin(session, clock.now(), timings, routine);
      // QQ may grant an intent today that it refused yesterday.
      if (login.kind === 'identify' && clock.now() - narrowedAt >= timings.sessionMaxAgeMs) intents = INTENTS.full;
      loginSent = false;
      loggedInAt = null;
      enter('connecting', status.problem);
      const ending = await attempt(login).catch((thrown: unknown) => unreachable(errorText(thrown), 'retry'));
      if (stopping.signal.aborted) return;
      routine = loggedInAt !== null && isRoutine(ending);
      const pauseMs = conclude(login, ending);
      const next = planLogin(session, clock.now(), timings, routine);
      await clock
        .sleep(spacedForIdentify(pauseMs, next, clock.now() - identifiedAt, timings.identifySpacingMs), stopping.signal)
        .catch(() => undefined);
    }
  };

  return {
    start: () => {
      if (running) return;
      session = saved.load();
      running = run();
    },
    stop: async () => {
      stopping.abort(new Error('stopped'));
      await connection?.end({ kind: 'stopped' });
      await running;
      saved.stop();
      enter('stopped', null);
    },
    renew: () => {
      if (status.link === 'connected') void connection?.end({ kind: 'said_offline' });
    },
    hearsTaps: () => intents === INTENTS.full,
    status: () => status,
  };
};
