/**
 * The chat commands of a hub. Those about gateways are handed to the host that is named; that host's own `commands/` answer
 * them, and its message comes back with the host's name in it.
 */
import { createHash } from 'node:crypto';
import { commands as builtIn } from '../../../commands/index.ts';
import { defineCommand, type Command, type CommandContext } from '../../chat/command/command.ts';
import type { Message } from '../../chat/message/message.ts';
import type { Silences } from '../../store/silences.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import { formatTime } from '../../text/common/time.ts';
import { isUnit, readDuration } from '../../chat/arguments/read-duration.ts';
import {
  everywhereMessage,
  glanceMessage,
  hostOfIncident,
  openIncidents,
  openMessage,
  whyUnknown,
  type HostAnswer,
} from './glance.ts';
import { hearingOf, type HostSeen, type Hosts } from './hosts.ts';
import {
  atHost,
  atHub,
  FORWARDED,
  messageAtHub,
  targetOf,
  type HostNames,
  type KnownHost,
  type Target,
} from './place.ts';
import type { Relay, Relayed } from './relay.ts';

export interface HubCommandsOptions {
  readonly hosts: Hosts;
  readonly relay: Relay;
  /** Resolves once what was noted so far is where the next hub finds it. */
  readonly noted: () => Promise<void>;
  readonly monotonicMs: () => number;
  readonly hasListened: () => boolean;
  /** About the hub itself. */
  readonly own: (context: CommandContext) => readonly string[];
  readonly silences: Silences;
  /** @returns whether such a hub waited beside this one. */
  readonly forgetStandby: (name: string) => boolean;
}

/** Of the others none is about gateways. */
const AT_HUB: ReadonlySet<string> = new Set(['help', 'whoami', 'bind', 'version', 'audit', 'config']);
/** What may be done to many hosts by a label, one after the other. */
const ONE_BY_ONE: ReadonlySet<string> = new Set(['restart', 'start']);
/** What every host of a label is asked at once. */
const AT_ONCE: ReadonlySet<string> = new Set(['mute', 'unmute', 'ack']);
/** How it is done anyhow. */
const ORDER: ReadonlySet<string> = new Set(['one', 'by', '逐个', '逐一']);
/** Before the mark of the gateways that a question has named. */
const NAMED = 'these:';
const MOST_MUTED_MS = 7 * 86_400_000;
/** A restart may take that long until it is proven; more is a failure. */
const RESULT_MS = 15 * 60_000;
const MOST_OFFERED = 6;

export const knownHosts = (hosts: Pick<Hosts, 'all'>): readonly KnownHost[] =>
  hosts
    .all()
    .map(({ host, labels, beat }) => ({ host, labels, gateways: beat?.gateways.map(({ name }) => name) ?? [] }));

export const createHubCommands = (options: HubCommandsOptions): readonly Command[] => [
  ...builtIn.flatMap((command): Command[] => {
    if (command.id === 'status') return [statusCommand(command, options)];
    if (FORWARDED.has(command.id)) return [forwarded(command, options)];
    return AT_HUB.has(command.id) ? [command] : [];
  }),
  forget(options),
];

const statusCommand = (command: Command, options: HubCommandsOptions): Command => {
  const { hosts, monotonicMs, hasListened, own } = options;
  return defineCommand({
    ...plain(command, ['/status', '/status web-3', '/status web-3/main', '/status role=edge']),
    args: { where: { kind: 'rest' } },
    run: async (context, { where }) => {
      const target = targetOf(where ?? '', knownHosts(hosts));
      const glance = (chosen: readonly HostSeen[]): Message =>
        glanceMessage(
          { hosts: chosen, monotonicMs: monotonicMs(), hasListened: hasListened(), locale: context.locale },
          own(context),
        );
      if (target.is === 'none' || (where === null && target.is === 'host')) return glance(hosts.all());
      if (target.is === 'selector') {
        if (target.hosts.length === 0) return nobodyHas(target.selector, context.locale);
        return glance(hosts.all().filter(({ host }) => target.hosts.includes(host)));
      }
      if (target.is === 'unknown') return noSuchHost(target, hosts, context.locale);
      return passOn(command.id, target, context, options);
    },
  });
};

