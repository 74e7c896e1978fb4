/** Asks for a bot's credentials until the platform takes them. */
import { UserError } from '../base/errors.ts';
import { fixText } from '../text/channels/fixes.ts';
import { CONSOLES, FEISHU_SCOPES, guideText } from '../text/setup/guides.ts';
import type { ChannelAnswer } from './answers.ts';
import { channelOf, type ChannelChoice } from './flags.ts';
import { qrLines } from './qr.ts';
import type { SetupContext } from './setup-context.ts';
import { tryCredentials, type CredentialsResult } from './try-credentials.ts';

const SHAPES = { feishu: /^cli_[0-9a-fA-F]{16}$/, qq: /^\d{1,32}$/ } as const;

/**
 * @returns null when the channel is to be left out. @throws UserError `SETUP_REFUSED` where nobody can be asked again.
 */
export const askCredentials = async (
  setup: SetupContext,
  choice: ChannelChoice,
  current: ChannelAnswer | null,
): Promise<ChannelAnswer | null> => {
  const { ask, text, foreign, logger, flags } = setup;
  const channel = channelOf(choice);
  setup.step(text.steps.bot(text.channel(choice)));
  // Whoever has both credentials has followed the guide already.
  if (flags[channel].appId === null || flags[channel].secret === null) showConsole(setup, choice);
  let answer = await readAnswer(setup, choice, current, flags[channel]);
  for (;;) {
    const tried = await ask.busy(text.trying(choice), (signal) => tryCredentials(answer, foreign, logger, signal));
    if (tried.kind === 'good') {
      ask.good(text.credentialsGood(choice, tried.name));
      return answer;
    }
    const problem = problemText(setup, choice, tried);
    if (!ask.interactive) throw new UserError('SETUP_REFUSED', problem);
    ask.bad(problem);
    const hopeless = tried.kind === 'wrong' || tried.kind === 'foreign';
    const next = await ask.choose({
      message: text.whatNow(),
      flag: '--channels',
      options: [
        ...(hopeless ? [] : [{ value: 'again' as const, label: text.tryAgain() }]),
        { value: 'other', label: text.otherCredentials() },
        { value: 'leave', label: text.leaveOut(choice) },
      ],
    });
    if (next === 'leave') return null;
    if (next === 'other') answer = await readAnswer(setup, choice, answer, { appId: null, secret: null });
  }
};

/** What to do there, its address to be scanned, and what is to be pasted there. */
const showConsole = ({ ask, text, locale }: SetupContext, choice: ChannelChoice): void => {
  ask.guide(text.guideTitle(choice), guideText(locale).create(choice));
  ask.bare([text.scan(CONSOLES[choice]), ...qrLines(CONSOLES[choice])]);
  if (choice !== 'qq') ask.bare(['', text.scopesToPaste(), FEISHU_SCOPES, '']);
};

const readAnswer = async (
  setup: SetupContext,
  choice: ChannelChoice,
  current: ChannelAnswer | null,
  given: { readonly appId: string | null; readonly secret: string | null },
): Promise<ChannelAnswer> => {
  const { ask, text, flags, foreign } = setup;
  const channel = channelOf(choice);
  const hasShape = (id: string): boolean => SHAPES[channel].test(id);
  const check = (id: string): string | null => {
    const owner = foreign.find(({ appId: own }) => own === id);
    if (owner) return text.foreign(owner.home);
    return hasShape(id) ? null : text.wrongShape(choice);
  };
  if (given.appId !== null && !hasShape(given.appId))
    throw new UserError('USAGE_FLAG', `--${channel}-app-id: ${text.wrongShape(choice)}`);
  const appId =
    given.appId ??
    (await ask.text({
      message: text.appId(choice),
      flag: `--${channel}-app-id`,
      check,
      ...(current ? { initial: current.appId } : {}),
    }));
  const secret =
    given.secret ??
    (await ask.secret({
      message: text.appSecret(choice),
      flag:
        channel === 'feishu'
          ? '--feishu-app-secret-file (LIFELINE_FEISHU_SECRET)'
          : '--qq-client-secret-file (LIFELINE_QQ_SECRET)',
    }));
  if (channel === 'feishu') {
    const known = current?.channel === 'feishu' ? current.domain : null;
    const usual = choice === 'lark' ? 'lark' : 'feishu';
    // Another address than the two is a test's or a proxy's, and stays unless it is changed.
    return {
      channel,
      appId,
      secret,
      domain: flags.feishu.domain ?? (known !== null && /^https?:/.test(known) ? known : usual),
    };
  }
  const known = current?.channel === 'qq' ? current : null;
  return {
    channel,
    appId,
    secret,
    apiBase: flags.qq.apiBase ?? known?.apiBase ?? null,
    tokenUrl: flags.qq.tokenUrl ?? known?.tokenUrl ?? null,
  };
};

const problemText = (
  { text, locale }: SetupContext,
  choice: ChannelChoice,
  tried: Exclude<CredentialsResult, { kind: 'good' }>,
): string => {
  switch (tried.kind) {
    case 'foreign':
      return text.foreign(tried.home);
    case 'wrong':
      return `${text.wrongCredentials(choice)}\n${text.platformSays(tried.detail)}`;
    case 'not_ready': {
      const cure = tried.fix ? fixText(tried.fix, locale) : text.notReady(choice);
      const isPermission = tried.fix === 'grant_permission' && choice !== 'qq';
      return `${isPermission ? text.noPermission() : cure}\n${text.platformSays(tried.detail)}`;
    }
    case 'unreachable':
      return `${text.unreachable(choice)}\n${text.platformSays(tried.detail)}`;
  }
};
