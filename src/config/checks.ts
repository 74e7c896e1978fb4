/**
 * What one value cannot know of another. Works on the raw YAML, so that these problems are told together with
 * all others even when some other value is wrong.
 */
import { realpathSync } from 'node:fs';
import { section, type Section } from '../base/parsed-section.ts';
import { suggest } from '../base/suggest.ts';
import { CHANNELS, PERSONAL_CHANNELS } from './config.ts';
import { readPath, type Folders } from './fields.ts';
import { genericProblems, linkProblems } from './generic-checks.ts';
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

type Path = readonly PropertyKey[];

const names = (value: unknown): readonly string[] =>
  list(value).flatMap((each) => (typeof each === 'string' ? [each.trim()] : []));
const entries = (value: unknown): readonly Section[] => list(value).map((each) => section(each));
const nameOf = (entry: Section): string => (typeof entry['name'] === 'string' ? entry['name'].trim() : '');

const peopleProblems = (root: Section): readonly Problem[] => {
  const gateways = entries(root['gateways']).map(nameOf);
  const operators = entries(root['operators']);
  const groups = entries(root['groups']);
  const routes = entries(section(root['alerts'])['routes']);
  const isHub = section(root['fleet'])['hub'] === true;
  return [
    ...operators.flatMap((each, index) => unknownGateways(each, ['operators', index], gateways, isHub)),
    ...groups.flatMap((each, index) => groupProblems(each, ['groups', index], root, isHub)),
    ...escalationProblems(root, isHub),
    ...routes.flatMap((each, index) => routeProblems(each, ['alerts', 'routes', index], root, isHub)),
  ];
};

/** A gateway that is not there would bound a person to nothing, or a route to no alert. */
const unknownGateways = (
  entry: Section,
  path: Path,
  gateways: readonly string[],
  isHub: boolean,
): readonly Problem[] => {
  if (entry['gateways'] === undefined) return [];
  // A hub knows its hosts' gateways only while they are connected, so nothing would prove such a bound.
  if (isHub) return [{ path: [...path, 'gateways'], sentence: 'is not known to a hub; write it on the host itself' }];
  return names(entry['gateways']).flatMap((name, index): Problem[] => {
    if (gateways.includes(name)) return [];
    const near = suggest(name, gateways);
    return [
      {
        path: [...path, 'gateways', index],
        sentence: `there is no gateway ${name}${near === null ? '' : `; did you mean ${near}?`}`,
      },
    ];
  });
};

const groupProblems = (group: Section, path: Path, root: Section, isHub: boolean): readonly Problem[] => {
  const channels = ['feishu', 'qq'].filter((channel) => group[channel] !== undefined);
  const [channel] = channels;
  const operators = entries(root['operators']).map(nameOf);
  const earlier = entries(root['groups']).slice(0, Number(path[1]));
  const name = nameOf(group);
  const problems: Problem[] = [...unknownGateways(group, path, entries(root['gateways']).map(nameOf), isHub)];
  if (channels.length !== 1) problems.push({ path, sentence: 'needs the id of one group: feishu or qq' });
  else if (channel !== undefined && section(root['channels'])[channel] === undefined)
    problems.push({ path: [...path, channel], sentence: `${channel} is not set up under channels` });
  if (channel !== undefined && earlier.some((other) => other[channel] === group[channel]))
    problems.push({ path: [...path, channel], sentence: 'is the id of another group already' });
  if (name !== '' && (operators.includes(name) || earlier.some((other) => nameOf(other) === name)))
    problems.push({ path: [...path, 'name'], sentence: 'is the name of somebody else already; routes could not tell' });
  if (group['members'] !== undefined && channel === 'feishu')
    problems.push({
      path: [...path, 'members'],
      sentence: 'is for QQ alone; on Feishu a person has one id everywhere',
    });
  else problems.push(...memberProblems(section(group['members']), [...path, 'members']));
  return problems;
};

/** QQ groups take few messages, so that no alert may depend on them alone. */
const onlyQqGroups = (to: readonly string[], root: Section, path: Path): Problem[] => {
  const qqGroups = entries(root['groups']).filter((each) => each['qq'] !== undefined);
  return to.length > 0 && to.every((name) => qqGroups.some((each) => nameOf(each) === name))
    ? [
        {
          path: [...path, 'to'],
          sentence: 'names only QQ groups, which take few messages; name a person or a Feishu group as well',
        },
      ]
    : [];
};

/** Somebody who is nobody here may be paired; until then that id is a stranger's. */
const memberProblems = (members: Section, path: Path): readonly Problem[] => {
  const first = new Map<unknown, string>();
  return Object.entries(members).flatMap(([name, id]): Problem[] => {
    const other = first.get(id);
    first.set(id, other ?? name);
    return other === undefined
      ? []
      : [{ path: [...path, name], sentence: `is the id of ${other} already; one person has one role` }];
  });
};

const escalationProblems = (root: Section, isHub: boolean): readonly Problem[] => {
  const path = ['alerts', 'escalation'];
  const escalation = section(root['alerts'])['escalation'];
  if (escalation === undefined) return [];
  if (isHub) return [{ path, sentence: 'belongs to the hosts, which know of an acknowledgement first' }];
  const steps = entries(section(escalation)['steps']);
  return steps.flatMap((step, index): Problem[] => {
    if ((step['urgent'] === undefined) === (step['to'] === undefined))
      return [{ path: [...path, 'steps', index], sentence: 'needs one of urgent and to' }];
    if (step['urgent'] !== undefined && section(root['channels'])['feishu'] === undefined)
      return [
        { path: [...path, 'steps', index, 'urgent'], sentence: 'needs Feishu, which is not set up under channels' },
      ];
    return onlyQqGroups(names(step['to']), root, [...path, 'steps', index]);
  });
};

const routeProblems = (route: Section, path: Path, root: Section, isHub: boolean): readonly Problem[] => {
  const gateways = entries(root['gateways']).map(nameOf);
  const alerts = section(root['alerts']);
  const to = names(route['to']);
  const about = route['gateways'] === undefined ? gateways : names(route['gateways']);
  const people = [...entries(root['operators']), ...entries(root['groups'])];
  const problems: Problem[] = [...unknownGateways(route, path, gateways, isHub)];
  if (isHub) problems.push({ path, sentence: 'is of no use at a hub, which tells everybody; leave it out' });
  for (const [index, name] of to.entries()) {
    const bounds = people.find((each) => nameOf(each) === name)?.['gateways'];
    if (bounds !== undefined && !about.some((gateway) => names(bounds).includes(gateway)))
      problems.push({ path: [...path, 'to', index], sentence: `${name} may see none of these gateways` });
  }
  problems.push(...onlyQqGroups(to, root, path));
  for (const [index, channel] of names(route['channels']).entries()) {
    const order = Array.isArray(alerts['order']) ? names(alerts['order']) : Object.keys(section(root['channels']));
    if (!order.includes(channel))
      problems.push({ path: [...path, 'channels', index], sentence: `${channel} is not in alerts.order` });
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
