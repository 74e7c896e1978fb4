/**
 * Who has lately mentioned the bot in a group and is nobody there: one of them may be an operator, whom QQ gives another
 * id in each group. Kept in memory only, and little of it.
 */
import { normalise } from '../bus/parse-command.ts';

export interface Mention {
  readonly channel: string;
  /** The platform's id of the group. */
  readonly group: string;
  /** The platform's id of the person in this group. */
  readonly member: string;
  /** What was written, as the audit would have it. */
  readonly text: string;
  readonly at: number;
}

export interface Mentions {
  note(mention: Mention): void;
  /** The last of each person, the newest first. `alone`: nobody else wrote the same. */
  recent(now: number): readonly (Mention & { readonly alone: boolean })[];
}

const KEPT_MS = 10 * 60_000;
/** Of so many people; nobody is forgotten because another one writes a lot. */
const MOST_PEOPLE = 20;

export const createMentions = (): Mentions => {
  const last = new Map<string, Mention>();
  const isRecent = ({ at }: Mention, now: number): boolean => Math.abs(now - at) < KEPT_MS;
  return {
    note: (mention) => {
      const key = JSON.stringify([mention.channel, mention.group, mention.member]);
      last.delete(key);
      for (const [other, kept] of last) if (!isRecent(kept, mention.at)) last.delete(other);
      // A crowd keeps newcomers out, so that it cannot push out whoever was there first.
      if (last.size < MOST_PEOPLE) last.set(key, mention);
    },
    recent: (now) => {
      const all = [...last.values()].filter((mention) => isRecent(mention, now));
      const wrote = (text: string): number => all.filter((mention) => isSame(mention.text, text)).length;
      return all.map((mention) => ({ ...mention, alone: wrote(mention.text) === 1 })).reverse();
    },
  };
};

/** What a reader would take for the same. */
const isSame = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (text: string): string =>
  normalise(text)
    .replaceAll(/[\s\p{P}\p{S}\p{C}]/gu, '')
    .toLowerCase();
