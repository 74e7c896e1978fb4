/** What `lifeline doctor` and `/doctor` say of each finding: what it is, and why it matters. */
import type { DoctorFinding, FindingCode, FindingFacts } from '../../doctor/finding.ts';
import { GATEWAY_TEXTS } from './gateway.ts';
import { KEEPING_TEXTS } from './keeping.ts';
import { LOG_TEXTS } from './log.ts';
import type { Sentence, Sentences } from './sentences.ts';
import { SETTING_TEXTS } from './settings.ts';
import { checkTitle } from './check-titles.ts';
import type { Locale, Texts } from '../locale.ts';
import { SELF_TEXTS } from './self.ts';

type ExamFacts = Extract<FindingFacts, { readonly code: 'cannot_ask' | 'check_failed' }>;

const EXAM_TEXTS = {
  'zh-CN': {
    cannot_ask: {
      what: ({ problem }) => `有些检查做不了：${problem}`,
      why: () => '没查到的不等于没问题，是否正常还不清楚',
    },
    check_failed: {
      what: ({ check, problem }) =>
        problem === null
          ? `检查「${checkTitle(check, 'zh-CN')}」超时，没有结果`
          : `检查「${checkTitle(check, 'zh-CN')}」出错：${problem}`,
      why: () => '其余的检查不受影响',
    },
  },
  en: {
    cannot_ask: {
      what: ({ problem }) => `some checks could not be made: ${problem}`,
      why: () => 'what could not be checked may be well or not',
    },
    check_failed: {
      what: ({ check, problem }) =>
        problem === null
          ? `the check "${checkTitle(check, 'en')}" gave no result in time`
          : `the check "${checkTitle(check, 'en')}" failed: ${problem}`,
      why: () => 'the others are not affected',
    },
  },
} satisfies Texts<Sentences<ExamFacts>>;

const sentencesIn = (locale: Locale): Sentences<FindingFacts> => ({
  ...KEEPING_TEXTS[locale],
  ...GATEWAY_TEXTS[locale],
  ...SETTING_TEXTS[locale],
  ...LOG_TEXTS[locale],
  ...SELF_TEXTS[locale],
  ...EXAM_TEXTS[locale],
});
const FINDINGS: Texts<Sentences<FindingFacts>> = { 'zh-CN': sentencesIn('zh-CN'), en: sentencesIn('en') };

/** Every code that there is. */
export const FINDING_CODES = Object.keys(FINDINGS.en) as readonly FindingCode[];

export const findingWords = (
  finding: DoctorFinding,
  locale: Locale,
): { readonly what: string; readonly why: string } => {
  // Each code's sentences take that code's facts, which TypeScript cannot follow through the table.
  const { what, why } = FINDINGS[locale][finding.code] as Sentence<FindingFacts>;
  // A name at the very beginning or end brings its blank along.
  return { what: what(finding).trim(), why: why(finding).trim() };
};
