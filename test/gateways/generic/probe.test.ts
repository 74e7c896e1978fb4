import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';
import type { Evidence, ProcessSeen } from '../../../src/diagnosis/evidence.ts';
import { createGenericProbe } from '../../../src/gateways/generic/probe.ts';
import type { CheckSettings } from '../../../src/gateways/generic/settings.ts';
import { manualClock } from '../../healing/manual-clock.ts';
import { TERMS } from './settings.ts';

const START = 1_000_000_000_000;
const OLD: ProcessSeen = { pid: 10, startTime: 1, startedAt: START - 3_600_000 };
const NEW: ProcessSeen = { pid: 11, startTime: 2, startedAt: START + 1_000 };
const POLLING: CheckSettings = { kind: 'log', pattern: 'polling', maxAgeMs: 60_000, ...TERMS };

/** A server whose every answer a test gives. */
const openServer = async () => {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => void waiting.push(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    waiting,
    check: {
      kind: 'http',
      url: `http://127.0.0.1:${port}/`,
      status: [],
      contains: null,
      json: null,
      ...TERMS,
      timeoutMs: 60_000,
    } satisfies CheckSettings,
  };
};

const open = (checks: readonly CheckSettings[], { ready = null as string | null, hasProcess = true } = {}) => {
  const clock = manualClock(START);
  const world = {
    process: OLD as ProcessSeen | null | undefined,
    heardAt: null as number | null,
    sleptMs: 0,
    held: { isPaused: false, resumedAt: null as number | null },
  };
  const onNews = vi.fn();
  const probe = createGenericProbe({
    settings: { ready, checks },
    hasProcess,
    heardAt: () => world.heardAt,
    home: '/',
    trust: OWN_FILES,
    process: () => world.process,
    held: () => world.held,
    onNews,
    clock,
    machine: () => ({ wall: clock.now(), awake: clock.now() - world.sleptMs }),
  });
  /** One look to ask, and one to hear what can be answered at once. */
  const look = async (): Promise<readonly string[]> => {
    const first = await probe.look(clock.now());
    for (let at = 0; at < 5; at += 1) await turn();
    return [...first, ...(await probe.look(clock.now()))].map(said);
  };
  return { clock, world, onNews, probe, look };
};

const said = ({ fact }: Evidence): string =>
  fact.kind === 'check' ? `${fact.check} ${fact.ok ? 'well' : 'ill'}` : fact.kind;

describe("the operator's checks", () => {
  it('are told with what was asked, what came, and what follows', async () => {
    const { clock, probe } = open([{ ...POLLING, forMs: 5_000, then: 'alert' }]);
    await probe.look(clock.now());
    clock.jump(61_000);
    await probe.look(clock.now());
    await turn();
    expect(await probe.look(clock.now())).toEqual([
      {
        at: START + 61_000,
        source: 'check',
        text: 'log "polling": no such line',
        link: null,
        fact: { kind: 'check', check: 'log "polling"', ok: false, graceMs: 5_000, remedy: 'alert' },
      },
    ]);
  });

  it('are asked each by its own time', async () => {
    const { clock, look } = open([POLLING, { ...POLLING, pattern: 'seldom', everyMs: 300_000 }], { ready: 'x' });
    expect(await look()).toHaveLength(2);
    clock.jump(10_000);
    expect(await look()).toEqual([]);
    clock.jump(20_000);
    expect((await look()).map((each) => each.split(' ')[1])).toEqual(['"polling"']);
  });

  it('of a process that has just started are asked again soon, and a stranger’s answer is none of its own', async () => {
    const { waiting, check } = await openServer();
    const { clock, world, probe } = open([{ ...check, everyMs: 3_600_000 }], { ready: 'x' });
    world.process = { ...NEW, startedAt: START };
    const answered = async (status: number): Promise<readonly Evidence[]> => {
      const asking = probe.look(clock.now());
      await vi.waitFor(() => expect(waiting).toHaveLength(1), 60_000);
      waiting.shift()?.writeHead(status).end();
      const first = await asking;
      if (first.length > 0) return first;
      return vi.waitFor(async () => {
        const heard = await probe.look(clock.now());
        expect(heard).toHaveLength(1);
        return heard;
      }, 60_000);
    };
    expect(await answered(200)).toMatchObject([{ fact: { ok: true, early: true } }]);
    clock.jump(5_000);
    expect(await answered(503)).toMatchObject([{ fact: { ok: false } }]);
    clock.jump(5_000);
    const [proof] = await answered(200);
    expect(proof?.fact).toEqual({
      kind: 'check',
      check: expect.any(String) as string,
      ok: true,
      graceMs: check.forMs,
      remedy: 'restart',
    });
    clock.jump(600_000);
    expect(await probe.look(clock.now())).toEqual([]);
    expect(waiting).toEqual([]);
  });

  it('are not asked while the process is held still, and have a fresh time when it goes on', async () => {
    const { clock, world, look } = open([POLLING], { ready: 'x' });
    expect(await look()).toEqual(['log "polling" well']);
    world.held = { isPaused: true, resumedAt: null };
    clock.jump(300_000);
    expect(await look()).toEqual([]);
    world.held = { isPaused: false, resumedAt: clock.now() };
    expect(await look()).toEqual(['log "polling" well']);
    clock.jump(61_000);
    expect(await look()).toEqual(['log "polling" ill']);
  });

  it('say nothing by what the process was asked before it was held still', async () => {
    const { waiting, check } = await openServer();
    const { clock, world, probe } = open([{ ...check, contains: 'well' }], { ready: 'x' });
    const first = probe.look(clock.now());
    await vi.waitFor(() => expect(waiting).toHaveLength(1), 60_000);
    world.held = { isPaused: false, resumedAt: clock.now() };
    waiting.shift()?.end('ill');
    expect(await first).toEqual([]);
  });

  it('do not wait for each other, and only the first look of a process waits for them', async () => {
    const { waiting, check } = await openServer();
    const { clock, look, onNews } = open([check, { ...POLLING }], { ready: 'x' });
    const first = look();
    await vi.waitFor(() => expect(waiting).toHaveLength(1), 60_000);
    waiting.shift()?.end('ok');
    expect(await first).toHaveLength(2);
    onNews.mockClear();
    clock.jump(31_000);
    expect(await look()).toEqual(['log "polling" well']);
    await vi.waitFor(() => expect(waiting).toHaveLength(1), 60_000);
    // This one hangs, and is not asked again; the other is.
    clock.jump(31_000);
    expect(await look()).toEqual(['log "polling" ill']);
    expect(onNews).toHaveBeenCalledTimes(1);
    expect(waiting).toHaveLength(1);
    waiting.shift()?.writeHead(503).end();
    // What changes is worth a look at once.
    await vi.waitFor(() => expect(onNews).toHaveBeenCalledTimes(2), 60_000);
    expect(await look()).toEqual([`GET ${check.url} ill`]);
  });

  it('are not asked of a process that is not there', async () => {
    const { clock, look, world } = open([POLLING]);
    world.process = null;
    clock.jump(61_000);
    expect(await look()).toEqual([]);
  });

  it('of a process that is gone count no more', async () => {
    const { waiting, check } = await openServer();
    const { clock, look, world } = open([check], { ready: 'x' });
    const first = look();
    await vi.waitFor(() => expect(waiting).toHaveLength(1), 60_000);
    world.process = NEW;
    const second = look();
    await vi.waitFor(() => expect(waiting).toHaveLength(2), 60_000);
    waiting[0]?.writeHead(503).end();
    expect(await first).toEqual([]);
    waiting[1]?.end();
    expect(await second).toEqual([`GET ${check.url} well`]);
    expect(clock.now()).toBe(START);
  });

  it('do not count the time in which the machine slept', async () => {
    const { clock, look, world } = open([POLLING], { ready: 'x' });
    await look();
    world.heardAt = clock.now();
    clock.jump(8 * 3_600_000);
    world.sleptMs = 8 * 3_600_000;
    expect(await look()).toEqual(['log "polling" well']);
    clock.jump(61_000);
    expect(await look()).toEqual(['log "polling" ill']);
  });

  it('see a line that is missing also where looks are far apart', async () => {
    const { clock, look } = open([POLLING], { ready: 'x' });
    await look();
    clock.jump(300_000);
    expect(await look()).toEqual(['log "polling" ill']);
  });
});

