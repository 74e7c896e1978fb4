/**
 * What one value cannot know of another. Works on the raw YAML, so that these problems are told together with
 * all others even when some other value is wrong.
 */
import { realpathSync } from 'node:fs';
import { isSection, list, section, type Section } from '../base/parsed-section.ts';
import { suggest } from '../base/suggest.ts';
import { KINDS } from '../gateways/index.ts';
import { KIND_NAMES } from '../gateways/names.ts';
import { LINK_NAMES } from '../gateways/platforms/index.ts';
import { didYouMean, quote, readPath, type Folders } from './fields.ts';
import { checkGeneric } from './generic-checks.ts';
import { CHANNELS, PERSONAL_CHANNELS } from './names.ts';
import type { Complain, Problem } from './problems.ts';

type Path = readonly PropertyKey[];

interface Whole {
  readonly root: Section;
  readonly gateways: readonly Section[];
  readonly operators: readonly Section[];
  readonly groups: readonly Section[];
  readonly channels: Section;
  readonly alerts: Section;
  readonly isHub: boolean;
  readonly complain: Complain;
}

const sections = (value: unknown): readonly Section[] => list(value).map((each) => section(each));
const names = (value: unknown): readonly string[] =>
  list(value).flatMap((each) => (typeof each === 'string' ? [each.trim()] : []));
const nameOf = ({ name }: Section): string => (typeof name === 'string' ? name.trim() : '');

export const wholeProblems = (raw: unknown, folders: Folders): readonly Problem[] => {
  const problems: Problem[] = [];
  const root = section(raw);
  const whole: Whole = {
    root,
    gateways: sections(root['gateways']),
    operators: sections(root['operators']),
    groups: sections(root['groups']),
    channels: section(root['channels']),
    alerts: section(root['alerts']),
    isHub: section(root['fleet'])['hub'] === true,
    complain: (path, sentence, atKey) => void problems.push({ path, sentence, ...(atKey && { atKey }) }),
  };
  checkGateways(whole, folders);
  checkOperators(whole);
  checkOrder(whole);
  whole.groups.forEach((group, index) => checkGroup(whole, group, index));
  checkEscalation(whole);
  sections(whole.alerts['routes']).forEach((route, index) => checkRoute(whole, route, ['alerts', 'routes', index]));
  return problems;
};

/** Complains of each entry whose value (as `same` sees it) an earlier one has already. */
const checkRepeated = (
  { complain }: Whole,
  where: string,
  key: string,
  values: readonly unknown[],
  sentence: (other: string) => string,
  same: (value: string) => string = (value) => value.trim(),
): void => {
  const first = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'string' || value.trim() === '') continue;
    const other = first.get(same(value));
    if (other === undefined) first.set(same(value), index);
    else complain([where, index, key], sentence(`${where}[${other}]`));
  }
};

const column = (entries: readonly Section[], key: string): readonly unknown[] => entries.map((entry) => entry[key]);

/** People type names; case and width are no difference to them. */
const folded = (name: string): string => name.trim().normalize('NFKC').toLowerCase();

const isGeneric = ({ kind }: Section): boolean => kind === 'generic';

