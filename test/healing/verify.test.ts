import { expect, it } from 'vitest';
import type { MemorySeen } from '../../src/diagnosis/evidence.ts';
import type { MemoryLevel } from '../../src/diagnosis/memory-rules.ts';
import type { LinkVitals, Vitals } from '../../src/diagnosis/vitals.ts';
import type { Missing } from '../../src/healing/treatment.ts';
import { stillMissing, missingLinks, type Verification } from '../../src/healing/verify.ts';

const BEFORE = { pid: 123, startTime: 5_000 };
const process = (pid: number, startTime: number) => ({ pid, startTime, startedAt: startTime * 10 });
const NEW = process(456, 6_000);
const IN: LinkVitals = { provenAt: 70_000, lostAt: null };

const held = (level: MemoryLevel): MemorySeen => ({
  bytes: 1,
  by: 'pss',
  processes: 1,
  ceiling: null,
  of: null,
  level,
});

const vitals = (changed: Partial<Omit<Vitals, 'links'>> & { links?: Record<string, LinkVitals> } = {}): Vitals => ({
  process: NEW,
  readyAt: 65_000,
  turns: null,
  uncleanStarts: [],
  ...changed,
  links: new Map(Object.entries(changed.links ?? { qqbot: IN, feishu: IN })),
});

it.each<[string, Vitals, Partial<Verification>, readonly Missing[]]>([
  ['all is there', vitals(), {}, []],
  ['there was no process before', vitals(), { before: null }, []],
  ['no link was ill', vitals({ links: {} }), { links: [] }, []],
  ['there is no process', vitals({ process: null }), {}, [{ what: 'process' }]],
  ['nobody looked for the process', vitals({ process: undefined }), {}, [{ what: 'process' }]],
  [
    'it is the old process still, whatever it says of itself',
    vitals({ process: process(123, 5_000) }),
    {},
    [{ what: 'new_process' }],
  ],
  ['a new process got the old pid, as in a container', vitals({ process: process(123, 6_000) }), {}, []],
  [
    'it is a stray process from before the one that was ill',
    vitals({ process: process(77, 4_000) }),
    {},
    [{ what: 'new_process' }],
  ],
  ['the old pid with an earlier start', vitals({ process: process(123, 4_000) }), {}, [{ what: 'new_process' }]],
  ['it is not ready', vitals({ readyAt: null }), {}, [{ what: 'ready' }]],
  ['a link was not heard of', vitals({ links: { feishu: IN } }), {}, [{ what: 'login', link: 'qqbot' }]],
  [
    'a link did not log in',
    vitals({ links: { qqbot: { provenAt: null, lostAt: null }, feishu: IN } }),
    {},
    [{ what: 'login', link: 'qqbot' }],
  ],
  [
    'a link logged in and was lost again',
    vitals({ links: { qqbot: IN, feishu: { provenAt: 70_000, lostAt: 71_000 } } }),
    {},
    [{ what: 'login', link: 'feishu' }],
  ],
  ['another link than the ill ones is out', vitals({ links: { qqbot: IN } }), { links: ['qqbot'] }, []],
  ...(
    [
      ['was not measured yet', {}, false],
      ['cannot be measured', { memory: null, at: 60_000 }, true],
      ['was measured at its start alone', { memory: held('fine'), at: 69_999 }, false],
      ['is below the limit after its start', { memory: held('high'), at: 70_000 }, true],
      ['is over the limit again', { memory: held('over'), at: 70_000 }, false],
    ] as const
  ).map(([what, resources, proven]): [string, Vitals, Partial<Verification>, readonly Missing[]] => [
    `its memory was the trouble, and ${what}`,
    vitals({ resources }),
    { memory: true },
    proven ? [] : [{ what: 'memory' }],
  ]),
  [
    'a check that failed has not succeeded since',
    vitals({ checksOwed: ['http'] }),
    { links: ['qqbot'] },
    [{ what: 'check', check: 'http' }],
  ],
  ['it came up as another user', vitals({ process: { ...NEW, uid: 0 } }), { uid: 1_000 }, [{ what: 'right_user' }]],
  [
    'it came up as another user, and is not ready',
    vitals({ process: { ...NEW, uid: 0 }, readyAt: null }),
    { uid: 1_000 },
    [{ what: 'right_user' }, { what: 'ready' }],
  ],
  ['it is the right user', vitals({ process: { ...NEW, uid: 0 } }), { uid: 0 }, []],
  ['whose it is cannot be told', vitals(), { uid: 1_000 }, []],
  ['whose it must be is not known', vitals({ process: { ...NEW, uid: 0 } }), { uid: null }, []],
  [
    'it is the old process of another user: only that it is old',
    vitals({ process: { ...process(123, 5_000), uid: 0 } }),
    { uid: 1_000 },
    [{ what: 'new_process' }],
  ],
  ['another pid that began in the same tick', vitals({ process: process(456, 5_000) }), {}, []],
  [
    'nothing but the process is there',
    vitals({ readyAt: null, links: {} }),
    {},
    [{ what: 'ready' }, { what: 'login', link: 'qqbot' }, { what: 'login', link: 'feishu' }],
  ],
])('%s', (_when, seen, asked, expected) => {
  expect(stillMissing(seen, { before: BEFORE, links: ['qqbot', 'feishu'], ...asked })).toEqual(expected);
});

it.each<[string, Vitals, readonly Missing[]]>([
  ['both logged in since', vitals(), []],
  [
    'one logged in before',
    vitals({ links: { qqbot: IN, feishu: { provenAt: 69_999, lostAt: null } } }),
    [{ what: 'login', link: 'feishu' }],
  ],
  [
    'one was lost again',
    vitals({ links: { qqbot: IN, feishu: { provenAt: 70_001, lostAt: 70_002 } } }),
    [{ what: 'login', link: 'feishu' }],
  ],
  ['nobody is there', vitals({ process: null }), [{ what: 'process' }]],
  ['the gateway goes on as it was', vitals({ process: process(123, 5_000), readyAt: null }), []],
])('of links restarted alone: %s', (_when, seen, expected) =>
  expect(missingLinks(seen, ['qqbot', 'feishu'], 70_000)).toEqual(expected),
);