describe('that a service is ready', () => {
  it('is said once for a process, when all checks are well', async () => {
    const { clock, look, world } = open([POLLING]);
    expect(await look()).toEqual(['log "polling" well', 'gateway-ready']);
    clock.jump(31_000);
    expect(await look()).toEqual(['log "polling" well']);
    world.process = { ...NEW, startedAt: clock.now() - 5_000 };
    expect(await look()).toEqual(['log "polling" well', 'gateway-ready']);
  });

  it('is not said before its process has lived for 5 s: a stranger may answer in its place while it cannot take its port', async () => {
    const { clock, look, world } = open([POLLING]);
    world.process = { ...NEW, startedAt: START };
    expect(await look()).toEqual(['log "polling" well']);
    clock.jump(2_000);
    world.process = null;
    expect(await look()).toEqual([]);
    world.process = { ...NEW, pid: 12, startedAt: START + 3_000 };
    clock.jump(5_999);
    expect(await look()).toEqual(['log "polling" well']);
    clock.jump(1);
    expect(await look()).toEqual(['gateway-ready']);
  });

  it('of a service without a process to look for is said by its checks alone', async () => {
    const { look, world } = open([POLLING], { hasProcess: false });
    world.process = undefined;
    expect(await look()).toEqual(['log "polling" well', 'gateway-ready']);
  });

  it('is not said while its process has not been looked for yet: a stranger may answer in its place', async () => {
    const { clock, look, world } = open([POLLING]);
    world.process = undefined;
    expect(await look()).toEqual(['log "polling" well']);
    clock.jump(31_000);
    expect(await look()).toEqual(['log "polling" well']);
    world.process = { ...NEW, startedAt: clock.now() };
    expect(await look()).toEqual(['log "polling" well']);
    clock.jump(5_000);
    expect(await look()).toEqual(['gateway-ready', 'log "polling" well']);
  });

  it('is not said while one is ill', async () => {
    const { clock, look, world } = open([POLLING]);
    world.process = { ...OLD };
    await look();
    const other = open([POLLING, { ...POLLING, kind: 'file', path: '/nonexistent/beat' }]);
    expect(await other.look()).not.toContain('gateway-ready');
    expect(clock.now()).toBe(START);
  });

  it('is left to its log where that tells it', async () => {
    expect(await open([POLLING], { ready: 'started' }).look()).toEqual(['log "polling" well']);
  });

  it('holds without checks when it has lived for 10 s', async () => {
    const { clock, look, world } = open([]);
    world.process = { ...NEW, startedAt: START };
    expect(await look()).toEqual([]);
    clock.jump(10_000);
    expect(await look()).toEqual(['gateway-ready']);
    world.process = undefined;
    expect(await look()).toEqual([]);
  });
});
