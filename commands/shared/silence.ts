/** `/mute`, `/unmute` and `/maintenance` go the same way: begin one, end them, show what is active. */
import type { CommandContext, GatewayPort } from '../../src/chat/command/command.ts';
import type { Button, Message } from '../../src/chat/message/message.ts';
import { conditionWords } from '../../src/chat/message/verdict-words.ts';
import { stageOf } from '../../src/incidents/timeline.ts';
import type { Silence, Silences } from '../../src/store/silences.ts';
import { commandText } from '../../src/text/commands/commands.ts';
import { silenceText } from '../../src/text/commands/silences.ts';
import { formatDuration, formatTime } from '../../src/text/common/time.ts';
import { compactDuration } from '../../src/base/duration.ts';
import { planText } from '../../src/text/commands/plans.ts';
import { fitting } from './fit.ts';
import { cancelButtons, planExample, planLines } from './planned.ts';

type Kind = Silence['kind'];

const MINUTE_MS = 60_000;
/** Longer than a week is no pause any more: that belongs into the configuration. */
export const SILENCE_LIMITS = { leastMs: MINUTE_MS, mostMs: 7 * 24 * 60 * MINUTE_MS };
const OFFERED_MS = [30, 120, 480].map((minutes) => minutes * MINUTE_MS);
const MOST_OPEN = 3;
const MOST_ACTIVE = 12;

const words = (...parts: readonly (string | null)[]): string => parts.filter((part) => part !== null).join(' ');
const beginWords = (kind: Kind, ms: number, gateway: string | null): string =>
  words(`/${kind}`, compactDuration(ms), gateway);
const endWords = (kind: Kind, gateway: string | null): string =>
  kind === 'mute' ? words('/unmute', gateway) : words('/maintenance', 'end', gateway);

/** With one gateway, all of them are that one. */
const scopeName = ({ gateways }: CommandContext, gateway: string | null): string | null =>
  gateway ?? (gateways.length === 1 ? (gateways[0]?.name ?? null) : null);
const scopeWords = (context: CommandContext, gateway: string | null): string =>
  silenceText(context.locale).scope(scopeName(context, gateway));

const concerns = (silence: Silence, gateway: string | null): boolean =>
  gateway === null || silence.gateway === null || silence.gateway === gateway;
/** Whether it holds for the whole of what is asked about. */
const covers = (context: CommandContext, silence: Silence, gateway: string | null): boolean =>
  silence.gateway === null || silence.gateway === scopeName(context, gateway);
const latest = (silences: readonly Silence[]): number => Math.max(...silences.map(({ until }) => until));

const endButton = (kind: Kind, gateway: string | null, { locale }: CommandContext): Button => ({
  label: silenceText(locale).endButton(kind),
  style: 'plain',
  command: endWords(kind, gateway),
});

/** What people cannot reach now: whoever asks for silence must know that. */
const openLines = (context: CommandContext, gateway: string | null): readonly string[] => {
  const { locale, now } = context;
  const text = silenceText(locale);
  const open = context.incidents
    .open()
    .filter(
      (incident) =>
        incident.severity === 'critical' &&
        stageOf(incident) === 'ill' &&
        (gateway === null || incident.gateway === gateway),
    );
  return [
    ...open
      .slice(0, MOST_OPEN)
      .map(({ gateway: name, verdict, since }) =>
        text.openCritical(
          commandText(locale).subject(name, conditionWords(verdict, locale)),
          formatTime(since, locale, now),
        ),
      ),
    ...(open.length > MOST_OPEN ? [text.moreOpen(open.length - MOST_OPEN)] : []),
  ];
};

/** Where several overlap, the later end counts. */
export const beginSilence = (context: CommandContext, kind: Kind, port: GatewayPort | null, ms: number): Message =>
  context.carryOut(({ silences }) => begun(context, silences, kind, port, ms));

const begun = (
  context: CommandContext,
  silences: Silences,
  kind: Kind,
  port: GatewayPort | null,
  ms: number,
): Message => {
  const { locale, now, operator } = context;
  const text = silenceText(locale);
  const gateway = port?.name ?? null;
  const before = silences.active(now).filter((silence) => silence.kind === kind && concerns(silence, gateway));
  const covering = before.filter((silence) => covers(context, silence, gateway));
  const own = silences.add({ kind, gateway, by: operator.name, at: now, until: now + ms });
  const until = latest([own, ...covering]);
  const longer = onePerScope(
    context,
    before.filter((silence) => !covering.includes(silence) && silence.until > until),
  );
  const open = openLines(context, gateway);
  return {
    tone: open.length > 0 ? 'warning' : 'info',
    title: text.begun(kind, scopeWords(context, gateway), formatTime(until, locale, now)),
    lines: fitting(
      [
        ...open,
        text.means(kind),
        ...(covering.length > 0 ? [text.overlaps(formatTime(latest(covering), locale, now))] : []),
        ...longer.map((silence) =>
          text.longer(scopeWords(context, silence.gateway), formatTime(silence.until, locale, now)),
        ),
      ],
      MOST_ACTIVE,
    ).shown,
    note: text.howToEnd(endWords(kind, gateway)),
    buttons: [endButton(kind, gateway, context)],
  };
};

