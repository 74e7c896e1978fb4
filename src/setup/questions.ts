/** The first questions: which gateways, which channels. */
import { UserError } from '../base/errors.ts';
import { isHermesHome, type FoundGateway } from './find-gateways.ts';
import { CHANNEL_CHOICES, wholePath, type ChannelChoice } from './flags.ts';
import { lookAtGateway } from './gateway-state.ts';
import type { Setup } from './setup.ts';

/** All that were found unless somebody says otherwise. @throws UserError `USAGE_MISSING` when there is none and nobody to ask. */
export const chooseGateways = async (setup: Setup): Promise<readonly FoundGateway[]> => {
  const { ask, text, flags, hermes, env } = setup;
  sayOpenClaw(setup);
  if (flags.gateways.length > 0) return checked(setup, flags.gateways);
  if (hermes.length === 0) {
    if (ask.interactive) ask.warn(text.noGateway());
    const check = (path: string): string | null => (isHermesHome(wholePath(path, env)) ? null : text.noHome());
    return [{ name: 'main', home: wholePath(await ask.text({ message: text.whichHome(), flag: '--gateway', check }), env) }];
  }
  const options = await describe(setup, hermes);
  if (!ask.interactive) {
    ask.good(text.watching(hermes.map(({ name, home }) => `${name} (${home})`)));
    return hermes;
  }
  const names = await ask.chooseSome({ message: text.whichGateways(), flag: '--gateway', options, initial: hermes.map(({ name }) => name) });
  return hermes.filter(({ name }) => names.includes(name));
};

/** What is on this machine and not yet watched. */
export const chooseMore = async (setup: Setup, unwatched: readonly FoundGateway[]): Promise<readonly FoundGateway[]> => {
  const names = await setup.ask.chooseSome({ message: setup.text.whichGateways(), flag: '--gateway', options: await describe(setup, unwatched), initial: unwatched.map(({ name }) => name) });
  return unwatched.filter(({ name }) => names.includes(name));
};

const sayOpenClaw = ({ ask, text, openclaw }: Setup): void => {
  if (openclaw.length > 0) ask.warn(text.openclaw(openclaw));
};

const describe = async ({ ask, text, env, clock }: Setup, gateways: readonly FoundGateway[]) =>
  ask.busy(text.looking(), () => Promise.all(gateways.map(async (gateway) => ({ value: gateway.name, label: `${gateway.name}  ${gateway.home}`, hint: text.gatewayState(await lookAtGateway(gateway, env, clock)) }))));

const checked = ({ text }: Setup, gateways: readonly FoundGateway[]): readonly FoundGateway[] => {
  for (const { home } of gateways) if (!isHermesHome(home)) throw new UserError('USAGE_GATEWAY', `--gateway ${home}: ${text.noHome()}`);
  return gateways;
};

/** What stands on the command line says which; else it is asked. Feishu and Lark share one place in the configuration. */
export const chooseChannels = async ({ ask, text, flags }: Setup): Promise<readonly ChannelChoice[]> => {
  const given = givenChannels(flags);
  if (given.length > 0) return given;
  for (;;) {
    const chosen = await ask.chooseSome({ message: text.whichChannels(), flag: '--channels', options: CHANNEL_CHOICES.map((value) => ({ value, label: text.channel(value), hint: text.channelHint(value) })), initial: ['feishu'] });
    if (!(chosen.includes('feishu') && chosen.includes('lark'))) return CHANNEL_CHOICES.filter((choice) => chosen.includes(choice));
    ask.warn(text.notBoth());
  }
};

export const givenChannels = ({ channels, feishu, qq }: Setup['flags']): readonly ChannelChoice[] => {
  if (channels !== null) return channels;
  const any = (of: { readonly appId: string | null }): boolean => of.appId !== null;
  return [...(any(feishu) ? [feishu.domain === 'lark' ? ('lark' as const) : ('feishu' as const)] : []), ...(any(qq) ? ['qq' as const] : [])];
};
