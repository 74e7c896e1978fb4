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
  /** Calls without an answer, by incident and step. */
  const tries = new Map<string, number>();
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

  /** @returns how it went; null: the platform could not be reached, and is asked again. */
  const ring = async (
    incident: Incident,
    way: UrgentWay,
  ): Promise<{ result: 'done' | 'refused'; detail: string | null } | null> => {
    let result: 'done' | 'refused' = 'refused';
    let detail: string | null = 'nobody was told on a channel that can ring';
    for (const { channel: name, user, message } of steps.told(incident)) {
      const channel = channels.find((each) => each.name === name);
      if (!channel?.urge) continue;
      // Somebody may have seen it meanwhile.
      if (!book.open().some(({ id, acknowledged }) => id === incident.id && acknowledged === null))
        return { result: 'done', detail: 'acknowledged' };
      const outcome = await channel.urge(way, message, user);
      if (outcome.outcome === 'retry') return null;
      if (outcome.outcome === 'ok') [result, detail] = ['done', null];
      else if (result === 'refused') detail = outcome.reason;
    }
    return { result, detail };
  };

  const urge = async (incident: Incident, step: number, way: UrgentWay, isNew: boolean, now: number): Promise<void> => {
    if (isNew) steps.begin(incident, step, way, now);
    const key = `${incident.id} ${incident.outages} ${step}`;
    const count = (tries.get(key) ?? 0) + 1;
    tries.set(key, count);
    const urged = await ring(incident, way);
    if (urged === null && count < TRIES) return;
    tries.delete(key);
    const { result, detail } = urged ?? { result: 'refused', detail: 'the platform could not be reached' };
    steps.end(incident, step, result, detail);
    logged(incident, step, { urgent: way, result, detail });
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
