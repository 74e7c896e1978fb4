/** What a gateway needs of the machine: when that is told, and when it is restarted for it. */
import { describe, expect, test } from 'vitest';
import type { GatewayFact, MemorySeen } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import {
  DEFAULT_MEMORY_RULES,
  filesHigh,
  memoryLevel,
  rulesForRoughFigure,
  type MemoryLevel,
  type MemoryRules,
} from '../../src/diagnosis/memory-rules.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { forbidsRestart, isOutage, type GatewayVerdict } from '../../src/diagnosis/verdict.ts';
import { at, healthyStart, noProcess, process, tell, type Chapter } from './story.ts';

const memory = (level: MemoryLevel): MemorySeen => ({
  bytes: 900,
  by: 'pss',
  processes: 2,
  ceiling: 1_000,
  of: 'group',
  level,
});
const needs = (level: MemoryLevel, high = false, pid = 100): GatewayFact => ({
  kind: 'resources',
  pid,
  memory: memory(level),
  files: { pid, open: 9, most: 10, high },
});
const full: GatewayFact = {
  kind: 'resources',
  pid: 100,
  memory: memory('fine'),
  files: { pid: 100, open: 10, most: 10, high: true },
};
const nothingKnown: GatewayFact = { kind: 'resources', pid: 100, memory: null, files: null };
const disk = (low: boolean): GatewayFact => ({ kind: 'disk', free: 1, all: 100, low });
const grows = (fullInMs: number | null): GatewayFact => ({ kind: 'memory-grows', pid: 100, fullInMs });
const killed = (whole: boolean): GatewayFact => ({ kind: 'oom-kill', whole, by: whole ? 'name' : 'count' });
const counted: GatewayFact = { kind: 'oom-kill', whole: true, by: 'count' };
const perhapsKilled: GatewayFact = { kind: 'oom-kill', whole: true, by: 'perhaps' };
const question = "INFO inbound message: platform=feishu user=Lin chat=oc_1 msg='x'";
const answer = 'INFO response ready: platform=feishu chat=oc_1 time=9.0s api_calls=1 response=9 chars';
const turns = (count: number): GatewayFact => ({ kind: 'gateway-claim', state: 'running', pid: 100, turns: count });

const verdictAt = (story: readonly Chapter[], second: number, memoryBusyMs: number | null = null): GatewayVerdict => {
  const { verdicts } = judge(tell([...healthyStart(), ...story]), {
    gateway: 'main',
    policy: { ...DEFAULT_POLICY, memoryBusyMs },
    now: at(second),
    links: null,
  });
  return verdicts[0] as GatewayVerdict;
};
const saidAt = (story: readonly Chapter[], second: number, memoryBusyMs: number | null = null): string => {
  const { condition, cause, remedy } = verdictAt(story, second, memoryBusyMs);
  return `${condition}/${cause}/${remedy}`;
};

const FINE = 'healthy/fine/none';

