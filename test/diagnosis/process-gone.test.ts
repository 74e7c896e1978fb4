import { describe, expect, it } from 'vitest';
import type { GatewayFact, Outlook, Suspect } from '../../src/diagnosis/evidence.ts';
import { DEFAULT_POLICY, type DiagnosisPolicy } from '../../src/diagnosis/policy.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { at, healthyStart, noProcess, process, tell, type Chapter } from './story.ts';

const keeper = (outlook: Outlook, bare = false): GatewayFact => ({ kind: 'keeper', outlook, bare });
const NOTHING: Outlook = { next: 'nothing', enabled: false };
const TERM = 'INFO Received SIGTERM — initiating shutdown';
/** The words of OpenClaw, which are the same for a stop and for any SIGTERM. */
const SIGNAL = { kind: 'gateway-stopping', planned: true, forRestart: false, bySignal: true } as const;
const PLANNED = 'INFO Received SIGTERM as a planned gateway stop — exiting cleanly';
const BANNED = 'ERROR [QQBot:1001] Bot is banned. Check QQ Open Platform';
const UNKNOWN_APP = 'ERROR [Feishu] Another local Hermes gateway is already using this Feishu app_id';
const suspect: Suspect = { pid: 900, startTime: 1, startedAt: at(50), command: 'hermes gateway run' };
const REFUSED: GatewayFact = { kind: 'port-refused', port: 8080 };
const taken = (pid: number): GatewayFact => ({
  kind: 'port-taken',
  port: 8080,
  holder: { pid, startTime: 1, startedAt: at(50), command: 'other' },
});
const suspected: GatewayFact = { kind: 'process', process: null, beside: [suspect] };

const verdict = (story: readonly Chapter[], seconds: number, policy: Partial<DiagnosisPolicy> = {}): string => {
  const [own] = judge(tell(story), {
    gateway: 'main',
    policy: { ...DEFAULT_POLICY, ...policy },
    now: at(seconds),
    links: null,
  }).verdicts;
  return `${own?.condition}/${own?.cause}/${own?.remedy}`;
};

