/**
 * Which events a channel accepts. A channel asks once for each event of a person, whatever it is (a message, a
 * tap, a new friend, a group), before it writes, sends, answers or remembers anything for it. Operators always pass;
 * strangers within a limit for each of them and one for all. What is over the limit leaves no trace but a count.
 */
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { pairingText, readCode } from '../pairing/pairing.ts';
import { tokensLeft, type Bucket, type BucketLimit } from '../bus/rate-limit.ts';

export type Admission = 'operator' | 'stranger' | 'refused';

/** @param text of a message; '' for any other event. Never throws. */
export type Admit = (user: string, text: string) => Admission;

export interface AdmissionOptions {
  readonly channel: string;
  /** Whether this may be an operator; a throw is a no. */
  readonly isKnown: (user: string) => boolean;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}

/** Of one stranger. */
const EACH: BucketLimit = { burst: 5, perMinute: 10 };
/** Of all strangers on a channel together. */
const ALL: BucketLimit = { burst: 20, perMinute: 60 };
/** So many who got in are remembered: by then the first one's own limit is full again. */
const MOST_REMEMBERED = 500;
/** No platform has longer ids; more of one would only take memory. */
const LONGEST_ID = 200;
const REPORT_EVERY_MS = 60_000;

/**
 * What could be a pairing code has limits of its own, so that no talk, one's own or a flood of others', keeps out
 * somebody who has the code.
 */
const isCode = (text: string): boolean => {
  const typed = pairingText(text);
  return typed !== null && readCode(typed) !== null;
};

export const createAdmission = ({ channel, isKnown, clock, logger }: AdmissionOptions): Admit => {
  const all: Record<'talk' | 'codes', Bucket | undefined> = { talk: undefined, codes: undefined };
  const each = new Map<string, Bucket>();
  let refused = 0;
  let reportedAt = -Infinity;

  const report = (now: number): void => {
    refused += 1;
    if (Math.abs(now - reportedAt) < REPORT_EVERY_MS) return;
    logger.warn(
      { channel, refused },
      'more comes from strangers than Lifeline looks at; what is over the limit was dropped',
    );
    reportedAt = now;
    refused = 0;
  };

  /** Only who gets in is remembered anew: those who are refused cost no memory. */
  const remember = (key: string, bucket: Bucket, isIn: boolean): void => {
    if (!each.delete(key) && !isIn) return;
    each.set(key, bucket);
    if (each.size > MOST_REMEMBERED) for (const oldest of each.keys().take(1)) each.delete(oldest);
  };

  /**
   * Nothing is taken from either limit unless both have room. The times go on all the same: a clock may be set back.
   */
  const takeBoth = (user: string, text: string, now: number): boolean => {
    const kind = isCode(text) ? 'codes' : 'talk';
    const key = `${kind} ${user}`;
    const [own, shared] = [tokensLeft(each.get(key), EACH, now), tokensLeft(all[kind], ALL, now)];
    const isIn = own >= 1 && shared >= 1;
    all[kind] = { tokens: isIn ? shared - 1 : shared, at: now };
    remember(key, { tokens: isIn ? own - 1 : own, at: now }, isIn);
    return isIn;
  };

  const known = (user: string): boolean => {
    try {
      return isKnown(user);
    } catch (err) {
      logger.error({ err, channel }, 'who sent an event cannot be told; it counts as a stranger’s');
      return false;
    }
  };

  return (user, text) => {
    if (known(user)) return 'operator';
    const now = clock.now();
    if (user.length <= LONGEST_ID && takeBoth(user, text, now)) return 'stranger';
    report(now);
    return 'refused';
  };
};
