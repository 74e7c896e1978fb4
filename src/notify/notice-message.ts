/** Gives a notice its words and its shape. */
import { redact } from '../base/redact.ts';
import type { Message } from '../chat/message.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { Decision } from '../healing/decision.ts';
import type { Incident, Notice } from '../incidents/incident.ts';
import { adviceText } from '../text/advice.ts';
import { decisionText } from '../text/decisions.ts';
import type { Locale } from '../text/locale.ts';
import {
  cureText,
  missingText,
  noticeTitle,
  outageText,
  problemText,
  restartHint,
  retryHint,
  runHint,
  sinceText,
  stoppedText,
} from '../text/notices.ts';
import { causeText } from '../text/words.ts';

/** A log line on a phone: enough to recognise it by. */
const MAX_QUOTE = 160;
/** Why a treatment failed, with what to do about it at its end. */
const MAX_PROBLEM = 500;

export const noticeMessage = (notice: Notice, locale: Locale, now: number): Message => {
  const { incident } = notice;
  const title = noticeTitle(notice, locale);
  switch (notice.kind) {
    case 'opened':
      return {
        tone: 'critical',
        title,
        lines: [cause(incident, locale), decisionText(notice.decision, locale, now), sinceText(incident, locale, now)],
        ...evidence(incident.verdict),
        ...note(hint(incident, notice.decision, locale)),
      };
    case 'treatment_failed': {
      const { result, decision } = notice;
      return {
        tone: 'critical',
        title,
        lines: [
          missingText(result, locale),
          result.problem === null ? null : problemText(quote(result.problem, MAX_PROBLEM), locale),
          decisionText(decision, locale, now),
          sinceText(incident, locale, now),
        ].filter((line) => line !== null),
        ...note(hint(incident, decision, locale)),
      };
    }
    case 'out_of_budget':
      return {
        tone: 'critical',
        title,
        lines: [stoppedText(incident, locale), ...lastFailure(incident, locale), cause(incident, locale), sinceText(incident, locale, now)],
        ...evidence(incident.verdict),
        note: retryHint(incident.gateway, locale),
      };
    case 'recovered':
      return { tone: 'good', title, lines: [outageText(incident, locale, now), cureText(incident, locale, now)] };
  }
};

const cause = ({ verdict }: Incident, locale: Locale): string => {
  const text = causeText(verdict.cause, locale);
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** The latest piece says most: it is what made the verdict final. */
const evidence = (verdict: Verdict): Pick<Message, 'code'> => {
  const line = verdict.evidence.map(({ text }) => quote(text)).findLast((text) => text !== '');
  return line === undefined ? {} : { code: [line] };
};

const lastFailure = ({ treatments }: Incident, locale: Locale): string[] => {
  const last = treatments.at(-1);
  const text = last && missingText(last, locale);
  return text ? [text] : [];
};

/** What the operator can do, where it is theirs to act. */
const hint = ({ gateway, verdict }: Incident, decision: Decision, locale: Locale): string | null => {
  if (decision.act !== 'tell') return null;
  switch (decision.why) {
    case 'not_curable':
      return adviceText(verdict.cause, gateway, locale);
    case 'out_of_budget':
      return retryHint(gateway, locale);
    case 'kept_by_service':
      return runHint(decision.command, locale);
    case 'heal_ask':
    case 'heal_off':
      return restartHint(gateway, locale);
  }
};

const note = (text: string | null): Pick<Message, 'note'> => (text === null ? {} : { note: text });

/** One line, without secrets, cut by whole characters. */
const quote = (text: string, longest = MAX_QUOTE): string => {
  const characters = [...redact(text).replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : characters.join('');
};
