import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Message } from '../../../src/chat/message/message.ts';
import { isAlive, readProcess } from '../../../src/sensors/process/proc.ts';
import { ownFolder } from '../../store/helpers.ts';
import { ask, context, load, node, one, TIMES } from './helpers.ts';

const answerOf = async (run: readonly string[], more: object = {}, times: object = {}): Promise<Message> =>
  ask(one(load([{ name: 'own', run, ...more }], null, { times: { ...TIMES, ...times } })));

const SHORT = { timeout: '1s' };
const running = async (pid: number): Promise<boolean> => isAlive(await readProcess(pid));
const numberIn = (path: string): number => Number(readFileSync(path, 'utf8'));

describe('a program', () => {
  it('that ends well is told with what it wrote, in the order in which it wrote it', async () => {
    expect(
      await answerOf(
        node(
          'console.log("one"); setTimeout(() => { console.error("two"); setTimeout(() => console.log("three"), 100) }, 100)',
        ),
      ),
    ).toEqual({
      tone: 'good',
      title: expect.stringMatching(/^\/own done \(\d+\.\d s\)$/) as string,
      code: ['one', 'two', 'three'],
    });
  });

  it('is told in Chinese where that is spoken', async () => {
    const command = one(load([{ name: 'own', run: node('') }]));
    expect(await ask(command, '', context({ locale: 'zh-CN' }))).toEqual({
      tone: 'good',
      title: expect.stringMatching(/^\/own 完成（\d+\.\d 秒）$/) as string,
      lines: ['没有输出'],
    });
  });

  it('that fails is told with its errors first, apart from what else it wrote', async () => {
    expect(await answerOf(node('console.log("half"); console.error("no room"); process.exitCode = 3'))).toEqual({
      tone: 'warning',
      title: expect.stringMatching(/^\/own failed: exit code 3 \(\d+\.\d s\)$/) as string,
      code: ['— errors —', 'no room', '— output —', 'half'],
    });
  });

  it('that is killed says by which signal', async () => {
    expect(await answerOf(node('process.kill(process.pid, "SIGTERM")'))).toMatchObject({
      tone: 'warning',
      title: expect.stringMatching(/^\/own was ended by SIGTERM/) as string,
    });
  });

  it('that is not there is told with what to do', async () => {
    expect(await answerOf(['no-such-program-anywhere'])).toEqual({
      tone: 'warning',
      title: '/own was not run: there is no program no-such-program-anywhere',
      note: 'Install it, or write its whole path in run',
    });
  });

  it('that may not be executed is told with what to do', async () => {
    const path = join(ownFolder(), 'tool');
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o644);
    expect(await answerOf([path])).toMatchObject({
      title: `/own was not run: ${path} may not be executed`,
      note: 'Check its permissions, for instance chmod +x',
    });
  });

  it('whose folder is not there is not mistaken for one that is not there itself', async () => {
    expect(await answerOf(['ls'], { cwd: '/no/such/folder' })).toMatchObject({
      title: '/own was not run: there is no folder /no/such/folder',
    });
  });

  it('works in its folder', async () => {
    const folder = ownFolder();
    expect((await answerOf(node('console.log(process.cwd())'), { cwd: folder })).code).toEqual([folder]);
  });

  it('has no input that it could wait for', async () => expect((await answerOf(['cat'])).title).toMatch(/done/));

  it('gets its parameters as words of their own, defaults too', async () => {
    const run = node('console.log(JSON.stringify(process.argv.slice(1)))', '{path}', '-n', '{n}', '{path}');
    const command = one(
      load([
        {
          name: 'own',
          run,
          params: { path: { pattern: '^/[a-z/]+$', default: '/' }, n: { number: [1, 9], default: 5 } },
        },
      ]),
    );
    expect((await ask(command, '/var/log')).code).toEqual(['["/var/log","-n","5","/var/log"]']);
    expect((await ask(command, '')).code).toEqual(['["/","-n","5","/"]']);
    expect((await ask(command, '7 /')).code).toEqual(['["/","-n","7","/"]']);
    expect(command.examples).toEqual(['/own', '/own / 5']);
  });
});