const forwarded = (command: Command, options: HubCommandsOptions): Command => {
  const { hosts, silences } = options;
  const { id } = command;
  return defineCommand({
    ...plain(command, examplesOf(id)),
    args: { where: { kind: 'rest' } },
    run: async (context, { where }) => {
      const { locale } = context;
      const target = targetOf(where ?? '', knownHosts(hosts));
      switch (target.is) {
        case 'unknown':
          return noSuchHost(target, hosts, locale);
        case 'none':
          return ofAll(id, target.rest, context, options);
        case 'selector':
          if (target.hosts.length === 0) return nobodyHas(target.selector, locale);
          if (ONE_BY_ONE.has(id)) return oneByOne(id, target, context, options);
          if (AT_ONCE.has(id)) return everywhere(id, target.hosts, target.rest, context, options);
          return { tone: 'warning', title: fleetText(locale).onlySelector(id) };
        case 'host': {
          // What the hub itself says of the host is muted with it, also where that is out of reach.
          const until = target.gateway === null ? muteAtHub(id, target.host, target.rest, context, silences) : null;
          return passOn(id, target, context, options, until);
        }
      }
    },
  });
};

const examplesOf = (id: string): readonly string[] => [
  ...(id === 'incident' || id === 'ack' ? [`/${id}`, `/${id} web-3 12`] : []),
  ...(id === 'logs' ? ['/logs web-3/main 50'] : []),
  ...(id === 'mute' ? ['/mute web-3 2h', '/mute role=edge 2h'] : [`/${id} web-3`]),
  ...(ONE_BY_ONE.has(id) ? [`/${id} web-3/main`, `/${id} role=edge`] : []),
];

/** No host is named: what there is to say of all of them, or the question which one is meant. */
const ofAll = async (
  id: string,
  rest: string,
  context: CommandContext,
  options: HubCommandsOptions,
): Promise<Message | null> => {
  const { locale, now } = context;
  const all = options.hosts.all();
  if (id === 'incident' && rest === '')
    return openMessage({ hosts: all, monotonicMs: options.monotonicMs(), locale }, now);
  if (id === 'ack' && rest === '') {
    const unknown = new Set(openIncidents(all).flatMap(({ host, known }) => (known ? [] : [host])));
    if (unknown.size === 0) return { tone: 'good', title: fleetText(locale).nothingToAck() };
    return everywhere(id, [...unknown].toSorted(), '', context, options);
  }
  if (id === 'incident' || id === 'ack' || id === 'why') {
    const host = hostOfIncident(rest, all);
    if (host !== null) return passOn(id, { is: 'host', host, gateway: null, rest }, context, options);
  }
  return whichHost(id, rest, options, locale);
};

const everywhere = async (
  id: string,
  chosen: readonly string[],
  rest: string,
  context: CommandContext,
  options: HubCommandsOptions,
): Promise<Message> => {
  const answers = await Promise.all(
    chosen.map(async (host): Promise<HostAnswer> => {
      muteAtHub(id, host, rest, context, options.silences);
      const result = await relayed(id, { is: 'host', host, gateway: null, rest }, context, options);
      return { host, result };
    }),
  );
  return everywhereMessage(id, answers, context.locale);
};

/**
 * The host's own answer says what was done there; here only the word of its silence is meant.
 * @returns until when; null: nothing was muted here.
 */
const muteAtHub = (
  id: string,
  host: string,
  rest: string,
  { now, operator }: CommandContext,
  silences: Silences,
): number | null => {
  if (id === 'unmute') silences.end('mute', host, now);
  if (id !== 'mute') return null;
  const words = rest.split(' ');
  const ms = words
    .map((word, at) => readDuration(isUnit(words[at + 1] ?? '') ? `${word}${words[at + 1]}` : word))
    .find((each) => each !== null);
  if (ms === undefined || ms < 60_000) return null;
  const until = now + Math.min(ms, MOST_MUTED_MS);
  silences.add({ kind: 'mute', gateway: host, by: operator.name, at: now, until });
  return until;
};

const namesOf = (host: string, hosts: Hosts): HostNames => ({
  host,
  gateways: hosts.get(host)?.beat?.gateways.map(({ name }) => name) ?? [],
});

