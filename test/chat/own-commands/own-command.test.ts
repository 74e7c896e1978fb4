import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Command } from '../../../src/chat/command/command.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import { ownFolder } from '../../store/helpers.ts';
import { command as busCommand, harness, inbound } from '../helpers.ts';
import { ask, context, folderWith, load, node, NOW, one, TIMES } from './helpers.ts';

/** Programs that end when their test lets them: each writes its name into the folder and waits for `NAME.end`. */
const waiting = (folder: string, name: string, more: object = {}): object => ({
  name,
  run: node(
    'const fs = require("fs"); fs.writeFileSync(process.argv[1], ""); setInterval(() => { if (fs.existsSync(process.argv[1] + ".end")) process.exit(0) }, 20)',
    name,
  ),
  cwd: folder,
  timeout: '5m',
  ...more,
});
const begun = (folder: string, name: string): Promise<void> =>
  vi.waitFor(() => expect(existsSync(join(folder, name))).toBe(true), 30_000);
const end = (folder: string, name: string): void => writeFileSync(join(folder, `${name}.end`), '');

/** Ends what a failed test leaves running. */
const loadForTest = (declared: readonly object[], times: object = {}): readonly Command[] => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const { commands, problems } = load(declared, null, { signal: stop.signal, times: { ...TIMES, ...times } });
  expect(problems).toEqual([]);
  return commands;
};

describe('a command that asks once more', () => {
  it('shows what it would run, and runs it when that is confirmed', async () => {
    const folder = ownFolder();
    const command = one(
      load([
        {
          name: 'touch',
          help: 'Makes a file',
          run: ['touch', '{file}'],
          cwd: folder,
          confirm: true,
          params: { file: { pattern: '[a-z ]+' } },
        },
      ]),
    );
    expect(command.effects).toBe('interrupts');
    const question = await ask(command, '"my file"');
    expect(question).toEqual({
      tone: 'warning',
      title: 'Run /touch?',
      lines: ['Makes a file'],
      code: ['touch "my file"'],
      buttons: [{ label: 'Run', style: 'danger', command: '/touch "my file"' }],
    });
    expect(readdirSync(folder)).toEqual([]);
    // A tap on something else is no answer to this question.
    expect((await ask(command, '"my file"', context({ by: 'tapped' }))).title).toBe('Run /touch?');
    expect((await ask(command, '"my file"', context({ by: 'confirmed' }))).title).toMatch(/done/);
    expect(readdirSync(folder)).toEqual(['my file']);
  });
});

describe('commands at the same time', () => {
  it('are one of each kind and three at most; the others are told so and not run', async () => {
    const folder = ownFolder();
    const [a, b, c, d] = loadForTest(['a', 'b', 'c', 'd'].map((name) => waiting(folder, name))) as [
      Command,
      Command,
      Command,
      Command,
    ];
    const answers = [ask(a), ask(b)];
    await begun(folder, 'a');
    expect(await ask(a, '', context({ now: NOW + 12_000 }))).toEqual({
      tone: 'info',
      title: '/a is running already (for 12 s); it was not run again',
      note: 'Send it again when it is done',
    });
    answers.push(ask(c));
    await Promise.all([begun(folder, 'b'), begun(folder, 'c')]);
    expect(await ask(d)).toEqual({
      tone: 'info',
      title: '3 own commands are running: /a, /b, /c',
      note: 'Nothing was done; send it again when one of them is done',
    });
    expect(existsSync(join(folder, 'd'))).toBe(false);

    end(folder, 'a');
    expect((await answers[0])?.title).toMatch(/^\/a done/);
    end(folder, 'd');
    expect((await ask(d)).title).toMatch(/^\/d done/);
    expect((await ask(a)).title).toMatch(/^\/a done/);
    end(folder, 'b');
    end(folder, 'c');
    await Promise.all(answers);
  });

  it('give their place back when they could not be begun', async () => {
    const command = one(load([{ name: 'x', run: ['no-such-program-anywhere'] }]));
    for (let n = 0; n < 5; n += 1) expect((await ask(command)).title).toMatch(/there is no program/);
  });

  it('hold up no other command of the same operator', async () => {
    const folder = ownFolder();
    const commands = loadForTest([waiting(folder, 'slow', { role: 'viewer' })]);
    const { bus, titles } = harness([...commands, busCommand('status')]);
    bus.receive(inbound('/slow'));
    await begun(folder, 'slow');
    bus.receive(inbound('/status'));
    await vi.waitFor(() => expect(titles()).toEqual(['did status']), 20_000);
    end(folder, 'slow');
    await bus.idle();
    expect(titles()).toEqual(['did status', expect.stringMatching(/^\/slow done/)]);
  });
});

