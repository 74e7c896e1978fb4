/** What the keys of a generic gateway cannot know of each other. On the raw YAML, like `checks.ts`. */
import { basename } from 'node:path';
import { list, section, type Section } from '../base/parsed-section.ts';
import { didYouMean } from './fields.ts';
import type { Complain } from './problems.ts';

type Path = readonly PropertyKey[];

const ASKED = ['http', 'tcp', 'file', 'log'];
/** The keys that belong only to some kinds of checks. */
const BELONGS: Readonly<Record<string, readonly string[]>> = {
  status: ['http'],
  contains: ['http'],
  json: ['http'],
  max_age: ['file', 'log'],
  timeout: ['http', 'tcp', 'file'],
};

export const checkGeneric = (gateway: Section, path: Path, complain: Complain): void => {
  const generic = section(gateway['generic']);
  const isGiven = gateway['generic'] !== undefined;
  const inside = [...path, 'generic'];
  if (gateway['kind'] !== 'generic') {
    if (isGiven) complain(inside, 'is only for "kind: generic"; of the other kinds Lifeline knows all that', true);
    return;
  }
  if (!isGiven)
    return complain(
      [...path, 'kind'],
      'needs "generic:" beside it, with at least one log or check: what is to be watched (docs/generic.md)',
    );
  const links = section(generic['links']);
  const checks = list(generic['checks']).map((check) => section(check));
  checkKeeping(gateway, path, complain);
  checkLogs(generic, checks, inside, complain);
  for (const [link, patterns] of Object.entries(links))
    checkPatterns(section(patterns), [...inside, 'links', link], complain);
  const known = Object.keys(links);
  for (const [at, link] of list(gateway['links']).entries())
    if (typeof link === 'string' && !known.includes(link))
      complain(
        [...path, 'links', at],
        `is no link of this gateway: generic.links has ${known.join(', ') || 'none'}${didYouMean(link, known)}`,
      );
  for (const [at, check] of checks.entries()) checkCheck(check, [...inside, 'checks', at], complain);
};

const checkKeeping = (gateway: Section, path: Path, complain: Complain): void => {
  const { supervisor = 'auto', unit, command, heal } = gateway;
  const isNamed = supervisor !== 'auto' && supervisor !== 'process';
  if (unit !== undefined && command !== undefined)
    return complain(
      [...path, 'command'],
      'is of no use beside "unit": what keeps the service starts it; leave one of the two out',
    );
  // That docker needs a unit holds for every kind of gateway, and is checked for all of them.
  if (isNamed && supervisor !== 'docker' && unit === undefined)
    return complain([...path, 'supervisor'], 'needs to know what it is called there: set "unit"');
  if (supervisor === 'process' && command === undefined)
    return complain([...path, 'supervisor'], 'needs to know how it is started: set "command"');
  if (unit === undefined && command === undefined && heal !== 'off' && supervisor !== 'docker')
    complain(
      heal === undefined ? path : [...path, 'heal'],
      'nothing tells how to restart it: set "unit" (a service or container) or "command", or write heal: "off"',
    );
  if (section(gateway['generic'])['pid_file'] !== undefined && command === undefined)
    complain(
      [...path, 'generic', 'pid_file'],
      'is of no use without "command": Lifeline takes no process for it that it could not start again',
    );
};

const checkLogs = (generic: Section, checks: readonly Section[], inside: Path, complain: Complain): void => {
  const logs = list(generic['logs']);
  if (logs.length === 0) {
    if (checks.length === 0)
      complain(inside, 'tells neither a log nor a check; give at least one of "logs" and "checks"');
    const needing = [
      ...['starting', 'ready', 'stopping', 'fatal', 'links']
        .filter((key) => generic[key] !== undefined)
        .map((key) => [key]),
      ...checks.flatMap((check, at) => (check['log'] === undefined ? [] : [['checks', at, 'log']])),
    ];
    for (const key of needing) complain([...inside, ...key], 'is looked for in a log, and there is none; set "logs"');
  }
  // Evidence names its file by the last part of the path.
  const names = logs.map((log) => {
    const { path } = section(log);
    return typeof path === 'string' ? basename(path) : null;
  });
  for (const [at, name] of names.entries()) {
    const first = names.indexOf(name);
    if (name !== null && first < at)
      complain(
        [...inside, 'logs', at, 'path'],
        `has the file name of logs[${first}]; messages could not tell the two apart`,
      );
  }
};

const checkPatterns = (patterns: Section, path: Path, complain: Complain): void => {
  if (Object.keys(patterns).length === 0) return complain(path, 'has no pattern; give at least "up" and "lost"');
  const ill = ['lost', 'gave_up'].find((sign) => patterns[sign] !== undefined);
  if (ill !== undefined && patterns['up'] === undefined && patterns['traffic'] === undefined)
    complain([...path, ill], 'needs a line that proves the opposite: set "up" (a login), or at least "traffic"');
};

const checkCheck = (check: Section, path: Path, complain: Complain): void => {
  const [kind, another, ...more] = ASKED.filter((key) => check[key] !== undefined);
  if (kind === undefined) return complain(path, `asks nothing; give one of ${ASKED.join(', ')}`);
  if (another !== undefined)
    return complain(
      [...path, another],
      `is one check too many in one entry; make ${[kind, another, ...more].join(' and ')} an entry each`,
      true,
    );
  for (const [key, kinds] of Object.entries(BELONGS))
    if (check[key] !== undefined && !kinds.includes(kind))
      complain([...path, key], `is of no use with ${kind}; it belongs to ${kinds.join(', ')}`, true);
  if (BELONGS['max_age']?.includes(kind) && check['max_age'] === undefined)
    complain(path, `needs "max_age": how old the ${kind === 'file' ? 'file' : 'last such line'} may be, such as 10m`);
};