const relayed = async (
  id: string,
  target: Extract<Target, { is: 'host' }>,
  context: CommandContext,
  { hosts, relay, noted, monotonicMs }: HubCommandsOptions,
  by: CommandContext['by'] = context.by,
): Promise<Relayed> => {
  const { operator, origin, locale } = context;
  const { host, gateway, rest } = target;
  const names = namesOf(host, hosts);
  const seen = hosts.get(host);
  const hearing = seen === null ? null : hearingOf(seen, monotonicMs());
  // What is silent may be back just now, so it is asked.
  if (hearing?.is === 'twins' || hearing?.is === 'misread')
    return { is: 'not_asked', why: whyUnknown(hearing, locale) ?? '' };
  if (id !== 'status' && id !== 'logs' && id !== 'doctor' && id !== 'why') context.actOutside();
  await noted();
  return relay.ask({
    host,
    text: atHost(id, gateway, rest),
    by,
    operator: { name: operator.name, role: operator.role },
    answerTo: origin,
    say: (message) => void context.say(messageAtHub(message, names, fleetText(locale))),
  });
};

const passOn = async (
  id: string,
  target: Extract<Target, { is: 'host' }>,
  context: CommandContext,
  options: HubCommandsOptions,
  mutedUntil: number | null = null,
): Promise<Message | null> => {
  const { locale } = context;
  const { host } = target;
  const names = namesOf(host, options.hosts);
  const text = fleetText(locale);
  const result = await relayed(id, target, context, options);
  switch (result.is) {
    case 'final':
      return result.message === null ? null : messageAtHub(result.message, names, text);
    case 'ask': {
      const message = messageAtHub(result.message, names, text);
      const command = atHub(result.command, names);
      if (command === null) return { ...message, lines: [...(message.lines ?? []), text.buttonsLeftOut(host, 1)] };
      return context.confirm(message, command, result.label);
    }
    case 'refused':
      return { tone: 'warning', title: text.refused(host), note: text.refusedNote() };
    case 'not_asked':
      return { tone: 'warning', title: text.notAsked(host), lines: [result.why] };
    case 'not_taken': {
      if (mutedUntil !== null)
        return {
          tone: 'info',
          title: text.mutedHere(host, formatTime(mutedUntil, locale, context.now)),
          note: text.mutedHereNote(),
        };
      const seen = options.hosts.get(host);
      const why = seen === null ? null : whyUnknown(hearingOf(seen, options.monotonicMs()), locale);
      return {
        tone: 'warning',
        title: text.notTaken(host),
        ...(why === null ? {} : { lines: [text.row(host, why)] }),
        note: text.notTakenNote(),
      };
    }
    case 'unknown':
      return { tone: 'warning', title: text.unknown(host), note: text.unknownNote(host) };
  }
};

/** Asked once, with every name in the question; then one after the other, and the first failure is the end. */
const oneByOne = async (
  id: string,
  { selector, hosts: chosen, rest }: Extract<Target, { is: 'selector' }>,
  context: CommandContext,
  options: HubCommandsOptions,
): Promise<Message> => {
  const { hosts, relay } = options;
  const { locale } = context;
  const text = fleetText(locale);
  const words = rest.split(' ').filter((word) => word !== '');
  const only = words.filter((word) => !ORDER.has(word) && !word.startsWith(NAMED));
  const gateways = chosen
    .flatMap((host) =>
      (hosts.get(host)?.beat?.gateways ?? []).map(({ name }) => ({ host, gateway: name, name: `${host}/${name}` })),
    )
    .filter(({ gateway }) => only.length === 0 || only.includes(gateway));
  if (gateways.length === 0) return nobodyHas([selector, ...only].join(' '), locale);
  // A host may have come or gone since the question: what was not named in it is not touched.
  const named = `${NAMED}${createHash('sha256')
    .update(gateways.map(({ name }) => name).join('\n'))
    .digest('hex')
    .slice(0, 16)}`;
  if (context.by === 'confirmed' && !words.includes(named))
    return { tone: 'warning', title: text.severalChanged(selector), note: text.askAgain() };
  if (context.by !== 'confirmed')
    return context.confirm(
      {
        tone: 'warning',
        title: text.confirmSeveral(id, gateways.length),
        lines: gateways.map(({ name }) => name),
      },
      [`/${id}`, selector, ...only, named].join(' '),
      text.confirmLabel(),
    );
  for (const [index, { host, gateway, name }] of gateways.entries()) {
    await context.say({ tone: 'info', title: text.oneByOne(index + 1, gateways.length, name) });
    const result = await relayed(id, { is: 'host', host, gateway, rest: '' }, context, options, 'tapped');
    const later = result.is === 'final' && result.message === null ? await relay.resultOf(result.id, RESULT_MS) : null;
    const last = result.is === 'final' && result.message !== null ? result.message : (later?.message ?? null);
    // Something that speaks against it, asked anew, is a reason to stop as well.
    if (result.is !== 'final' || last?.tone !== 'good') {
      const left = gateways.slice(index + 1).map((each) => each.name);
      return {
        tone: 'warning',
        title: text.severalStopped(index, gateways.length, name),
        lines: [...(last ? [last.title] : []), ...(left.length > 0 ? [text.severalNotBegun(text.hosts(left))] : [])],
      };
    }
  }
  return { tone: 'good', title: text.severalDone(gateways.length) };
};

