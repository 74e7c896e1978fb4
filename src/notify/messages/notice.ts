/**
 * What an incident looks like as a message: each notice of it, and the message that follows it while it lasts
 * (`live-cards.ts`). Pure.
 */
import { redact } from '../../base/redact/redact.ts';
import type { Button, Message, Tone } from '../../chat/message/message.ts';
import { endButton, lastStepActs, NO_ACTS, restartButton, type Acts } from '../../chat/message/treatment-messages.ts';
import { suspectsIn, type Evidence } from '../../diagnosis/evidence.ts';
import type { Verdict } from '../../diagnosis/verdict.ts';
import type { Decision } from '../../healing/decision.ts';
import type { Incident, Notice } from '../../incidents/incident.ts';
import { beforeOf, endOf, stageOf } from '../../incidents/timeline.ts';
import { adviceByHandText, adviceText } from '../../text/common/advice.ts';
import { decisionText } from '../../text/common/decisions.ts';
import type { Locale } from '../../text/locale.ts';
import { beforeText } from '../../text/notices/changes-before.ts';
import { incidentTitle, noticeTitle } from '../../text/notices/notice-titles.ts';
import {
  ackHint,
  ackLabel,
  logsLabel,
  muteLabel,
  storyLabel,
  whyLabel,
  acknowledgedText,
  backAgainText,
  beganText,
  cureText,
  goesOnText,
  missingText,
  outagesText,
  outageText,
  problemText,
  quietFromNowText,
  restartHint,
  retryHint,
  sinceText,
  stoppedText,
  troubleText,
  wasText,
  wouldRunText,
} from '../../text/notices/notice-lines.ts';
import { timelineTexts } from '../../text/notices/timeline.ts';
import { treatmentTexts } from '../../text/common/treatments.ts';
import { causeText } from '../../text/common/conditions.ts';

/** A log line on a phone: enough to recognise it by. */
const MAX_QUOTE = 160;
/** Why a treatment failed, with what to do about it at its end. */
const MAX_PROBLEM = 500;

export const noticeMessage = (notice: Notice, locale: Locale, now: number): Message => {
  const { incident } = notice;
  const { gateway, severity, verdict } = incident;
  const title = noticeTitle(notice, locale, now);
  switch (notice.kind) {
    case 'opened':
      return {
        tone: severity,
        title,
        lines: [
          cause(incident, locale),
          decisionText(notice.decision, [verdict.cause], locale, now),
          sinceText(incident, locale, now),
          ...beforeLine(incident, locale, now),
        ],
        ...quoteEvidence(verdict),
        ...note(hint(incident, notice.decision, locale)),
        ...offer(incident, notice.decision, locale),
      };
    case 'again':
      return {
        tone: severity,
        title,
        lines: [
          cause(incident, locale),
          decisionText(notice.decision, [verdict.cause], locale, now),
          backAgainText(incident, locale, now),
          ...beforeLine(incident, locale, now),
        ],
        ...quoteEvidence(verdict),
        ...note(quietFromNowText(locale), hint(incident, notice.decision, locale)),
        ...offer(incident, notice.decision, locale),
      };
    case 'needs_operator':
      return {
        tone: severity,
        title,
        lines: [
          decisionText(notice.decision, [verdict.cause], locale, now),
          cause(incident, locale),
          sinceText(ofTrouble(incident, now), locale, now),
        ],
        ...quoteEvidence(verdict),
        ...note(hint(incident, notice.decision, locale)),
        ...offer(incident, notice.decision, locale),
      };
    case 'reminder':
      return {
        tone: severity,
        title,
        // For how long is in the title.
        lines: [
          troubleText(incident, locale),
          decisionText(notice.decision, [verdict.cause], locale, now),
          beganText(incident, locale, now),
        ],
        ...note(hint(incident, notice.decision, locale), ackHint(incident, locale)),
        ...offer(incident, notice.decision, locale),
      };
    case 'treatment_failed': {
      const { result, decision } = notice;
      return {
        tone: severity,
        title,
        lines: [
          missingText(result, locale),
          result.problem === null ? null : problemText(quote(result.problem, MAX_PROBLEM), locale),
          decisionText(decision, [verdict.cause], locale, now),
          sinceText(incident, locale, now),
        ].filter((line) => line !== null),
        ...note(hint(incident, decision, locale)),
        ...offer(incident, decision, locale),
      };
    }
    case 'out_of_budget':
      return {
        tone: severity,
        title,
        lines: [
          stoppedText(incident, locale),
          ...lastFailure(incident, locale),
          cause(incident, locale),
          sinceText(incident, locale, now),
        ],
        ...quoteEvidence(verdict),
        note: retryHint(gateway, locale),
        ...offer(incident, { act: 'tell', why: 'out_of_budget' }, locale),
      };
    case 'recovered':
      return {
        tone: 'good',
        title,
        lines: [outageText(incident, locale, now), cureText(incident, locale, now), wasText(incident, locale)],
        buttons: [{ label: storyLabel(locale), style: 'plain', command: `/incident ${incident.id}` }],
      };
  }
};

/** What becomes of a card when a newer one of its incident has arrived: it says where that goes on. */
export const supersededMessage = (title: string, newerAt: number, locale: Locale, now: number): Message => ({
  tone: 'info',
  title,
  lines: [goesOnText(newerAt, locale, now)],
});

/**
 * How an incident stands, and how it came to that.
 * @param decision what is done about it; null: not known at the moment.
 */
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
      ...beforeLine(incident, locale, now),
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