describe('the environment of a program', () => {
  it('holds what programs need and nothing of Lifeline', async () => {
    vi.stubEnv('LIFELINE_QQ_SECRET', 'very-secret-1');
    vi.stubEnv('MY_FEISHU_SECRET', 'very-secret-2');
    vi.stubEnv('NODE_OPTIONS', '--no-warnings');
    vi.stubEnv('LC_TIME', 'C');
    // A developer's own may be longer than a line of output.
    vi.stubEnv('PATH', '/opt/tools/bin:/usr/bin:/bin');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { code } = await answerOf(
      node('for (const [name, value] of Object.entries(process.env)) console.log(name + "=" + value)'),
    );
    const env = Object.fromEntries(
      (code ?? []).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    expect(env).toMatchObject({ HOME: process.env['HOME'], LC_TIME: 'C', NO_COLOR: '1' });
    expect(env['PATH']?.split(':')).toEqual(
      expect.arrayContaining([...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin']),
    );
    expect(Object.keys(env).filter((name) => /SECRET|NODE_OPTIONS|VITEST|LIFELINE/.test(name))).toEqual([]);
  });

  it('has what is declared; what is passed on by its name is hidden in the output, however short its name is of a secret', async () => {
    vi.stubEnv('MY_VALUE', 'correct horse');
    onTestFinished(() => void vi.unstubAllEnvs());
    const answer = await answerOf(
      node('console.log(process.env.A, process.env.B, String(process.env.C), process.env.B.length)'),
      { env: { A: 'fixed', B: '${MY_VALUE}', C: '${NOT_THERE}' } },
    );
    expect(answer.code).toEqual(['fixed *** undefined 13']);
  });
});

describe('the output of a program', () => {
  it('has no colours, no secrets, no control characters, and of progress the last state', async () => {
    const script = String.raw`process.stdout.write('\x1b[31mred\x1b[0m \x1b]0;title\x07x\x1b]8;;http://a\x1b\\link\n10%\r50%\r100%\r\ntoken=abcdefgh12345678\na\x07b\u202ec\n')`;
    expect((await answerOf(node(script))).code).toEqual(['red xlink', '100%', 'token=***', 'abc']);
  });

  it('that is no UTF-8 is shown as far as it goes', async () => {
    expect((await answerOf(node('process.stdout.write(Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a]))'))).code).toEqual([
      'a��b',
    ]);
  });

  it('that is long is shown from both ends, and whole as a file', async () => {
    const { code, attachment } = await answerOf(node('for (let n = 1; n <= 200; n += 1) console.log("line", n)'));
    expect(code).toHaveLength(41);
    expect([code?.[0], code?.[20], code?.[40]]).toEqual(['line 1', '… (160 lines left out) …', 'line 200']);
    expect(attachment?.name).toBe('own.txt');
    expect(attachment?.text.split('\n')).toHaveLength(201);
  });

  it('that has no end takes no memory and no place: the beginning and the end are kept', async () => {
    const script =
      'let n = 0; const more = () => { while (n < 400000) { n += 1; if (!process.stdout.write("line " + n + "\\n")) return process.stdout.once("drain", more); } }; more()';
    const { code, attachment } = await answerOf(node(script), { timeout: '1m' });
    expect([code?.[0], code?.at(-1)]).toEqual(['line 1', 'line 400000']);
    expect(attachment?.text.length).toBeLessThan(65_000);
    expect(attachment?.text).toMatch(/\n… \(4\.\d MB left out\) …\nline \d+\n/);
  });
});

describe('a program that takes too long', () => {
  it('is ended at its limit, and what it wrote until then is told', async () => {
    const answer = await answerOf(node('setInterval(() => {}, 1000)'), SHORT);
    expect(answer).toEqual({
      tone: 'warning',
      title: '/own took longer than 1 s and was ended',
      note: expect.stringMatching(/raise its timeout/) as string,
    });
  });

  it('and ignores SIGTERM is killed', async () => {
    expect(
      (
        await answerOf(node('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'), SHORT, {
          killAfterMs: 100,
        })
      ).title,
    ).toBe('/own took longer than 1 s and was ended');
  });
});

describe('a program that is ended when Lifeline stops', () => {
  /** Stops Lifeline once the program has written this file. */
  const stopped = async (script: string, file: string, times: object = {}) => {
    const stop = new AbortController();
    const folder = ownFolder();
    const command = one(
      load([{ name: 'own', run: node(script), cwd: folder, timeout: '5m' }], null, {
        signal: stop.signal,
        times: { ...TIMES, ...times },
      }),
    );
    const answer = ask(command);
    await vi.waitFor(() => expect(existsSync(join(folder, file))).toBe(true), 30_000);
    stop.abort();
    return { folder, answer: await answer, again: () => ask(command) };
  };

  it('says so, and is not begun again', async () => {
    const { answer, again } = await stopped(
      'console.log("begun"); require("fs").writeFileSync("begun", ""); setInterval(() => {}, 1000)',
      'begun',
    );
    expect(answer).toMatchObject({
      title: '/own was not completed: Lifeline is stopping',
      code: ['— output —', 'begun'],
    });
    expect((await again()).title).toBe('/own was not completed: Lifeline is stopping');
  });

  it('may clean up', async () => {
    const { folder } = await stopped(
      'const fs = require("fs"); process.on("SIGTERM", () => { fs.writeFileSync("clean", ""); process.exit(0) }); fs.writeFileSync("begun", ""); setInterval(() => {}, 1000)',
      'begun',
    );
    expect(existsSync(join(folder, 'clean'))).toBe(true);
  });

  it.each([
    ['goes at once', ''],
    ['ignores SIGTERM, too,', 'process.on("SIGTERM", () => {});'],
  ])('and %s takes along what it started, whatever that does with SIGTERM', async (_how, first) => {
    const grandchild =
      'process.on("SIGTERM", () => {}); require("fs").writeFileSync("child.part", String(process.pid)); require("fs").renameSync("child.part", "child"); setInterval(() => {}, 1000)';
    const { folder } = await stopped(
      `${first} require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(grandchild)}], { stdio: "inherit" }); setInterval(() => {}, 1000)`,
      'child',
      { killAfterMs: 200 },
    );
    await vi.waitFor(async () => expect(await running(numberIn(join(folder, 'child')))).toBe(false), 20_000);
  });
});

it('is not waited for where it leaves something running that holds its output, and that goes on', async () => {
  const folder = ownFolder();
  const script =
    'const c = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" }); require("fs").writeFileSync("pid", String(c.pid)); console.log("left"); c.unref()';
  const { title, code } = await answerOf(node(script), { cwd: folder, timeout: '1m' });
  const pid = numberIn(join(folder, 'pid'));
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  expect({ title, code }).toMatchObject({ title: expect.stringMatching(/done/) as string, code: ['left'] });
  expect(await running(pid)).toBe(true);
});
