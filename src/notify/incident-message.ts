/** An incident as one message: how it stands, and how it came to that. Pure. */
import type { Message, Tone } from '../chat/message.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import { endOf } from '../incidents/timeline.ts';
import { decisionText } from '../text/decisions.ts';
import type { Locale } from '../text/locale.ts';
import { incidentTitle } from '../text/notice-titles.ts';
import { acknowledgedText, outagesText, outageText, sinceText } from '../text/notices.ts';
import { timelineTexts } from '../text/timeline.ts';
import { hint, offer, quoteEvidence } from './notice-message.ts';

/** @param decision what is done about it; null: not known at the moment. */
export const incidentMessage = (incident: Incident, decision: Decision | null, locale: Locale, now: number): Message => {
  const { closedAt, wellSince, openedAt, acknowledged, verdict } = incident;
  const timeline = timelineTexts(incident, locale, now);
  if (closedAt !== null) return { tone: toneOf(incident), title: incidentTitle(incident, locale), lines: [outageText(incident, locale, now), ...timeline] };

  const advice = decision === null ? null : hint(incident, decision, locale);
  return {
    tone: toneOf(incident),
    title: incidentTitle(incident, locale),
    lines: [
      sinceText(incident, locale, openedAt),
      outagesText(incident, locale),
      acknowledgedText(incident, locale, now),
      ...timeline,
      wellSince !== null || decision === null ? null : decisionText(decision, locale, now),
    ].filter((line) => line !== null),
    ...quoteEvidence(verdict),
    ...(advice === null ? {} : { note: advice }),
    ...offer(incident, decision, locale, acknowledged === null),
  };
};

const toneOf = (incident: Incident): Tone => {
  if (incident.closedAt !== null) return endOf(incident) === 'gone' || endOf(incident) === 'unwatched' ? 'info' : 'good';
  return incident.wellSince !== null ? 'warning' : incident.severity;
};
