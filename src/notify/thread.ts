/**
 * The threads of the outbox. An incident's is its id; below zero, the even ones belong to treatments and the odd
 * ones to what Lifeline says of itself.
 */

/**
 * What Lifeline says of itself: that one of its channels is down, that it was away, that its data folder is ill, how
 * the configuration was read anew; and an answer that could not be given at once.
 */
export type OwnMatter = { readonly channel: number } | 'away' | 'store' | 'reload' | 'answer';

/** The result of a treatment. */
export const treatmentThread = (treatment: number): number => -2 * treatment;

/**
 * A new thread for such a matter; what is said of it later, such as its end, belongs in the same one, so keep it.
 * @param now milliseconds since the epoch: two matters of the same moment differ by what they are about.
 */
export const ownThread = (about: OwnMatter, now: number): number => -(2 * (now * SLOTS + slotOf(about)) + 1);

const SLOTS = 16;

const OTHERS = ['answer', 'reload', 'store', 'away'] as const;

const slotOf = (about: OwnMatter): number =>
  typeof about === 'string' ? SLOTS - OTHERS.length + OTHERS.indexOf(about) : about.channel % (SLOTS - OTHERS.length);
