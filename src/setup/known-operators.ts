/** Who may command so far, and how a set-up changes that. */
import type { Operator } from '../config/config.ts';
import type { PairedOperator } from '../store/operators.ts';
import type { NewOperator } from './answers.ts';

export interface KnownOperators {
  readonly configured: readonly Operator[];
  readonly paired: readonly PairedOperator[];
}

/**
 * Returns the operators without the ids that another bot has given them on a channel: they mean nothing to this bot.
 */
export const withoutIds = ({ configured, paired }: KnownOperators, channel: string): KnownOperators => ({
  configured: configured.map((operator) => ({
    ...operator,
    ids: Object.fromEntries(Object.entries(operator.ids).filter(([on]) => on !== channel)),
  })),
  paired: paired.filter((person) => person.channel !== channel),
});

/** Returns the operators with those whose ids stand on the command line: whoever taps must be known. */
export const withNamed = (
  { configured, paired }: KnownOperators,
  operators: readonly NewOperator[],
): KnownOperators => ({
  paired,
  configured: operators.reduce<KnownOperators['configured']>((all, { name, role, ...ids }) => {
    const known = all.find((each) => each.name === name);
    return known
      ? all.map((each) => (each === known ? { ...each, ids: { ...each.ids, ...ids } } : each))
      : [...all, { name, role, ids: { ...ids } }];
  }, configured),
});

/**
 * Returns the operators with those who have paired. A new id replaces the one that the same person had on the channel.
 */
export const withPaired = (
  { configured, paired }: KnownOperators,
  people: readonly PairedOperator[],
): KnownOperators => ({
  configured,
  paired: [
    ...paired.filter((old) => !people.some((each) => each.channel === old.channel && each.name === old.name)),
    ...people,
  ],
});