/** Of those for the same, the one that ends last: the others add nothing. */
const onePerScope = (context: CommandContext, silences: readonly Silence[]): readonly Silence[] => {
  const byScope = new Map<string, Silence>();
  for (const silence of silences) {
    const key = `${silence.kind} ${scopeName(context, silence.gateway) ?? ''}`;
    const known = byScope.get(key);
    if (!known || known.until < silence.until) byScope.set(key, silence);
  }
  return [...byScope.values()];
};

/** @param gateway null: whatever they are for. */
const activeFor = (context: CommandContext, gateway: string | null): readonly Silence[] =>
  onePerScope(
    context,
    context.silences.active(context.now).filter((silence) => concerns(silence, gateway)),
  );

const lineOf = (context: CommandContext, { kind, gateway, until, by }: Silence): string =>
  silenceText(context.locale).one(
    kind,
    scopeWords(context, gateway),
    formatTime(until, context.locale, context.now),
    formatDuration(until - context.now, context.locale),
    by,
  );

/** What is silent, a line each. */
export const silenceLines = (context: CommandContext, gateway: string | null): readonly string[] =>
  activeFor(context, gateway).map((silence) => lineOf(context, silence));

/** What is active, and how to begin one of this kind. */
export const showSilences = (context: CommandContext, kind: Kind, port: GatewayPort | null): Message => {
  const { locale } = context;
  const text = silenceText(locale);
  const gateway = port?.name ?? null;
  const active = activeFor(context, gateway);
  const { shown, left } = fitting(
    active.map((silence) => lineOf(context, silence)),
    MOST_ACTIVE,
  );
  const planned = kind === 'maintenance' ? fitting(planLines(context, gateway), MOST_ACTIVE).shown : [];
  return {
    tone: 'info',
    title: active.length === 0 ? text.none() : text.active(active.length),
    lines: [...shown, ...(left > 0 ? [text.more(left)] : []), ...planned],
    note: [
      text.howToBegin(beginWords(kind, OFFERED_MS[1] ?? MINUTE_MS, gateway)),
      ...(kind === 'maintenance' ? [planText(locale).howToPlan(planExample(gateway))] : []),
    ].join('\n'),
    buttons: [
      ...OFFERED_MS.map((ms): Button => ({
        label: formatDuration(ms, locale),
        style: 'plain',
        command: beginWords(kind, ms, gateway),
      })),
      ...(active.some((silence) => silence.kind === kind) ? [endButton(kind, gateway, context)] : []),
      ...(kind === 'maintenance' ? cancelButtons(context, gateway).slice(0, 2) : []),
    ],
  };
};

/** Without a gateway it ends all of this kind, whatever they are for. */
export const endSilences = (context: CommandContext, kind: Kind, port: GatewayPort | null): Message =>
  context.carryOut(({ silences }) => ended(context, silences, kind, port));

const ended = (context: CommandContext, silences: Silences, kind: Kind, port: GatewayPort | null): Message => {
  const { locale, now, gateways } = context;
  const text = silenceText(locale);
  const gateway = port?.name ?? null;
  const of = (): readonly Silence[] => silences.active(now).filter((silence) => silence.kind === kind);
  const scopes =
    gateway === null
      ? [...new Set(of().map((silence) => silence.gateway))]
      : [gateway, ...(gateways.length === 1 ? [null] : [])];
  const count = scopes.map((scope) => silences.end(kind, scope, now)).reduce((sum, each) => sum + each, 0);
  const forAll = of().filter((silence) => silence.gateway === null);
  const rest =
    forAll.length > 0
      ? {
          lines: [text.onlyForAll(kind, formatTime(latest(forAll), locale, now))],
          note: text.howToEnd(endWords(kind, null)),
          buttons: [endButton(kind, null, context)],
        }
      : null;
  if (count === 0) {
    const [title = text.nothingToEnd(kind, scopeWords(context, gateway)), ...lines] = rest?.lines ?? [];
    return { tone: 'info', title, ...rest, lines };
  }
  return {
    tone: 'good',
    title: text.ended(kind, scopeWords(context, gateway)),
    ...(rest ?? { lines: [text.afterEnd(kind)] }),
  };
};
