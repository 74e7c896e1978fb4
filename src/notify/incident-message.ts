/** An incident as one message: how it stands, and how it came to that. Pure. */
import type { Message } from '../chat/message.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import { decisionText } from '../text/decisions.ts';
import type { Locale } from '../text/locale.ts';
import { incidentTitle, outageText, sinceText, timelineTexts } from '../text/notices.ts';
import { hint, offer, quoteEvidence } from './notice-message.ts';

export const incidentMessage = (incident: Incident, decision: Decision, locale: Locale, now: number): Message => {
  const { closedAt, wellSince } = incident;
  const over = closedAt !== null;
  const advice = over ? null : hint(incident, decision, locale);
  return {
    tone: over ? 'good' : wellSince !== null ? 'warning' : 'critical',
    title: incidentTitle(incident, locale),
    lines: [over ? outageText(incident, locale, now) : sinceText(incident, locale, incident.openedAt), ...timelineTexts(incident, locale, now), ...(over || wellSince !== null ? [] : [decisionText(decision, locale, now)])],
    ...(over ? {} : quoteEvidence(incident.verdict)),
    ...(advice === null ? {} : { note: advice }),
    ...(over ? {} : offer(incident, decision, locale)),
  };
};
