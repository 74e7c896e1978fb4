/** What Hermes's adapters and their libraries log of the platforms that have facts of their own (`platforms/`). */
import type { LinkFact, LinkName } from '../../diagnosis/evidence.ts';
import { platformFor, PLATFORMS } from '../platforms/index.ts';
import { refusalIn, refusalOfCode, type Groups, type LinePattern, type Platform } from '../platforms/platform.ts';
import type { LoggerTraits } from './loggers.ts';
import { tagOf } from './tag.ts';

export interface AdapterFact {
  readonly link: LinkName;
  readonly fact: LinkFact;
}

const BY_TAG: ReadonlyMap<string, Platform> = new Map(
  PLATFORMS.flatMap((platform) => (platform.hermes?.tags ?? []).map((tag) => [tag, platform] as const)),
);

/** @returns what a line of an adapter or of its library says of its link. */
export const adapterFact = ({ isAdapter, library }: LoggerTraits, message: string): AdapterFact | null => {
  const tag = isAdapter ? tagOf(message) : null;
  const tagged = tag && BY_TAG.get(tag.name);
  if (tagged) return firstOf(tagged, tagged.hermes?.tagged ?? [], message.slice(tag.text.length));
  return library && firstOf(library.platform, library.patterns, message);
};

/** @returns what the first pattern that fits says of the platform's link. */
export const firstOf = (platform: Platform, patterns: readonly LinePattern[], message: string): AdapterFact | null => {
  for (const { message: pattern, fact } of patterns) {
    const match = pattern.exec(message);
    const found = match && fact(match.groups ?? {});
    if (found) return { link: platform.link, fact: settling(platform, found) };
    if (match) return null;
  }
  return null;
};

/**
 * The runner's word of a link, with what the facts of its platform add. Behind a try of the runner silence proves
 * nothing: it says itself when that has succeeded.
 */
export const runnerFact = ({ link = '', code, reason = '' }: Groups, message: string, fact: LinkFact): LinkFact => {
  const platform = platformFor(link);
  if (!platform?.hermes) return fact;
  const why = code === undefined ? null : refusalOfCode(platform, code);
  if (why !== null) return { kind: 'link-rejected', reason: `${code ?? ''}: ${reason}`, why };
  if (fact.kind === 'link-rejected') return { ...fact, why: refusalIn(fact.reason) ?? 'setup_incomplete' };
  const proves = platform.hermes.connectedProves === true && message.startsWith('✓');
  if (fact.kind !== 'link-open') return fact;
  return proves ? { kind: 'link-login' } : settling(platform, fact);
};

const settling = ({ hermes }: Platform, fact: LinkFact): LinkFact => {
  const settles = hermes?.settles;
  if (settles === undefined || 'settlesMs' in fact) return fact;
  if (fact.kind === 'link-open') return { ...fact, settlesMs: settles.ms };
  const isTrouble = fact.kind === 'link-lost' || fact.kind === 'link-retrying' || fact.kind === 'link-retry-failed';
  return isTrouble && settles.after === 'any' && !('dead' in fact) ? { ...fact, settlesMs: settles.ms } : fact;
};
