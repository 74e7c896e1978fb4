/**
 * The operator's phones in a test against real things: every message that rings them must have been declared before.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PhoneMessage } from '../../sandbox/phone.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

export type PhoneName = 'feishu' | 'qq';
export const BOTH: readonly PhoneName[] = ['feishu', 'qq'];

export interface Phones {
  /** Declares one message on each of the phones, from now on; resolves when they came. */
  want(phones: readonly PhoneName[], text: RegExp): Promise<readonly PhoneMessage[]>;
  /** The operator writes to Lifeline. */
  say(phone: PhoneName, text: string): void;
  /** Real time passes in which nothing may ring that was not declared. */
  quiet(ms: number): Promise<void>;
  /** @throws when something rang that nobody declared. */
  check(): void;
}

interface Want {
  readonly phone: PhoneName;
  readonly text: RegExp;
  met: PhoneMessage | null;
}

/**
 * @param details what is told when something does not come: the logs of those who take part.
 * @param patienceMs how long what was declared may take; a real gateway may be waited for by rule for minutes.
 */
export const watchPhones = (
  { feishu, qq, cast }: Pick<Sandbox, 'feishu' | 'qq' | 'cast'>,
  details: () => string,
  patienceMs?: number,
): Phones => {
  const platforms = { feishu, qq };
  const wants: Want[] = [];
  const undeclared: string[] = [];
  for (const phone of BOTH) {
    platforms[phone].onMessage((appId, message) => {
      // A message that changes rings nobody.
      if (message.from !== 'bot' || appId !== cast.lifeline[phone].appId || message.editedAt !== undefined) return;
      // The picture of the band belongs to the answer before it.
      if (message.text === '[picture] 24h.png') return;
      const want = wants.find((open) => open.met === null && open.phone === phone && open.text.test(message.text));
      if (want) want.met = message;
      else undeclared.push(`${phone}: ${message.text}`);
    });
  }
  const check = (): void => {
    if (undeclared.length > 0)
      throw new Error(`messages that nobody declared:\n${undeclared.join('\n---\n')}\n${details()}`);
  };
  return {
    want: async (phones, text) => {
      const declared = phones.map((phone): Want => ({ phone, text, met: null }));
      wants.push(...declared);
      await until(
        `${String(text)} on ${phones.join(' and ')}`,
        () => declared.every(({ met }) => met !== null),
        () => `undeclared so far: ${JSON.stringify(undeclared, null, 1)}\n${details()}`,
        patienceMs,
      );
      return declared.flatMap(({ met }) => met ?? []);
    },
    say: (phone, text) => void platforms[phone].say(cast.lifeline[phone].appId, cast.operator[phone], text),
    quiet: async (ms) => {
      if (ms >= TELL_MS) console.info(`${ms / 1_000} s in which nothing may ring`);
      await sleep(ms);
      check();
    },
    check,
  };
};

/** Machines are slow at times; this only ends what hangs. */
const PATIENCE_MS = 90_000;
const POLL_MS = 50;
/** A wait that lasts is told of while it lasts: silence looks as if it hung, and whoever ends the run is told nothing. */
const TELL_MS = 30_000;

/** Waits on any condition of the world. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  details = (): string => '',
  limitMs = PATIENCE_MS,
): Promise<void> => {
  const began = Date.now();
  for (let told = 0; Date.now() - began < limitMs; await sleep(POLL_MS)) {
    if (await holds()) return;
    const waited = Math.floor((Date.now() - began) / TELL_MS);
    if (waited > told) console.info(`waits for ${what}: ${(waited * TELL_MS) / 1_000} s of ${limitMs / 1_000} s`);
    told = waited;
  }
  throw new Error(`waited in vain for ${what}, ${limitMs / 1_000} s\n${details()}`);
};