describe('is told', () => {
  test.each<[string, readonly Chapter[], number, string, string]>([
    ['memory that is high', [[100, needs('high')]], 160, FINE, 'strained/memory_high/alert'],
    ['files near their limit', [[100, needs('fine', true)]], 160, FINE, 'strained/files_high/alert'],
    ['files of which none is left, sooner', [[100, full]], 110, FINE, 'strained/files_high/alert'],
    ['a disk that is nearly full', [[100, disk(true)]], 100, FINE, 'strained/disk_low/alert'],
    ['memory that grows', [[100, grows(3_600_000)]], 100, FINE, 'strained/memory_grows/alert'],
    ['a child that the kernel has ended', [[100, killed(false)]], 100, FINE, 'strained/part_out_of_memory/alert'],
    [
      'an end by the kernel after which it runs again',
      [[100, killed(true)]],
      100,
      FINE,
      'strained/was_out_of_memory/alert',
    ],
    ['the same by the count of its control group', [[100, counted]], 100, FINE, 'strained/was_out_of_memory/alert'],
    [
      'an end at which the kernel ended this or another program',
      [[100, perhapsKilled]],
      100,
      FINE,
      'strained/perhaps_out_of_memory/alert',
    ],
  ])('%s', (_, story, second, before, expected) => {
    expect(saidAt(story, second)).toBe(expected);
    expect(saidAt(second === 100 ? [] : story, second - 1)).toBe(before);
    // It works, and its links are healed all the same.
    expect(isOutage(verdictAt(story, second))).toBe(false);
    expect(forbidsRestart(verdictAt(story, second))).toBe(false);
  });

  test('since when it is so, however often it is seen', () => {
    const story: readonly Chapter[] = [
      [100, needs('high')],
      [130, needs('high')],
      [160, needs('high')],
    ];
    expect(verdictAt(story, 200).since).toBe(at(100));
  });

  test.each<[string, readonly Chapter[]]>([
    [
      'a peak',
      [
        [100, needs('high')],
        [130, needs('fine')],
      ],
    ],
    [
      'a disk with room again',
      [
        [100, disk(true)],
        [130, disk(false)],
      ],
    ],
    [
      'growth that has stopped',
      [
        [100, grows(3_600_000)],
        [130, grows(null)],
      ],
    ],
    [
      'growth that was told once',
      [
        [100, grows(3_600_000)],
        [130, grows(null)],
        [160, grows(3_600_000)],
      ],
    ],
    ['what is not known', [[100, nothingKnown]]],
    ['what was another process', [[100, needs('high', true, 99)]]],
    [
      'the process before',
      [
        [100, needs('high')],
        [170, process(200, 169)],
      ],
    ],
  ])('not: %s', (_, story) => expect(saidAt(story, 240)).toBe(FINE));

  test('an end by the kernel for ten minutes', () => {
    expect(saidAt([[100, killed(false)]], 699)).toBe('strained/part_out_of_memory/alert');
    expect(saidAt([[100, killed(false)]], 700)).toBe(FINE);
  });

  test.each<[string, GatewayFact, string]>([
    ['by the count of its group is one of what it had started', counted, 'strained/part_out_of_memory/alert'],
    ['by a count of others too is nothing', perhapsKilled, FINE],
    ["by its name in the kernel's log is its own", killed(true), 'strained/was_out_of_memory/alert'],
  ])('an end by the kernel of a gateway that said why it ends: %s', (_, fact, expected) => {
    const story: readonly Chapter[] = [
      [98, 'WARNING Received signal SIGTERM'],
      [99, 'INFO Stopping gateway...'],
      [100, fact],
      [110, process(200, 109)],
      [111, 'INFO Starting Hermes Gateway...'],
      [112, 'INFO Gateway running with 2 platform(s)'],
    ];
    expect(saidAt(story, 300)).toBe(expected);
  });

  test('an end by the kernel without a word, after one before it that had words', () => {
    const story: readonly Chapter[] = [
      [99, 'INFO Stopping gateway...'],
      [110, process(200, 109)],
      [111, 'INFO Starting Hermes Gateway...'],
      [112, 'INFO Gateway running with 2 platform(s)'],
      [500, perhapsKilled],
      [500, process(300, 499)],
      [501, 'INFO Starting Hermes Gateway...'],
      [502, 'INFO Gateway running with 2 platform(s)'],
    ];
    expect(saidAt(story, 700)).toBe('strained/perhaps_out_of_memory/alert');
  });

  test('an end by the kernel not once more, after Lifeline itself has brought it back', () => {
    const story: readonly Chapter[] = [
      [100, killed(true)],
      [110, { kind: 'treated', cause: 'out_of_memory' }],
      [120, { kind: 'treatment-over' }],
    ];
    expect(saidAt(story, 130)).toBe(FINE);
  });
});

