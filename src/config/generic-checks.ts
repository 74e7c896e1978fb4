/** What the keys of a generic gateway cannot know of each other. On the raw YAML, like `checks.ts`. */
import { basename } from 'node:path';
import { isSection, section, type Section } from '../base/parsed-section.ts';
import { suggest } from '../base/suggest.ts';
import { LINK_NAMES } from '../gateways/platforms/index.ts';
import { quote } from './fields.ts';
import type { Problem } from './problems.ts';

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const has = (keys: Section, key: string): boolean => keys[key] !== undefined;

const SIGNS = ['starting', 'ready', 'stopping', 'fatal'];
const ASKED = ['http', 'tcp', 'file', 'log'];
/** The keys that belong only to some kinds of checks. */
const BELONGS: Readonly<Record<string, readonly string[]>> = {
  status: ['http'],
  contains: ['http'],
  json: ['http'],
  max_age: ['file', 'log'],
  timeout: ['http', 'tcp', 'file'],
};

export const genericProblems = (gateway: Section, index: number): readonly Problem[] => {
  const path = ['gateways', index];
  if (gateway['kind'] !== 'generic')
    return has(gateway, 'generic')
      ? [
          {
            path: [...path, 'generic'],
            sentence: 'is only for "kind: generic"; of the other kinds Lifeline knows all that',
            atKey: true,
          },
        ]
      : [];
  const generic = section(gateway['generic']);
  if (!has(gateway, 'generic'))
    return [
      {
        path: [...path, 'kind'],
        sentence: 'needs "generic:" beside it, with at least one log or check: what is to be watched (docs/generic.md)',
      },
    ];
  const [logs, checks] = [list(generic['logs']), list(generic['checks'])];
  const inside = [...path, 'generic'];
  return [
    ...keepingProblems(gateway, path),
    ...(logs.length === 0 && checks.length === 0
      ? [{ path: inside, sentence: 'tells neither a log nor a check; give at least one of "logs" and "checks"' }]
      : []),
    ...(logs.length === 0 ? needingLog(generic, checks, inside) : []),
    ...sameNames(logs, inside),
    ...Object.entries(section(generic['links'])).flatMap(([link, patterns]) =>
      patternProblems(section(patterns), [...inside, 'links', link]),
    ),
    ...list(gateway['links']).flatMap((link, at) =>
      unknownLink(link, Object.keys(section(generic['links'])), [...path, 'links', at]),
    ),
    ...checks.flatMap((check, at) => checkProblems(section(check), [...inside, 'checks', at])),
  ];
};

const keepingProblems = (gateway: Section, path: readonly PropertyKey[]): readonly Problem[] => {
  const { supervisor = 'auto', unit, command, heal } = gateway;
  const named = supervisor !== 'auto' && supervisor !== 'process';
  if (unit !== undefined && command !== undefined)
    return [
      {
        path: [...path, 'command'],
        sentence: 'is of no use beside "unit": what keeps the service starts it; leave one of the two out',
      },
    ];
  // That docker needs a unit holds for every kind of gateway, and is checked for all of them.
  if (named && supervisor !== 'docker' && unit === undefined)
    return [{ path: [...path, 'supervisor'], sentence: 'needs to know what it is called there: set "unit"' }];
  if (supervisor === 'process' && command === undefined)
    return [{ path: [...path, 'supervisor'], sentence: 'needs to know how it is started: set "command"' }];
  const pidFile =
    has(section(gateway['generic']), 'pid_file') && command === undefined
      ? [
          {
            path: [...path, 'generic', 'pid_file'],
            sentence: 'is of no use without "command": Lifeline takes no process for it that it could not start again',
          },
        ]
      : [];
  if (unit !== undefined || command !== undefined || heal === 'off' || supervisor === 'docker') return pidFile;
  return [
    {
      path: has(gateway, 'heal') ? [...path, 'heal'] : path,
      sentence:
        'nothing tells how to restart it: set "unit" (a service or container) or "command", or write heal: "off"',
    },
    ...pidFile,
  ];
};

