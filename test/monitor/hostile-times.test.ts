/** Whatever times a gateway's files hold: what follows from them can be stored, told and remembered. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import type { Instant } from '../../src/base/instant.ts';
import { admit } from '../../src/diagnosis/admit.ts';
import { advance } from '../../src/diagnosis/advance.ts';
import type { Evidence, ProcessSeen } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { initialState } from '../../src/diagnosis/state.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import { genericKind } from '../../src/gateways/generic/generic.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { createLinkNames } from '../../src/gateways/openclaw/accounts.ts';
import { EDITED_CONFIG } from '../../src/gateways/openclaw/edited-config.ts';
import { openClawLogReader } from '../../src/gateways/openclaw/log-reader.ts';
import { nothingTold, statusEvidence } from '../../src/gateways/openclaw/status.ts';
import type { LogReader, StateFile } from '../../src/gateways/gateway-kind.ts';
import { createBlips, blipsBetween } from '../../src/incidents/blips.ts';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import { DEFAULT_INCIDENT_POLICY } from '../incidents/default-policy.ts';
import { createIncidentTeller } from '../../src/notify/tellers/incident-teller.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createWatchMemory } from '../../src/monitor/gateway/saved-state.ts';
import { createWatcher } from '../../src/monitor/gateway/watcher.ts';
import { manualClock } from '../healing/manual-clock.ts';
import { tell as tellBecause } from '../incidents/helpers.ts';
import { instant } from '../instant.ts';
import { extent } from '../deep.ts';

const NOW = instant(Date.UTC(2026, 10, 21, 12));

/** A Lifeline's whole memory of one gateway. */
const book = () => {
  const db = openDatabase(':memory:');
  const incidents = createIncidentBook(db);
  const incidentTeller = createIncidentTeller({
    db,
    book: incidents,
    outbox: createOutbox(db),
    incidentPolicy: DEFAULT_INCIDENT_POLICY,
    locale: 'en',
    to: () => [{ person: 'me', ways: [{ channel: 'feishu', user: 'ou_me' }] }],
    logger: silentLogger(),
    quiet: null,
    gateways: 1,
    onQueued: () => undefined,
  });
  const memory = createWatchMemory(db);
  const blips = createBlips(db);
  return {
    db,
    memory,
    incidents,
    tell: (verdicts: readonly Verdict[], now: number): void => {
      blips.record(
        blipsBetween(
          verdicts,
          verdicts.map(
            (verdict) =>
              ({
                ...verdict,
                cause: 'fine',
                condition: verdict.link === null ? 'healthy' : 'up',
                remedy: 'none',
              }) as Verdict,
          ),
          now,
        ),
      );
      incidentTeller.step(
        { kind: 'judged', gateway: 'main', verdicts, decision: tellBecause('not_curable'), silent: false },
        now,
      );
    },
  };
};

/** Folds, judges, stores and tells as the bot does. @throws whatever one of them throws. */
const goThrough = (found: readonly Evidence[], now: Instant): void => {
  const { db, memory, tell } = book();
  try {
    const gone: Evidence = {
      at: now,
      source: 'process',
      text: 'no gateway process',
      link: null,
      fact: { kind: 'process', process: null },
    };
    const state = [...found, gone].flatMap((evidence) => admit(evidence, now) ?? []).reduce(advance, initialState);
    for (const { at } of [...state.links.values()].flatMap(({ claim, proof, loss, gaveUp }) =>
      [claim, proof, loss, gaveUp].filter((each) => each !== null),
    ))
      expect(at).toBeLessThanOrEqual(now);
    for (const later of [0, 120_000, 86_400_000]) {
      const { verdicts, recheckAt } = judge(state, {
        gateway: 'main',
        policy: DEFAULT_POLICY,
        now: now + later,
        links: null,
      });
      for (const { since } of verdicts) expect(Number.isSafeInteger(since)).toBe(true);
      expect(recheckAt === null || Number.isFinite(recheckAt)).toBe(true);
      tell(verdicts, now + later);
      memory.save('main', now + later, state, {});
    }
    expect(memory.load('main', now)).not.toBeNull();
  } finally {
    db.close();
  }
};

