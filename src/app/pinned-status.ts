/**
 * Keeps the pinned status cards true: sent once, changed in place when something changes, at most once a minute, and
 * sent anew before the platform takes no more changes (docs/facts/feishu.md 5: 14 days). What they show is on the disk,
 * so that they go on after a restart of Lifeline.
 */
import { createHash } from 'node:crypto';
import { pinnedMessage, standing, type SeenGateway } from '../../commands/shared/pinned.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { failOnce, type Place, type StageReport } from '../base/stage-report.ts';
import type { Channel } from '../channels/channel.ts';
import { boundIncidents, reaches } from '../chat/access/bounds.ts';
import type { Access } from '../chat/access/access.ts';
import type { IncidentsPort } from '../chat/command/command.ts';
import type { Message } from '../chat/message/message.ts';
import type { AttachButtonTokens } from '../notify/messages/render.ts';
import type { Pin, Pins } from '../store/pins.ts';
import type { Silences } from '../store/silences.ts';
import type { Locale } from '../text/locale.ts';
import { pinText } from '../text/commands/pins.ts';

export interface PinnedStatus {
  /** Whether messages on this channel can be changed. */
  canPin(channel: string): boolean;
  /** Somebody has pinned or unpinned one. */
  wake(): void;
  stop(): Promise<void>;
}

export interface PinnedStatusOptions {
  readonly pins: Pins;
  readonly channels: readonly Channel[];
  readonly access: Pick<Access, 'recognise'>;
  readonly seen: () => readonly SeenGateway[];
  readonly incidents: IncidentsPort;
  readonly silences: Pick<Silences, 'active'>;
  readonly attachButtonTokens: AttachButtonTokens;
  readonly locale: Locale;
  readonly clock: Clock;
  readonly report: StageReport;
  readonly logger: Logger;
}

const PLACE: Place = { stage: 'notice', gateway: null, part: 'status card' };
const LOOK_EVERY_MS = 5_000;
const CHANGE_EVERY_MS = 60_000;
/** The tokens of its buttons count for a day (`chat/interaction/buttons.ts`). */
const FRESH_BUTTONS_MS = 12 * 3_600_000;
const RENEW_AFTER_MS = 13 * 86_400_000;

export const createPinnedStatus = (options: PinnedStatusOptions): PinnedStatus => {
  const { pins, seen, access, locale, clock, report, logger } = options;
  const channels = new Map(
    options.channels.filter((channel) => channel.edit !== undefined).map((channel) => [channel.name, channel]),
  );
  let cancel = (): void => undefined;
  let running: Promise<void> | null = null;
  let ended = false;

  const withTokens = (message: Message, { channel, user }: Pin, key: string): Message =>
    options.attachButtonTokens(message, { key, channel, user });

  const send = async (pin: Pin, channel: Channel, message: Message, shown: string, now: number): Promise<void> => {
    // The same for every try of this card.
    const key = digest(`pin ${pin.channel} ${pin.user} ${pin.sentAt} ${pin.olderId ?? ''} ${pin.messageId ?? ''}`);
    const result = await channel.send({ user: pin.user }, withTokens(message, pin, key), { key });
    if (result.outcome !== 'ok') {
      logger.warn({ channel: pin.channel, reason: result.reason }, 'a status card could not be sent; trying again');
      pins.update({ ...pin, triedAt: now });
      return;
    }
    const older = pin.messageId ?? pin.olderId;
    pins.update({ ...pin, messageId: result.messageId, olderId: null, sentAt: now, triedAt: now, shown });
    if (older !== null) await channel.edit?.(older, plain(pinText(locale).goesOn()));
  };

  const keep = async (pin: Pin): Promise<void> => {
    const now = clock.now();
    const channel = channels.get(pin.channel);
    // Whoever is no operator any more sees nothing more.
    const operator = access.recognise({ channel: pin.channel, sender: pin.user });
    if (!channel || operator === null) {
      pins.unpin(pin);
      if (channel && pin.messageId !== null) await channel.edit?.(pin.messageId, plain(pinText(locale).stopped()));
      return;
    }
    const sinceTry = Math.abs(now - pin.triedAt);
    if (sinceTry < CHANGE_EVERY_MS) return;
    const isOwn = (gateway: string): boolean => reaches(operator, gateway);
    const found = seen().filter(({ name }) => isOwn(name));
    // After a start, until all were looked at, the card stays as it was.
    if (found.some(({ verdicts }) => verdicts === null)) return;
    const { incidents, silences } = options;
    const message = pinnedMessage(found, {
      now,
      locale,
      incidents: boundIncidents(incidents, operator),
      silences: {
        active: (at) => silences.active(at).filter(({ gateway }) => gateway === null || isOwn(gateway)),
      },
    });
    const shown = digest(standing(message));
    if (pin.messageId === null || Math.abs(now - pin.sentAt) > RENEW_AFTER_MS)
      return send(pin, channel, message, shown, now);
    if (shown === pin.shown && sinceTry < FRESH_BUTTONS_MS) return;
    const result = await channel.edit?.(pin.messageId, withTokens(message, pin, pin.messageId));
    // Deleted, or too old: a new one takes its place.
    if (result?.outcome === 'refused') return send(pin, channel, message, shown, now);
    pins.update({ ...pin, triedAt: now, ...(result?.outcome === 'ok' ? { shown } : {}) });
  };

  /** A card that cannot be kept keeps no other from being true. */
  const round = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const pin of pins.list()) {
      if (ended) return;
      await keep(pin).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
    report.worked(PLACE);
  };

  const turn = (): void => {
    cancel();
    if (ended) return;
    running ??= round()
      .catch((error: unknown) => failOnce(report, PLACE, error))
      .finally(() => {
        running = null;
        if (!ended) cancel = clock.timer(LOOK_EVERY_MS, turn);
      });
  };

  cancel = clock.timer(LOOK_EVERY_MS, turn);
  return {
    canPin: (channel) => channels.has(channel),
    wake: turn,
    stop: async () => {
      ended = true;
      cancel();
      await running;
    },
  };
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 40);

/** A card, so that it can take the place of one: with a line below its title. */
const plain = (line: string): Message => ({ tone: 'info', title: 'Lifeline', lines: [line] });