/** It died at 100; what is told of it then, and how it is judged so many seconds after its death. */
const cases: readonly (readonly [
  what: string,
  story: readonly Chapter[],
  after: readonly (readonly [seconds: number, expected: string])[],
])[] = [
  ['bare, killed: at once', [[100, keeper(NOTHING, true)]], [[0, 'stopped/process_gone/start']]],
  [
    'bare, ended by a signal that nobody announced: 10 s for whoever types a new command',
    [
      [99, TERM],
      [100, keeper(NOTHING, true)],
    ],
    [
      [9, 'stopping/stop_in_progress/wait'],
      [10, 'stopped/killed_by_signal/start'],
    ],
  ],
  [
    'bare, stopped as planned: never',
    [
      [99, PLANNED],
      [100, keeper(NOTHING, true)],
    ],
    [[9_000, 'stopped_on_purpose/planned_stop/none']],
  ],
  [
    "bare, ended by a signal that may be a person's: told after 15 min, and not started",
    [
      [99, SIGNAL],
      [100, noProcess],
      [100, keeper(NOTHING, true)],
    ],
    [
      [899, 'stopped_on_purpose/planned_stop/none'],
      [900, 'stopped/killed_by_signal/alert'],
    ],
  ],
  [
    'kept by nobody knows whom, ended by such a signal: the same',
    [
      [99, SIGNAL],
      [100, noProcess],
      [100, keeper({ next: 'unknown' })],
    ],
    [
      [899, 'stopped_on_purpose/planned_stop/none'],
      [900, 'stopped/killed_by_signal/alert'],
    ],
  ],
  [
    'ended by such a signal, and its keeper was told to stop it: never',
    [
      [99, SIGNAL],
      [100, noProcess],
      [100, keeper({ next: 'stopped' })],
    ],
    [[9_000, 'stopped_on_purpose/planned_stop/none']],
  ],
  [
    'ended by such a signal, and its keeper does not start it: nobody stopped it there',
    [
      [99, SIGNAL],
      [100, noProcess],
      [100, keeper(NOTHING)],
    ],
    [[0, 'stopped/killed_by_signal/start']],
  ],
  [
    'ended by such a signal beside the word of a planned stop: never',
    [
      [98, PLANNED],
      [99, SIGNAL],
      [100, noProcess],
      [100, keeper(NOTHING, true)],
    ],
    [[9_000, 'stopped_on_purpose/planned_stop/none']],
  ],
  [
    'without a link, since each platform refuses its bot: told, and not started',
    [
      [90, BANNED],
      [90, UNKNOWN_APP],
      [91, 'ERROR No connected messaging platforms remain. Shutting down gateway cleanly.'],
      [91, 'INFO Stopping gateway...'],
      [92, 'INFO Gateway stopped'],
      [100, noProcess],
      [100, keeper(NOTHING, true)],
    ],
    [
      [9, 'stopping/stop_in_progress/wait'],
      [9_000, 'stopped/platform_refuses/alert'],
    ],
  ],
  [
    'without a link, one of which was refused and one lost: started',
    [
      [90, BANNED],
      [90, 'ERROR receive message loop exit, err: no close frame received'],
      [91, 'ERROR No connected messaging platforms remain. Shutting down gateway cleanly.'],
      [91, 'INFO Stopping gateway...'],
      [92, 'INFO Gateway stopped'],
      [100, noProcess],
      [100, keeper(NOTHING, true)],
    ],
    [[10, 'stopped/killed_by_signal/start']],
  ],
  [
    'stopped by a signal while each platform refuses its bot: started',
    [
      [90, BANNED],
      [90, UNKNOWN_APP],
      [99, TERM],
      [100, noProcess],
      [100, keeper(NOTHING, true)],
    ],
    [[10, 'stopped/killed_by_signal/start']],
  ],
  [
    'bare, a restart that somebody asked for: as long as a start takes',
    [
      [99, 'INFO Stopping gateway for restart...'],
      [100, keeper(NOTHING, true)],
    ],
    [
      [179, 'stopping/stop_in_progress/wait'],
      [180, 'stopped/restart_never_came_back/start'],
    ],
  ],
  [
    'stopped as planned right behind the word that it starts anew: as long as a start takes',
    [
      [60, { kind: 'restart-announced' }],
      [99, PLANNED],
      [100, noProcess],
      [100, keeper(NOTHING, true)],
    ],
    [
      [179, 'stopping/stop_in_progress/wait'],
      [180, 'stopped/restart_never_came_back/start'],
    ],
  ],
  [
    'stopped as planned while its restart is put off: as long as a start takes',
    [
      [50, { kind: 'restart-announced', putOff: true }],
      [449, PLANNED],
      [450, noProcess],
      [450, keeper(NOTHING, true)],
    ],
    [
      [529, 'stopping/stop_in_progress/wait'],
      [530, 'stopped/restart_never_came_back/start'],
    ],
  ],
  [
    'stopped as planned long after its restart was put off: never',
    [
      [50, { kind: 'restart-announced', putOff: true }],
      [469, PLANNED],
      [470, noProcess],
      [470, keeper(NOTHING, true)],
    ],
    [[9_000, 'stopped_on_purpose/planned_stop/none']],
  ],
  [
    'stopped by its keeper right behind the word that it starts anew: told, and not started',
    [
      [60, { kind: 'restart-announced' }],
      [99, PLANNED],
      [100, noProcess],
      [100, keeper({ next: 'stopped' })],
    ],
    [
      [179, 'stopping/stop_in_progress/wait'],
      [180, 'stopped/restart_never_came_back/alert'],
    ],
  ],
  [
    'stopped by its keeper without such a word: never',
    [
      [99, PLANNED],
      [100, noProcess],
      [100, keeper({ next: 'stopped' })],
    ],
    [[9_000, 'stopped_on_purpose/planned_stop/none']],
  ],
  [
    'stopped as planned long after such a word: never',
    [
      [-21, { kind: 'restart-announced' }],
      [99, PLANNED],
      [100, noProcess],
      [100, keeper(NOTHING, true)],
    ],
    [[9_000, 'stopped_on_purpose/planned_stop/none']],
  ],
  [
    'kept by nobody knows whom: 60 s',
    [[100, keeper({ next: 'unknown' })]],
    [
      [59, 'stopping/stop_in_progress/wait'],
      [60, 'stopped/process_gone/start'],
    ],
  ],
  [
    'and nobody has been asked yet: 60 s',
    [],
    [
      [59, 'stopping/stop_in_progress/wait'],
      [60, 'stopped/process_gone/start'],
    ],
  ],
  [
    'its keeper starts it: as long as that takes',
    [[100, keeper({ next: 'starts', withinMs: 5_000 })]],
    [
      [184, 'starting/keeper_starts_it/wait'],
      [185, 'stopped/process_gone/start'],
    ],
  ],
  [
    'its keeper gives up after several starts: at once',
    [
      [100, keeper({ next: 'starts', withinMs: 5_000 })],
      [130, keeper({ next: 'nothing', enabled: true })],
    ],
    [[30, 'stopped/process_gone/start']],
  ],
  [
    'its keeper has seen it end with 78: not started, whatever its log says',
    [
      [99, TERM],
      [100, keeper({ next: 'nothing', enabled: true, ended: 'config_refused' })],
    ],
    [
      [0, 'misconfigured/config_rejected/alert'],
      [3_600, 'misconfigured/config_rejected/alert'],
    ],
  ],
  [
    'its keeper will not start it: at once, whatever ended it',
    [
      [99, TERM],
      [100, keeper({ next: 'nothing', enabled: true })],
    ],
    [[0, 'stopped/killed_by_signal/start']],
  ],
  [
    'its keeper has not come to rest: as long as a stop takes',
    [[100, keeper({ next: 'settling' })]],
    [
      [179, 'stopping/stop_in_progress/wait'],
      [180, 'stopped/process_gone/start'],
    ],
  ],
  [
    'somebody stopped it through its keeper: never',
    [
      [99, TERM],
      [100, keeper({ next: 'stopped' })],
    ],
    [[9_000, 'stopped_on_purpose/planned_stop/none']],
  ],
  [
    'it ended without a fault, and its keeper has forgotten how: told, and not undone',
    [[100, keeper({ next: 'ended' })]],
    [
      [0, 'stopped/ended_cleanly/alert'],
      [9_000, 'stopped/ended_cleanly/alert'],
    ],
  ],
  [
    'and that was Lifeline’s own restart: there is a next start',
    [
      [90, { kind: 'treated', cause: null }],
      [100, noProcess],
      [100, keeper({ next: 'ended' })],
      [101, { kind: 'treatment-over' }],
    ],
    [[61, 'stopped/process_gone/start']],
  ],
  [
    'somebody stopped it, and starts it again hours later: what that takes counts from then',
    [
      [100, keeper({ next: 'stopped' })],
      [9_000, keeper({ next: 'settling' })],
    ],
    [
      [8_901, 'stopping/stop_in_progress/wait'],
      [9_079, 'stopping/stop_in_progress/wait'],
      [9_080, 'stopped/process_gone/start'],
    ],
  ],
  [
    'somebody stopped it, and what they start fails hours later',
    [
      [100, keeper({ next: 'stopped' })],
      [9_000, keeper({ next: 'starts', withinMs: 0 })],
      [9_001, keeper({ next: 'nothing', enabled: true })],
    ],
    [[8_901, 'stopped/process_gone/start']],
  ],
  [
    'an engine has forgotten who stopped it, of the very same end',
    [
      [100, keeper({ next: 'stopped', endedAt: 7 })],
      [200, keeper({ next: 'nothing', enabled: true, endedAt: 7 })],
    ],
    [[300, 'stopped_on_purpose/planned_stop/none']],
  ],
  [
    'and of another end it says something else',
    [
      [100, keeper({ next: 'stopped', endedAt: 7 })],
      [200, keeper({ next: 'nothing', enabled: true, endedAt: 8 })],
    ],
    [[100, 'stopped/process_gone/start']],
  ],
  [
    'it ran out of memory',
    [[100, keeper({ next: 'nothing', enabled: true, ended: 'out_of_memory' })]],
    [[0, 'stopped/out_of_memory/start']],
  ],
  [
    'somebody has killed it through its keeper',
    [[100, keeper({ next: 'nothing', enabled: true, ended: 'killed' })]],
    [[0, 'stopped/killed_by_signal/start']],
  ],
  [
    'its container is there no more: 10 s for whoever makes it anew, and never started elsewhere',
    [[100, keeper({ next: 'removed' })]],
    [
      [9, 'stopping/stop_in_progress/wait'],
      [10, 'stopped/container_removed/alert'],
      [9_000, 'stopped/container_removed/alert'],
    ],
  ],
  [
    'its container is made anew, long after: what its start takes counts from then',
    [
      [100, keeper({ next: 'removed' })],
      [700, keeper({ next: 'settling' })],
      [701, keeper({ next: 'starts', withinMs: 0 })],
    ],
    [
      [600, 'starting/keeper_starts_it/wait'],
      [659, 'starting/keeper_starts_it/wait'],
      [9_000, 'stopped/process_gone/start'],
    ],
  ],
  [
    'nobody would start it, and somebody does, long after: what that takes counts from then',
    [
      [100, keeper({ next: 'nothing', enabled: true })],
      [700, keeper({ next: 'settling' })],
    ],
    [
      [600, 'stopping/stop_in_progress/wait'],
      [659, 'stopping/stop_in_progress/wait'],
      [9_000, 'stopped/process_gone/start'],
    ],
  ],
  [
    'what it needs is back, long after, and it is started: what that takes counts from then',
    [
      [100, keeper({ next: 'blocked', reason: 'its unit needs db.service' })],
      [700, keeper({ next: 'starts', withinMs: 0 })],
    ],
    [
      [600, 'starting/keeper_starts_it/wait'],
      [659, 'starting/keeper_starts_it/wait'],
      [9_000, 'stopped/process_gone/start'],
    ],
  ],
  [
    'something keeps its keeper from starting it: told at once, and not started',
    [[100, keeper({ next: 'blocked', reason: 'its unit needs db.service' })]],
    [[0, 'stopped/start_blocked/alert']],
  ],
  [
    'its keeper says "stopped", and that was Lifeline’s own restart',
    [
      [90, { kind: 'treated', cause: null }],
      [100, noProcess],
      [100, keeper({ next: 'stopped' })],
      [101, { kind: 'treatment-over' }],
    ],
    [[61, 'stopped/process_gone/start']],
  ],
  [
    'its keeper says "stopped" long after Lifeline’s own restart',
    [
      [20, { kind: 'treated', cause: null }],
      [30, { kind: 'treatment-over' }],
      [40, process(100, -2)],
      [100, noProcess],
      [100, keeper({ next: 'stopped' })],
    ],
    [[61, 'stopped_on_purpose/planned_stop/none']],
  ],
  [
    'it says that its port is in use, and another program is seen there: no start would help',
    [
      [100, keeper({ next: 'nothing', enabled: true })],
      [105, REFUSED],
      [106, taken(900)],
    ],
    [
      [6, 'stopped/port_taken/alert'],
      [65, 'stopped/port_taken/alert'],
      [66, 'stopped/process_gone/start'],
    ],
  ],
  [
    'it believes that another instance runs, and another program had its port: once that is free, it is started',
    [
      [100, keeper({ next: 'nothing', enabled: true })],
      [105, { kind: 'another-instance', pid: null }],
      [106, taken(900)],
    ],
    [
      [6, 'stopped/port_taken/alert'],
      [65, 'stopped/port_taken/alert'],
      [66, 'stopped/process_gone/start'],
    ],
  ],
  [
    'it believes that another instance runs after that program has let go of its port',
    [
      [100, keeper({ next: 'nothing', enabled: true })],
      [101, taken(900)],
      [105, { kind: 'another-instance', pid: null }],
    ],
    [[66, 'duplicate/another_instance/alert']],
  ],
  [
    'it says that its port is in use, and nobody is seen there any more: it is started',
    [
      [100, keeper({ next: 'nothing', enabled: true })],
      [105, REFUSED],
    ],
    [[6, 'stopped/process_gone/start']],
  ],
  [
    'another program is seen on the port of one of its checks, of which it says nothing: it is started',
    [
      [100, keeper({ next: 'nothing', enabled: true })],
      [106, taken(900)],
    ],
    [[6, 'stopped/process_gone/start']],
  ],
  [
    'another process looks like it: neither alive nor gone, and told after a start’s time',
    [
      [100, suspected],
      [100, keeper(NOTHING, true)],
    ],
    [
      [0, 'unknown/unproven_process/wait'],
      [179, 'unknown/unproven_process/wait'],
      [180, 'unknown/unproven_process/alert'],
    ],
  ],
  [
    'what looked like it has gone: then it is judged as gone',
    [
      [100, suspected],
      [110, noProcess],
      [110, keeper(NOTHING, true)],
    ],
    [[10, 'stopped/process_gone/start']],
  ],
  ...(
    [
      ['by its log', 'killed_by_signal', [[99.5, PLANNED]]],
      ['by its state file', 'process_gone', [[99.5, { kind: 'gateway-claim', state: 'stopped', pid: 100 }]]],
    ] satisfies [string, string, Chapter[]][]
  ).map(([by, cause, told]): (typeof cases)[number] => [
    `ended by a restart of Lifeline's own, a stop on purpose ${by}, and no start beside what looks like it: once that has gone`,
    [
      [99, { kind: 'treated', cause: null }],
      ...told,
      [100, suspected],
      [100, keeper(NOTHING, true)],
      [180, { kind: 'treatment-over' }],
      [300, noProcess],
      [300, keeper(NOTHING, true)],
    ],
    [[200, `stopped/${cause}/start`]],
  ]),
  [
    'what looked like it is proven to be it',
    [
      [100, suspected],
      [110, process(900, 50)],
    ],
    [[300, 'healthy/fine/none']],
  ],
];

