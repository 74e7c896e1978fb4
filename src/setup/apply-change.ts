/** Writes one change into the existing configuration and returns the state after it. */
import { isRole } from '../chat/access/authorise.ts';
import type { PairedOperator } from '../store/operators.ts';
import type { ChannelAnswer, ConfigChanges, NewOperator } from './answers.ts';
import { withPaired, type KnownOperators } from './known-operators.ts';
import { save } from './save.ts';
import type { Existing, SetupContext } from './setup-context.ts';

export type ChangeState = SetupContext & {
  readonly before: Existing;
  /** Whether files have changed since the running bot read them. */
  readonly isNews: boolean;
  /** Called after each write. */
  readonly onSaved: () => void;
};

/** Saves nothing where nothing changes. @throws UserError as `save` does. */
export const applyChange = (
  state: ChangeState,
  changes: Partial<Omit<ConfigChanges, 'locale'>>,
  paired: readonly PairedOperator[] = [],
): ChangeState => {
  const { ask, text, file, env, before, known, locale, onSaved } = state;
  const {
    text: now,
    config,
    changed,
  } = save(
    file,
    before.text,
    { locale, dataDir: null, gateways: [], channels: [], operators: [], pingUrl: null, digest: null, ...changes },
    paired,
    env,
  );
  if (changed.files || changed.people) {
    onSaved();
    ask.good(text.saved(file));
  }
  return {
    ...state,
    isNews: state.isNews || changed.files,
    before: { text: now, config },
    known: withPaired({ ...known, configured: config.operators }, paired),
  };
};

/** Saves a channel and who has paired on it. @param answer null: the channel stays as it is. */
export const applyChannel = (
  state: ChangeState,
  answer: ChannelAnswer | null,
  people: readonly PairedOperator[],
): ChangeState => {
  const { operators, paired } = placesOf(state.known, people);
  return applyChange(state, { channels: answer === null ? [] : [answer], operators }, paired);
};

/**
 * Returns where people who have paired are stored: beside the ids that stand in the configuration, or in the database.
 * An id in the configuration that another bot gave is replaced there, because nothing else removes it.
 */
export const placesOf = (
  { configured }: KnownOperators,
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
