/** Builds the channels, and who may command and is told on them. */
import type { DatabaseSync } from 'node:sqlite';
import { ownAccount } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { within } from '../base/time-limit.ts';
import type { Channel } from '../channels/channel.ts';
import { createLocalChannel } from '../channels/local/channel.ts';
import type { Message } from '../chat/message/message.ts';
import { LOCAL_CHANNEL, type StatusAnswer, type StatusRequest } from '../channels/local/wire.ts';
import { openChannels, type OpenedChannels } from '../channels/open.ts';
import { createAccess, type Access } from '../chat/access/access.ts';
import { createPairing, type Pairing } from '../chat/pairing/pairing.ts';
import type { Config, Operator } from '../config/config.ts';
import { ownApps } from '../monitor/own-apps.ts';
import { addressees, throughHub, type Addressee } from '../notify/recipients/addressees.ts';
import { ownRecipients, recipientsOf, type Told } from '../notify/recipients/routes.ts';
import { createGroupMembers } from '../store/group-members.ts';
import { createPairedOperators } from '../store/operators.ts';

/** A channel beside those of the configuration, and the person on it who may command. */
export interface OwnConsole {
  readonly channel: Channel;
  readonly operator: Operator;
}

export interface ChannelsOptions {
  readonly db: DatabaseSync;
  readonly terminal: OwnConsole | null;
  /** The hub of a fleet, which is told first; null: this Lifeline is alone. */
  readonly hub?: { readonly channel: Channel; readonly user: string } | null;
  /** What is done to each channel before anybody uses it. */
  readonly guard?: (channel: Channel) => Channel;
  /** A platform takes messages for this QQ user again. */
  readonly onMayPush: (user: string) => void;
  /** Before a message goes out, where another process may take over from this one (`QqChannelOptions.noted`). */
  readonly noted?: () => Promise<void>;
  /** What `lifeline top` is shown; null: nothing yet. */
  readonly glance?: () => Message | null;
  /** What `lifeline status` prints (`LocalChannelOptions.status`). */
  readonly status?: (request: StatusRequest) => Promise<StatusAnswer | null>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Channels {
  readonly all: readonly Channel[];
  /**
   * The commands of this machine. Nobody is told anything there that they have not asked for. Null at a hub: which of
   * several speaks, and from which folder, changes.
   */
  readonly local: Channel | null;
  /** What tries whether a channel is fit. */
  readonly checks: OpenedChannels['checks'];
  readonly access: Access;
  readonly pairing: Pairing;
  /** Who is told of Lifeline itself, as it stands now. */
  readonly people: () => readonly Addressee[];
  /** Who is told of an incident. */
  readonly told: (about: Told) => readonly Addressee[];
  /** Those of these names who may be told of an incident; everybody, where that is nobody. */
  readonly named: (about: Told, names: readonly string[]) => readonly Addressee[];
  /** Each person who is told anything of their own, with who that is; null: a fleet's hub, which tells its own. */
  readonly each: () => readonly { readonly to: Addressee; readonly operator: Operator | null }[];
  /** Everybody with all ways, for answers. */
  readonly everybody: () => readonly Addressee[];
}

const OWN_APPS_MS = 5_000;

/** @throws UserError when a channel cannot be set up. */
export const buildChannels = async (
  config: Config,
  {
    db,
    terminal,
    hub = null,
    guard = (channel) => channel,
    onMayPush,
    noted,
    glance,
    status,
    clock,
    logger,
  }: ChannelsOptions,
): Promise<Channels> => {
  const configured = [...config.operators, ...(terminal ? [terminal.operator] : [])];
  const paired = createPairedOperators(db);
  const bound = createGroupMembers(db);
  const user = ownAccount().name;
  const local: Operator = { name: user, role: 'admin', ids: { [LOCAL_CHANNEL]: user } };
  const access = createAccess({ configured, groups: config.groups, local, paired, bound, clock, logger });
  // Files on a drive that does not answer must not keep the watch from beginning.
  const apps = (await within(ownApps(config.gateways, logger), OWN_APPS_MS)) ?? [];
  const opened = openChannels(config, {
    db,
    apps,
    logger,
    onMayPush,
    noted,
    isKnown: (channel, sender) => access.knows({ channel, sender }),
  });
  if (!terminal) for (const { what, holds } of config.warnings) if (holds(paired.list())) logger.warn(what.en);
  const order = [...config.alerts.order, ...(terminal ? [terminal.channel.name] : [])];
  const { groups } = config;
  const { routes } = config.alerts;
  const everybody = (): readonly Addressee[] => addressees(access.everybody(), order);
  const people = (): readonly Addressee[] => ownRecipients({ operators: access.everybody(), order });
  const told = (about: Told): readonly Addressee[] => {
    const { to, why } = recipientsOf(about, { operators: access.everybody(), groups, routes, order });
    if (why !== 'routes' && (why !== 'no_route' || routes.length > 0))
      logger.info(
        { gateway: about.gateway, severity: about.severity, why },
        'no route reaches this alert alone; everybody is told',
      );
    return to;
  };
  /** What a hub takes, it tells its own people. */
  const viaHub = (to: readonly Addressee[]): readonly Addressee[] =>
    hub ? [throughHub({ channel: hub.channel.name, user: hub.user }, to)] : to;
  return {
    all: [...(hub ? [hub.channel] : []), ...opened.channels.map(guard), ...(terminal ? [terminal.channel] : [])],
    local:
      config.fleet?.hub === true
        ? null
        : createLocalChannel({
            dataDir: config.dataDir,
            user,
            ...(glance ? { glance } : {}),
            ...(status ? { status } : {}),
            now: () => clock.now(),
            logger,
          }),
    checks: opened.checks,
    access,
    pairing: createPairing(db, { configured, paired }),
    people: () => viaHub(people()),
    told: (about) => viaHub(told(about)),
    named: (about, names) =>
      viaHub(recipientsOf(about, { operators: access.everybody(), groups, routes: [{ to: names }], order }).to),
    each: () => {
      if (hub) return viaHub(people()).map((to) => ({ to, operator: null }));
      const personal = order.filter((channel) => channel !== 'webhook');
      return access.everybody().flatMap((operator) => addressees([operator], personal).map((to) => ({ to, operator })));
    },
    everybody: () => viaHub(everybody()),
  };
};