describe('a gateway whose process has ended', () => {
  it.each(cases)('%s', (_what, story, after) => {
    const told: Chapter[] = [
      ...healthyStart(),
      ...(story.some(([second, fact]) => second < 100 && typeof fact !== 'string') ? [] : [[100, noProcess] as const]),
      ...story,
    ];
    // What the log said before its death comes before it.
    const sorted = told.toSorted((one, other) => one[0] - other[0]);
    for (const [seconds, expected] of after)
      expect.soft(`${seconds} s: ${verdict(sorted, 100 + seconds)}`).toBe(`${seconds} s: ${expected}`);
  });

  it('of a kind that does not log its signals has 10 s also without a word', () => {
    const story: Chapter[] = [...healthyStart(), [100, noProcess], [100, keeper(NOTHING, true)]];
    expect(verdict(story, 109, { quietEndMs: 10_000 })).toBe('stopping/stop_in_progress/wait');
    expect(verdict(story, 110, { quietEndMs: 10_000 })).toBe('stopped/process_gone/start');
  });
});

describe('a gateway that was never seen', () => {
  it.each<[string, readonly Chapter[], number, string]>([
    ['is given a moment', [[0, noProcess]], 59, 'unknown/never_seen/wait'],
    ['is told, and not started', [[0, noProcess]], 60, 'stopped/never_seen/alert'],
    [
      'is not started where nobody keeps it',
      [
        [0, noProcess],
        [0, keeper(NOTHING)],
      ],
      60,
      'stopped/never_seen/alert',
    ],
    [
      'is told, and not started, where its service lies there and is not enabled',
      [
        [0, noProcess],
        [0, keeper({ next: 'ended' })],
      ],
      60,
      'stopped/never_seen/alert',
    ],
    [
      'is told, and not started, where only its log tells of it: nobody knows where it ran',
      [
        [-5, 'INFO [QQBot:1001] Ready'],
        [0, noProcess],
        [0, keeper({ next: 'unknown' })],
      ],
      60,
      'stopped/never_seen/alert',
    ],
    [
      'is started where its service is enabled: it is down after a boot',
      [
        [0, noProcess],
        [0, keeper({ next: 'nothing', enabled: true })],
      ],
      0,
      'stopped/process_gone/start',
    ],
    [
      'is started once it was seen alive and lost',
      [
        [0, process(100, -2)],
        [10, noProcess],
        [10, keeper(NOTHING, true)],
      ],
      10,
      'stopped/process_gone/start',
    ],
    [
      'gave a sign of life by a check that failed',
      [
        [0, { kind: 'check', check: 'tcp', ok: false, graceMs: 0, remedy: 'restart' }],
        [0, noProcess],
        [0, keeper(NOTHING, true)],
      ],
      10,
      'stopped/process_gone/start',
    ],
  ])('%s', (_what, story, seconds, expected) => expect(verdict(story, seconds)).toBe(expected));
});

