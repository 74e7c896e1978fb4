/** Every call of `lifeline` that the documents show is one that the program knows. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Command } from 'commander';
import { codes, linesOf, PAGES, read, rowsOf } from './markdown.ts';
import { definedProgram, problemWith } from './program.ts';

let program: Command;
beforeAll(async () => {
  program = await definedProgram();
});

/** What may stand before a call: a prompt, the times of cron, variables, sudo. */
const BEFORE = /^(?:\$ |(?:[\d*/,-]+ ){5}|[A-Z_]+=\S+ |sudo )*/;
/** A line of sudoers begins with a user, who may have this name. */
const CALL = /^(?!lifeline ALL=)(?:\S*\/)?(?:lifeline|npm run (?:--silent )?lifeline --)(?= |$)(.*)$/;
const DEMO = /^npm run demo(?: --)?(?= |$)(.*)$/;

/** The words after `lifeline`, of each call in a piece of shell. */
const callsIn = (shell: string): readonly string[] =>
  shell
    .split(/&&|\|\||;| \| |\s#\s.*$/)
    .map((part) => part.trim().replace(BEFORE, ''))
    .flatMap((part) => {
      const call = CALL.exec(part)?.[1] ?? null;
      const demo = DEMO.exec(part)?.[1] ?? null;
      if (call !== null) return [call.replace(/ \d?>.*$/, '')];
      return demo === null ? [] : [`demo ${demo}`];
    });

const callsOf = (page: string): readonly { readonly call: string; readonly number: number }[] =>
  linesOf(page).flatMap(({ text, number, fence }) =>
    (fence === null ? codes(text) : [text])
      .flatMap((shell) => callsIn(shell.replaceAll('\\|', '|')))
      .map((call) => ({ call, number })),
  );

describe.each(PAGES)('%s', (name) => {
  it('calls lifeline only in ways that it knows', () => {
    const wrong = callsOf(read(name)).flatMap(({ call, number }) => {
      const problem = problemWith(program, call);
      return problem === null ? [] : [`${name}:${number}: lifeline${call}: ${problem}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe.each(['README.md', 'README.zh-CN.md'])('%s', (name) => {
  it('lists every command of the command line', () => {
    const listed = rowsOf(read(name))
      .flatMap(([first = '']) => codes(first).slice(0, 1))
      .flatMap((code) => /^lifeline ([a-z-]+)/.exec(code)?.[1] ?? []);
    const defined = program
      .createHelp()
      .visibleCommands(program)
      .map((command) => command.name())
      .filter((command) => command !== 'help');
    expect([...new Set(listed)].sort()).toEqual(defined.sort());
  });
});

describe('the check itself', () => {
  it.each([
    ['check --heal', null],
    ['check [--config FILE] [--json] [--heal]', null],
    ['pair --role viewer|operator|admin --name me', null],
    ['replay ~/.hermes --until 2026-11-21T10:00:00+08:00', null],
    ['chekc', '"lifeline" has no command chekc'],
    ['check --haul', '"check" has no option --haul'],
    ['check all', '"check" takes no all'],
    ['replay ~/.hermes again', '"replay" takes no again'],
  ])('judges %j', (call, expected) => {
    expect(problemWith(program, call)).toBe(expected);
  });

  it('finds calls behind prompts, in cron lines and in scripts', () => {
    expect(callsIn('*/5 * * * * lifeline check')).toEqual([' check']);
    expect(callsIn('npm ci && npm run demo -- --port 8080      # open it')).toEqual(['demo  --port 8080']);
    expect(callsIn('$ LIFELINE_CONFIG=x lifeline run')).toEqual([' run']);
    expect(callsIn('lifeline-apps')).toEqual([]);
  });
});
