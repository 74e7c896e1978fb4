/** What `lifeline config check` says of the logs of a generic gateway. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IN_DEPTH } from '../../deep.ts';
import { sampleLog } from '../../../src/sensors/logs/log-sample.ts';
import { lifeline } from '../../acceptance/command-line.ts';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lifeline-config-logs-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const REDIS = '24045:M 22 Nov 2026 08:37:32.252 * Ready to accept connections\n';

const REDIS_AT = new Date(2026, 10, 22, 8, 37, 33);

interface Problem {
  readonly severity: string;
  readonly code: string;
  readonly key: string;
  readonly what: string;
  readonly todo: string;
}

const problemsIn = (json: string): readonly Problem[] =>
  (JSON.parse(json) as { readonly problems: readonly Problem[] }).problems;

/** @param generic the lines below `generic:` */
const write = (generic: string, locale = 'en'): string => {
  const file = join(home, 'config.yaml');
  const text = `locale: ${locale}\ndata_dir: ${home}/data\nchannels: { feishu: { app_id: cli_0123456789abcdef, app_secret: "\${S}" } }\noperators: [{ name: me, role: admin, feishu: ou_1 }]\ngateways:\n  - name: redis\n    kind: generic\n    home: ${home}\n    unit: redis.service\n    generic: ${generic}\n`;
  writeFileSync(file, text, { mode: 0o600 });
  return file;
};

const checked = (...args: readonly string[]) => lifeline(['config', 'check', ...args], { env: { HOME: home, S: 's' } });
const inWords = (generic: string, locale?: string) => checked(write(generic, locale));
const asJson = async (
  generic: string,
): Promise<{ readonly code: number | null; readonly problems: readonly Problem[] }> => {
  const { code, out } = await checked(write(generic), '--json');
  return { code, problems: problemsIn(out) };
};