describe('a process that is gone', () => {
  const keeper: GatewayFact = { kind: 'keeper', bare: true, outlook: { next: 'nothing', enabled: false } };
  test.each<[string, readonly Chapter[], string]>([
    [
      'is out of memory by the word of the kernel',
      [
        [100, killed(true)],
        [100, noProcess],
        [100, keeper],
      ],
      'out_of_memory',
    ],
    [
      'is just gone where the count may have been of another program',
      [
        [100, perhapsKilled],
        [100, noProcess],
        [100, keeper],
      ],
      'process_gone',
    ],
    [
      'is just gone without it',
      [
        [100, noProcess],
        [100, keeper],
      ],
      'process_gone',
    ],
    [
      'is not out of memory for the end of a child',
      [
        [100, killed(false)],
        [100, noProcess],
        [100, keeper],
      ],
      'process_gone',
    ],
    [
      'is not out of memory for an earlier end',
      [
        [30, killed(true)],
        [100, noProcess],
        [100, keeper],
      ],
      'process_gone',
    ],
    [
      'is not out of memory where it has said why it ends',
      [
        [98, 'WARNING Received signal SIGTERM'],
        [99, 'INFO Stopping gateway...'],
        [100, killed(true)],
        [100, noProcess],
        [100, keeper],
      ],
      'killed_by_signal',
    ],
  ])('%s', (_, story, cause) => expect(saidAt(story, 200)).toMatch(new RegExp(`^stopped/${cause}/`)));
});

describe('over the limit it is restarted', () => {
  const over: Chapter = [1_000, needs('over')];
  const ALERT = 'strained/memory_over_limit/alert';
  const RESTART = 'strained/memory_over_limit/restart';
  const talk: readonly Chapter[] = [
    [100, question],
    [109, answer],
  ];
  test.each<[string, readonly Chapter[], number, number | null, string]>([
    ['not at once', [...talk, over], 1_059, null, FINE],
    ['when nothing was said for a while', [...talk, over], 1_060, null, RESTART],
    ['not while a question waits', [...talk, [990, question], over], 1_060, null, ALERT],
    ['when that is answered', [...talk, [990, question], over, [1_100, answer]], 1_220, null, RESTART],
    ['not a moment after an answer', [...talk, [990, question], over, [1_100, answer]], 1_219, null, ALERT],
    ['when nobody answers that for an hour', [...talk, [990, question], over], 4_591, null, RESTART],
    ['not while its state file says that a turn runs', [...talk, [990, turns(1)], over], 9_000, null, ALERT],
    ['when its state file says that none runs', [[990, turns(0)], over], 1_060, null, RESTART],
    ['never where its turns cannot be seen', [over], 90_000, null, ALERT],
    ['after the time where its turns cannot be seen', [over], 1_600, 600_000, RESTART],
    ['not before that time', [over], 1_599, 600_000, ALERT],
    ['after that time in the middle of a turn', [...talk, [990, turns(1)], over], 1_600, 600_000, RESTART],
    [
      'not when it has let go of memory',
      [...talk, over, [1_030, needs('high')]],
      1_061,
      null,
      'strained/memory_high/alert',
    ],
  ])('%s', (_, story, second, busyMs, expected) => expect(saidAt(story, second, busyMs)).toBe(expected));
});

describe('the level', () => {
  const rules: MemoryRules = { warn: { share: 0.8 }, restart: { bytes: 2_000 } };
  test.each<[number, number | null, MemoryLevel, MemoryLevel, MemoryRules?]>([
    [799, 1_000, 'fine', 'fine'],
    [800, 1_000, 'fine', 'high'],
    [760, 1_000, 'high', 'high'],
    [759, 1_000, 'high', 'fine'],
    [2_000, 1_000, 'high', 'over'],
    [1_900, 1_000, 'over', 'over'],
    [1_899, 3_000, 'over', 'fine'],
    [1_999, null, 'fine', 'fine'],
    [2_000, null, 'fine', 'over'],
    [999, 1_000, 'fine', 'fine', { warn: null, restart: null }],
    // A sum of RSS is told and never acted upon.
    [2_000, 1_000, 'fine', 'high', rulesForRoughFigure(rules)],
    [2_000, null, 'fine', 'high', rulesForRoughFigure({ ...rules, warn: null })],
    // Off unless the operator says so.
    [9_000, 1_000, 'fine', 'high', DEFAULT_MEMORY_RULES],
  ])('%i of %s after %s is %s', (bytes, ceiling, before, expected, own = rules) =>
    expect(memoryLevel(bytes, ceiling, own, before)).toBe(expected),
  );

  test.each([
    [79, false, false],
    [80, false, true],
    [75, true, true],
    [74, true, false],
  ])('of %i of 100 files after %s is %s', (open, before, expected) =>
    expect(filesHigh(open, 100, before)).toBe(expected),
  );
});