/** Times as programs write them, and as they should not. */
const time = fc.oneof(
  fc.constantFrom<unknown>(
    NOW,
    NOW / 1_000,
    NOW / 1_000 + 0.123456,
    NOW * 1_000,
    NOW * 1e6,
    NOW + 0.5,
    -1,
    0,
    1e300,
    1.79e15,
    '2026-11-21T11:59:59.123456+00:00',
    '2026-11-21T11:59:59',
    '1795251599.75',
    '+058000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.9999Z',
    '',
    'yesterday',
    null,
    true,
    [],
    {},
  ),
  fc.double({ noNaN: false }),
  fc.integer(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.string(),
);
const modified = fc.option(fc.integer({ min: 0, max: 253_402_300_799_999 }).map(instant), { nil: null });
const json = JSON.stringify;
const runs = { numRuns: extent(100, 15) };

const read = (file: StateFile, text: string, modifiedAt: Instant | null): readonly Evidence[] =>
  file.read(text, { now: NOW, modifiedAt });
const lines = (reader: LogReader, texts: readonly string[]): readonly Evidence[] =>
  texts.flatMap((text) => reader.line(text, 'before')?.evidence ?? []);

describe('whatever times are in', () => {
  test("Hermes's state files", () => {
    fc.assert(
      fc.property(
        time,
        time,
        time,
        modified,
        fc.constantFrom(78, 1, 0),
        (updated, exited, platform, modifiedAt, code) => {
          const texts: Readonly<Record<string, string>> = {
            'gateway_state.json': json({
              pid: 7,
              gateway_state: 'running',
              updated_at: updated,
              platforms: { qqbot: { state: 'retrying', updated_at: platform, writer_pid: 7 } },
            }),
            'state/gateway.lifecycle.json': json({
              phase: 'exited',
              pid: 7,
              exit_code: code,
              exited_at: exited,
              exit_reason: 'wrong key',
            }),
          };
          goThrough(
            hermes.stateFiles.flatMap((file) => read(file, texts[file.path] ?? '{}', modifiedAt)),
            NOW,
          );
          const updatedAt = hermes.loop?.readHeartbeat(json({ pid: 7, updated_at: updated }))?.updatedAt;
          expect(updatedAt === null || Number.isSafeInteger(updatedAt)).toBe(true);
        },
      ),
      runs,
    );
  });

  test("Hermes's logs", () => {
    const stamp = fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString().replace('T', ' ').slice(0, 19)),
      fc.constantFrom('9999-99-99 99:59:59', '0000-00-00 00:00:00', '2026-11-21 11:59:59'),
    );
    const line = fc
      .tuple(
        stamp,
        fc.constantFrom(',999', ',123456', '', '.5'),
        fc.constantFrom(
          'gateway.run: Respawn storm detected; delaying start by 99999999999999999999 s',
          'gateway.platforms.qqbot: [QQBot:1] Max reconnect attempts reached',
          'gateway.platforms.qqbot: [QQBot:1] Reconnecting in 1e99s (attempt 3)...',
          'gateway.run: Starting Hermes Gateway...',
        ),
      )
      .map(([at, fraction, text]) => `${at}${fraction} ERROR ${text}`);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (texts) => {
        const found = lines(hermes.newLogReader('gateway.log'), texts);
        for (const { at } of found) expect(Number.isSafeInteger(at)).toBe(true);
        goThrough(found, NOW);
      }),
      runs,
    );
  });

  test("OpenClaw's log, its file times and its answers", () => {
    fc.assert(
      fc.property(time, time, time, modified, (date, connected, inbound, modifiedAt) => {
        const log = lines(openClawLogReader('openclaw.log'), [
          json({
            0: '{"subsystem":"channels/qqbot"}',
            1: 'Max reconnect attempts reached or aborted',
            time: date,
            _meta: { date, logLevelName: 'ERROR' },
          }),
          `${String(date)} [gateway] ready`,
        ]);
        const account = {
          accountId: 'default',
          running: true,
          connected: true,
          lifecycle: 'ready',
          lastConnectedAt: connected,
          lastStartAt: connected,
          lastInboundAt: inbound,
        };
        const status = statusEvidence(
          { channelAccounts: { qqbot: [account], feishu: [{ ...account, connected: null }] } },
          createLinkNames({}),
          nothingTold(),
          NOW,
        );
        goThrough([...log, ...status.evidence, ...read(EDITED_CONFIG, '{}', modifiedAt)], NOW);
      }),
      runs,
    );
  });

  test('the logs of any other service', () => {
    const kind = (format: string) =>
      genericKind({
        name: 'main',
        kind: 'generic',
        home: '/nowhere',
        command: [],
        unit: null,
        supervisor: 'process',
        generic: {
          pidFile: null,
          starting: 'starting',
          ready: 'ready',
          stopping: null,
          fatal: 'fatal',
          logs: [{ path: 'bot.log', format, dateOrder: null }],
          links: { qqbot: { lost: 'lost', up: 'up' } },
          checks: [],
        },
      });
    fc.assert(
      fc.property(
        time,
        fc.constantFrom('json', 'iso', 'python', 'syslog', 'plain'),
        fc.constantFrom('starting', 'fatal', 'lost', 'up'),
        (at, format, word) => {
          const found = lines(kind(format).newLogReader('bot.log'), [
            json({ time: at, msg: word }),
            json({ ts: at, msg: word }),
            `${String(at)} ERROR ${word}`,
            `[${String(at)}] ${word}`,
          ]);
          for (const piece of found) expect(Number.isSafeInteger(piece.at)).toBe(true);
          goThrough(found, NOW);
        },
      ),
      runs,
    );
  });

  test('what is seen of its process', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: false }), (startedAt) => {
        const process: ProcessSeen = { pid: 7, startTime: 1, startedAt };
        goThrough([{ at: NOW, source: 'process', text: 'pid 7', link: null, fact: { kind: 'process', process } }], NOW);
      }),
      runs,
    );
  });
});

