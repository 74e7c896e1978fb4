/** Changes an existing configuration: by the command line's flags, else by a menu. */
import { PERSONAL_CHANNELS } from '../config/config.ts';
import { applyChange, applyChannel, type ChangeState } from './apply-change.ts';
import { answerOf } from './channel-config.ts';
import { recogniseHomes } from './find-gateways.ts';
import { finish } from './finish.ts';
import { channelOf, type ChannelChoice } from './flags.ts';
import type { InstallService } from './install-service.ts';
import { byMenu } from './menu.ts';
import { namedOperators } from './named-operators.ts';
import { givenChannels } from './questions.ts';
import { setUpChannel } from './set-up-channel.ts';
import type { Existing, SetupContext } from './setup-context.ts';

/** @returns the exit code. */
export const changeExisting = async (
  setup: SetupContext,
  before: Existing,
  installService: InstallService,
  onSaved: () => void,
): Promise<number> => {
  const { ask, text, flags, file } = setup;
  ask.good(text.found(file));
  const state = { ...setup, before, onSaved, isNews: false };
  const given = givenChannels(flags);
  const isGiven =
    given.length > 0 ||
    flags.gateways.length > 0 ||
    flags.operator.feishu !== null ||
    flags.operator.qq !== null ||
    flags.service !== null;
  const now = isGiven || !ask.interactive ? await byFlags(state, given) : await byMenu(state, installService);
  return finish(now, installService, { isNew: false, isNews: now.isNews });
};

const byFlags = async (state: ChangeState, given: readonly ChannelChoice[]): Promise<ChangeState> => {
  const { ask, text, flags, before, known } = state;
  const { channels, gateways } = before.config;
  const named = namedOperators(
    flags,
    [...PERSONAL_CHANNELS.filter((channel) => channels[channel] !== undefined), ...given.map(channelOf)],
    known,
  );
  const unwatched = flags.gateways.filter(({ home }) => !gateways.some((gateway) => gateway.home === home));
  let now = applyChange(state, { gateways: recogniseHomes(unwatched, gateways, text) });
  for (const choice of given) {
    const done = await setUpChannel({ ...now, named }, choice, answerOf(now.before.config, channelOf(choice)));
    if (done !== null) now = applyChannel(now, done.answer, done.paired);
  }
  now = applyChange(now, { operators: named });
  if (!now.isNews && now.known.paired.length === known.paired.length && flags.service === null)
    ask.good(text.nothingToChange());
  return now;
};
