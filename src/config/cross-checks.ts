/**
 * What one value cannot know of another. Works on the raw YAML, so that these problems are told together with
 * all others even when some other value is wrong.
 */
import { realpathSync } from 'node:fs';
import { section, type Section } from '../base/parsed-section.ts';
import { CHANNELS, PERSONAL_CHANNELS } from './config.ts';
import { readPath, type Folders } from './fields.ts';
import { genericProblems } from './generic-cross-checks.ts';
import { linkProblems } from './link-cross-checks.ts';
import { peopleProblems } from './people-cross-checks.ts';
import type { Problem } from './problems.ts';
import { KINDS } from '../gateways/index.ts';
import { KIND_NAMES } from '../gateways/names.ts';

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** @returns a problem at every entry whose value (as `same` sees it) an earlier one has already. */
const repeated = (
  where: string,
  values: readonly unknown[],
  key: string,
  sentence: (other: string) => string,
  same: (value: string) => string = (value) => value.trim(),
): Problem[] => {
  const first = new Map<string, number>();
  return values.flatMap((value, index): Problem[] => {
    if (typeof value !== 'string' || value.trim() === '') return [];
    const other = first.get(same(value));
    if (other !== undefined) return [{ path: [where, index, key], sentence: sentence(`${where}[${other}]`) }];
    first.set(same(value), index);
    return [];
  });
};

const column = (entries: readonly unknown[], key: string): readonly unknown[] =>
  entries.map((entry) => section(entry)[key]);

/** People type names; case and width are no difference to them. */
const folded = (name: string): string => name.trim().normalize('NFKC').toLowerCase();

const gatewayProblems = (root: Section, folders: Folders): Problem[] => {
  const gateways = list(root['gateways']);
  const homes = gateways.map(
    (entry) =>
      section(entry)['home'] ??
      KINDS[KIND_NAMES.find((name) => name === section(entry)['kind']) ?? KIND_NAMES[0]].usualHome ??
      undefined,
  );
  /** One folder is one home, by whatever link it is reached; one that is not there has its name alone. */
  const whole = (home: string): string => {
    let path = home;
    try {
      path = readPath(home, folders);
      return realpathSync(path);
    } catch {
      return path;
    }
  };
  return [
    ...repeated(
      'gateways',
      column(gateways, 'name'),
      'name',
      (other) => `is the name of ${other} already; commands could not tell them apart`,
      folded,
    ),
    // Several services may share a folder; their supervisors tell them apart.
    ...repeated(
      'gateways',
      gateways.map(keptBy),
      'unit',
      (other) => `is what keeps ${other} already; one gateway must not be healed twice`,
    ),
    ...repeated(
      'gateways',
      homes.map((home, index) => (isGeneric(gateways[index]) ? undefined : home)),
      'home',
      (other) => `is the home of ${other} already; one gateway must not be healed twice`,
      whole,
    ),
    ...gateways.flatMap((entry, index) => [
      ...supervisorProblems(section(entry), index),
      ...linkProblems(section(entry), index),
      ...genericProblems(section(entry), index),
    ]),
  ];
};

const isGeneric = (entry: unknown): boolean => section(entry)['kind'] === 'generic';

const keptBy = (entry: unknown): string | undefined => {
  const { supervisor = 'auto', unit } = section(entry);
  return isGeneric(entry) && typeof unit === 'string' ? `${String(supervisor)} ${unit.trim()}` : undefined;
};

const supervisorProblems = ({ supervisor, unit }: Section, index: number): Problem[] => {
  if (supervisor === 'docker' && unit === undefined)
    return [{ path: ['gateways', index, 'supervisor'], sentence: 'needs the container\'s name: set "unit"' }];
  if (supervisor !== 'process' || unit === undefined) return [];
  return [
    {
      path: ['gateways', index, 'unit'],
      sentence: 'is of no use with "supervisor: process"; say which service manager has it, or leave it out',
    },
  ];
};

const operatorProblems = (root: Section): Problem[] => {
  const operators = list(root['operators']);
  return [
    ...operators.flatMap((entry, index): Problem[] =>
      Object.keys(section(entry)).length > 0 &&
      PERSONAL_CHANNELS.every((channel) => section(entry)[channel] === undefined)
        ? [{ path: ['operators', index], sentence: `has no id; give at least one of ${PERSONAL_CHANNELS.join(', ')}` }]
        : [],
    ),
    ...repeated('operators', column(operators, 'name'), 'name', (other) => `is the name of ${other} already`, folded),
    ...PERSONAL_CHANNELS.flatMap((channel) =>
      repeated(
        'operators',
        column(operators, channel),
        channel,
        (other) => `is the id of ${other} already; one person has one role`,
      ),
    ),
  ];
};

const alertProblems = (root: Section): Problem[] => {
  const configured = CHANNELS.filter((channel) => section(root['channels'])[channel] !== undefined);
  const alerts = section(root['alerts']);
  const order = Array.isArray(alerts['order']) ? list(alerts['order']) : configured;
  const problems: Problem[] = [];
  for (const [index, channel] of order.entries()) {
    if (order.indexOf(channel) < index) problems.push({ path: ['alerts', 'order', index], sentence: 'is there twice' });
    else if (CHANNELS.some((known) => known === channel) && !configured.some((known) => known === channel)) {
      problems.push({ path: ['alerts', 'order', index], sentence: `${String(channel)} is not set up under channels` });
    }
  }
  if (Array.isArray(alerts['order']) && order.length === 0 && configured.length > 0) {
    problems.push({ path: ['alerts', 'order'], sentence: 'names no channel; no alert would leave this machine' });
  }
  const copies = alerts['copies'];
  if (typeof copies === 'number' && copies <= CHANNELS.length && copies > Math.max(1, order.length)) {
    problems.push({
      path: ['alerts', 'copies'],
      sentence: `${copies} copies need as many channels, and the order has ${order.length}`,
    });
  }
  return problems;
};

export const wholeProblems = (raw: unknown, folders: Folders): readonly Problem[] => {
  const root = section(raw);
  return [
    ...gatewayProblems(root, folders),
    ...operatorProblems(root),
    ...alertProblems(root),
    ...peopleProblems(root),
  ];
};
