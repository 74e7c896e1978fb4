/**
 * Joins the incidents and the outbox: a change of an incident and its notifications are stored together, or not at all.
 */
import type { DatabaseSync } from 'node:sqlite';
import { event } from '../../base/events.ts';
import type { Logger } from '../../base/logger.ts';
import { NO_REPORT, reported, type Place, type StageReport } from '../../base/stage-report.ts';
import type { Message } from '../../chat/message/message.ts';
import type { Decision } from '../../healing/decision.ts';
import type { Incident, Notice } from '../../incidents/incident.ts';
import type { IncidentBook } from '../../incidents/incident-book.ts';
import type { IncidentInput, IncidentStep } from '../../incidents/input.ts';
import type { IncidentPolicy } from '../../incidents/incident-policy.ts';
import { stepIncidents } from '../../incidents/step.ts';
import { decisionFor, heldUntil } from '../../incidents/tell.ts';
import { endOf } from '../../incidents/timeline.ts';
import { transaction } from '../../store/transaction.ts';
import type { Locale } from '../../text/locale.ts';
import type { Addressee } from '../recipients/addressees.ts';
import type { Hold, HoldOptions } from '../hold.ts';
import { noticeMessage } from '../messages/notice.ts';
import { subjectOf } from '../outbox/notification.ts';
import type { Outbox } from '../outbox/queue.ts';
import { pipeline, trace } from '../pipeline.ts';

export interface IncidentTeller {
  /** Takes one step of the incidents and queues what is worth telling. */
  step(input: IncidentInput, now: number): IncidentStep;
}

export interface IncidentTellerOptions extends HoldOptions {
  readonly db: DatabaseSync;
  readonly book: IncidentBook;
  readonly outbox: Outbox;
  readonly incidentPolicy: IncidentPolicy;
  readonly locale: Locale;
  /** Who is told of an incident, as it stands now. */
  readonly to: (incident: Incident) => readonly Addressee[];
  readonly logger: Logger;
  /**
   * Called for each incident that has changed or was judged, after it was stored; `decision` null: what is done about
   * it is as it was.
   */
  readonly onChanged?: (incident: Incident, decision: Decision | null) => void;
  /** Called after something was queued and stored. */
  readonly onQueued: () => void;
  /** Hears of what fails. */
  readonly report?: StageReport;
}

export const createIncidentTeller = ({
  db,
  book,
  outbox,
  incidentPolicy,
  locale,
  to,
  logger,
  quiet,
  gateways,
  onChanged,
  onQueued,
  report = NO_REPORT,
}: IncidentTellerOptions): IncidentTeller => {
  /** When this fails, what is stored and queued stays so. */
  const follow = (incident: Incident, decision: Decision | null): void => {
    try {
      onChanged?.(incident, decision);
    } catch (err) {
      logger.error({ err, incident: incident.id }, 'the message of an incident cannot follow it');
    }
  };

  return {
    step: (input, now) => {
      let before: ReadonlySet<number> = new Set();
      let open: readonly Incident[] = [];
      const step = transaction(db, () => {
        const known = { open: book.open(), closed: book.closedSince(now - incidentPolicy.againMs) };
        before = new Set(known.open.map(({ id }) => id));
        open = known.open;
        const taken = stepIncidents(known, input, incidentPolicy, now, book.nextId());
        const announced = taken.notices.map((notice) => {
          const { holds, why } = pipeline.hold(notice, { quiet, gateways }, now);
          trace(logger, 'hold', why, { incident: notice.incident.id, kind: notice.kind });
          return { notice, holds };
        });
        const incidents = taken.incidents.map((incident) => waiting(incident, announced, now));
        book.save(incidents);
        for (const { from, into } of taken.folded) outbox.fold(from, into);
        for (const { notice, holds } of announced) {
          const message = wordedNotice(notice, locale, now, report, logger);
          const queued = outbox.enqueue(
            { ...subjectOf(notice.incident), kind: notice.kind, message, at: now, holds },
            to(notice.incident),
          );
          for (const { id, person, why } of queued) trace(logger, 'supersede', why, { notification: id, person });
          if (queued.length === 0)
            logger.error(
              { incident: notice.incident.id, title: message.title },
              'there is nobody to tell: no operator has an id on a channel of alerts.order',
            );
        }
        return { ...taken, incidents };
      });
      if (step.notices.length > 0) onQueued();
      for (const incident of step.incidents) record(incident, before.has(incident.id), logger);
      for (const { kind, incident } of step.notices)
        logger.info({ incident: incident.id, gateway: incident.gateway, link: incident.link, kind }, 'notice');
      const decision = 'decision' in input ? input.decision : null;
      // What is done about the others may have changed all the same.
      const others = input.kind === 'judged' ? unchanged(open, step, input.gateway) : [];
      for (const incident of [...step.incidents, ...others])
        follow(incident, decision && decisionFor(incident.verdict, decision));
      return step;
    },
  };
};

/** Without its words a notice says the bare facts: better than not to ring. */
const wordedNotice = (notice: Notice, locale: Locale, now: number, report: StageReport, logger: Logger): Message => {
  const place: Place = { stage: 'notice', gateway: null, part: 'words' };
  try {
    return reported(report, place, () => noticeMessage(notice, locale, now));
  } catch (err) {
    const { gateway, link, severity, verdict } = notice.incident;
    logger.error({ err, incident: notice.incident.id }, 'a notice could not be worded; it goes out without its words');
    return {
      tone: notice.kind === 'recovered' ? 'good' : severity,
      title: `${gateway}${link === null ? '' : ` ${link}`}: ${notice.kind === 'recovered' ? notice.kind : verdict.condition}`,
      lines: [verdict.cause],
    };
  }
};

interface Announced {
  readonly notice: Notice;
  readonly holds: readonly Hold[];
}

/** What is told of the incident may have to wait, and may then be replaced before anybody has heard it. */
const waiting = (incident: Incident, announced: readonly Announced[], now: number): Incident => {
  const until = announced
    .filter(({ notice }) => notice.incident.id === incident.id)
    .flatMap(({ holds }) => holds.map((each) => each.until));
  return until.length === 0 ? incident : heldUntil(incident, now, Math.max(...until));
};

const unchanged = (open: readonly Incident[], { incidents }: IncidentStep, name: string): readonly Incident[] =>
  open.filter(({ id, gateway }) => gateway === name && !incidents.some((each) => each.id === id));

/** Whether it is told or not: the log has every incident's beginning and end. */
const record = (incident: Incident, wasOpen: boolean, logger: Logger): void => {
  const { id, gateway, link, verdict, severity, openedAt, closedAt, outages } = incident;
  const fields = { incident: id, gateway, link, condition: verdict.condition, cause: verdict.cause, severity, outages };
  if (!wasOpen && closedAt === null)
    logger.warn(
      { ...event('incident.opened'), ...fields },
      outages > 1 ? 'an incident has come back' : 'an incident has begun',
    );
  if (wasOpen && closedAt !== null)
    logger.info(
      { ...event('incident.closed'), ...fields, why: endOf(incident), lastedMs: closedAt - openedAt },
      'an incident is over',
    );
};
