/** Runs `lifeline init` from its first question to its last line. */
import { UserError } from '../base/errors.ts';
import { LOCALES } from '../config/config.ts';
import { LANGUAGE_NAMES, LANGUAGE_QUESTION } from '../text/setup/setup.ts';
import { changeExisting } from './change-existing.ts';
import type { ChannelAnswer } from './answers.ts';
import { askDigest } from './ask-digest.ts';
import { askPing } from './ask-ping.ts';
import { channelOf } from './flags.ts';
import { finish } from './finish.ts';
import type { InstallService } from './install-service.ts';
import { chooseChannels, chooseGateways } from './questions.ts';
import { namedOperators } from './named-operators.ts';
import { save } from './save.ts';
import { setUpChannel } from './set-up-channel.ts';
import type { SetupContext } from './setup-context.ts';

/**
 * @returns the exit code. @throws Cancelled; UserError. Until something is saved nothing on this machine has changed.
 */
export const runWizard = (setup: SetupContext, installService: InstallService, onSaved: () => void): Promise<number> =>
  setup.before === null
    ? setUpAnew(setup, installService, onSaved)
    : changeExisting(setup, setup.before, installService, onSaved);

/** Gateways, channels, then for each channel its bot, its console and the phone; at last the ping and the service. */
const STEPS_AROUND = 4;
const STEPS_EACH = 3;
const STEPS_BEFORE = 2;

const setUpAnew = async (plain: SetupContext, installService: InstallService, onSaved: () => void): Promise<number> => {
  const { ask, text, flags, file, env, locale } = plain;
  let number = 0;
  let channels = 1;
  const setup: SetupContext = {
    ...plain,
    step: (title) => ask.step(text.step((number += 1), STEPS_AROUND + STEPS_EACH * channels, title)),
  };
  setup.step(text.steps.gateways);
  const gateways = await chooseGateways(setup);
  setup.step(text.steps.channels);
  const choices = await chooseChannels(setup);
  channels = choices.length;
  const named = namedOperators(flags, choices.map(channelOf), setup.known);
  const answers: ChannelAnswer[] = [];
  let { known } = setup;
  for (const choice of choices) {
    const done = await setUpChannel({ ...setup, known, named }, choice, null);
    if (done === null) {
      // What is left out has no steps.
      channels -= 1;
      number = STEPS_BEFORE + STEPS_EACH * answers.length;
      continue;
    }
    answers.push(done.answer);
    known = { ...known, paired: [...known.paired, ...done.paired] };
  }
  if (answers.length === 0) throw new UserError('SETUP_NO_CHANNEL', text.noChannel());
  setup.step(text.steps.ping);
  const pingUrl = await askPing(setup);
  const digest = await askDigest(setup);
  setup.step(text.steps.service);
  save(
    file,
    null,
    { locale, dataDir: flags.dataDir, gateways, channels: answers, operators: named, pingUrl, digest },
    known.paired,
    env,
  );
  onSaved();
  ask.good(text.saved(file));
  return finish(setup, installService, { isNew: true, isNews: false });
};

/** @param fromEnv the language of the terminal. */
export const chooseLocale = async (
  { ask, flags, before }: Pick<SetupContext, 'ask' | 'flags' | 'before'>,
  fromEnv: SetupContext['locale'],
): Promise<SetupContext['locale']> => {
  if (flags.locale !== null) return flags.locale;
  if (before !== null) return before.config.locale;
  if (!ask.interactive) return fromEnv;
  return ask.choose({
    message: LANGUAGE_QUESTION,
    flag: '--locale',
    initial: fromEnv,
    options: LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] })),
  });
};
