/** A chat command is data: what it is called, who may use it, what it does. One file each in `commands/`. */
import type { ReplyAddress } from '../../healing/treatment.ts';
import type { Blip } from '../../incidents/blips.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { Role, Operator } from '../../config/config.ts';
import type { Finding } from '../../text/common/findings.ts';
import type { Audit } from '../../store/audit.ts';
import type { Plans } from '../../store/planned-maintenance.ts';
import type { Silences } from '../../store/silences.ts';
import type { Span } from '../../store/watched.ts';
import type { Locale, Texts } from '../../text/locale.ts';
import type { Arguments, Values } from '../arguments/arguments.ts';
import type { GatewayPort } from './ports.ts';
import type { Message } from '../message/message.ts';

export type { GatewayPort, GatewayReport } from './ports.ts';

export interface Command {
  /** The canonical name, without the slash. */
  readonly id: string;
  /** Other names, Chinese ones included, without the slash. */
  readonly aliases: readonly string[];
  readonly role: Role;
  /**
   * What it changes in the world: nothing, Lifeline's own memory, or the gateway, which `interrupts` stops for a while.
   */
  readonly effects: 'reads' | 'changes' | 'interrupts';
  /** `all`: it concerns Lifeline as a whole, and is not for operators who have only some gateways. */
  readonly reach?: 'all';
  /** `private`: its answer shows what not everybody in a group may read, and goes to whoever asked alone. */
  readonly answers?: 'private';
  /** It is the operator's own, not Lifeline's. */
  readonly own?: true;
  readonly args: Arguments;
  readonly help: Texts<string>;
  readonly examples: readonly string[];
  /** Among which commands help lists it; absent: by its role and effects. */
  readonly listedWith?: Command['effects'];
  /** Whether it has any use here, and so a place in the overview; absent: it has. */
  readonly isOfUse?: (context: Pick<CommandContext, 'members'>) => boolean;
  /** How it is explained where none of the gateways can do all of it. */
  readonly lesser?: {
    readonly holds: (gateways: readonly GatewayPort[]) => boolean;
    readonly shown: Pick<Command, 'args' | 'help' | 'examples'>;
  };
  /**
   * @returns the answer; null when somebody else gives it later.
   * @throws UserError for arguments that make no sense; its message is the reply.
   */
  run(context: CommandContext, values: Values<Arguments>): Promise<Message | null>;
}

/** A command whose handler knows the types of its arguments. */
export const defineCommand = <const A extends Arguments>(
  command: Omit<Command, 'args' | 'run'> & {
    readonly args: A;
    run(context: CommandContext, values: Values<A>): Promise<Message | null>;
  },
  // The bus reads the arguments by this very schema, so that they are what the handler expects.
): Command => command;

/** What a command may use. Everything is already authorised when a command runs. */
export interface CommandContext {
  readonly locale: Locale;
  readonly now: number;
  readonly operator: Operator;
  readonly gateways: readonly GatewayPort[];
  readonly commands: readonly Command[];
  /** Lifeline's own health. */
  lifeline(): LifelineReport;
  readonly incidents: IncidentsPort;
  readonly silences: Pick<Silences, 'active' | 'until'>;
  readonly plans: Pick<Plans, 'pending'>;
  readonly audit: Pick<Audit, 'recent'>;
  /** Who is who in groups where people have other ids; absent where no bot hears of groups. */
  readonly members?: MembersPort;
  /** What is wrong with Lifeline itself; nothing is changed. Absent where no bot runs. */
  readonly examineSelf?: () => Promise<readonly Finding[]>;
  /** The effective configuration without its secrets, as lines of YAML. */
  settings(): readonly string[];
  /**
   * The only way to change what Lifeline keeps: in one transaction with the note of what was done. So a Lifeline that
   * is killed before its answer says what is so, and never that it was not carried out.
   * @param work must not be asynchronous. @returns the answer.
   */
  carryOut(work: (changes: CommandEffects) => Message): Message;
  /** To be called before anything outside Lifeline is changed that a Lifeline which is killed could not find again. */
  actOutside(): void;
  /** Reads the configuration anew. When it is good, Lifeline starts anew with it, and the answer comes after that. */
  reload(): ReloadAsked;
  /** Says something before the result is there. */
  say(message: Message): Promise<void>;
  /** Where the command came from, for an answer that comes later. */
  readonly origin: ReplyAddress;
  /** How it was asked for: typed, a tap on a button, or a confirmation of what it asked before. */
  readonly by: 'typed' | 'tapped' | 'confirmed';
  /**
   * Asks once more, by a button and by a word to type. Either is bound to this person, chat and command, holds for a
   * minute and counts once; then the command runs again with `by` = `confirmed`.
   * @param command as it would be typed, gateway included: `/restart main`.
   */
  confirm(question: Message, command: string, label: string): Message;
}

