/** Where the gateways of each kind have their home, and by what it is told: for whoever has named another folder. */
import { KINDS } from '../../gateways/index.ts';
import { KIND_NAMES, type KindName } from '../../gateways/names.ts';
import type { Locale, Texts } from '../locale.ts';

interface Home {
  readonly title: string;
  readonly usual: string;
  readonly profile: string | null;
  readonly signs: readonly string[];
}

const oneOf = (names: readonly string[], and: string, or: string): string =>
  [names.slice(0, -1).join(and), ...names.slice(-1)].filter((part) => part !== '').join(or);

const en = {
  home: ({ title, usual, profile, signs }: Home) =>
    `${title}'s home (usually ${usual}${profile === null ? '' : `, a profile's ${profile}`}) has ${oneOf(signs, ', ', ' or ')} in it`,
  found: ({ title, usual }: Home) => `${title} (${usual})`,
  and: ', ',
  next: '; ',
};

const zh: typeof en = {
  home: ({ title, usual, profile, signs }) =>
    `${title} 的目录（平常是 ${usual}${profile === null ? '' : `，profile 的是 ${profile}`}）里有 ${oneOf(signs, '、', ' 或 ')}`,
  found: ({ title, usual }) => `${title}（${usual}）`,
  and: '、',
  next: '；',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

/** null: a gateway of this kind may have its home anywhere. */
const homeOf = (kind: KindName): Home | null => {
  const { title, usualHome: usual, profileHome: profile, homeSigns: signs } = KINDS[kind];
  return title === null || usual === null ? null : { title, usual, profile, signs };
};

const all = (): readonly Home[] => KIND_NAMES.map(homeOf).filter((home) => home !== null);

/** @returns null for a kind whose home may be anywhere. */
export const homeWords = (kind: KindName, locale: Locale): string | null => {
  const home = homeOf(kind);
  return home && TEXTS[locale].home(home);
};

/** The usual home of every kind that has one. */
export const allHomeWords = (locale: Locale): string => all().map(TEXTS[locale].home).join(TEXTS[locale].next);

/** What is looked for, and where. */
export const lookedFor = (locale: Locale): string => all().map(TEXTS[locale].found).join(TEXTS[locale].and);
