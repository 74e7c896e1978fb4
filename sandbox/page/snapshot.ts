/** What the browser gets: everything at connect, then each change. */
import type { PhoneMessage } from '../phone.ts';
import {
  ROLES,
  type ChannelName,
  type GatewayView,
  type Language,
  type Role,
  type Stage,
  type StageFault,
  type StagePhone,
} from './stage.ts';

/** How many log lines the page shows. */
const LOG_LINES = 120;

export interface Snapshot {
  readonly phones: readonly PhoneSnapshot[];
  readonly faults: readonly StageFault[];
  readonly state: State;
  readonly log: readonly string[];
}

interface PhoneSnapshot {
  readonly channel: ChannelName;
  readonly bot: string;
  readonly people: Readonly<Record<Role, string>>;
  readonly messages: Readonly<Record<Role, readonly PageMessage[]>>;
}

/** The state of the moment: the gateway's, and whether Lifeline's bot is online on each platform. */
export interface State {
  readonly gateway: GatewayView;
  readonly online: Readonly<Partial<Record<ChannelName, boolean>>>;
  readonly language: Language;
}

export type PageMessage = Omit<PhoneMessage, 'user'>;

/** Without the person's id, which is nothing to look at. */
export const pageMessage = ({ user: _user, ...message }: PhoneMessage): PageMessage => message;

export const readState = async (stage: Stage): Promise<State> => ({
  gateway: await stage.gateway.view(),
  online: Object.fromEntries(
    stage.phones.map(({ platform, bot }) => [platform.channel, platform.connections(bot.appId) > 0]),
  ),
  language: stage.language(),
});

export const readLog = (stage: Stage): Promise<readonly string[]> => stage.gateway.tail(LOG_LINES);

/** Does not wait, so that no message falls between it and the changes after it. */
export const snapshotOf = (stage: Stage, state: State, log: readonly string[], shownFrom = 0): Snapshot => ({
  phones: stage.phones.map((phone) => phoneSnapshot(phone, shownFrom)),
  faults: stage.faults,
  state,
  log,
});

const phoneSnapshot = ({ platform, bot, people }: StagePhone, shownFrom: number): PhoneSnapshot => {
  const messages = ROLES.map((role) => [
    role,
    platform
      .conversation(bot.appId, people[role].id)
      .filter(({ at }) => at >= shownFrom)
      .map(pageMessage),
  ]);
  return {
    channel: platform.channel,
    bot: bot.name,
    people: { operator: people.operator.name, stranger: people.stranger.name },
    messages: Object.fromEntries(messages) as Record<Role, PageMessage[]>,
  };
};