/** What commands may change of what Lifeline keeps. */
export interface CommandEffects {
  readonly silences: Silences;
  readonly plans: Plans;
  /** Status cards that stay true; absent where no bot keeps them. */
  readonly pins?: PinEffects;
  /** Absent where no bot hears of groups. */
  readonly members?: MemberEffects;
  /** @returns those that are open and were not acknowledged before. */
  acknowledge(ids: readonly number[], by: string): readonly Incident[];
}

export interface MembersPort {
  /** The groups of the configuration in which people have other ids, by name. */
  readonly groups: readonly string[];
  /** The word that this operator is to write in the group, a new one where none is valid. */
  word(owner: Pick<ReplyAddress, 'channel' | 'user'>, now: number): { readonly word: string; readonly until: number };
  /** Who has written that word; `several`: more than one has, so that nobody is chosen and the word is void. */
  claim(owner: Pick<ReplyAddress, 'channel' | 'user'>, now: number): SeenMember | 'several' | null;
  /** As whom an operator is known there, by what that operator has said. */
  of(owner: Pick<ReplyAddress, 'channel' | 'user'>): readonly BoundMember[];
}

export interface SeenMember {
  /** Names this person of this group. */
  readonly key: string;
  /** The group's name. */
  readonly group: string;
  /** The platform's id of the person there. */
  readonly id: string;
  readonly at: number;
}

export interface BoundMember extends Pick<SeenMember, 'key' | 'group' | 'id'> {
  readonly boundAt: number;
}

export interface MemberEffects {
  /** @returns false where that person is not the only one who has written the operator's word. */
  bind(key: string, owner: Pick<ReplyAddress, 'channel' | 'user'>, now: number): boolean;
  /** @returns whether the operator was known so. */
  forget(key: string, owner: Pick<ReplyAddress, 'channel' | 'user'>): boolean;
}

export interface PinEffects {
  /** @returns false where a message that was sent cannot be changed. */
  pin(to: Pick<ReplyAddress, 'channel' | 'user'>): boolean;
  /** @returns whether there was one. */
  unpin(to: Pick<ReplyAddress, 'channel' | 'user'>): boolean;
}

export type ReloadAsked =
  /** Whoever asked hears of it later. */
  | { readonly kind: 'begun' }
  /** A reload is under way already, or Lifeline is about to end. */
  | { readonly kind: 'busy' }
  /** Lifeline runs without a configuration file. */
  | { readonly kind: 'no_file' }
  /** The file is not as it must be; nothing has changed. A line each: `file:line:column: what`. */
  | { readonly kind: 'bad'; readonly problems: readonly string[] }
  /** These keys hold for as long as the process lives. */
  | { readonly kind: 'fixed'; readonly keys: readonly string[] };

/** The incidents, as commands see them. */
export interface IncidentsPort {
  open(): readonly Incident[];
  /** Those that were open at or after this time, the newest first. */
  since(at: number): readonly Incident[];
  get(id: number): Incident | null;
  /** What was lost and came back within its grace since then, the newest first. */
  blips(at: number): readonly Blip[];
  /** When a gateway was watched, as far as that touches the window. */
  watched(gateway: string, window: Span): readonly Span[];
}

export interface LifelineReport {
  readonly version: string;
  readonly startedAt: number;
  readonly channels: readonly {
    readonly name: string;
    readonly link: string;
    readonly since: number;
    readonly problem: string | null;
    readonly lastInboundAt?: number | null;
    readonly callsThisMonth?: number;
  }[];
  /** Alerts that are not delivered yet. */
  readonly undelivered: number;
  /** How large the database is. */
  readonly storeBytes?: number;
}