describe('starts', () => {
  const start = (second: number): Chapter[] => [[second - 1, noProcess], ...healthyStart(second + 2, 200 + second)];
  const byHand = (second: number): Chapter[] => [
    ...start(second),
    [second + 3, { kind: 'started-by', by: 'somebody' }],
  ];

  it('by hand are no crash loop, those of its keeper are', () => {
    const story = [0, 60, 120, 180, 240].flatMap((second) => byHand(second));
    expect(verdict(story, 250)).toBe('healthy/fine/none');
    expect(
      verdict(
        [0, 60, 120, 180, 240].flatMap((second) => start(second)),
        250,
      ),
    ).toContain('crash_looping');
  });

  it('by hand are none all evening either, each half hour; those of whomever are', () => {
    const halfHours = [0, 1, 2, 3, 4, 5, 6].map((n) => n * 1_800);
    const restart = (second: number): Chapter => [second + 1_700, 'INFO Stopping gateway for restart...'];
    expect(verdict(halfHours.flatMap((second) => [...byHand(second), restart(second)]).slice(0, -1), 10_810)).toBe(
      'healthy/fine/none',
    );
    expect(verdict(halfHours.flatMap((second) => [...start(second), restart(second)]).slice(0, -1), 10_810)).toContain(
      'crash_looping',
    );
  });
});
