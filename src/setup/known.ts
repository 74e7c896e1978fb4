/** Who may command so far, and what a set-up makes of that. */
import type { Operator } from '../config/config.ts';
import type { PairedOperator } from '../store/operators.ts';
import type { NewOperator } from './changes.ts';

export interface Known {
  readonly configured: readonly Operator[];
  readonly paired: readonly PairedOperator[];
}

/** Without the ids that another bot has given these people on a channel: they mean nothing to this one. */
export const withoutIds = ({ configured, paired }: Known, channel: string): Known => ({
  configured: configured.map((operator) => ({
    ...operator,
    ids: Object.fromEntries(Object.entries(operator.ids).filter(([on]) => on !== channel)),
  })),
  paired: paired.filter((person) => person.channel !== channel),
});

/** With somebody whose ids were named: who taps must be known. */
export const withNamed = ({ configured, paired }: Known, operators: readonly NewOperator[]): Known => ({
  paired,
  configured: operators.reduce<Known['configured']>((all, { name, role, ...ids }) => {
    const known = all.find((each) => each.name === name);
    return known
      ? all.map((each) => (each === known ? { ...each, ids: { ...each.ids, ...ids } } : each))
      : [...all, { name, role, ids: { ...ids } }];
  }, configured),
});

/** With those who have paired; a new id takes the place of the one that the same person had there. */
export const withPaired = ({ configured, paired }: Known, people: readonly PairedOperator[]): Known => ({
  configured,
  paired: [
    ...paired.filter((old) => !people.some((each) => each.channel === old.channel && each.name === old.name)),
    ...people,
  ],
});
