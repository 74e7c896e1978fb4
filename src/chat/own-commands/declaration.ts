/** How an operator's own command is declared in YAML. */
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { userHome } from '../../base/account.ts';
import * as z from 'zod';
import { ROLES, type Role } from '../../config/config.ts';
import { Complaint, field, flag, oneOf, quote, readDuration, readPath, text } from '../../config/fields.ts';
import { fromZod, pathText } from '../../config/problems.ts';
import type { Texts } from '../../text/locale.ts';
import type { Command } from '../command/command.ts';
import { normalise } from '../bus/parse-command.ts';
import { readWords, type EnvValue, type Word } from './line.ts';
import { readParameter, ParameterComplaint, type Parameter, type Parameters } from './parameters.ts';

export interface Declaration {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly help: Texts<string> | null;
  readonly parameters: Parameters;
  readonly role: Role;
  readonly confirm: boolean;
  readonly effects: Command['effects'];
  readonly timeoutMs: number;
  readonly words: readonly Word[];
  readonly cwd: string;
  readonly env: readonly EnvValue[];
}

export interface OwnProblem {
  /** Which entry or file, and which key of it: `commands[0].run`, `disk.yaml.run[1]`. */
  readonly where: string;
  readonly what: string;
}

export type Read<T> =
  { readonly kind: 'read'; readonly value: T } | { readonly kind: 'wrong'; readonly problems: readonly OwnProblem[] };

/** A system user may have none, or one that is not there. */
const home = (): string => {
  try {
    return existsSync(userHome()) ? userHome() : '/';
  } catch {
    return '/';
  }
};

const MOST_MS = 5 * 60_000;
const MAX_HELP = 200;
const MAX_WORDS = 100;

const alias = field((value) => {
  if (typeof value !== 'string' || !/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,19}$/u.test(value))
    throw new Complaint(`must be one word of letters, digits, "_" and "-", not ${quote(value)}`);
  if (normalise(value).toLowerCase() !== value)
    throw new Complaint(`must be written ${quote(normalise(value).toLowerCase())}`);
  return value;
});

const sentence = (value: unknown): string => {
  if (typeof value !== 'string' || value.trim() === '') throw new Complaint(`must be text, not ${quote(value)}`);
  if (value.length > MAX_HELP) throw new Complaint(`must have at most ${MAX_HELP} characters`);
  return value.trim().replaceAll(/\s+/g, ' ');
};

const help = field((value): Texts<string> => {
  if (typeof value !== 'object' || value === null) return { 'zh-CN': sentence(value), en: sentence(value) };
  const { 'zh-CN': zh, en, ...others } = value as Readonly<Record<string, unknown>>;
  if (zh === undefined || en === undefined || Object.keys(others).length > 0)
    throw new Complaint('must be text, or { zh-CN: …, en: … }');
  return { 'zh-CN': sentence(zh), en: sentence(en) };
});

const timeout = field((value) => {
  const ms = readDuration(value, 1_000);
  if (ms > MOST_MS) throw new Complaint(`must be at most 5m, not ${quote(value)}`);
  return ms;
});

const PARAMETER_NAME = /^[a-z][a-z0-9_]{0,29}$/;

const params = z.unknown().transform((given, context): Parameters => {
  const complain = (path: PropertyKey[], message: string): void =>
    void context.issues.push({ code: 'custom', message, input: given, path });
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    complain([], `must be a section with a line for each parameter, not ${quote(given)}`);
    return {};
  }
  const read: [string, Parameter][] = [];
  for (const [name, value] of Object.entries(given)) {
    try {
      if (!PARAMETER_NAME.test(name))
        throw new ParameterComplaint(null, 'is no name for a parameter; use small letters a–z, digits and "_"');
      read.push([name, readParameter(value)]);
    } catch (error) {
      if (!(error instanceof ParameterComplaint)) throw error;
      complain([name, ...(error.key === null ? [] : [error.key])], error.message);
    }
  }
  return Object.fromEntries(read);
});

const word = field((value) => {
  if (typeof value !== 'string') throw new Complaint(`must be text, not ${quote(value)}; put it in quotes`);
  if (value.includes('\0')) throw new Complaint('must not hold a NUL character');
  return value;
});

