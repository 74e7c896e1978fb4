/**
 * Rings when a stage of Lifeline's own work fails and goes on failing: within a minute, once until it works again, and
 * straight through the channels: no database, no incident, no outbox, no template. While a gateway cannot be watched
 * as usual, its process alone is (`process-only.ts`).
 */
import { randomUUID } from 'node:crypto';
import { errorText } from '../base/errors.ts';
import { redact } from '../base/redact/redact.ts';
import { repeat } from '../base/repeat.ts';
import type { Place, StageReport } from '../base/stage-report.ts';
import type { Message } from '../chat/message/message.ts';
import type { Addressee } from '../notify/recipients/addressees.ts';
import { selfAlarmText, type SelfAlarmText } from '../text/notices/self-alarm.ts';
import type { Locale } from '../text/locale.ts';
import { sendDirect, type Sender } from './direct-message.ts';
import { createProcessOnly, type IsThere, type ProcessOnly } from './process-only.ts';

export interface SelfAlarmOptions {
  readonly gateways: readonly string[];
  readonly channels: readonly Sender[];
  /** Who gets the alerts; may fail, for it reads the database: then the people of before are told. */
  readonly people: () => readonly Addressee[];
  /** Tells the dead man's switch that Lifeline fails. */
  readonly ping: (text: string) => void;
  /** Writes where whoever runs Lifeline reads. */
  readonly print: (text: string) => void;
  /** Hears which stages have been told, as failing or as working again. */
  readonly onTold?: (stages: readonly string[], fail: boolean) => void;
  readonly locale: Locale;
  readonly isThere?: IsThere;
  /** A clock that nobody sets, milliseconds. */
  readonly monotonicMs?: () => number;
}

export interface SelfAlarm {
  readonly report: StageReport;
  /** Notes which process of a gateway was seen last, for when it cannot be looked at any more. */
  readonly sees: (...seen: Parameters<ProcessOnly['sees']>) => void;
  /** Notes what was concluded of a gateway last. */
  readonly concluded: (gateway: string, state: string) => void;
  /** What fails and has been told, by name: `judgement main`. */
  failing(): readonly string[];
  start(): void;
  stop(): void;
}

const TICK_MS = 1_000;
/** A hiccup is over sooner. */
const LASTS_MS = 20_000;
/** What worked for so long works. */
const WORKS_MS = 15_000;
/** What fails now and works then, again and again, fails. */
const ALTERNATIONS = 3;
/** What has not been tried again for so long is no news any more. */
const FORGOTTEN_MS = 3_600_000;
/** A person whom it has not reached is tried again, ever more seldom, for a day. */
const AGAIN = { firstMs: 15_000, longestMs: 600_000, endMs: 86_400_000 };
const LEARN_MS = 60_000;
const MOST_LINES = 5;
const LONGEST_REASON = 160;

interface Failure {
  readonly place: Place;
  readonly since: number;
  failures: number;
  failedAt: number;
  /** Since when it has worked; null: it failed the last time. */
  worksSince: number | null;
  reason: string;
  told: boolean;
}

interface Alert {
  readonly message: Message;
  readonly key: string;
  readonly at: number;
  nextAt: number;
  /** The persons whom it has reached. */
  readonly reached: Set<string>;
  /** The persons who know of a failure of its time. */
  readonly heard: Set<string>;
  /** `heard`: only they are told. */
  readonly to: 'all' | 'heard';
}