describe('a gateway that ended with 78 and wrote a fraction of a second', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'lifeline-times-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    mkdirSync(join(home, 'state'));
    mkdirSync(join(home, 'logs'));
  });

  test.each<[string, unknown]>([
    ['in seconds', NOW / 1_000 - 5.123456],
    ['in milliseconds', NOW - 5_000.25],
    ['as text', '2026-11-21T11:59:54.123456+00:00'],
  ])('%s, is told', async (_, exitedAt) => {
    const clock = manualClock(NOW);
    const { db, tell, incidents, memory } = book();
    onTestFinished(() => db.close());
    let process: ProcessSeen | null = { pid: 7, startTime: 1, startedAt: NOW - 60_000.5 };
    const watcher = createWatcher({
      subject: { gateway: 'main', kind: hermes, home, links: null, policy: () => DEFAULT_POLICY },
      finder: { findProcess: async () => ({ gateway: process, beside: [], problem: null }) },
      shared: { memory },
      clock,
      logger: silentLogger(),
    });
    onTestFinished(() => watcher.stop());
    tell((await watcher.look()).verdicts, clock.now());
    process = null;
    const file = join(home, 'state/gateway.lifecycle.json');
    writeFileSync(file, json({ phase: 'exited', pid: 7, exit_code: 78, exited_at: exitedAt, exit_reason: 'no key' }));
    utimesSync(file, NOW / 1_000 + 0.0005, NOW / 1_000 + 0.0005);
    const look = await watcher.look();
    tell(look.verdicts, clock.now());
    expect(incidents.open().map(({ verdict, since }) => [verdict.cause, Number.isInteger(since)])).toEqual([
      ['config_rejected', true],
    ]);
  });
});