const run = z.unknown().transform((given, context): readonly string[] => {
  const complain = (path: PropertyKey[], message: string): void =>
    void context.issues.push({ code: 'custom', message, input: given, path });
  if (!Array.isArray(given) || given.length === 0 || given.length > MAX_WORDS) {
    complain(
      [],
      `must be the program and its arguments as a list such as [df, -h], not ${quote(given)}${typeof given === 'string' ? '; no shell would take it apart' : ''}`,
    );
    return [];
  }
  return given.map((each: unknown, index) => {
    const read = word.safeParse(each);
    if (!read.success) complain([index], read.error.issues[0]?.message ?? 'must be text');
    else if (index === 0 && read.data.trim() === '') complain([index], 'is empty; name the program');
    return read.success ? read.data : '';
  });
});

const cwd = field((value) => {
  if (typeof value === 'string' && !isAbsolute(value) && !value.startsWith('~'))
    throw new Complaint(`must be a whole path or begin with ~/, not ${quote(value)}`);
  return readPath(value, { home: home(), base: home() });
});

const env = field((given): readonly EnvValue[] => {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new Complaint(`must be a section of "NAME: value" lines, not ${quote(given)}`);
  return Object.entries(given).map(([name, value]: [string, unknown]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Complaint(`${quote(name)} is no name for a variable`);
    // Never repeats a value: it may be a secret.
    if (typeof value !== 'string') throw new Complaint(`${name} must be text; put it in quotes`);
    if (value.includes('\0')) throw new Complaint(`${name} must not hold a NUL character`);
    const from = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(value)?.[1];
    if (from === undefined) return { name, value };
    if (from.startsWith('LIFELINE_')) throw new Complaint(`${name}: ${from} is Lifeline's own and is not passed on`);
    return { name, from };
  });
});

const COMMAND = z.strictObject({
  name: text(/^[a-z][a-z0-9_-]{0,31}$/, 'begin with a letter and hold only a–z, 0–9, "_" and "-", at most 32'),
  aliases: z.array(alias).prefault([]),
  help: help.optional(),
  params: params.prefault({}),
  role: oneOf(ROLES).prefault('operator'),
  confirm: flag.prefault(false),
  effects: oneOf(['reads', 'changes', 'interrupts']).optional(),
  timeout: timeout.prefault('10s'),
  run,
  cwd: cwd.optional(),
  env: env.prefault({}),
});

const effectsOf = (role: Declaration['role'], confirm: boolean): Declaration['effects'] => {
  if (confirm) return 'interrupts';
  return role === 'viewer' ? 'reads' : 'changes';
};

const at = (where: string, path: readonly PropertyKey[]): string => {
  const key = pathText(path);
  return key === '' ? where : `${where}${key.startsWith('[') ? '' : '.'}${key}`;
};

/**
 * @param where the entry or file, for complaints. @param folder in which the program runs unless told: of a file, the
 * folder in which it lies.
 */
export const readDeclaration = (given: unknown, where: string, folder = home()): Read<Declaration> => {
  const parsed = COMMAND.safeParse(given);
  if (!parsed.success)
    return {
      kind: 'wrong',
      problems: fromZod(COMMAND, given, parsed.error.issues).map(({ path, sentence: what }) => ({
        where: at(where, path),
        what,
      })),
    };
  const { name, aliases, role, confirm, timeout: timeoutMs, params: parameters, ...rest } = parsed.data;
  const [program = '', ...args] = rest.run;
  // What a shell would do with it, and all that it would.
  const { words, problems } = readWords(
    [program.startsWith('~/') ? readPath(program, { home: home(), base: home() }) : program, ...args],
    parameters,
  );
  if (problems.length > 0)
    return {
      kind: 'wrong',
      problems: problems.map(({ index, sentence: what }) => ({
        where: at(where, ['run', ...(index === null ? [] : [index])]),
        what,
      })),
    };
  return {
    kind: 'read',
    value: {
      name,
      aliases,
      help: rest.help ?? null,
      parameters,
      role,
      confirm,
      effects: rest.effects ?? effectsOf(role, confirm),
      timeoutMs,
      words,
      cwd: rest.cwd ?? folder,
      env: rest.env,
    },
  };
};