describe('a command that takes its time', () => {
  it('says once that it still runs', async () => {
    const folder = ownFolder();
    const [command] = loadForTest([waiting(folder, 'slow', { timeout: '90s' })], { slowMs: 20 }) as [Command];
    const here = context();
    const answer = ask(command, '', here);
    await vi.waitFor(() => expect(here.said).toHaveLength(1), 20_000);
    end(folder, 'slow');
    expect((await answer).title).toMatch(/done/);
    expect(here.said).toEqual([{ tone: 'info', title: '/slow is still running; it has 1 min 30 s at most' }]);
  });

  it('answers even if that could not be said', async () => {
    const folder = ownFolder();
    const [command] = loadForTest([waiting(folder, 'slow')], { slowMs: 20 }) as [Command];
    const say = vi.fn((_message: Message) => Promise.reject(new Error('no network')));
    const answer = ask(command, '', context({ say }));
    await vi.waitFor(() => expect(say).toHaveBeenCalledOnce(), 20_000);
    end(folder, 'slow');
    expect((await answer).title).toMatch(/done/);
  });

  it('says nothing when it is quick', async () => {
    const here = context();
    await ask(one(load([{ name: 'x', run: node('') }], null, { times: { ...TIMES, slowMs: 60_000 } })), '', here);
    expect(here.said).toEqual([]);
  });
});

describe('the name of a command', () => {
  const builtIn = [busCommand('status', { aliases: ['状态'] })];

  it.each<[string, object, string]>([
    ['a built-in one', { name: 'status' }, '/status is taken by the built-in /status; choose another'],
    [
      'an alias of a built-in one',
      { name: 'x', aliases: ['状态'] },
      '/状态 is taken by the built-in /status; choose another',
    ],
    ['an earlier own one', { name: 'disk' }, '/disk is taken by commands[0]; choose another'],
    ['an alias of an earlier own one', { name: 'df' }, '/df is taken by commands[0]; choose another'],
    ['what confirms a question', { name: 'confirm' }, '/confirm is taken by what confirms a question; choose another'],
    [
      'what begins like it',
      { name: 'confirm-all' },
      '/confirm-all is taken by what confirms a question; choose another',
    ],
    [
      'the same in Chinese',
      { name: 'x', aliases: ['确认'] },
      '/确认 is taken by what confirms a question; choose another',
    ],
    ['pairing', { name: 'pair' }, '/pair is taken by pairing; choose another'],
    ['itself', { name: 'x', aliases: ['y', 'y'] }, '/y is there twice; remove one'],
  ])('must not be that of %s', async (_what, more, expected) => {
    const { commands, problems } = load(
      [
        { name: 'disk', aliases: ['df'], run: ['df'] },
        { run: ['df'], ...more },
      ],
      null,
      {},
      builtIn,
    );
    expect(problems).toEqual([{ where: 'commands[1]', what: expected }]);
    expect(commands.map(({ id }) => id)).toEqual(['disk']);
  });

  it("is the first file's of several", async () => {
    const folder = folderWith({
      'b.yaml': '{ name: x, help: b, run: [df] }',
      'a.yml': '{ name: x, help: a, run: [df] }',
    });
    const { commands, problems } = load([], folder);
    expect(commands.map(({ help }) => help.en)).toEqual(['a']);
    expect(problems).toEqual([{ where: 'b.yaml', what: '/x is taken by a.yml; choose another' }]);
  });
});
