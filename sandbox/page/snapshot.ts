/** What the browser gets: everything at connect, then each change. */
import type { PhoneMessage } from '../phone.ts';
import {
  chatOn,
  roleOn,
  ROLES,
  type Bilingual,
  type ChannelName,
  type GatewayView,
  type Language,
  type PhoneName,
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
  readonly phone: PhoneName;
  readonly channel: ChannelName;
  readonly bot: string;
  /** The group's name. */
  readonly group?: Bilingual;
  readonly people: Readonly<Record<Role, Bilingual>>;
  readonly messages: Readonly<Record<Role, readonly PageMessage[]>>;
}

/** The state of the moment: the gateway's, and whether Lifeline's bot is online on each platform. */
export interface State {
  readonly gateway: GatewayView;
  readonly online: Readonly<Partial<Record<PhoneName, boolean>>>;
  readonly language: Language;
}

/** `by`: who wrote it, in a group. */
export type PageMessage = Omit<PhoneMessage, 'user' | 'group'> & { readonly by?: Role };

/** Without ids of people and groups, which are nothing to look at; whom a text mentions stands in it by name. */
export const pageMessage = (phone: StagePhone, message: PhoneMessage): PageMessage => {
  const { user: _user, group: _group, ...shown } = message;
  const by = phone.group && message.from === 'user' ? roleOn(phone, message) : null;
  return by === null ? shown : { ...shown, text: shown.text.replace('@_user_1', `@${phone.bot.name}`), by };
};

export const readState = async (stage: Stage): Promise<State> => ({
  gateway: await stage.gateway.view(),
  online: Object.fromEntries(
    stage.phones.map(({ name, platform, bot }) => [name, platform.connections(bot.appId) > 0]),
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

const phoneSnapshot = (phone: StagePhone, shownFrom: number): PhoneSnapshot => {
  const { name, platform, bot, people, group } = phone;
  const messages = ROLES.map((role) => [
    role,
    chatOn(phone, role)
      .filter(({ at }) => at >= shownFrom)
      .map((message) => pageMessage(phone, message)),
  ]);
  return {
    phone: name,
    channel: platform.channel,
    bot: bot.name,
    ...(group ? { group: group.name } : {}),
    people: { operator: people.operator.name, stranger: people.stranger.name },
    messages: Object.fromEntries(messages) as Record<Role, PageMessage[]>,
  };
};