const needingLog = (
  generic: Section,
  checks: readonly unknown[],
  inside: readonly PropertyKey[],
): readonly Problem[] => [
  ...[...SIGNS, 'links']
    .filter((key) => has(generic, key))
    .map((key) => ({ path: [...inside, key], sentence: 'is looked for in a log, and there is none; set "logs"' })),
  ...checks.flatMap((check, at) =>
    has(section(check), 'log')
      ? [{ path: [...inside, 'checks', at, 'log'], sentence: 'is looked for in a log, and there is none; set "logs"' }]
      : [],
  ),
];

/** Evidence names its file by the last part of the path. */
const sameNames = (logs: readonly unknown[], inside: readonly PropertyKey[]): readonly Problem[] => {
  const names = logs.map((log) => {
    const path = section(log)['path'];
    return typeof path === 'string' ? basename(path) : null;
  });
  return names.flatMap((name, at) =>
    name !== null && names.indexOf(name) < at
      ? [
          {
            path: [...inside, 'logs', at, 'path'],
            sentence: `has the file name of logs[${names.indexOf(name)}]; messages could not tell the two apart`,
          },
        ]
      : [],
  );
};

const patternProblems = (patterns: Section, path: readonly PropertyKey[]): readonly Problem[] => {
  if (Object.keys(patterns).length === 0) return [{ path, sentence: 'has no pattern; give at least "up" and "lost"' }];
  const ill = ['lost', 'gave_up'].find((sign) => has(patterns, sign));
  if (ill === undefined || has(patterns, 'up') || has(patterns, 'traffic')) return [];
  return [
    {
      path: [...path, ill],
      sentence: 'needs a line that proves the opposite: set "up" (a login), or at least "traffic"',
    },
  ];
};

const unknownLink = (link: unknown, known: readonly string[], path: readonly PropertyKey[]): readonly Problem[] => {
  if (typeof link !== 'string' || known.includes(link)) return [];
  const near = suggest(link, known);
  return [
    {
      path,
      sentence: `is no link of this gateway: generic.links has ${known.length > 0 ? known.join(', ') : 'none'}${near ? `; did you mean ${near}?` : ''}`,
    },
  ];
};

const checkProblems = (check: Section, path: readonly PropertyKey[]): readonly Problem[] => {
  const asked = ASKED.filter((key) => has(check, key));
  const [kind] = asked;
  if (kind === undefined) return [{ path, sentence: `asks nothing; give one of ${ASKED.join(', ')}` }];
  if (asked.length > 1)
    return [
      {
        path: [...path, asked[1] ?? ''],
        sentence: `is one check too many in one entry; make ${asked.join(' and ')} an entry each`,
        atKey: true,
      },
    ];
  const strange = Object.entries(BELONGS).filter(([key, kinds]) => has(check, key) && !kinds.includes(kind));
  return [
    ...strange.map(([key, kinds]): Problem => ({
      path: [...path, key],
      sentence: `is of no use with ${kind}; it belongs to ${kinds.join(', ')}`,
      atKey: true,
    })),
    ...(BELONGS['max_age']?.includes(kind) && !has(check, 'max_age')
      ? [
          {
            path,
            sentence: `needs "max_age": how old the ${kind === 'file' ? 'file' : 'last such line'} may be, such as 10m`,
          },
        ]
      : []),
  ];
};

/** What people write for a link, and what the gateway calls it. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['qq', 'qqbot'],
  ['lark', 'feishu'],
]);

const meantBy = (name: string): string | null =>
  OTHER_NAMES.get(name) ?? (LINK_NAMES.includes(name) ? null : suggest(name, ['qqbot', 'feishu']));

/** A generic gateway has the links that its own section names, whatever they are called. */
export const linkProblems = (gateway: Section, index: number): readonly Problem[] => {
  const own = section(section(gateway['generic'])['links']);
  const of = (name: unknown, path: Problem['path']): readonly Problem[] => {
    const meant = typeof name !== 'string' || Object.hasOwn(own, name) ? null : meantBy(name);
    return meant === null ? [] : [{ path, sentence: `the gateway has no link ${quote(name)}; did you mean ${meant}?` }];
  };
  const links = gateway['links'];
  const graces = section(gateway['grace'])['links'];
  return [
    ...(Array.isArray(links) ? links.flatMap((name: unknown) => of(name, ['gateways', index, 'links'])) : []),
    ...(isSection(graces)
      ? Object.keys(graces).flatMap((name) => of(name, ['gateways', index, 'grace', 'links', name]))
      : []),
  ];
};
