/**
 * Finds somebody for a critical incident that nobody acknowledges: it makes the phones ring of those who were told, then
 * tells the next. Each step is on the disk before it is taken, so that a restart of Lifeline goes on where it was.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import { event } from '../../base/events.ts';
import type { Logger } from '../../base/logger.ts';
import { NO_REPORT, reported, type StageReport } from '../../base/stage-report.ts';
import type { Channel } from '../../channels/channel.ts';
import type { EscalationConfig, UrgentWay } from '../../config/config.ts';
import type { IncidentBook } from '../../incidents/incident-book.ts';
import type { Incident } from '../../incidents/incident.ts';
import { transaction } from '../../store/transaction.ts';
import { escalationText } from '../../text/notices/escalation.ts';
import { formatDuration } from '../../text/common/time.ts';
import type { Locale } from '../../text/locale.ts';
import type { Addressee } from '../recipients/addressees.ts';
import { escalationOf } from './escalation-steps.ts';
import { createEscalationStore } from './escalation-store.ts';
import { incidentMessage } from '../messages/notice.ts';
import type { Outbox } from '../outbox/queue.ts';
import { subjectOf } from '../outbox/notification.ts';

export interface Escalator {
  /** Takes whatever step is due. Resolves when its calls are through; never rejects. */
  tick(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface EscalatorOptions {
  readonly db: DatabaseSync;
  readonly escalation: EscalationConfig;
  readonly book: Pick<IncidentBook, 'open'>;
  readonly outbox: Pick<Outbox, 'enqueue'>;
  readonly channels: readonly Pick<Channel, 'name' | 'urge'>[];
  /** Those of these names who may be told of the incident; everybody where that is nobody. */
  readonly named: (incident: Incident, names: readonly string[]) => readonly Addressee[];
  /** Whether a gateway was muted, or is in maintenance. */
  readonly isSilent: (gateway: string, now: number) => boolean;
  readonly locale: Locale;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly onQueued: () => void;
  readonly report?: StageReport;
}

const SELDOM_MS = 5_000;
const OFTEN_MS = 250;
/** A platform that cannot be reached is asked so often; then the next step is taken. */
const TRIES = 5;

export const createEscalator = ({
  db,
  escalation,
  book,
  outbox,
  channels,
  named,
  isSilent,
  locale,
  clock,
  logger,
  onQueued,
  report = NO_REPORT,
}: EscalatorOptions): Escalator => {
  const steps = createEscalationStore(db);
  /** Steps that have not reached everybody yet, by incident and step: how often they were tried, and whose phone rang. */
  const tries = new Map<string, { count: number; readonly rang: Set<string> }>();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  let isBusy = false;

  const logged = (incident: Incident, step: number, more: object): void =>
    logger.warn(
      { ...event('incident.escalated'), incident: incident.id, gateway: incident.gateway, step, ...more },
      'nobody has acknowledged an incident; the next step was taken',
    );

  const tell = (incident: Incident, step: number, to: readonly string[], now: number): void => {
    const recipients = named(incident, to);
    const message = incidentMessage(incident, null, locale, now);
    const since = steps.toldAt(incident) ?? now;
    const line = escalationText(locale).nobody(formatDuration(Math.max(0, now - since), locale));
    transaction(db, () => {
      steps.begin(incident, step, 'tell', now);
      outbox.enqueue(
        {
          ...subjectOf(incident),
          kind: 'reminder',
          message: { ...message, lines: [line, ...(message.lines ?? [])] },
          at: now,
        },
        recipients,
      );
      steps.end(incident, step, 'done', null);
    });
    logged(incident, step, { to: recipients.map(({ person }) => person) });
    onQueued();
  };

  /** @returns how it went, when each was tried; `unreached`: for some of them the platform gave no answer. */
  const ring = async (
    incident: Incident,
    way: UrgentWay,
    rang: Set<string>,
  ): Promise<{ result: 'done' | 'refused' | 'unreached'; detail: string | null }> => {
    let refusal: string | null = null;
    let unreached = false;
    for (const { channel: name, user, message } of steps.told(incident)) {
      const channel = channels.find((each) => each.name === name);
      // Nobody is called twice because the platform gave no answer for somebody else.
      if (!channel?.urge || rang.has(user)) continue;
      // Somebody may have seen it meanwhile.
      if (!book.open().some(({ id, acknowledged }) => id === incident.id && acknowledged === null))
        return { result: 'done', detail: 'acknowledged' };
      const answer = await channel.urge(way, message, user);
      if (answer.outcome === 'ok') rang.add(user);
      else if (answer.outcome === 'refused') refusal = answer.reason;
      else unreached = true;
    }
    if (unreached) return { result: 'unreached', detail: 'the platform could not be reached' };
    if (rang.size > 0) return { result: 'done', detail: null };
    return { result: 'refused', detail: refusal ?? 'nobody was told on a channel that can ring' };
  };

  const urge = async (incident: Incident, step: number, way: UrgentWay, isNew: boolean, now: number): Promise<void> => {
    if (isNew) steps.begin(incident, step, way, now);
    const key = `${incident.id} ${incident.outages} ${step}`;
    const { count, rang } = tries.get(key) ?? { count: 0, rang: new Set<string>() };
    tries.set(key, { count: count + 1, rang });
    const { result, detail } = await ring(incident, way, rang);
    if (result === 'unreached' && count + 1 < TRIES) return;
    tries.delete(key);
    // The next step does not come at once where another phone rang.
    const isDone = result === 'done' || rang.size > 0;
    steps.end(incident, step, isDone ? 'done' : 'refused', detail);
    logged(incident, step, { urgent: way, result: isDone ? 'done' : 'refused', detail });
  };

  const takeNext = async (incident: Incident): Promise<void> => {
    for (;;) {
      const now = clock.now();
      const next = escalationOf(incident, escalation, steps.toldAt(incident), steps.taken(incident), now);
      if (next.is === 'over' || next.is === 'waiting' || isSilent(incident.gateway, now)) return;
      const step = escalation.steps[next.step];
      if (step === undefined) return;
      if ('to' in step) return tell(incident, next.step, step.to, now);
      await urge(incident, next.step, step.urgent, next.is === 'due', now);
      // One that was refused is followed at once.
      if (steps.taken(incident).at(-1)?.result !== 'refused') return;
    }
  };

  const tick = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      await reported(report, { stage: 'notice', gateway: null, part: 'escalation' }, async () => {
        for (const incident of book.open()) await takeNext(incident);
      });
    } catch (error) {
      logger.error({ reason: errorText(error) }, 'an incident could not be escalated');
    } finally {
      isBusy = false;
    }
  };

  return {
    tick,
    start: () => {
      timer = setInterval(
        () => {
          if (!isBusy) working = tick();
        },
        Math.max(OFTEN_MS, Math.min(SELDOM_MS, escalation.afterMs / 4)),
      );
    },
    stop: async () => {
      clearInterval(timer);
      await working;
    },
  };
};
