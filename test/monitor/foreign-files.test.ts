/** What another user of the machine can write is no evidence, is told, and is never shown. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { trustIn } from '../../src/base/open-foreign.ts';
import type { ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import type { GatewayKind } from '../../src/gateways/gateway-kind.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { kindAt } from '../../src/gateways/index.ts';
import { createLogFollower } from '../../src/sensors/logs/log-follower.ts';
import { logNames } from '../../src/sensors/logs/log-files.ts';
import { searchLogs } from '../../src/sensors/logs/log-search.ts';
import { mainLogOf } from '../../src/sensors/logs/main-log.ts';
import { createWatcher } from '../../src/monitor/gateway/watcher.ts';
import { at, line } from '../diagnosis/story.ts';
import { manualClock } from '../healing/manual-clock.ts';
import { ownFolder } from '../store/helpers.ts';

const MALLORY = 4_242;
const GATEWAY = 4_343;
const PROCESS: ProcessSeen = { pid: 100, startTime: 1, startedAt: at(-2) };
const asRoot = describe.skipIf(process.getuid?.() !== 0);

/** Where everybody may enter, so that no folder of the test protects what lies in it. */
const place = (): string => {
  const folder = ownFolder();
  chmodSync(folder, 0o755);
  return folder;
};

const give = (path: string, uid: number, mode: number, make: (path: string) => void = () => undefined): string => {
  make(path);
  chownSync(path, uid, uid);
  chmodSync(path, mode);
  return path;
};

const write = (path: string, uid: number, lines: readonly string[], mode = 0o644): string => {
  appendFileSync(path, lines.map((each) => `${each}\n`).join(''));
  return give(path, uid, mode);
};

const homeOf = (uid: number): string => {
  const home = join(place(), 'home');
  mkdirSync(join(home, 'logs'), { recursive: true });
  for (const folder of [home, join(home, 'logs')]) give(folder, uid, 0o755);
  return home;
};

const GOOD = [
  line(0, 'INFO Starting Hermes Gateway...'),
  line(1, 'INFO Gateway running with 1 platform(s)'),
  line(2, 'INFO [QQBot:1001] Ready, session_id=a'),
];
const BAD = line(5, 'ERROR [QQBot:1001] Max reconnect attempts reached');

const watch = (home: string, kind: GatewayKind = hermes) => {
  const clock = manualClock(at(10));
  const watcher = createWatcher({
    subject: {
      gateway: 'main',
      kind,
      home,
      links: null,
      policy: () => DEFAULT_POLICY,
      hosts: { qqbot: ['127.0.0.1:1'] },
    },
    finder: { findProcess: () => Promise.resolve({ gateway: PROCESS, beside: [], problem: null }) },
    clock,
    logger: silentLogger(),
  });
  onTestFinished(() => watcher.stop());
  return async () => {
    const { verdicts, problems, refused } = await watcher.look();
    return {
      said: verdicts.map(({ link, condition }) => `${link ?? 'gateway'} ${condition}`),
      problems: problems.map((each) => each.replaceAll(home, 'HOME')),
      refused: refused.map(({ why, path }) => `${why} ${path.replace(home, 'HOME')}`),
    };
  };
};

