/** Writes one change into the configuration that is there, and goes on from what is there then. */
import type { PairedOperator } from '../store/operators.ts';
import type { ChannelAnswer, Changes } from './changes.ts';
import { withPaired } from './known.ts';
import { save } from './save.ts';
import type { Existing, Setup } from './setup.ts';
import { supersede } from './supersede.ts';

export type State = Setup & {
  readonly before: Existing;
  /** Whether files have changed since a bot that runs has read them. */
  readonly isNews: boolean;
  /** Told when something was written. */
  readonly onSaved: () => void;
};

/** Saves nothing where nothing changes. @throws UserError as `save` does. */
export const apply = (
  state: State,
  changes: Partial<Omit<Changes, 'locale'>>,
  paired: readonly PairedOperator[] = [],
): State => {
  const { ask, text, file, env, before, known, locale, onSaved } = state;
  const {
    text: now,
    config,
    changed,
  } = save(
    file,
    before.text,
    { locale, dataDir: null, gateways: [], channels: [], operators: [], ...changes },
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

/** Saves a channel, or null where it stays as it is, and who has paired on it. */
export const applyChannel = (state: State, answer: ChannelAnswer | null, people: readonly PairedOperator[]): State => {
  const { operators, paired } = supersede(state.known, people);
  return apply(state, { channels: answer === null ? [] : [answer], operators }, paired);
};
