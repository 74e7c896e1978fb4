/** What the page shows and moves: phones, one of them with a group chat, and one gateway. `demo/stage.ts` makes it from the sandbox. */
import type { PhoneMessage, PhonePlatform, SayOptions } from '../phone.ts';

export const ROLES = ['operator', 'stranger'] as const;
/** Whose phone it is: the operator's, or that of somebody whom Lifeline does not know. */
export type Role = (typeof ROLES)[number];

export type ChannelName = PhonePlatform['channel'];

export interface Stage {
  readonly phones: readonly StagePhone[];
  readonly gateway: StageGateway;
  readonly faults: readonly StageFault[];
  /** What the bot speaks. */
  language(): Language;
  /** Has the bot speak another language. Resolves when it was told. */
  speak(language: Language): Promise<void>;
}

export type Language = 'zh' | 'en';

export const PHONES = ['feishu', 'qq', 'group'] as const;
export type PhoneName = (typeof PHONES)[number];

export interface StagePhone {
  readonly name: PhoneName;
  readonly platform: PhonePlatform;
  /** Lifeline's own bot on this platform. */
  readonly bot: { readonly appId: string; readonly name: string };
  readonly people: Readonly<Record<Role, { readonly id: string; readonly name: Bilingual }>>;
  /** The group that it shows, with these people in it; absent: each person's own chat with the bot. */
  readonly group?: StageGroup;
}

export interface StageGroup {
  readonly id: string;
  readonly name: Bilingual;
  /** A member writes there. */
  say(user: string, text: string, options: SayOptions): PhoneMessage;
}

/** @returns all that this person can read on this phone, oldest first. */
export const chatOn = ({ platform, bot, people, group }: StagePhone, role: Role): readonly PhoneMessage[] =>
  platform.conversation(bot.appId, group?.id ?? people[role].id);

/**
 * @returns whose message it is on this phone: whose chat it stands in, in a group who wrote it (`operator` for the bot);
 * null: it is not on this phone.
 */
export const roleOn = ({ people, group }: StagePhone, message: PhoneMessage): Role | null => {
  if (message.group !== group?.id) return null;
  if (group && message.from === 'bot') return 'operator';
  return ROLES.find((role) => people[role].id === message.user) ?? null;
};

export interface StageGateway {
  view(): Promise<GatewayView>;
  /** The last `count` lines of its log, oldest first. */
  tail(count: number): Promise<readonly string[]>;
  /** Resolves when the fault is set. @throws when it cannot be, for example because no gateway runs. */
  break(fault: string): Promise<void>;
  /** Ends faults that outlive the process, if there are any. @param fault only this one. */
  lift(fault?: string): Promise<void>;
  /** Makes the link of a further platform so; absent: there are none. @throws when it cannot be. */
  link?(name: string, state: LinkState): Promise<void>;
}

export const LINK_STATES = ['lost', 'refused', 'back'] as const;
export type LinkState = (typeof LINK_STATES)[number];

export interface GatewayView {
  readonly name: string;
  /** The live process, or null. */
  readonly pid: number | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null;
  /** The fault that this process suffers from, or null. */
  readonly fault: string | null;
  readonly links: readonly LinkView[];
  /** It is no gateway but a fleet; `pid` is that of the hub that speaks, and `name` its name. */
  readonly fleet?: FleetView;
}

export interface FleetView {
  /** What is broken now; several things may be. */
  readonly faults: readonly string[];
  readonly members: readonly {
    readonly name: string;
    readonly pid: number | null;
    readonly good: boolean;
    readonly words: Bilingual;
  }[];
}

/** Both sides of a link: that they can disagree is why Lifeline exists. */
export interface LinkView {
  readonly name: string;
  /** What the gateway's state file says; null when it says nothing. */
  readonly says: string | null;
  /** Logged-in connections that the platform really holds; null: there is no platform, its adapter plays a script. */
  readonly connections: number | null;
  /** What was made of it, where no platform is behind it; absent: it is well. */
  readonly made?: Exclude<LinkState, 'back'>;
}

export interface StageFault {
  readonly id: string;
  readonly label: Bilingual;
  /** One line: what happens to the gateway. */
  readonly about: Bilingual;
  /** False for what looks like a fault and is normal life. */
  readonly ill: boolean;
  /** What it takes to be well again. */
  readonly cure: 'itself' | 'restart' | 'human';
  /** `lifted`: it goes on over restarts until it is lifted. */
  readonly ends: 'process' | 'lifted';
}

export type Bilingual = Readonly<Record<'zh' | 'en', string>>;
