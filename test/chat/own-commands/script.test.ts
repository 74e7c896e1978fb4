import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { sample } from '../../deep.ts';
import type { CommandContext, GatewayPort } from '../../../src/chat/command/command.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import type { LoadTools } from '../../../src/chat/own-commands/load.ts';
import { isAlive, readProcess } from '../../../src/sensors/process/proc.ts';
import { ask, context, fileWith, folderWith, load, NOW, one, TIMES } from './helpers.ts';

const answerOf = async (
  run: string,
  {
    more = '',
    typed = '',
    here = context(),
    tools = {},
  }: { more?: string; typed?: string; here?: CommandContext; tools?: Partial<LoadTools> } = {},
): Promise<Message> => ask(await one(load([], fileWith(run, more), tools)), typed, here);

const quick = { times: { ...TIMES, killAfterMs: 200 } };

describe('a TypeScript command', () => {
  it('is known by what it declares, in the words of YAML', async () => {
    const folder = folderWith({
      'own.ts': `
        import type { OwnCommand } from 'gateway-lifeline/commands';
        export const command: OwnCommand<{ site: string; tries: number }> = {
          name: 'probe',
          aliases: ['探测'],
          help: { 'zh-CN': '探测', en: 'Probes' },
          role: 'viewer',
          timeout: '30s',
          params: { site: { one_of: ['home', 'shop'], default: 'home' }, tries: { number: [1, 5], default: 2 } },
          run: ({ args }) => \`\${args.site} \${args.tries}\`,
        };`,
    });
    const command = await one(load([], folder));
    expect(command).toMatchObject({
      id: 'probe',
      aliases: ['探测'],
      role: 'viewer',
      effects: 'reads',
      help: { 'zh-CN': '探测', en: 'Probes' },
      examples: ['/probe', '/probe home 2'],
    });
    expect((await ask(command, '5 shop')).title).toBe('shop 5');
    expect((await ask(command)).title).toBe('home 2');
    await expect(ask(command, 'bank')).rejects.toThrow('bank');
  });

  it.each<[string, string, Partial<Message>]>([
    [
      'text is a title, and lines below it',
      'run: () => "all well\\nreally"',
      { tone: 'info', title: 'all well', lines: ['really'] },
    ],
    [
      'a message is one',
      'run: async () => ({ tone: "warning", title: "T", lines: ["l"], fields: [{ name: "n", value: "v" }], code: ["c"], note: "o" })',
      { tone: 'warning', title: 'T', lines: ['l'], fields: [{ name: 'n', value: 'v' }], code: ['c'], note: 'o' },
    ],
    [
      'nothing means that it is done',
      'run() {}',
      { tone: 'good', title: expect.stringMatching(/^\/own done/) as string },
    ],
    [
      "buttons are not taken over: what they do could not be told from Lifeline's own",
      'run: () => ({ title: "T", buttons: [{ label: "x", style: "plain", command: "/restart" }] })',
      { tone: 'info', title: 'T' },
    ],
    [
      'secrets are hidden everywhere',
      'run: () => ({ title: "token=abcdefgh1", lines: ["password=hunter2xyz"], fields: [{ name: "api_key", value: "abcdefgh12345" }], code: ["sk-abcdefghijklmnop1234"], note: "secret=abcdefgh1" })',
      {
        title: 'token=***',
        lines: ['password=***'],
        fields: [{ name: 'api_key', value: '***' }],
        code: ['sk-***'],
        note: 'secret=***',
      },
    ],
  ])('may answer so: %s', async (_what, run, expected) => {
    const answer = await answerOf(run);
    expect(answer).toMatchObject(expected);
    expect(answer).not.toHaveProperty('buttons');
  });

  it('that answers without end is cut', async () => {
    const answer = await answerOf(
      'run: () => ({ title: "t".repeat(1e6), lines: Array(1e5).fill("line"), fields: Array(1e4).fill({ name: "n", value: "v" }), code: Array(1e5).fill("code") })',
    );
    expect(answer.title).toHaveLength(150);
    expect(JSON.stringify(answer).length).toBeLessThan(20_000);
  });

  const SENSELESS: readonly [string, string][] = [
    ['a number', 'run: () => 42'],
    ['a message without a title', 'run: () => ({ lines: ["x"] })'],
    ['an empty text', 'run: () => "  "'],
    ['a function', 'run: () => ({ title: () => "x" })'],
  ];
  it.each(sample(SENSELESS, 2, 0))('that answers with %s is told what is wrong', async (_what, run) => {
    const answer = await answerOf(run);
    // What cannot be sent at all has gone on the way.
    expect([answer.title, answer.note]).toEqual([
      '/own ran, but its answer makes no sense',
      'run() returns text, or a message with a title',
    ]);
  });

  it('knows who asked, and how', async () => {
    expect(
      (await answerOf('run: ({ locale, now, operator, args }) => JSON.stringify({ locale, now, operator, args })'))
        .title,
    ).toBe(JSON.stringify({ locale: 'en', now: NOW, operator: { name: 'me', role: 'admin' }, args: {} }));
  });

  it("has none of Lifeline's secrets in its environment, and no argument of its command line", async () => {
    vi.stubEnv('LIFELINE_QQ_SECRET', 'very-secret');
    vi.stubEnv('ANY_NAME', 'very-secret');
    try {
      const { title } = await answerOf('run: () => Object.keys(process.env).sort().join() + process.argv.length');
      expect(title).toMatch(/\bHOME\b/);
      expect(title).not.toMatch(/LIFELINE|ANY_NAME|VITEST/);
      expect(title).toMatch(/2$/);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('runs as its file is now, from the beginning each time', async () => {
    const folder = fileWith('run: () => String(++count)');
    const file = join(folder, 'own.mjs');
    writeFileSync(file, `let count = 0;\n${readFileSync(file, 'utf8')}`);
    const command = await one(load([], folder));
    expect([(await ask(command)).title, (await ask(command)).title]).toEqual(['1', '1']);
    writeFileSync(file, 'export const command = { name: "own", run: () => "changed" };');
    expect((await ask(command)).title).toBe('changed');
  });

  it('may import a file beside it, which is no command itself', async () => {
    const folder = folderWith({
      '_names.ts': 'export const names: string[] = ["Li"];',
      'own.ts': 'import { names } from "./_names.ts"; export const command = { name: "own", run: () => names.join() };',
    });
    expect((await ask(await one(load([], folder)))).title).toBe('Li');
  });
});

describe('what it may ask', () => {
  const gateway = (more: Partial<GatewayPort> = {}): GatewayPort =>
    ({
      name: 'main',
      report: async () => ({
        verdicts: [
          {
            gateway: 'main',
            link: null,
            condition: 'healthy',
            cause: 'fine',
            remedy: 'none',
            since: 1,
            at: 2,
            evidence: [],
          },
          {
            gateway: 'main',
            link: 'qqbot',
            condition: 'up',
            cause: 'fine',
            remedy: 'none',
            since: 3,
            at: 2,
            evidence: [],
          },
        ],
        process: { pid: 7, startTime: 1, startedAt: 1 },
        memoryBytes: 5,
        restarts: { lastHour: 1, perHour: 3, lastDay: 2, perDay: 8 },
        incident: null,
      }),
      logs: async (query: object) => ({
        lines: [
          { text: JSON.stringify(query), match: true },
          { text: 'token=abcdefgh1', match: true },
        ],
      }),
      ...more,
    }) as unknown as GatewayPort;

  it('is how the gateways are', async () => {
    const broken = gateway({ name: 'other', report: () => Promise.reject(new Error('no')) });
    const { code } = await answerOf(
      'run: async ({ gateways }) => ({ title: "T", code: (await gateways()).map((each) => JSON.stringify(each)) })',
      { here: context({ gateways: [gateway(), broken] }) },
    );
    expect((code ?? []).map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        name: 'main',
        condition: 'healthy',
        cause: 'fine',
        since: 1,
        links: [{ name: 'qqbot', condition: 'up', cause: 'fine', since: 3 }],
        pid: 7,
        memoryBytes: 5,
        restarts: { lastHour: 1, lastDay: 2 },
        incident: null,
      },
      {
        name: 'other',
        condition: 'unknown',
        cause: 'no_evidence',
        since: null,
        links: [],
        pid: null,
        memoryBytes: null,
        restarts: { lastHour: 0, lastDay: 0 },
        incident: null,
      },
    ]);
  });

  it('is their logs, redacted', async () => {
    const { code } = await answerOf(
      'run: async ({ logs }) => ({ title: "T", code: await logs("main", { lines: 5, text: "x", level: "error", sinceMs: 1000 }) })',
      { here: context({ gateways: [gateway()] }) },
    );
    expect(JSON.parse(code?.[0] ?? '')).toEqual({
      count: 5,
      text: 'x',
      pattern: null,
      least: 'error',
      since: NOW - 1_000,
      context: 0,
      before: null,
    });
    expect(code?.[1]).toBe('token=***');
  });

  it.each([
    ['of a gateway that is not there', 'logs("mian")', 'logs: there is no gateway "mian"; there are: main'],
    ['of too many lines', 'logs("main", { lines: 1000 })', 'logs: lines is not what it may be; lines is at most 200'],
  ])('is no log %s', async (_what, call, expected) => {
    expect(await answerOf(`run: ({ logs }) => ${call}`, { here: context({ gateways: [gateway()] }) })).toEqual({
      tone: 'warning',
      title: '/own failed',
      lines: [expected],
    });
  });

  it('is to say something in between, three times', async () => {
    const here = context();
    const answer = await answerOf(
      'run: async ({ say }) => { for (const n of [1, 2, 3, 4, 5]) await say(`at ${n}`); return "end"; }',
      { here },
    );
    expect([...here.said, answer].map(({ title }) => title)).toEqual(['at 1', 'at 2', 'at 3', 'end']);
  });

  it('is only so much: a command that asks without end gets an end', async () => {
    expect((await answerOf('run: async ({ gateways }) => { for (;;) await gateways(); }')).lines).toEqual([
      'a command may ask at most 200 times',
    ]);
  });

  it('is nothing else, whatever its process sends', async () => {
    const run =
      'run: async () => { for (const m of [null, 1, {}, { kind: "call", id: 1, method: "constructor", args: [] }, { kind: "loaded" }, { kind: "call" }]) process.send(m); return "fine"; }';
    expect((await answerOf(run)).title).toBe('fine');
  });
});

describe('a TypeScript command that goes wrong at its run', () => {
  const WRONG: readonly [string, string, Message][] = [
    [
      'throws',
      'run() { throw new Error("no route, token=abcdefgh1"); }',
      { tone: 'warning', title: '/own failed', lines: ['no route, token=***'] },
    ],
    [
      'rejects',
      'run: async () => { await null; JSON.parse("{"); }',
      { tone: 'warning', title: '/own failed', lines: [expect.stringMatching(/^SyntaxError: /) as string] },
    ],
    [
      'throws what is no error',
      'run() { throw "just text"; }',
      { tone: 'warning', title: '/own failed', lines: ['just text'] },
    ],
    [
      'throws what cannot be shown',
      'run() { throw Object.create(null); }',
      { tone: 'warning', title: '/own failed', lines: ['something that cannot be shown'] },
    ],
    [
      'is let down by a promise of which nobody heard',
      'run: () => { void Promise.reject(new Error("late")); return new Promise(() => {}); }',
      { tone: 'warning', title: '/own failed', lines: ['late'] },
    ],
    [
      'fails in a timer',
      'run: () => { setTimeout(() => { throw new Error("later"); }, 10); return new Promise(() => {}); }',
      { tone: 'warning', title: '/own failed', lines: ['later'] },
    ],
    [
      'ends its process',
      'run() { console.error("bye"); process.exit(3); }',
      { tone: 'warning', title: '/own ended itself without an answer', code: ['bye'] },
    ],
    [
      'crashes its process',
      'run() { process.kill(process.pid, "SIGSEGV"); return new Promise(() => {}); }',
      { tone: 'warning', title: expect.stringMatching(/^\/own was ended by SIGSEGV/) as string },
    ],
  ];
  it.each(sample(WRONG, 3, 0))('and %s has that as its answer', async (_what, run, expected) =>
    expect(await answerOf(run)).toEqual(expected),
  );

  it('and eats memory without end is ended, alone', async () => {
    const { title } = await answerOf('run() { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); }', {
      more: 'timeout: "5m",',
    });
    expect(title).toMatch(/^\/own was ended by SIG(ABRT|TRAP|ILL|KILL)/);
  });

  it.each([
    ['in an endless loop', 'run() { for (;;); }'],
    ['in an endless wait', 'run: () => new Promise(() => {})'],
    ['in spite of SIGTERM', 'run() { process.on("SIGTERM", () => {}); return new Promise(() => {}); }'],
  ])('and hangs %s is ended at its limit, while Lifeline goes on', async (_how, run) => {
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 10);
    const { title } = await answerOf(run, { more: 'timeout: "1s",', tools: quick });
    clearInterval(counting);
    expect(title).toBe('/own took longer than 1 s and was ended');
    expect(turns).toBeGreaterThan(10);
  });

  it('leaves no process behind, neither its own nor what it started', async () => {
    const answer = await answerOf(
      'run() { const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]); setInterval(() => {}, 1000); return `${process.pid} ${child.pid}`; }'.replace(
        'run() {',
        'async run() { const { spawn } = await import("node:child_process");',
      ),
    );
    for (const pid of answer.title.split(' ').map(Number))
      await vi.waitFor(async () => expect(isAlive(await readProcess(pid))).toBe(false), 20_000);
  });

  it('and lost what it imports says so', async () => {
    const folder = folderWith({
      '_x.ts': 'export const x = 1;',
      'own.ts': 'import { x } from "./_x.ts"; export const command = { name: "own", run: () => String(x) };',
    });
    const command = await one(load([], folder));
    writeFileSync(join(folder, '_x.ts'), 'export const x = 2; throw new Error("gone")');
    expect(await ask(command)).toEqual({ tone: 'warning', title: '/own failed', lines: ['gone'] });
  });
});

