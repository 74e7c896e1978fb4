/**
 * The channel and the loopback platform in one process on a clock whose hands the test moves: an hour takes a moment.
 */
import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { createLogger } from '../../../src/base/logger.ts';
import type { Channel } from '../../../src/channels/channel.ts';
import { createQqChannel } from '../../../src/channels/qq/channel.ts';
import type { QqHttp, QqReply } from '../../../src/channels/qq/http.ts';
import type { Dial } from '../../../src/channels/qq/link/socket.ts';
import { DEFAULT_TIMINGS, type QqChannelOptions } from '../../../src/channels/qq/options.ts';
import type { Inbound } from '../../../src/chat/inbound/inbound-message.ts';
import { remember } from '../../../sandbox/qq/bot.ts';
import { serveSocket } from '../../../sandbox/qq/gateway-socket.ts';
import { QqPlatform, type QqPlatformOptions } from '../../../sandbox/qq/platform.ts';
import { answerRequest, type RestWorld } from '../../../sandbox/qq/rest.ts';
import { manualClock, type ManualClock } from '../../healing/manual-clock.ts';
import { APP, USER } from '../../sandbox/qq/client.ts';

const NOT_THERE: QqReply = { kind: 'failed', sent: 'no', text: 'connect ECONNREFUSED' };

/** Whole milliseconds, as the machine's clock has them. */
export const wholeClock = (start?: number): ManualClock => {
  const clock = manualClock(start);
  return { ...clock, now: () => Math.floor(clock.now()) };
};

/** The platform without its server: calls and frames go straight in. */
export class VirtualPlatform extends QqPlatform {
  readonly #cuts = new Set<() => void>();
  #reachable = true;

  override setOutage(on: boolean): void {
    this.#reachable = !on;
    if (on) for (const cut of [...this.#cuts]) cut();
  }

  override async setUnreachable(on: boolean): Promise<void> {
    this.setOutage(on);
  }

  get http(): QqHttp {
    const { parts } = this;
    const botOfToken = (token: string) => [...parts.bots.values()].find((bot) => bot.tokens.accepts(token));
    const world: RestWorld = {
      now: () => parts.timers.now(),
      bot: (appId) => parts.bots.get(appId),
      botOfToken,
      gatewayUrl: ({ account }) => `wss://virtual/websocket/${account.appId}`,
      arrived: (bot, message) => {
        remember(bot.sent, message);
        const { id, target, text, at } = message;
        if (target.kind === 'user') parts.conversations.write(bot, { id, from: 'bot', user: target.openid, text, at });
      },
    };
    return async ({ method, url, headers, body = {} }) => {
      if (!this.#reachable) return NOT_THERE;
      const path = new URL(url).pathname;
      const { bot, answer } = answerRequest(world, { method, path, authorization: headers?.['authorization'], body });
      if (bot) remember(bot.requests, { method, path, body, status: answer.kind === 'answer' ? answer.status : null });
      if (answer.kind === 'hang') {
        await new Promise<void>((resolve) => parts.timers.later(DEFAULT_TIMINGS.requestMs, resolve));
        return { kind: 'failed', sent: 'maybe', text: 'no answer within 10 s' };
      }
      const json =
        typeof answer.body === 'object' && answer.body !== null ? (answer.body as Record<string, unknown>) : null;
      const code = Number(json?.['err_code'] ?? json?.['code'] ?? 0) || null;
      return { kind: 'answered', status: answer.status, body: json, code, text: `HTTP ${answer.status}, code ${code}` };
    };
  }

  /** Frames and closes arrive a turn later, in order, as on a wire. */
  readonly dial: Dial = (_url, events) => {
    const { parts } = this;
    const bot = parts.bots.get(APP.appId);
    let open = true;
    const later = (run: () => void): void => void Promise.resolve().then(run);
    const server = Object.assign(new EventEmitter(), {
      readyState: 1,
      OPEN: 1,
      send: (text: string): void => later(() => open && events.message(text)),
      close: (code: number, reason = ''): void => end(code, reason),
      terminate: (): void => end(1006),
    });
    const end = (code: number, reason = ''): void => {
      if (!open) return;
      this.#cuts.delete(cut);
      server.readyState = 3;
      later(() => {
        if (!open) return;
        open = false;
        server.emit('close');
        events.closed(code, reason);
      });
    };
    const cut = (): void => end(1006);
    this.#cuts.add(cut);
    later(() => {
      if (!this.#reachable || bot?.faults.connect === 'refuse') {
        events.failed('connect ECONNREFUSED');
        end(1006);
      } else if (bot?.faults.connect !== 'hang') {
        serveSocket(server as unknown as WebSocket, bot, {
          timers: parts.timers,
          botOfToken: (token) => [...parts.bots.values()].find((each) => each.tokens.accepts(token)),
          heartbeatIntervalMs: parts.settings.heartbeatIntervalMs,
          idleMs: parts.settings.idleMs,
          graceMs: parts.settings.reconnectGraceMs,
        });
      }
    });
    return {
      send: (text) => later(() => open && server.emit('message', Buffer.from(text))),
      terminate: cut,
    };
  };
}

export interface Virtual {
  readonly clock: ManualClock;
  readonly platform: VirtualPlatform;
  readonly channel: Channel;
  /** Everything that was received, repeats included. */
  readonly received: Inbound[];
  log(): string;
  /** How long until a message that is said now, or later, comes through; null when none did within the limit. */
  timeToBack(limitMs: number): Promise<number | null>;
}

export interface VirtualOptions {
  readonly platform?: QqPlatformOptions;
  readonly channel?: Partial<QqChannelOptions>;
}

export const createVirtual = async ({
  platform: platformOptions,
  channel: channelOptions,
}: VirtualOptions = {}): Promise<Virtual> => {
  const clock = wholeClock(Date.parse('2026-11-01T00:00:00+08:00'));
  const platform = new VirtualPlatform({ clock, ...platformOptions });
  platform.addBot(APP);
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const channel = createQqChannel({
    appId: APP.appId,
    clientSecret: APP.secret,
    apiBase: 'https://virtual',
    tokenUrl: 'https://virtual/app/getAppAccessToken',
    logger: createLogger('debug', sink),
    clock,
    wire: { http: platform.http, dial: platform.dial, clock },
    ...channelOptions,
  });
  const received: Inbound[] = [];
  await channel.start((inbound) => received.push(inbound));
  await clock.advance(0);
  let probes = 0;
  return {
    clock,
    platform,
    channel,
    received,
    log: () => lines.join(''),
    timeToBack: async (limitMs) => {
      const begin = clock.now();
      const said = new Set<string>();
      const arrived = () => received.some(({ id }) => said.has(id));
      // Ever longer steps: exact where it matters, quick where it takes an hour.
      for (
        let step = 50;
        clock.now() - begin < limitMs;
        step = Math.min(60_000, Math.max(50, (clock.now() - begin) / 100))
      ) {
        if (channel.status().link === 'connected') {
          said.add(platform.say(APP.appId, USER, `probe ${probes++}`).id);
          await clock.advance(0);
          if (arrived()) return clock.now() - begin;
        }
        await clock.advance(Math.round(step));
      }
      return null;
    },
  };
};