const beforeLine = (incident: Incident, locale: Locale, now: number): readonly string[] => {
  const before = beforeOf(incident);
  return before === null ? [] : [beforeText(before, locale, now)];
};

const toneOf = (incident: Incident): Tone => {
  const stage = stageOf(incident);
  if (stage === 'over') return endOf(incident) === 'gone' || endOf(incident) === 'unwatched' ? 'info' : 'good';
  return stage === 'ill' ? incident.severity : 'warning';
};

/** Where something else was wrong before, the incident is older than the trouble that the message is about. */
const ofTrouble = (incident: Incident, now: number): Incident =>
  incident.timeline.some((each) => 'cause' in each && each.cause !== incident.verdict.cause)
    ? { ...incident, since: Math.min(incident.verdict.since, now) }
    : incident;

const cause = ({ verdict }: Incident, locale: Locale): string => {
  const text = causeText(verdict.cause, locale);
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** The latest piece says most: it is what made the verdict final. */
export const quoteEvidence = (verdict: Verdict): Pick<Message, 'code'> => {
  // That there is no process, and who keeps it, is what the cause says.
  const telling = verdict.evidence.filter(({ fact }) =>
    fact.kind === 'keeper'
      ? fact.outlook.next === 'blocked' || fact.outlook.next === 'removed'
      : fact.kind !== 'process' || fact.process !== null || (fact.beside ?? []).length > 0,
  );
  const line = telling.map((evidence) => quote(essence(evidence))).findLast((text) => text !== '');
  return line === undefined ? {} : { code: [line] };
};

/** Of a configuration that is wrong the key, which stands at the end of a long line; of the rest the line. */
const essence = ({ text, fact }: Evidence): string =>
  (fact.kind === 'config-fatal' || fact.kind === 'config-doubt') && fact.reason !== '' ? fact.reason : text;

const lastFailure = ({ treatments }: Incident, locale: Locale): string[] => {
  const last = treatments.at(-1);
  const text = last && missingText(last, locale);
  return text ? [text] : [];
};

/** What the operator can do, where Lifeline leaves the trouble to them. */
const hint = ({ gateway, verdict }: Incident, decision: Decision, locale: Locale): string | null => {
  if (decision.act !== 'tell') return null;
  switch (decision.why) {
    case 'not_curable':
      if (verdict.wouldHelp) return restartHint(gateway, locale);
      return adviceText(verdict.cause, gateway, locale);
    case 'no_means':
      return verdict.remedy === 'alert'
        ? adviceByHandText(verdict.cause, gateway, locale)
        : treatmentTexts(locale).noMeansNote();
    case 'out_of_budget':
      return retryHint(gateway, locale);
    case 'supervisor_out_of_reach':
    case 'lookalike':
    case 'not_again':
      return quote(decision.problem, MAX_PROBLEM);
    case 'dry_run':
      return [wouldRunText(locale), ...decision.commands].join('\n');
    case 'heal_ask':
    case 'heal_off':
    case 'tried':
      return restartHint(gateway, locale);
  }
};

/** As many buttons as a card has room for. */
const MOST_BUTTONS = 6;
const MOST_SUSPECTS = 3;

/** To restart the gateway where that is left to the operator, or is the last step of what only they can mend. */
const restartOffer = ({ gateway, verdict }: Incident, decision: Decision | null, locale: Locale): Acts => {
  if (decision?.act !== 'tell') return NO_ACTS;
  if (
    ['heal_ask', 'heal_off', 'out_of_budget', 'tried'].includes(decision.why) ||
    (decision.why === 'not_curable' && verdict.wouldHelp)
  )
    return { ...NO_ACTS, first: [restartButton(gateway, locale)] };
  return decision.why === 'not_curable' ? lastStepActs(gateway, verdict.cause, locale) : NO_ACTS;
};

/**
 * The buttons: what can be done about it, what can be looked at, and to say that somebody has seen it. Nothing happens
 * while nobody taps.
 */
const offer = (
  incident: Incident,
  decision: Decision | null,
  locale: Locale,
  unseen = true,
): Pick<Message, 'buttons'> => {
  const { gateway, id } = incident;
  const plain = (label: string, command: string): Button => ({ label, style: 'plain', command });
  const { first, last } = restartOffer(incident, decision, locale);
  const acts = [
    ...first,
    ...suspectsIn(incident.verdict.evidence)
      .slice(0, MOST_SUSPECTS)
      .map((suspect) => endButton(gateway, suspect, locale)),
  ];
  const seen = unseen ? [plain(ackLabel(locale), `/ack ${id}`)] : [];
  const looks = [
    plain(logsLabel(locale), `/logs ${gateway}`),
    plain(muteLabel(locale), `/mute 1h ${gateway}`),
    plain(whyLabel(locale), `/why ${gateway}`),
  ].slice(0, Math.max(0, MOST_BUTTONS - acts.length - last.length - seen.length));
  const [logs, mute, why] = looks;
  return { buttons: [...acts, ...[logs, why].filter(isShown), ...last, ...[mute].filter(isShown), ...seen] };
};

const isShown = (button: Button | undefined): button is Button => button !== undefined;

const note = (...texts: readonly (string | null)[]): Pick<Message, 'note'> => {
  const lines = texts.filter((text) => text !== null);
  return lines.length === 0 ? {} : { note: lines.join('\n') };
};

/** One line, without secrets, cut by whole characters. */
const quote = (text: string, longest = MAX_QUOTE): string => {
  const characters = [
    ...redact(text)
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim(),
  ];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : characters.join('');
};
