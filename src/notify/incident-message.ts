/** An incident as one message: how it stands, and how it came to that. Pure. */
import type { Message, Tone } from '../chat/message/message.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import { endOf, stageOf } from '../incidents/timeline.ts';
import { decisionText } from '../text/common/decisions.ts';
import type { Locale } from '../text/locale.ts';
import { incidentTitle } from '../text/notices/notice-titles.ts';
import { acknowledgedText, beganText, outagesText, outageText } from '../text/notices/notice-lines.ts';
import { timelineTexts } from '../text/notices/timeline.ts';
import { hint, offer, quoteEvidence } from './notice-message.ts';

/** @param decision what is done about it; null: not known at the moment. */
export const incidentMessage = (
  incident: Incident,
  decision: Decision | null,
  locale: Locale,
  now: number,
): Message => {
  const { acknowledged, verdict } = incident;
  const stage = stageOf(incident);
  const timeline = timelineTexts(incident, locale, now);
  if (stage === 'over')
    return {
      tone: toneOf(incident),
      title: incidentTitle(incident, locale),
      lines: [outageText(incident, locale, now), ...timeline],
    };

  const advice = decision === null ? null : hint(incident, decision, locale);
  return {
    tone: toneOf(incident),
    title: incidentTitle(incident, locale),
    lines: [
      // Nobody changes the message as time goes by: for how long stands nowhere in it.
      beganText(incident, locale, now),
      outagesText(incident, locale),
      acknowledgedText(incident, locale, now),
      ...timeline,
      stage === 'coming_back' || decision === null ? null : decisionText(decision, [verdict.cause], locale, now),
    ].filter((line) => line !== null),
    // What is over is not shown as if it were so.
    ...(stage === 'ill' ? quoteEvidence(verdict) : {}),
    ...(advice === null ? {} : { note: advice }),
    ...offer(incident, decision, locale, acknowledged === null),
  };
};

const toneOf = (incident: Incident): Tone => {
  const stage = stageOf(incident);
  if (stage === 'over') return endOf(incident) === 'gone' || endOf(incident) === 'unwatched' ? 'info' : 'good';
  return stage === 'ill' ? incident.severity : 'warning';
};