const checkGateways = (whole: Whole, folders: Folders): void => {
  const { gateways, complain } = whole;
  const nameTaken = (other: string): string => `is the name of ${other} already; commands could not tell them apart`;
  checkRepeated(whole, 'gateways', 'name', column(gateways, 'name'), nameTaken, folded);
  // Several services may share a folder; their supervisors tell them apart.
  const units = gateways.map((each) => {
    const { supervisor = 'auto', unit } = each;
    return isGeneric(each) && typeof unit === 'string' ? `${String(supervisor)} ${unit.trim()}` : undefined;
  });
  const twice = 'already; one gateway must not be healed twice';
  checkRepeated(whole, 'gateways', 'unit', units, (other) => `is what keeps ${other} ${twice}`);
  const homes = gateways.map((each) => {
    const kind = KIND_NAMES.find((name) => name === each['kind']) ?? KIND_NAMES[0];
    return isGeneric(each) ? undefined : (each['home'] ?? KINDS[kind].usualHome);
  });
  /** One folder is one home, by whatever link it is reached; one that is not there has its name alone. */
  const folder = (home: string): string => {
    let path = home;
    try {
      path = readPath(home, folders);
      return realpathSync(path);
    } catch {
      return path;
    }
  };
  checkRepeated(whole, 'gateways', 'home', homes, (other) => `is the home of ${other} ${twice}`, folder);
  for (const [index, gateway] of gateways.entries()) {
    const path = ['gateways', index];
    const { supervisor, unit } = gateway;
    if (supervisor === 'docker' && unit === undefined)
      complain([...path, 'supervisor'], 'needs the container\'s name: set "unit"');
    if (supervisor === 'process' && unit !== undefined)
      complain(
        [...path, 'unit'],
        'is of no use with "supervisor: process"; say which service manager has it, or leave it out',
      );
    checkLinks(whole, gateway, path);
    checkGeneric(gateway, path, complain);
  }
};

/** What people write for a link, and what the gateway calls it. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['qq', 'qqbot'],
  ['lark', 'feishu'],
]);

/** A link whose name is a slip of the pen would never be lost. */
const checkLinks = ({ complain }: Whole, gateway: Section, path: Path): void => {
  // A generic gateway has the links that its own section names, whatever they are called.
  const own = section(section(gateway['generic'])['links']);
  const check = (name: unknown, where: Path): void => {
    if (typeof name !== 'string' || Object.hasOwn(own, name)) return;
    const meant = OTHER_NAMES.get(name) ?? (LINK_NAMES.includes(name) ? null : suggest(name, ['qqbot', 'feishu']));
    if (meant !== null) complain(where, `the gateway has no link ${quote(name)}; did you mean ${meant}?`);
  };
  for (const name of list(gateway['links'])) check(name, [...path, 'links']);
  const graces = section(gateway['grace'])['links'];
  if (isSection(graces)) for (const name of Object.keys(graces)) check(name, [...path, 'grace', 'links', name]);
};

const checkOperators = (whole: Whole): void => {
  const { operators, complain } = whole;
  for (const [index, operator] of operators.entries()) {
    if (Object.keys(operator).length > 0 && PERSONAL_CHANNELS.every((channel) => operator[channel] === undefined))
      complain(['operators', index], `has no id; give at least one of ${PERSONAL_CHANNELS.join(', ')}`);
    checkBounds(whole, operator, ['operators', index]);
  }
  checkRepeated(
    whole,
    'operators',
    'name',
    column(operators, 'name'),
    (other) => `is the name of ${other} already`,
    folded,
  );
  for (const channel of PERSONAL_CHANNELS)
    checkRepeated(
      whole,
      'operators',
      channel,
      column(operators, channel),
      (other) => `is the id of ${other} already; one person has one role`,
    );
};

const checkOrder = ({ channels, alerts, complain }: Whole): void => {
  const configured: readonly unknown[] = CHANNELS.filter((channel) => channels[channel] !== undefined);
  const given = alerts['order'];
  const order = Array.isArray(given) ? list(given) : configured;
  for (const [index, channel] of order.entries()) {
    const path = ['alerts', 'order', index];
    if (order.indexOf(channel) < index) complain(path, 'is there twice');
    else if (CHANNELS.some((known) => known === channel) && !configured.includes(channel))
      complain(path, `${String(channel)} is not set up under channels`);
  }
  if (order.length === 0 && configured.length > 0)
    complain(['alerts', 'order'], 'names no channel; no alert would leave this machine');
  const { copies } = alerts;
  if (typeof copies === 'number' && copies <= CHANNELS.length && copies > Math.max(1, order.length))
    complain(['alerts', 'copies'], `${copies} copies need as many channels, and the order has ${order.length}`);
};