asRoot('a log', () => {
  it("of the gateway's user is believed", async () => {
    const home = homeOf(GATEWAY);
    write(join(home, 'logs/gateway.log'), GATEWAY, [...GOOD, BAD]);
    expect(await watch(home)()).toEqual({ said: ['gateway healthy', 'qqbot gave_up'], problems: [], refused: [] });
  });

  it('of another user restarts nothing, and is told until it is put right', async () => {
    const home = homeOf(GATEWAY);
    const log = write(join(home, 'logs/gateway.log'), MALLORY, [...GOOD, BAD]);
    const look = watch(home);
    const told = {
      problems: ['HOME/logs/gateway.log belongs to another user (uid 4242), who could change it'],
      refused: ['owner HOME/logs/gateway.log'],
    };
    expect(await look()).toEqual({ said: [expect.not.stringContaining('gave_up')], ...told });
    appendFileSync(log, `${BAD}\n`);
    expect(await look()).toEqual({ said: [expect.not.stringContaining('gave_up')], ...told });
    chownSync(log, GATEWAY, GATEWAY);
    expect(await look()).toMatchObject({ said: expect.arrayContaining(['qqbot gave_up']) as unknown, problems: [] });
  });

  it('that others may write from now on is read no further, and what it said before stays', async () => {
    const home = homeOf(GATEWAY);
    const log = write(join(home, 'logs/gateway.log'), GATEWAY, GOOD);
    const look = watch(home);
    expect((await look()).said).toEqual(['gateway healthy', 'qqbot up']);
    write(log, GATEWAY, [BAD], 0o666);
    expect(await look()).toMatchObject({
      said: ['gateway healthy', 'qqbot up'],
      refused: ['writable HOME/logs/gateway.log'],
    });
    chmodSync(log, 0o644);
    expect((await look()).said).toEqual(['gateway healthy', 'qqbot gave_up']);
  });

  it('is not followed through a link of another user, nor shown', async () => {
    const home = homeOf(GATEWAY);
    const secret = write(join(place(), 'private'), 0, ['the secret'], 0o600);
    const shared = give(join(home, '../tmp'), 0, 0o1777, (path) => mkdirSync(path));
    const log = join(shared, 'gateway.log');
    symlinkSync(secret, log);
    execFileSync('chown', ['-h', String(MALLORY), log]);
    const trust = trustIn(home);
    const follower = createLogFollower(log, { trust });
    expect(await follower.read()).toEqual([]);
    expect(follower.refusals()).toMatchObject([{ why: 'owner', kind: 'link', uid: MALLORY }]);
    const query = { count: 10, least: null, since: null, text: null, pattern: null, context: 0, before: null };
    await expect(searchLogs(await logNames(log, trust), query, hermes.parseLine, { trust })).rejects.toMatchObject({
      code: 'FILE_REFUSED',
    });
    await follower.close();
  });

  it('is shown without the older files that others have put beside it, and that is said', async () => {
    const home = homeOf(GATEWAY);
    const log = write(join(home, 'logs/gateway.log'), GATEWAY, GOOD);
    write(`${log}.1`, MALLORY, [line(0, 'INFO forged')]);
    const trust = trustIn(home);
    const page = await searchLogs(
      await logNames(log, trust),
      { count: 10, least: null, since: null, text: null, pattern: null, context: 0, before: null },
      hermes.parseLine,
      { trust },
    );
    expect(page.lines.map(({ text }) => text)).toEqual(GOOD);
    expect(page.refused).toMatchObject([{ why: 'owner', path: `${log}.1` }]);
    // It takes nothing from what is followed.
    expect(await watch(home)()).toEqual({ said: ['gateway healthy', 'qqbot up'], problems: [], refused: [] });
  });

  it('with a file for each day is found although another user has put a later day there', async () => {
    const home = homeOf(GATEWAY);
    const shared = give(join(home, '../tmp'), 0, 0o1777, (path) => mkdirSync(path));
    const path = join(shared, 'bot-YYYY-MM-DD.log');
    const day = (date: string): string => path.replace('YYYY-MM-DD', date);
    write(day('2026-11-21'), GATEWAY, ['of the gateway']);
    write(day('2099-01-01'), MALLORY, ['forged']);
    const follower = createLogFollower(path, { trust: trustIn(home) });
    expect(await follower.read()).toEqual(['of the gateway']);
    write(day('2026-11-21'), GATEWAY, ['more']);
    expect(await follower.read()).toEqual(['more']);
    write(day('2026-11-22'), GATEWAY, ['the next day']);
    expect(await follower.read()).toEqual(['the next day']);
    expect(follower.refusals()).toMatchObject([{ why: 'owner', path: day('2099-01-01') }]);
    await follower.close();
  });
});

