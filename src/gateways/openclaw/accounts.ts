/**
 * The accounts of each channel, and how a link is called (docs/facts/openclaw.md 1.5): `feishu` for the only or the
 * default account, `feishu:work` for each further one. Log, `channels.status` and `channels.start` mean the same by it.
 */
import { section, type Section } from '../../base/parsed-section.ts';
import type { LinkName } from '../../diagnosis/evidence.ts';
import { platformFor, PLATFORMS } from '../platforms/index.ts';
import { wordOf } from './config-file.ts';

/** Channels whose settings are examined, too. */
export const EXAMINED = ['feishu', 'qqbot'] as const;
export type ExaminedChannel = (typeof EXAMINED)[number];

/** A platform's name. */
export type JudgedChannel = LinkName;

/** Under every name that a channel has: the plugin's id in newer packages, the platform's own. */
const NAMES: ReadonlyMap<string, JudgedChannel> = new Map([
  ...EXAMINED.map((channel) => [channel, channel] as const),
  ['openclaw-qqbot', 'qqbot'],
  ['openclaw-lark', 'feishu'],
  ...PLATFORMS.flatMap(({ link, openclaw }) => (openclaw?.ids ?? []).map((id) => [id, link] as const)),
]);

/** Channels whose links are judged. */
export const JUDGED_CHANNELS: readonly JudgedChannel[] = [...new Set(NAMES.values())];

/** @returns null for a channel that is not judged. */
export const judgedChannelOf = (name: string): JudgedChannel | null => NAMES.get(name) ?? null;

/** Some plugins put the account behind it. */
const SUBSYSTEM = /^(?:gateway\/)?(?:channels\/)?([\w-]+)(?:\/[\w.@-]+)?$/;

/** @returns null for a line's subsystem that is none of a channel that is judged. */
export const channelOfSubsystem = (subsystem: string): JudgedChannel | null =>
  judgedChannelOf(SUBSYSTEM.exec(subsystem)?.[1] ?? '');

const isExaminedName = (channel: JudgedChannel): channel is ExaminedChannel =>
  EXAMINED.some((each) => each === channel);

/** Keys that hold the credentials of an account. */
const credentialKeys = (channel: JudgedChannel): readonly string[] =>
  isExaminedName(channel) ? ['appId'] : (platformFor(channel)?.openclaw?.credentials ?? []);

export interface Account {
  readonly id: string;
  readonly link: LinkName;
  /** Its own keys over those of its channel. */
  readonly settings: Section;
  /** Where its own keys are: `channels.feishu`, `channels.feishu.accounts.work`. */
  readonly path: string;
}

const IMPLICIT = 'default';
const normal = (id: string): string => id.trim().toLowerCase();

/** All that the configuration names, switched on or off. */
export const accountsOf = (root: Section, channel: JudgedChannel): readonly Account[] => {
  const key = Object.keys(section(root['channels'])).find((name) => judgedChannelOf(name) === channel);
  if (key === undefined) return [];
  const { accounts, defaultAccount, ...own } = section(section(root['channels'])[key]);
  const named = Object.keys(section(accounts)).filter((id) => id.trim() !== '');
  const implicit =
    (named.length === 0 || credentialKeys(channel).some((name) => own[name] != null && own[name] !== '')) &&
    !named.some((id) => normal(id) === IMPLICIT);
  const ids = [...named, ...(implicit ? [IMPLICIT] : [])].toSorted();
  const wanted = normal(wordOf(defaultAccount) ?? IMPLICIT);
  const first = ids.find((id) => normal(id) === wanted) ?? ids.find((id) => normal(id) === IMPLICIT) ?? ids[0];
  return ids.map((id) => ({
    id,
    link: id === first ? channel : `${channel}:${normal(id)}`,
    settings: { ...own, ...section(section(accounts)[id]) },
    path: named.includes(id) ? `channels.${key}.accounts.${id}` : `channels.${key}`,
  }));
};

export interface LinkNames {
  /** @returns the link of a channel's account; of a line that names no account, null where there are several. */
  of(channel: JudgedChannel, account: string | null): LinkName | null;
  /** Those of a channel that the configuration names; at least one. */
  all(channel: JudgedChannel): readonly LinkName[];
}

export const createLinkNames = (root: Section): LinkNames => {
  const known = new Map(JUDGED_CHANNELS.map((channel) => [channel, accountsOf(root, channel)]));
  return {
    all: (channel) => {
      const accounts = known.get(channel) ?? [];
      return accounts.length === 0 ? [channel] : accounts.map(({ link }) => link);
    },
    of: (channel, account) => {
      const accounts = known.get(channel) ?? [];
      if (account === null) return accounts.length > 1 ? null : channel;
      const found = accounts.find(({ id }) => normal(id) === normal(account));
      if (found) return found.link;
      // One that came with a later configuration, or with a variable of its environment.
      return normal(account) === IMPLICIT && accounts.length === 0 ? channel : `${channel}:${normal(account)}`;
    },
  };
};
