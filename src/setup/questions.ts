/** The first questions: which gateways, which channels. */
import { kindOfHome, KINDS } from '../gateways/index.ts';
import type { KindName } from '../gateways/names.ts';
import { recogniseHomes, type FoundGateway } from './find-gateways.ts';
import { CHANNEL_CHOICES, wholePath, type ChannelChoice } from './flags.ts';
import { readGatewayState } from './gateway-state.ts';
import { withTilde } from './paths.ts';
import type { SetupContext } from './setup-context.ts';

/**
 * All that were found unless somebody says otherwise. @throws UserError `USAGE_MISSING` when there is none and nobody
 * to ask.
 */
export const chooseGateways = async (setup: SetupContext): Promise<readonly FoundGateway[]> => {
  const { ask, text, flags, found, env } = setup;
  if (flags.gateways.length > 0) return recogniseHomes(flags.gateways, [], text);
  if (found.length === 0) {
    ask.warn(text.noGateway());
    const check = (path: string): string | null => (kindOfHome(wholePath(path, env)) === null ? text.noHome() : null);
    return recogniseHomes(
      [{ name: null, home: wholePath(await ask.text({ message: text.whichHome(), flag: '--gateway', check }), env) }],
      [],
      text,
    );
  }
  if (!ask.interactive) {
    ask.good(
      text.watching(found.map(({ name, kind, home }) => text.gateway(name, titleOf(kind), withTilde(home, env)))),
    );
    return found;
  }
  return chooseAmong(setup, found);
};

/** Asks which of the gateways that are not watched yet are to be watched. */
export const chooseMore = (setup: SetupContext, unwatched: readonly FoundGateway[]): Promise<readonly FoundGateway[]> =>
  chooseAmong(setup, unwatched);

const chooseAmong = async (
  setup: SetupContext,
  gateways: readonly FoundGateway[],
): Promise<readonly FoundGateway[]> => {
  const { ask, text } = setup;
  const names = await ask.chooseSome({
    message: text.whichGateways(),
    flag: '--gateway',
    options: await describe(setup, gateways),
    initial: gateways.map(({ name }) => name),
  });
  return gateways.filter(({ name }) => names.includes(name));
};

const describe = async ({ ask, text, env, clock }: SetupContext, gateways: readonly FoundGateway[]) =>
  ask.busy(text.looking(), () =>
    Promise.all(
      gateways.map(async (gateway) => ({
        value: gateway.name,
        label: `${gateway.name}  ${titleOf(gateway.kind)}  ${withTilde(gateway.home, env)}`,
        hint: text.gatewayState(await readGatewayState(gateway, env, clock)),
      })),
    ),
  );

const titleOf = (kind: KindName): string => KINDS[kind].title ?? kind;

/**
 * Returns the channels of the command line, or else asks. Feishu and Lark share one place in the configuration.
 */
export const chooseChannels = async ({ ask, text, flags }: SetupContext): Promise<readonly ChannelChoice[]> => {
  const given = givenChannels(flags);
  if (given.length > 0) return given;
  for (;;) {
    const chosen = await ask.chooseSome({
      message: text.whichChannels(),
      flag: '--channels',
      options: CHANNEL_CHOICES.map((value) => ({ value, label: text.channel(value), hint: text.channelHint(value) })),
      initial: ['feishu'],
    });
    if (!(chosen.includes('feishu') && chosen.includes('lark')))
      return CHANNEL_CHOICES.filter((choice) => chosen.includes(choice));
    ask.warn(text.notBoth());
  }
};

export const givenChannels = ({ channels, feishu, qq }: SetupContext['flags']): readonly ChannelChoice[] => {
  if (channels !== null) return channels;
  const any = (of: { readonly appId: string | null }): boolean => of.appId !== null;
  return [
    ...(any(feishu) ? [feishu.domain === 'lark' ? ('lark' as const) : ('feishu' as const)] : []),
    ...(any(qq) ? ['qq' as const] : []),
  ];
};