asRoot('a log that may lie at several places', () => {
  /** As OpenClaw's: where the usual folder is another user's, it takes one of its own. */
  const places = (home: string): GatewayKind => {
    const logs = ['a', 'b'].map((name) => join(home, '..', name, 'openclaw-YYYY-MM-DD.log'));
    return { ...kindAt('openclaw', home), logs, mainLogs: logs, openProbe: null };
  };
  const TODAY = 'openclaw-2026-11-21.log';
  const LINE =
    '{"0":"{\\"subsystem\\":\\"gateway\\"}","1":"ready","_meta":{"date":"2026-11-21T02:00:01.000Z","logLevelName":"INFO"},"message":"gateway ready"}';

  it("is followed where it is, and what lies at the other place is nobody's business", async () => {
    const home = homeOf(GATEWAY);
    const kind = places(home);
    give(join(home, '../a'), MALLORY, 0o755, (path) => mkdirSync(path));
    give(join(home, '../b'), GATEWAY, 0o700, (path) => mkdirSync(path));
    write(join(home, '../a', TODAY), MALLORY, [LINE]);
    write(join(home, '../b', TODAY), GATEWAY, [LINE]);
    const look = watch(home, kind);
    await look();
    expect(await look()).toMatchObject({ problems: [], refused: [] });
    expect(await mainLogOf(kind.mainLogs, trustIn(home))).toBe(kind.mainLogs[1]);
  });

  it("is told to be another user's where there is no other", async () => {
    const home = homeOf(GATEWAY);
    const kind = places(home);
    give(join(home, '../a'), MALLORY, 0o755, (path) => mkdirSync(path));
    write(join(home, '../a', TODAY), MALLORY, [LINE]);
    expect(await watch(home, kind)()).toMatchObject({ refused: [expect.stringMatching(/^owner \S+\/a$/)] });
  });
});

asRoot('a home', () => {
  it('in a folder that everybody may write is no evidence, and the folder is told with what mends it', async () => {
    const home = homeOf(GATEWAY);
    write(join(home, 'logs/gateway.log'), GATEWAY, [...GOOD, BAD]);
    chmodSync(join(home, '..'), 0o777);
    const { said, problems, refused } = await watch(home)();
    expect(said).toEqual([expect.not.stringContaining('gave_up')]);
    expect(new Set(refused)).toEqual(new Set([`writable ${join(home, '..')}`]));
    expect(new Set(problems)).toEqual(
      new Set([`${join(home, '..')} can be changed by everybody; run: chmod o-w ${join(home, '..')}`]),
    );
  });
});

asRoot('a state file', () => {
  it('of another user says neither that it is there nor that it is not', async () => {
    const home = homeOf(GATEWAY);
    write(join(home, 'logs/gateway.log'), GATEWAY, GOOD);
    const look = watch(home);
    expect((await look()).said[0]).toBe('gateway healthy');
    const marker = write(join(home, '.update_pending.json'), MALLORY, ['{}']);
    expect(await look()).toMatchObject({
      said: ['gateway healthy', 'qqbot up'],
      refused: ['owner HOME/.update_pending.json'],
    });
    chownSync(marker, GATEWAY, GATEWAY);
    await look();
    renameSync(marker, join(home, 'old'));
    writeFileSync(marker, '{}');
    chmodSync(marker, 0o666);
    expect(await look()).toMatchObject({ refused: ['writable HOME/.update_pending.json'] });
  });

  it('that is too large, a pipe or a folder is told as well', async () => {
    const home = homeOf(GATEWAY);
    write(join(home, 'gateway_state.json'), GATEWAY, ['x'.repeat(300_000)]);
    execFileSync('mkfifo', [join(home, '.gateway-takeover.json')]);
    mkdirSync(join(home, '.update_pending.json'));
    expect((await watch(home)()).refused.toSorted()).toEqual([
      'kind HOME/.gateway-takeover.json',
      'kind HOME/.update_pending.json',
      'size HOME/gateway_state.json',
    ]);
  });
});
