/** Links that are named in a gateway's settings and are slips of the pen: a link of that name would never be lost. */
import { suggest } from '../base/suggest.ts';
import { isSection, section, type Section } from '../base/parsed-section.ts';
import { LINK_NAMES } from '../gateways/platforms/index.ts';
import { quote } from './fields.ts';
import type { Problem } from './problems.ts';

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
