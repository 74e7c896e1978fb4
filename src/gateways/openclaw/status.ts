/** The answer of `channels.status` as evidence: what changed since the last one (docs/facts/openclaw.md 2.2). */
import type { Instant } from '../../base/instant.ts';
import { redact } from '../../base/redact/redact.ts';
import { section } from '../../base/parsed-section.ts';
import type { Evidence, LinkFact, LinkName } from '../../diagnosis/evidence.ts';
import { accountFacts, type AccountFact } from './account-facts.ts';
import { platformFor } from '../platforms/index.ts';
import { judgedChannelOf, type LinkNames } from './accounts.ts';
import type { LinkAddress } from './link-control.ts';

/** What was told of the links of one process. */
export interface ToldByStatus {
  /** By link and what of it: only what changes is news. */
  readonly words: Map<string, string>;
  readonly addresses: Map<LinkName, LinkAddress>;
  /** Those that its brake keeps off. */
  readonly held: Set<LinkName>;
  /** Those that are to be up and are not. */
  readonly down: Set<LinkName>;
}

export const nothingTold = (): ToldByStatus => ({
  words: new Map(),
  addresses: new Map(),
  held: new Set(),
  down: new Set(),
});

export interface Learned {
  readonly evidence: readonly Evidence[];
  /** Whether anything of it is worth a look at once. */
  readonly isNews: boolean;
}

/** Never throws: whatever an answer holds, what is no account says nothing. */
export const statusEvidence = (status: unknown, names: LinkNames, told: ToldByStatus, now: Instant): Learned => {
  const evidence: Evidence[] = [];
  let isNews = false;
  for (const { name, accountId, record } of accountsIn(status)) {
    const channel = judgedChannelOf(name);
    const link = channel && names.of(channel, accountId);
    if (link === null) continue;
    told.addresses.set(link, { channel: name, ...(accountId === null ? {} : { accountId }) });
    const { openclaw: facts = null } = platformFor(channel ?? '') ?? {};
    for (const each of accountFacts(record, now, facts)) {
      if (each.fact.kind !== 'link-traffic') {
        told.held[each.fact.kind === 'link-held' ? 'add' : 'delete'](link);
        told.down[isDown(each.fact) ? 'add' : 'delete'](link);
      }
      const { isNew, isChange } = tell(told, link, each, facts !== null);
      isNews ||= isChange;
      // The log says meanwhile that a client was started, which is less than what is known here.
      if (isNew || each.fact.kind === 'link-open')
        evidence.push({
          at: each.at,
          source: 'channels.status',
          text: redact(`${link}: ${textOf(record)}`),
          link,
          fact: each.fact,
        });
    }
  }
  return { evidence, isNews };
};

const isDown = (fact: LinkFact): boolean =>
  fact.kind !== 'link-login' && !(fact.kind === 'link-closed' && fact.wanted === true);

/** The channels that `/readyz` names as suppressed, where `channels.status` may not be asked. */
export const heldEvidence = (
  suppressed: readonly string[],
  names: LinkNames,
  told: ToldByStatus,
  now: Instant,
): Learned => {
  const links = suppressed.flatMap((name) => {
    const channel = judgedChannelOf(name);
    return channel === null ? [] : names.all(channel);
  });
  // What it lets go of may be held again.
  for (const link of told.held) if (!links.includes(link)) told.words.delete(`${link} state`);
  told.held.clear();
  for (const link of links) told.held.add(link);
  const evidence = links.flatMap((link): Evidence[] => {
    const fact = { kind: 'link-held', reason: 'its restart-loop breaker keeps it off' } as const;
    return tell(told, link, { at: now, fact }, false).isNew
      ? [{ at: now, source: '/readyz', text: `suppressed: ${link}`, link, fact }]
      : [];
  });
  return { evidence, isNews: evidence.length > 0 };
};

/** A login and a message are told by when they were; how it is now, by what it is. */
const tell = (
  { words }: ToldByStatus,
  link: LinkName,
  { at, fact }: AccountFact,
  ticks: boolean,
): { readonly isNew: boolean; readonly isChange: boolean } => {
  const key = `${link} ${fact.kind === 'link-traffic' ? 'traffic' : 'state'}`;
  const dated = fact.kind === 'link-login' || fact.kind === 'link-traffic' || fact.kind === 'link-open';
  // Of a channel that polls each answer has a new time: that it still answers is told now and then.
  const when = ticks && fact.kind === 'link-login' ? Math.floor(at / STILL_MS) : at;
  const said = fact.kind === 'link-held' ? fact.kind : JSON.stringify([fact, dated ? when : null]);
  const before = words.get(key);
  if (before === said) return { isNew: false, isChange: false };
  words.set(key, said);
  return { isNew: true, isChange: !(ticks && before?.startsWith(`[${JSON.stringify(fact)},`)) };
};

const STILL_MS = 300_000;

interface Named {
  readonly name: string;
  readonly accountId: string | null;
  readonly record: Readonly<Record<string, unknown>>;
}

/** More accounts than anybody has. */
const MOST_ACCOUNTS = 200;

const accountsIn = (status: unknown): readonly Named[] =>
  Object.entries(section(section(status)['channelAccounts']))
    .flatMap(([name, accounts]) =>
      (Array.isArray(accounts) ? (accounts as readonly unknown[]) : []).map((account) => ({
        name,
        record: section(account),
      })),
    )
    .slice(0, MOST_ACCOUNTS)
    .map(({ name, record }) => ({
      name,
      record,
      accountId: typeof record['accountId'] === 'string' ? record['accountId'] : null,
    }));

const TOLD_KEYS = ['running', 'connected', 'lifecycle', 'restartPending', 'healthState', 'lastError'];
const MOST_LETTERS = 200;

const textOf = (record: Readonly<Record<string, unknown>>): string => {
  const words = TOLD_KEYS.flatMap((key) => {
    const value = record[key];
    return typeof value === 'string' || typeof value === 'boolean'
      ? [`${key}=${String(value).slice(0, MOST_LETTERS)}`]
      : [];
  });
  // What tells a link that never connected is what is not there.
  const missing = record['running'] === true && typeof record['connected'] !== 'boolean' ? ['never connected'] : [];
  return [...words, ...missing].join(' ') || 'says nothing of itself';
};
