/**
 * How every text begins that a pattern fits, read from the pattern itself, so that it cannot disagree with it. It rules
 * out most lines of a log by their bytes, without making a text of them.
 */
import { stepsOf } from './candidates.ts';

export interface Beginnings {
  /** Any of these; an empty one: the text may begin in any way. */
  readonly words: readonly string[];
  /** Whether they stand at the beginning of the text; otherwise somewhere in it. */
  readonly anchored: boolean;
  /** Whether capital and small letters count alike. */
  readonly ignoresCase: boolean;
}

/** More, or longer ones, rule out hardly more lines. */
const MOST_WORDS = 64;
const LONGEST = 40;

/** @returns the words with which what a pattern fits begins, as far as these are plain ASCII. */
export const beginningsOf = ({ source, flags }: RegExp): Beginnings => {
  const choices = choicesOf(stepsOf(source).map(({ text }) => text));
  const anchored = !flags.includes('m') && choices.every(([first]) => first === '^');
  const words = choices.flatMap((steps) => [...new Set(wordsOf(anchored ? steps.slice(1) : steps).words)]);
  return { words: words.length > MOST_WORDS ? [''] : words, anchored, ignoresCase: flags.includes('i') };
};

type Steps = readonly string[];

/** @returns the sides of every `|` outside of groups. */
const choicesOf = (steps: Steps): readonly Steps[] => {
  const choices: string[][] = [[]];
  let depth = 0;
  for (const step of steps) {
    if (step === '(') depth += 1;
    if (step === ')') depth -= 1;
    if (step === '|' && depth === 0) choices.push([]);
    else choices.at(-1)?.push(step);
  }
  return choices;
};

interface Words {
  readonly words: readonly string[];
  /** Whether these are all that the steps fit, so that what comes behind them goes on from there. */
  readonly whole: boolean;
}

const wordsOf = (steps: Steps): Words => {
  let words: readonly string[] = [''];
  for (let at = 0; at < steps.length;) {
    const end = steps[at] === '(' ? closeOf(steps, at) + 1 : at + 1;
    const next = isRepeated(steps[end]) ? null : stepWords(steps.slice(at, end));
    if (next === null) return { words, whole: false };
    const longer = words.flatMap((word) => next.words.map((more) => word + more));
    if (longer.length > MOST_WORDS) return { words, whole: false };
    words = longer;
    if (!next.whole || words.some(({ length }) => length > LONGEST)) return { words, whole: false };
    at = end;
  }
  return { words, whole: true };
};

const closeOf = (steps: Steps, open: number): number => {
  let depth = 0;
  for (let at = open; at < steps.length; at += 1) {
    if (steps[at] === '(') depth += 1;
    if (steps[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return steps.length;
};

const isRepeated = (step: string | undefined): boolean => step !== undefined && /^[*+?{]/.test(step);

const NOTHING: Words = { words: [''], whole: true };

/** @param steps one character, class, sign or group. @returns null for what is no certain word. */
const stepWords = (steps: Steps): Words | null => {
  const [step = ''] = steps;
  if (step === '(') return groupWords(steps.slice(1, -1));
  // What only looks around takes no character.
  if (step === '\\b' || step === '\\B') return NOTHING;
  if (step.length === 1 && /[\u0020-\u007e]/.test(step) && !/[\\^$.[\]{}|*+?)]/.test(step))
    return { words: [step], whole: true };
  return step.length === 2 && /^\\[^\w\s]$/.test(step) && step.charCodeAt(1) < 128
    ? { words: [step.slice(1)], whole: true }
    : null;
};

/** @param steps those between the parentheses */
const groupWords = (steps: Steps): Words | null => {
  if (steps[0] !== '?') return choiceWords(steps);
  const kind = steps[1] === '<' ? `<${steps[2] ?? ''}` : (steps[1] ?? '');
  if (kind === ':') return choiceWords(steps.slice(2));
  // Without what it asks for around it, a pattern fits more texts, and none less.
  if (['=', '!', '<=', '<!'].includes(kind)) return NOTHING;
  return steps[1] === '<' ? choiceWords(steps.slice(steps.indexOf('>') + 1)) : null;
};

const choiceWords = (steps: Steps): Words => {
  const choices = choicesOf(steps).map(wordsOf);
  return { words: choices.flatMap(({ words }) => words), whole: choices.every(({ whole }) => whole) };
};