export const createSelfAlarm = ({
  gateways,
  channels,
  people,
  ping,
  print,
  onTold,
  locale,
  isThere,
  monotonicMs = () => performance.now(),
}: SelfAlarmOptions): SelfAlarm => {
  const failures = new Map<string, Failure>();
  const states = new Map<string, string>();
  /** The persons who know of a failure, since all worked. */
  let heard = new Set<string>();
  let alerts: readonly Alert[] = [];
  let known: readonly Addressee[] = [];
  let learnedAt = -Infinity;
  let sending = false;
  let endTicks: (() => void) | null = null;

  const learn = (): void => {
    learnedAt = monotonicMs();
    // The people of before are told.
    safely(() => (known = people()));
  };

  const say = (
    message: Message,
    { fails = true, to = 'all' }: { readonly fails?: boolean; readonly to?: Alert['to'] } = {},
  ): void => {
    const text = [message.title, ...(message.lines ?? [])].join('\n');
    safely(() => print(text));
    if (fails) safely(() => ping(text));
    const at = monotonicMs();
    alerts = [...alerts, { message, key: randomUUID(), at, nextAt: at, reached: new Set(), heard, to }];
    void deliver();
  };

  const missing = ({ reached, heard: told, to }: Alert): readonly Addressee[] =>
    known.filter(({ person }) => !reached.has(person) && (to === 'all' || told.has(person)));

  /** One after the other: what was written first arrives first. */
  const deliver = async (): Promise<void> => {
    if (sending || !alerts.some(({ nextAt }) => nextAt <= monotonicMs())) return;
    sending = true;
    try {
      learn();
      for (const alert of alerts.filter(({ nextAt }) => nextAt <= monotonicMs())) {
        if (!alerts.includes(alert)) continue;
        for (const person of await sendDirect(channels, missing(alert), alert.message, alert.key)) {
          alert.reached.add(person);
          if (alert.to === 'all') alert.heard.add(person);
        }
        const agedMs = monotonicMs() - alert.at;
        alert.nextAt = monotonicMs() + Math.min(Math.max(AGAIN.firstMs, agedMs), AGAIN.longestMs);
        if (missing(alert).length === 0 || agedMs >= AGAIN.endMs) alerts = alerts.filter((each) => each !== alert);
      }
    } finally {
      sending = false;
    }
  };

  const sayItWorks = (what: Place): void => {
    safely(() => onTold?.([nameOf(what)], false));
    const isOver = [...failures.values()].every(({ told }) => !told);
    // Nothing fails any more: a person who has not heard of it need not.
    if (isOver) alerts = [];
    say(
      worded(
        (text) => ({ tone: 'good', title: `Lifeline ${text.worksAgain}`, lines: [text.before(text.cannot(what))] }),
        `${nameOf(what)} works again`,
      ),
      { fails: false, to: 'heard' },
    );
    if (isOver) heard = new Set();
  };

  const processes = createProcessOnly(monotonicMs, isThere);

  const onGone = (gateway: string, pid: number): void =>
    say(
      worded(
        (text) => ({ tone: 'critical', title: text.gone(gateway, pid), note: text.goneNote }),
        `${gateway}: process ${pid} is gone`,
      ),
    );

  const sees = (...[gateway, process]: Parameters<ProcessOnly['sees']>): void => {
    if (!processes.sees(gateway, process) || process === null || !blind().includes(gateway)) return;
    const { pid } = process;
    say(
      worded((text) => ({ tone: 'info', title: text.back(gateway, pid) }), `${gateway}: process ${pid} runs`),
      { fails: false },
    );
  };

  /** The words may be what has failed. */
  const worded = (make: (text: SelfAlarmText) => Message, otherwise: string): Message => {
    try {
      return make(selfAlarmText(locale));
    } catch {
      return { tone: 'critical', title: 'Lifeline: 内部出错 / internal failure', lines: [otherwise] };
    }
  };

  const isIll = ({ worksSince, failures: times }: Failure): boolean => worksSince === null || times >= ALTERNATIONS;

  /** The gateways of which the usual watch, or the usual word, cannot be relied upon. */
  const blind = (): readonly string[] => {
    const ill = [...failures.values()].filter(isIll).map(({ place }) => place);
    if (ill.some(({ stage }) => stage === 'outbox' || stage === 'delivery')) return gateways;
    return gateways.filter((name) => ill.some(({ gateway }) => gateway === name));
  };

  const ring = (due: readonly Failure[]): void => {
    for (const failure of due) failure.told = true;
    safely(() =>
      onTold?.(
        due.map(({ place }) => nameOf(place)),
        true,
      ),
    );
    const concerned = blind();
    const otherwise = due.map(({ place, reason }) => `${nameOf(place)}: ${reason}`).join('\n');
    const message = worded((text) => {
      const [first] = due;
      const reasons = due
        .slice(0, MOST_LINES)
        .map(({ place, reason }) => (due.length === 1 ? reason : text.because(text.cannot(place), reason)));
      return {
        tone: 'critical',
        title: `Lifeline ${first && due.length === 1 ? text.cannot(first.place) : text.several(due.length)}`,
        lines: [
          ...reasons,
          ...(due.length > MOST_LINES ? [text.more(due.length - MOST_LINES)] : []),
          ...concerned
            .slice(0, MOST_LINES)
            .flatMap((gateway) => [...stateLine(text, gateway), watchLine(text, gateway)]),
          ...(concerned.length > MOST_LINES ? [text.more(concerned.length - MOST_LINES)] : []),
        ],
        note: text.needsYou,
      };
    }, otherwise);
    say(message);
  };

  const stateLine = (text: SelfAlarmText, gateway: string): readonly string[] => {
    const state = states.get(gateway);
    return state === undefined ? [] : [text.saw(gateway, state)];
  };

  const watchLine = (text: SelfAlarmText, gateway: string): string => {
    const found = processes.tell(gateway);
    switch (found.is) {
      case 'there':
        return text.byProcess(gateway, found.pid);
      case 'gone':
        return text.gone(gateway, found.pid);
      case 'none':
        return text.noProcess(gateway);
      case 'unknown':
        return text.unwatched(gateway);
    }
  };

  const tick = (): void => {
    const now = monotonicMs();
    if (now - learnedAt >= LEARN_MS) learn();
    for (const [name, failure] of failures) {
      const works = failure.worksSince !== null && now - failure.worksSince >= WORKS_MS;
      if (!works && !(failure.told && now - failure.failedAt >= FORGOTTEN_MS)) continue;
      failures.delete(name);
      if (failure.told && works) sayItWorks(failure.place);
    }
    const lasting = [...failures.values()].filter((failure) => !failure.told && isIll(failure));
    // One fault strikes several stages, one shortly after the other.
    if (lasting.some(({ since }) => now - since >= LASTS_MS))
      ring(lasting.filter(({ since, failures: times }) => now - since >= LASTS_MS || times > 1));
    const isTold = (gateway: string): boolean =>
      [...failures.values()].some(({ told, place }) => told && (place.gateway === gateway || place.gateway === null));
    for (const gateway of blind())
      void processes
        .watch(
          gateway,
          () => isTold(gateway),
          (pid) => onGone(gateway, pid),
        )
        .catch(() => undefined);
    void deliver();
  };

  return {
    report: {
      failed: (place, error, lastedMs = 0) =>
        safely(() => {
          const name = nameOf(place);
          const now = monotonicMs();
          const known = failures.get(name);
          const failure: Failure = known ?? {
            place,
            since: now - lastedMs,
            failures: 0,
            failedAt: now,
            worksSince: null,
            reason: '',
            told: false,
          };
          failure.failures += 1;
          failure.failedAt = now;
          failure.worksSince = null;
          failure.reason = reasonOf(error);
          failures.set(name, failure);
        }),
      worked: (place) => {
        if (failures.size === 0) return;
        const failure = failures.get(nameOf(place));
        if (failure) failure.worksSince ??= monotonicMs();
      },
    },
    sees: (...seen) => safely(() => sees(...seen)),
    concluded: (gateway, state) => void states.set(gateway, state),
    failing: () => [...failures.values()].filter(({ told }) => told).map(({ place }) => nameOf(place)),
    start: () => {
      learn();
      endTicks ??= repeat(TICK_MS, () => safely(tick));
    },
    stop: () => {
      endTicks?.();
      endTicks = null;
    },
  };
};

const nameOf = ({ stage, gateway, part }: Place): string =>
  [stage, ...(gateway === null ? [] : [gateway]), ...(part === undefined ? [] : [part])].join(' ');

/** In one line and without secrets; where those cannot be told any more, without a reason. */
const reasonOf = (error: unknown): string => {
  try {
    const line = [
      ...redact(errorText(error))
        .replaceAll(/[\s\p{Cc}]+/gu, ' ')
        .trim(),
    ];
    return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON - 1).join('')}…` : line.join('');
  } catch {
    return '?';
  }
};

/** Whatever else fails, this goes on. */
const safely = (work: () => void): void => {
  try {
    work();
  } catch {
    // There is nobody left to tell.
  }
};
