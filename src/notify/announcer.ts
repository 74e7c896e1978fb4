/** Joins the incidents and the outbox: a change of an incident and the word of it are stored together, or not at all. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../base/logger.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import type { IncidentBook } from '../incidents/incident-book.ts';
import type { IncidentInput, IncidentStep } from '../incidents/input.ts';
import type { IncidentPolicy } from '../incidents/policy.ts';
import { stepIncidents } from '../incidents/step.ts';
import { transaction } from '../store/transaction.ts';
import type { Locale } from '../text/locale.ts';
import type { Addressee } from './entry.ts';
import { holdsOf, type HoldOptions } from './hold.ts';
import { noticeMessage } from './notice-message.ts';
import type { Outbox } from './outbox.ts';

export interface Announcer {
  /** Takes one step of the incidents and queues what is worth telling. */
  step(input: IncidentInput, now: number): IncidentStep;
}

export interface AnnouncerOptions extends HoldOptions {
  readonly db: DatabaseSync;
  readonly book: IncidentBook;
  readonly outbox: Outbox;
  readonly policy: IncidentPolicy;
  readonly locale: Locale;
  /** Everybody who gets the alerts, as it stands now. */
  readonly to: () => readonly Addressee[];
  readonly logger: Logger;
  /** Called for each incident that has changed, after it was stored; `decision` null: what is done about it is as it was. */
  readonly onChanged?: (incident: Incident, decision: Decision | null) => void;
  /** Called after something was queued and stored. */
  readonly onQueued: () => void;
}

export const createAnnouncer = ({ db, book, outbox, policy, locale, to, logger, quiet, gateways, onChanged, onQueued }: AnnouncerOptions): Announcer => ({
  step: (input, now) => {
    const step = transaction(db, () => {
      const known = { open: book.open(), closed: book.closedSince(now - policy.againMs) };
      const taken = stepIncidents(known, input, policy, now, book.nextId());
      book.save(taken.incidents);
      for (const { from, into } of taken.folded) outbox.fold(from, into);
      for (const notice of taken.notices) {
        const message = noticeMessage(notice, locale, now);
        const people = outbox.enqueue({ thread: notice.incident.id, kind: notice.kind, message, at: now, hold: holdsOf(notice, { quiet, gateways }, now) }, to());
        if (people === 0) logger.error({ incident: notice.incident.id, title: message.title }, 'there is nobody to tell: no operator has an id on a channel of alerts.order');
      }
      return taken;
    });
    for (const { kind, incident } of step.notices) logger.info({ incident: incident.id, gateway: incident.gateway, link: incident.link, kind }, 'notice');
    if (step.notices.length > 0) onQueued();
    const decision = 'decision' in input ? input.decision : null;
    for (const incident of step.incidents) onChanged?.(incident, decision);
    return step;
  },
});
