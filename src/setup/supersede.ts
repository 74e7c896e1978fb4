/**
 * Where somebody who has paired is written down: beside the ids that stand in the configuration, or in the database.
 */
import { isRole } from '../chat/access/authorise.ts';
import type { PairedOperator } from '../store/operators.ts';
import type { NewOperator } from './changes.ts';
import type { Known } from './known.ts';

/** An id in the configuration that another bot gave is replaced there: nothing else takes it away. */
export const supersede = (
  { configured }: Known,
  people: readonly PairedOperator[],
): { readonly operators: readonly NewOperator[]; readonly paired: readonly PairedOperator[] } => {
  const inFile = ({ name, channel }: PairedOperator): boolean =>
    configured.some((operator) => operator.name === name && operator.ids[channel] !== undefined);
  return {
    operators: people
      .filter(inFile)
      .map(({ name, role, channel, user }) => ({ name, role: isRole(role) ? role : 'operator', [channel]: user })),
    paired: people.filter((person) => !inFile(person)),
  };
};