const forget = ({ hosts, forgetStandby }: HubCommandsOptions): Command =>
  defineCommand({
    id: 'forget',
    aliases: ['忘记'],
    role: 'admin',
    effects: 'changes',
    args: { where: { kind: 'rest' } },
    help: { 'zh-CN': fleetText('zh-CN').forgetHelp(), en: fleetText('en').forgetHelp() },
    examples: ['/forget web-3'],
    run: async (context, { where }) => {
      const text = fleetText(context.locale);
      const known = knownHosts(hosts);
      const name = where?.trim() ?? '';
      const host = known.find((each) => each.host === name)?.host;
      if (host === undefined && forgetStandby(name)) return { tone: 'info', title: text.forgotten(name) };
      if (host === undefined)
        return where === null
          ? { tone: 'info', title: text.whichHost('forget') }
          : noSuchHost({ is: 'unknown', name: where, near: null }, hosts, context.locale);
      return context.carryOut(() => {
        hosts.forget(host);
        return { tone: 'info', title: text.forgotten(host), note: text.forgottenNote(host) };
      });
    },
  });

const plain = ({ id, aliases, role, effects, help }: Command, examples: readonly string[]) => ({
  id,
  aliases,
  role,
  effects,
  help,
  examples,
});

const nobodyHas = (selector: string, locale: Locale): Message => ({
  tone: 'warning',
  title: fleetText(locale).nobodyHas(selector),
});

const noSuchHost = ({ name, near }: Extract<Target, { is: 'unknown' }>, hosts: Hosts, locale: Locale): Message => {
  const text = fleetText(locale);
  const names = hosts.all().map(({ host }) => host);
  return {
    tone: 'warning',
    title: text.noSuchHost(name.slice(0, 80)),
    lines: [
      ...(near === null ? [] : [text.didYouMean(near)]),
      ...(names.length > 0 ? [text.thereAre(text.hosts(names))] : [text.noHosts()]),
    ],
  };
};

/** The hosts with trouble come first: one of them is meant. */
const whichHost = (id: string, rest: string, { hosts, monotonicMs }: HubCommandsOptions, locale: Locale): Message => {
  const text = fleetText(locale);
  const troubles = (seen: HostSeen): number =>
    (seen.beat?.gateways.filter(({ tone }) => tone !== 'good').length ?? 0) * 1_000 +
    (seen.heardAt === null ? 0 : (monotonicMs() - seen.heardAt) / 1_000_000);
  const offered = hosts
    .all()
    .toSorted((a, b) => troubles(b) - troubles(a))
    .slice(0, MOST_OFFERED);
  return {
    tone: 'info',
    title: text.whichHost(id),
    ...(offered.length === 0 ? { lines: [text.noHosts()] } : {}),
    buttons: offered
      .filter(({ host }) => host.length <= 10)
      .map(({ host }) => ({
        label: host,
        style: 'plain',
        command: [`/${id}`, host, ...(rest === '' ? [] : [rest])].join(' '),
      })),
  };
};