describe('lifeline config check', { timeout: 120_000 }, () => {
  it('finds nothing wrong with a log whose times are understood and whose patterns fit', async () => {
    writeFileSync(join(home, 'redis.log'), REDIS.repeat(3));
    utimesSync(join(home, 'redis.log'), REDIS_AT, REDIS_AT);
    const generic = '{ ready: Ready to accept, logs: [{ path: redis.log }] }';
    expect(await asJson(generic)).toEqual({ code: 0, problems: [] });
    const { code, out } = await inWords(generic);
    expect(out).toContain('config.yaml is fine');
    expect(code).toBe(0);
  });

  it('says of a kind that Lifeline knows when its log is of another time zone than this machine', async () => {
    const log = join(home, 'logs', 'gateway.log');
    mkdirSync(join(home, 'logs'));
    writeFileSync(log, '2026-11-22 04:00:00,000 INFO gateway.run: inbound\n');
    const file = join(home, 'config.yaml');
    writeFileSync(
      file,
      `locale: en\ndata_dir: ${home}/data\nchannels: { feishu: { app_id: cli_0123456789abcdef, app_secret: "\${S}" } }\noperators: [{ name: me, role: admin, feishu: ou_1 }]\ngateways: [{ name: main, kind: hermes, home: ${home} }]\n`,
      { mode: 0o600 },
    );
    const problems = async (writtenAt: Date): Promise<readonly Problem[]> => {
      utimesSync(log, writtenAt, writtenAt);
      return problemsIn((await checked(file, '--json')).out).filter(({ code }) => code === 'log_doubt');
    };
    expect(await problems(new Date(2026, 10, 22, 4, 0, 2))).toEqual([]);
    const [found] = await problems(new Date(2026, 10, 22, 12, 0, 2));
    expect(found).toMatchObject({ severity: 'warning', key: 'gateways[0].home' });
    expect(found?.what).toContain('2026-11-22 04:00:00,000');
  });

  it.runIf(IN_DEPTH)(
    'says so of a generic gateway, too, whose last line is hours off the time at which it was written',
    async () => {
      const log = join(home, 'redis.log');
      writeFileSync(log, REDIS);
      const written = new Date(REDIS_AT.getTime() + 8 * 3_600_000);
      utimesSync(log, written, written);
      const { problems } = await asJson('{ logs: [{ path: redis.log }] }');
      expect(problems).toMatchObject([
        { severity: 'warning', code: 'log_doubt', key: 'gateways[0].generic.logs[0].path' },
      ]);
      expect(problems[0]?.what).toContain("are hours off this machine's");
    },
  );

  it('names the line whose time is not understood, and what to write', async () => {
    writeFileSync(join(home, 'us.log'), `banner\n${'11/22/2026, 8:37:32 AM up\n'.repeat(2)}`);
    const { code, problems } = await asJson('{ logs: [{ path: us.log }] }');
    expect(problems).toMatchObject([
      { severity: 'warning', code: 'log_doubt', key: 'gateways[0].generic.logs[0].date_order' },
    ]);
    const words = await inWords('{ logs: [{ path: us.log }] }');
    expect(words.out).toMatch(
      /in \S+us\.log:3 day and month could be exchanged: "11\/22\/2026, 8:37:32 AM up"\n {4}→ beside "path" write date_order: dmy/,
    );
    expect([code, words.code]).toEqual([1, 1]);
    const chinese = await inWords('{ logs: [{ path: us.log }] }', 'zh-CN');
    expect(chinese.out).toMatch(/分不清日月：「11\/22\/2026, 8:37:32 AM up」\n {4}→ 在 path 旁边写 date_order/);
    expect((await inWords('{ logs: [{ path: us.log, date_order: mdy }] }')).code).toBe(0);
  });

  it('says that a log is not there, that a pattern takes no time, and that a pipe is no log', async () => {
    writeFileSync(join(home, 'pattern.log'), 'noon up\n');
    execFileSync('mkfifo', [join(home, 'pipe.log')]);
    const { code, problems } = await asJson(
      "{ logs: [{ path: gone.log }, { path: pattern.log, format: '^(?P<time>\\S+) (?P<message>.*)' }, { path: pipe.log }] }",
    );
    expect(problems.map(({ code: what, key }) => [what, key])).toEqual([
      ['log_doubt', 'gateways[0].generic.logs[0].path'],
      ['log_doubt', 'gateways[0].generic.logs[1].format'],
      ['log_unreadable', 'gateways[0].generic.logs[2].path'],
    ]);
    expect(problems[0]?.what).toMatch(/there is no log .*gone\.log/);
    expect(problems[1]?.what).toMatch(/pattern\.log:1 is in no form that Lifeline knows: "noon up"/);
    expect(code).toBe(1);
  });

  it.runIf(IN_DEPTH)('hints at patterns that fit nothing, which need not be a mistake', async () => {
    writeFileSync(join(home, 'redis.log'), REDIS);
    const generic =
      '{ ready: Redy, fatal: never seen, logs: [{ path: redis.log }], links: { x: { up: also not, lost: never } }, checks: [{ log: nor this, max_age: 1m }] }';
    const { problems } = await asJson(generic);
    expect(
      problems.map(({ severity, code: what, key }) => [severity, what, key.replace('gateways[0].generic.', '')]),
    ).toEqual([
      ['hint', 'pattern_unmatched', 'ready'],
      ['hint', 'pattern_unmatched', 'links.x.up'],
      ['hint', 'pattern_unmatched', 'checks[0].log'],
    ]);
    const { code, out } = await inWords(generic);
    expect(out).toContain('config.yaml is fine');
    expect(code).toBe(0);
  });
});

describe('the sample of a log', () => {
  it('has the numbers of its lines, also of a large file', async () => {
    const file = join(home, 'large.log');
    writeFileSync(file, Array.from({ length: 200_000 }, (_, at) => `line ${at + 1}`).join('\n'));
    const sample = await sampleLog(file, OWN_FILES);
    expect(sample?.lines.at(-1)).toBe('line 200000');
    expect(sample?.lines[0]).toBe(`line ${sample?.firstNumber ?? 0}`);
    expect(sample?.firstNumber).toBeGreaterThan(1);
  });

  it('is of the latest day, where there is a file for each', async () => {
    for (const day of ['2026-11-20', '2026-11-22', '2026-11-21'])
      writeFileSync(join(home, `bot-${day}.log`), `${day}\n`);
    expect(await sampleLog(join(home, 'bot-YYYY-MM-DD.log'), OWN_FILES)).toMatchObject({
      lines: ['2026-11-22'],
      firstNumber: 1,
    });
  });

  it('is null where there is none, and never waits for a pipe', async () => {
    expect(await sampleLog(join(home, 'none'), OWN_FILES)).toBeNull();
    execFileSync('mkfifo', [join(home, 'pipe')]);
    await expect(sampleLog(join(home, 'pipe'), OWN_FILES)).rejects.toThrow(/no regular file/);
  });
});