describe('a file that cannot be a command', () => {
  const GOOD = 'export const command = { name: "good", run: () => "good" };';

  it('is reported and left out, and the others are not', async () => {
    const bad: readonly (readonly [what: string, text: string, problem: RegExp])[] = [
      ['throws', 'throw new Error("at once");', /^cannot be loaded: at once$/],
      [
        'has no command',
        'export const comand = { name: "x", run() {} };',
        /^cannot be loaded: it exports no "command"; write: export const command/,
      ],
      ['has only a default export', 'export default { name: "x", run() {} };', /it exports no "command"/],
      ['does nothing', 'export const command = { name: "x" };', /^has a "command" without "run"/],
      ['is no JavaScript', 'export const command = {{{', /^cannot be loaded: SyntaxError/],
      [
        'is more than types',
        'enum A { x }\nexport const command = { name: "x", run() {} };',
        /only types may be TypeScript: no enum/,
      ],
      ['imports what is not there', 'import "left-pad";', /install it in the folder of the commands/],
      [
        'imports the types as values',
        'import { type OwnCommand } from "gateway-lifeline/commands"; export const command = {};',
        /its types are imported with: import type/,
      ],
      ['ends the process', 'process.exit(0);', /^ended the process while it was loaded \(exit code 0\)$/],
      [
        'rejects later',
        'void Promise.reject(new Error("later")); await new Promise(() => {});',
        /^cannot be loaded: later$/,
      ],
    ];
    const { commands, problems } = await load(
      [],
      folderWith({ ...Object.fromEntries(bad.map(([what, text]) => [`${what}.ts`, text])), 'zz.ts': GOOD }),
    );
    expect(new Map(problems.map(({ where, what }) => [where, what]))).toEqual(
      new Map(bad.map(([what, , problem]) => [`${what}.ts`, expect.stringMatching(problem) as string])),
    );
    expect(commands.map(({ id }) => id)).toEqual(['good']);
  });

  it.each([
    ['loops', 'for (;;);'],
    ['waits', 'await new Promise(() => {});'],
  ])('and %s without end is left to itself at the limit', async (_what, text) => {
    expect(
      (await load([], folderWith({ 'bad.ts': text }), { times: { ...TIMES, killAfterMs: 200, loadMs: 1_000 } }))
        .problems,
    ).toEqual([{ where: 'bad.ts', what: 'did not finish loading within 1 s; do what takes time in run()' }]);
  });

  it("takes the others' time only once: all of them together have a limit", async () => {
    const { commands, problems } = await load(
      [],
      folderWith(Object.fromEntries(Array.from({ length: 9 }, (_each, index) => [`${index}.ts`, 'for (;;);']))),
      { times: { ...TIMES, killAfterMs: 200, loadMs: 1_000, loadAllMs: 1_500 } },
    );
    expect(commands).toEqual([]);
    expect(problems).toHaveLength(9);
    expect(problems.at(-1)).toEqual({ where: '8.ts', what: 'was not loaded: the files before it took too long' });
  });

  it('is not looked for among notes, types, tests, parts and hidden files', async () => {
    const bad = 'throw new Error("nobody reads this")';
    const { problems, commands } = await load(
      [],
      folderWith({
        'README.md': bad,
        'x.d.ts': bad,
        'x.test.ts': bad,
        '_x.ts': bad,
        '.x.ts': bad,
        'package.json': '{}',
        'good.mjs': GOOD,
      }),
    );
    expect(problems).toEqual([]);
    expect(commands.map(({ id }) => id)).toEqual(['good']);
  });

  it('is no file at all', async () => {
    const folder = folderWith({ 'good.ts': GOOD });
    symlinkSync('/dev/null', join(folder, 'device.ts'));
    symlinkSync('/no/such/file.ts', join(folder, 'lost.ts'));
    mkdirSync(join(folder, 'folder.ts'));
    execFileSync('mkfifo', [join(folder, 'pipe.ts')]);
    const { commands, problems } = await load([], folder);
    expect(problems.map(({ where }) => where)).toEqual(['device.ts', 'lost.ts', 'pipe.ts']);
    expect(commands.map(({ id }) => id)).toEqual(['good']);
  });
});

it('a folder that is not there is reported', async () => {
  expect((await load([], '/no/such/folder')).problems).toEqual([
    { where: 'commands_dir', what: 'there is no folder /no/such/folder; make it, or remove the key' },
  ]);
});
