/** The menu of changes to an existing configuration. Each change is saved by itself. */
import { applyChannel, applyChange, type ChangeState } from './apply-change.ts';
import type { ChannelAnswer } from './answers.ts';
import { answerOf } from './channel-config.ts';
import { askService, installAsService } from './finish.ts';
import { channelOf, type ChannelChoice } from './flags.ts';
import type { FoundGateway } from './find-gateways.ts';
import type { InstallService } from './install-service.ts';
import { chooseMore } from './questions.ts';
import { pairOnChannel, setUpChannel } from './set-up-channel.ts';
import { arrived, resultText, testEverybody } from './test-everybody.ts';
import { choosePerson } from './choose-person.ts';

type Action =
  | `add:${ChannelChoice}`
  | `change:${'feishu' | 'qq'}`
  | `pair:${'feishu' | 'qq'}`
  | 'gateways'
  | 'test'
  | 'service'
  | 'done';

/** @returns the state when somebody ends the menu. */
export const byMenu = async (first: ChangeState, installService: InstallService): Promise<ChangeState> => {
  for (let state = first; ;) {
    const { ask, text } = state;
    const action = await ask.choose({
      message: text.whatToDo(),
      flag: '--channels',
      options: actionsOf(state).map((value) => ({ value, label: labelOf(state, value) })),
    });
    if (action === 'done') return state;
    state = await carryOut(state, action, installService);
  }
};

const carryOut = async (
  state: ChangeState,
  action: Exclude<Action, 'done'>,
  installService: InstallService,
): Promise<ChangeState> => {
  switch (action) {
    case 'test':
      return tellEverybody(state);
    case 'gateways':
      return applyChange(state, { gateways: await chooseMore(state, unwatched(state)) });
    case 'service': {
      const scope = await askService(state);
      if (scope !== 'no') await installAsService(state, scope, installService);
      return state;
    }
    case 'pair:feishu':
    case 'pair:qq':
      return pair(state, action === 'pair:qq' ? 'qq' : 'feishu');
    case 'change:feishu':
    case 'change:qq': {
      const channel = action === 'change:qq' ? 'qq' : 'feishu';
      return setUp(state, choiceOf(state, channel), answerOf(state.before.config, channel));
    }
    case 'add:feishu':
    case 'add:lark':
    case 'add:qq':
      return setUp(state, nameIn(action), null);
  }
};

const setUp = async (
  state: ChangeState,
  choice: ChannelChoice,
  current: ChannelAnswer | null,
): Promise<ChangeState> => {
  const done = await setUpChannel(state, choice, current);
  return done === null ? state : applyChannel(state, done.answer, done.paired);
};

const pair = async (state: ChangeState, channel: 'feishu' | 'qq'): Promise<ChangeState> => {
  const answer = answerOf(state.before.config, channel);
  const done =
    answer &&
    (await pairOnChannel(state, choiceOf(state, channel), answer, ({ session }) =>
      choosePerson(state, session, channel),
    ));
  return done ? applyChannel(state, null, done.paired) : state;
};

const tellEverybody = async (state: ChangeState): Promise<ChangeState> => {
  const { ask, text, before, clock, logger, locale } = state;
  const results = await ask.busy(text.sendingAll(), (signal) =>
    testEverybody(before.config, { channel: null, clock, logger, signal }),
  );
  for (const result of results) {
    if (arrived(result)) ask.good(resultText(result, locale));
    else ask.bad(resultText(result, locale));
  }
  return state;
};

const unwatched = ({ found, before }: ChangeState): readonly FoundGateway[] =>
  found.filter(({ home }) => !before.config.gateways.some((gateway) => gateway.home === home));

const actionsOf = (state: ChangeState): readonly Action[] => {
  const { feishu, qq } = state.before.config.channels;
  return [
    ...(feishu ? [] : (['add:feishu', 'add:lark'] as const)),
    ...(qq ? [] : (['add:qq'] as const)),
    ...(feishu ? (['pair:feishu'] as const) : []),
    ...(qq ? (['pair:qq'] as const) : []),
    'test',
    ...(feishu ? (['change:feishu'] as const) : []),
    ...(qq ? (['change:qq'] as const) : []),
    ...(unwatched(state).length > 0 ? (['gateways'] as const) : []),
    'service',
    'done',
  ];
};

const labelOf = (state: ChangeState, action: Action): string => {
  const { text } = state;
  if (action === 'done') return text.doNothing();
  if (action === 'test') return text.doTest();
  if (action === 'service') return text.doService();
  if (action === 'gateways') return text.doGateways(unwatched(state).length);
  const name = nameIn(action);
  if (action.startsWith('add:')) return text.doAdd(text.channel(name));
  const channel = text.channel(choiceOf(state, channelOf(name)));
  return action.startsWith('pair:') ? text.doPair(channel) : text.doChange(channel);
};

const nameIn = (action: `${string}:${ChannelChoice}`): ChannelChoice => {
  if (action.endsWith(':qq')) return 'qq';
  return action.endsWith(':lark') ? 'lark' : 'feishu';
};

const choiceOf = ({ before }: ChangeState, channel: 'feishu' | 'qq'): ChannelChoice =>
  channel === 'feishu' && before.config.channels.feishu?.domain === 'lark' ? 'lark' : channel;
