/** Who was ended for want of memory, and how sure that is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ProcessSeen } from '../../../src/diagnosis/evidence.ts';
import { createKillWatch } from '../../../src/sensors/resources/kill-watch.ts';
import { instant } from '../../instant.ts';

const MINUTE_MS = 60_000;
const GATEWAY: ProcessSeen = { pid: 7, startTime: 10_000, startedAt: instant(0) };
const NEXT: ProcessSeen = { pid: 8, startTime: 20_000, startedAt: instant(0) };
const ITS_END = '3,901,200000000,-;Memory cgroup out of memory: Killed process 7 (hermes) total-vm:1kB';

/** A machine on which both processes are in one group; the kernel has counted one end before, and above it three. */
const machine = (group: string) => {
  const root = mkdtempSync(join(tmpdir(), 'lifeline-kill-watch-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const counts = (own: number, above: number): void => {
    write(`groups/app.slice/${group}/memory.events`, `oom 9\noom_kill ${own}\n`);
    write('groups/app.slice/memory.events', `oom_kill ${above}\n`);
  };
  for (const { pid } of [GATEWAY, NEXT]) write(`proc/${pid}/cgroup`, `0::/app.slice/${group}\n`);
  write(`groups/app.slice/${group}/memory.current`, '1\n');
  counts(1, 3);
  const log = join(root, 'log');
  return {
    counts,
    says: (record: string): void => writeFileSync(log, record),
    look: createKillWatch({ proc: join(root, 'proc'), groups: join(root, 'groups'), log }),
  };
};
type Machine = ReturnType<typeof machine>;

const OWN = 'hermes-gateway.service';
const SHARED = 'session-3.scope';

test.each<[string, string, ProcessSeen | null, (machine: Machine) => void, string | null]>([
  ['nobody, as it lives on', OWN, GATEWAY, () => undefined, null],
  ['nobody, though it is gone', OWN, null, () => undefined, null],
  ['nobody, though another is in its place', OWN, NEXT, () => undefined, null],
  ['one that it had started, as it lives on', OWN, GATEWAY, ({ counts }) => counts(2, 4), 'part count'],
  ['nobody of it, as others are in its group', SHARED, GATEWAY, ({ counts }) => counts(2, 4), null],
  ['nobody of it, as the group above counts others', OWN, GATEWAY, ({ counts }) => counts(1, 4), null],
  ['itself, by the count of its group', OWN, null, ({ counts }) => counts(2, 4), 'whole count'],
  ['itself, and it was started again', OWN, NEXT, ({ counts }) => counts(2, 4), 'whole count'],
  ['perhaps itself, by a group of others too', SHARED, null, ({ counts }) => counts(2, 4), 'whole perhaps'],
  ['perhaps itself, its group being made anew', OWN, NEXT, ({ counts }) => counts(0, 4), 'whole perhaps'],
  ["itself, by the kernel's log", SHARED, null, ({ says }) => says(ITS_END), 'whole name'],
  [
    "itself, by the kernel's log, before any count",
    OWN,
    NEXT,
    (all) => (all.counts(2, 4), all.says(ITS_END)),
    'whole name',
  ],
  [
    "nobody, as the kernel's log names another",
    OWN,
    null,
    ({ says }) => says(ITS_END.replace('process 7', 'process 9')),
    null,
  ],
])('it ended %s', async (_, group, after, change, expected) => {
  const all = machine(group);
  expect(await all.look(instant(0), GATEWAY)).toEqual([]);
  change(all);
  const found = await all.look(instant(MINUTE_MS), after);
  const [said] = found.map(({ fact }) =>
    fact.kind === 'oom-kill' ? `${fact.whole ? 'whole' : 'part'} ${fact.by}` : '',
  );
  expect(said ?? null).toBe(expected);
  // Each is told once.
  expect(await all.look(instant(2 * MINUTE_MS), after)).toEqual([]);
});

test('while it lives the counts are read once a minute; its end is asked for at once', async () => {
  const all = machine(OWN);
  await all.look(instant(0), GATEWAY);
  all.counts(2, 4);
  expect(await all.look(instant(MINUTE_MS - 1), GATEWAY)).toEqual([]);
  expect(await all.look(instant(MINUTE_MS), GATEWAY)).toHaveLength(1);
  all.counts(3, 5);
  expect(await all.look(instant(MINUTE_MS + 1), null)).toHaveLength(1);
});
