/**
 * What a program is started with: its words and its environment. A parameter is a word of its own, so that its value is one argument,
 * whatever it holds: no value is joined with anything, split, or read by a shell.
 */
import { basename } from 'node:path';
import { redact } from '../../base/redact/redact.ts';
import { suggest } from '../../base/suggest.ts';
import { cleanEnv } from '../../supervisors/clean-env.ts';
import { withSbin } from '../../supervisors/run-command.ts';
import type { Parameters, Value } from './parameters.ts';

export type Word =
  { readonly kind: 'fixed'; readonly text: string } | { readonly kind: 'parameter'; readonly name: string };

/** What is wrong with a word of `run`; `index` null: with all of it. */
export interface RunProblem {
  readonly index: number | null;
  readonly sentence: string;
}

const PLACE = /^\{([A-Za-z_][\w-]*)\}$/;
const SHELLS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'dash',
  'ash',
  'zsh',
  'ksh',
  'mksh',
  'fish',
  'csh',
  'tcsh',
  'busybox',
  'pwsh',
  'powershell',
  'eval',
]);

export const readWords = (
  run: readonly string[],
  parameters: Parameters,
): { readonly words: readonly Word[]; readonly problems: readonly RunProblem[] } => {
  const names = Object.keys(parameters);
  const problems: RunProblem[] = [];
  const words = run.map((text, index): Word => {
    const name = PLACE.exec(text)?.[1];
    const inside = names.find((each) => text.includes(`{${each}}`));
    if (name === undefined) {
      if (inside !== undefined)
        problems.push({
          index,
          sentence: `{${inside}} must be a word of its own; for more than that run a script of your own`,
        });
      return { kind: 'fixed', text };
    }
    if (!names.includes(name)) problems.push({ index, sentence: unknown(name, names) });
    else if (index === 0)
      problems.push({ index, sentence: 'the program must be fixed; nobody may choose it by typing' });
    return { kind: 'parameter', name };
  });
  for (const name of names) {
    if (!words.some((word) => word.kind === 'parameter' && word.name === name))
      problems.push({
        index: null,
        sentence: `does not use the parameter ${name}; write {${name}} where it belongs, or remove it from params`,
      });
  }
  const shell = run.find((text) => SHELLS.has(basename(text)));
  if (names.length > 0 && shell !== undefined)
    problems.push({
      index: null,
      sentence: `${basename(shell)} is a shell, which could read what is typed as a program; start the program itself, or put a script with fixed words into a file and run that`,
    });
  return { words, problems };
};

const unknown = (name: string, names: readonly string[]): string => {
  const near = suggest(name, names);
  return `there is no parameter ${name}; ${near === null ? 'declare it under params' : `did you mean {${near}}?`}`;
};

export const fill = (words: readonly Word[], values: Readonly<Record<string, Value>>): readonly string[] =>
  words.map((word) => {
    if (word.kind === 'fixed') return word.text;
    const value = Object.hasOwn(values, word.name) ? values[word.name] : undefined;
    if (value === undefined) throw new Error(`the parameter ${word.name} has no value`);
    return String(value);
  });

const PLAIN = /^[\p{L}\p{N}_@%+=:,./{}-]+$/u;

/** The words as people read them. */
export const shownWords = (words: readonly string[]): string =>
  redact(words.map((word) => (PLAIN.test(word) ? word : JSON.stringify(word))).join(' '));

/** The words before anything is typed. */
export const template = (words: readonly Word[]): readonly string[] =>
  words.map((word) => (word.kind === 'fixed' ? word.text : `{${word.name}}`));

/** `from`: the variable of Lifeline's own environment whose value is passed on, and shown to nobody. */
export type EnvValue = { readonly name: string } & ({ readonly value: string } | { readonly from: string });

const PASSED_ON =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|DOCKER_HOST|SSL_CERT_(?:FILE|DIR))$/;

export interface Environment {
  readonly variables: Readonly<Record<string, string>>;
  /** Values that nobody may read in the output. */
  readonly hidden: readonly string[];
}

/**
 * The environment of an own command: what programs need to find their way, and what its declaration names. Not
 * Lifeline's whole environment: its secrets may stand there under any name (`app_secret: "${WHATEVER}"`).
 */
export const environmentOf = (
  declared: readonly EnvValue[],
  own: Readonly<Record<string, string | undefined>>,
): Environment => {
  const base = Object.fromEntries(Object.entries(cleanEnv(own)).filter(([name]) => PASSED_ON.test(name)));
  const hidden: string[] = [];
  const added = declared.flatMap((each): [string, string][] => {
    if ('value' in each) return [[each.name, each.value]];
    const value = own[each.from];
    if (value === undefined) return [];
    hidden.push(value);
    return [[each.name, value]];
  });
  return { variables: { ...base, PATH: withSbin(own['PATH']), NO_COLOR: '1', ...Object.fromEntries(added) }, hidden };
};
