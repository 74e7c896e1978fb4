/** Verdicts as words. */
import type { Verdict } from '../../diagnosis/verdict.ts';
import { commandText } from '../../text/commands/commands.ts';
import type { Locale } from '../../text/locale.ts';
import { formatTime } from '../../text/common/time.ts';
import { causeText, gatewayConditionText, linkConditionText, linkName } from '../../text/common/conditions.ts';
import { isCheckPending } from '../../incidents/severity.ts';
import { toneOf, worstOf } from './tone.ts';

/** `QQ 失联` for a link, `卡死了` for the gateway itself. */
export const conditionWords = (verdict: Verdict, locale: Locale): string => {
  if (verdict.link !== null) return `${linkName(verdict.link, locale)} ${linkConditionText(verdict.condition, locale)}`;
  return isCheckPending(verdict) ? commandText(locale).checkPending() : gatewayConditionText(verdict.condition, locale);
};

/** The essential of a gateway: how it is, or what is worst about it. */
export const summary = (verdicts: readonly Verdict[], locale: Locale): string => {
  const [first] = verdicts;
  if (!first) return gatewayConditionText('unknown', locale);
  const tone = worstOf(verdicts);
  if (tone === 'good') return conditionWords(verdicts.find(({ link }) => link === null) ?? first, locale);
  const bad = verdicts.filter((verdict) => toneOf(verdict) === tone);
  // A gateway that is ill takes its links along: they need no naming.
  const itself = bad.find(({ link }) => link === null);
  return commandText(locale).list((itself ? [itself] : bad).map((verdict) => conditionWords(verdict, locale)));
};

/** `QQ：失联（10:31:05 起）`, with the cause when it is not well. */
export const linkLine = (verdict: Extract<Verdict, { link: string }>, locale: Locale, now: number): string => {
  const text = commandText(locale);
  const state = text.since(linkConditionText(verdict.condition, locale), formatTime(verdict.since, locale, now));
  const line = text.subject(linkName(verdict.link, locale), state);
  return toneOf(verdict) === 'good' ? line : text.because(line, causeText(verdict.cause, locale));
};