/** A gateway that is not there would bound a person to nothing, or a route to no alert. */
const checkBounds = ({ gateways, isHub, complain }: Whole, entry: Section, path: Path): void => {
  if (entry['gateways'] === undefined) return;
  // A hub knows its hosts' gateways only while they are connected, so nothing would prove such a bound.
  if (isHub) return complain([...path, 'gateways'], 'is not known to a hub; write it on the host itself');
  const known = gateways.map(nameOf);
  for (const [index, name] of names(entry['gateways']).entries())
    if (!known.includes(name))
      complain([...path, 'gateways', index], `there is no gateway ${name}${didYouMean(name, known)}`);
};

const checkGroup = (whole: Whole, group: Section, index: number): void => {
  const { groups, operators, complain } = whole;
  const path = ['groups', index];
  const given = PERSONAL_CHANNELS.filter((channel) => group[channel] !== undefined);
  const [channel] = given;
  const earlier = groups.slice(0, index);
  const name = nameOf(group);
  checkBounds(whole, group, path);
  if (given.length !== 1) complain(path, 'needs the id of one group: feishu or qq');
  else if (channel && whole.channels[channel] === undefined)
    complain([...path, channel], `${channel} is not set up under channels`);
  if (channel && earlier.some((other) => other[channel] === group[channel]))
    complain([...path, channel], 'is the id of another group already');
  if (name !== '' && [...operators, ...earlier].some((other) => nameOf(other) === name))
    complain([...path, 'name'], 'is the name of somebody else already; routes could not tell');
  if (group['members'] !== undefined && channel === 'feishu')
    return complain([...path, 'members'], 'is for QQ alone; on Feishu a person has one id everywhere');
  // A name that nobody has may be paired; until then that id is a stranger's.
  const first = new Map<unknown, string>();
  for (const [member, id] of Object.entries(section(group['members']))) {
    const other = first.get(id);
    if (other === undefined) first.set(id, member);
    else complain([...path, 'members', member], `is the id of ${other} already; one person has one role`);
  }
};

/** QQ groups take few messages, so that no alert may depend on them alone. */
const checkReached = ({ groups, complain }: Whole, to: readonly string[], path: Path): void => {
  const qqGroups = groups.filter((each) => each['qq'] !== undefined).map(nameOf);
  if (to.length > 0 && to.every((name) => qqGroups.includes(name)))
    complain([...path, 'to'], 'names only QQ groups, which take few messages; name a person or a Feishu group as well');
};

const checkEscalation = (whole: Whole): void => {
  const { alerts, channels, isHub, complain } = whole;
  const path = ['alerts', 'escalation'];
  const { escalation } = alerts;
  if (escalation === undefined) return;
  if (isHub) return complain(path, 'belongs to the hosts, which know of an acknowledgement first');
  for (const [index, { urgent, to }] of sections(section(escalation)['steps']).entries()) {
    const step = [...path, 'steps', index];
    if ((urgent === undefined) === (to === undefined)) complain(step, 'needs one of urgent and to');
    else if (urgent === undefined) checkReached(whole, names(to), step);
    else if (channels['feishu'] === undefined)
      complain([...step, 'urgent'], 'needs Feishu, which is not set up under channels');
  }
};

const checkRoute = (whole: Whole, route: Section, path: Path): void => {
  const { gateways, alerts, channels, isHub, complain } = whole;
  const to = names(route['to']);
  const about = route['gateways'] === undefined ? gateways.map(nameOf) : names(route['gateways']);
  checkBounds(whole, route, path);
  if (isHub) complain(path, 'is of no use at a hub, which tells everybody; leave it out');
  for (const [index, name] of to.entries()) {
    const bounds = [...whole.operators, ...whole.groups].find((each) => nameOf(each) === name)?.['gateways'];
    if (bounds !== undefined && !about.some((gateway) => names(bounds).includes(gateway)))
      complain([...path, 'to', index], `${name} may see none of these gateways`);
  }
  checkReached(whole, to, path);
  const order = Array.isArray(alerts['order']) ? names(alerts['order']) : Object.keys(channels);
  for (const [index, channel] of names(route['channels']).entries())
    if (!order.includes(channel)) complain([...path, 'channels', index], `${channel} is not in alerts.order`);
};
