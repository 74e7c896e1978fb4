/** What `lifeline status` prints, whoever looks at the gateways: the command itself, or the bot that it asks. */
import type { DatabaseSync } from 'node:sqlite';
import { statusMessage } from '../../commands/status.ts';
import type { GatewayAnswer } from '../../commands/shared/ask-gateway.ts';
import { onTerminal, type Terminal } from '../channels/console/print.ts';
import type { CommandContext, GatewayReport } from '../chat/command/command.ts';
import type { Config } from '../config/config.ts';
import { isTrouble, type Verdict } from '../diagnosis/verdict.ts';
import type { ResourcesSeen } from '../diagnosis/vitals.ts';
import { ownProblems } from '../monitor/own-state.ts';
import { localText } from '../text/cli/local.ts';
import { formatDuration, formatTime } from '../text/common/time.ts';
import { linkName } from '../text/common/conditions.ts';
import type { Locale } from '../text/locale.ts';
import { readBotStatus, type BotStatus } from './beside-bot/bot-status.ts';
import { hubTroubleLines } from './beside-bot/hub-lines.ts';
import { isoWithOffset } from './verdict-json.ts';

export interface StatusOutput {
  readonly text: string;
  /** 1: something needs somebody. */
  readonly exitCode: 0 | 1;
}

export interface StatusSources {
  readonly context: CommandContext;
  readonly config: Config;
  readonly db: DatabaseSync;
  /** Whether the running bot has its database in memory. */
  readonly isInMemory: boolean;
}

/** @param form the terminal that it is for, or `json`: one object a line. */
export const statusOutput = (
  looks: readonly GatewayAnswer[],
  { context, config, db, isInMemory }: StatusSources,
  form: Terminal | 'json',
): StatusOutput => {
  const own = readBotStatus(db, config, context.now, isInMemory);
  const isTold =
    own.runningSince === null ||
    own.stuck.count > 0 ||
    own.hubTrouble !== null ||
    own.store === 'memory' ||
    looks.some(isIll);
  return {
    text:
      form === 'json'
        ? [...looks.map(gatewayJson), ownJson(own)].map((object) => `${JSON.stringify(object)}\n`).join('')
        : onTerminal(statusMessage(looks, context, ownLines(own, config, context.now)), form),
    exitCode: isTold ? 1 : 0,
  };
};

/** A missing process may be a restart that somebody makes right now; the gateway counts as not well all the same. */
const isDown = ({ process, verdicts }: GatewayReport): boolean =>
  process === null && verdicts.every(({ link, condition }) => link !== null || condition !== 'stopped_on_purpose');

const isIll = ({ report }: GatewayAnswer): boolean =>
  report === null || report.verdicts.some(isTrouble) || isDown(report);

/** Nothing of a bot that was started on a disk that it cannot write: since when it runs stands nowhere. */
const runsText = ({ runningSince, aliveAt, store }: BotStatus, locale: Locale, now: number): readonly string[] => {
  const text = localText(locale);
  if (runningSince !== null)
    return [text.runs(formatTime(runningSince, locale, now), formatDuration(now - runningSince, locale))];
  return store === 'memory' ? [] : [text.runsNot(aliveAt === null ? null : formatTime(aliveAt, locale, now))];
};

const ownLines = (own: BotStatus, { locale, fleet }: Config, now: number): readonly string[] => {
  const text = localText(locale);
  const stuck = ownProblems({ stuck: own.stuck, storeProblem: null, failing: [] }, locale, now);
  const undelivered = own.undelivered > 0 ? [text.undelivered(own.undelivered)] : [];
  return [
    ...runsText(own, locale, now),
    ...(stuck.length > 0 ? stuck : undelivered),
    ...own.channels.flatMap(({ name, downSince }) =>
      downSince === null ? [] : [text.channelDown(linkName(name, locale), formatTime(downSince, locale, now))],
    ),
    ...(own.hubTrouble !== null && fleet !== null ? hubTroubleLines(fleet, own.hubTrouble, locale, now) : []),
    ...(own.store === 'memory' ? [text.inMemory()] : []),
  ];
};

const time = (at: number | null | undefined): string | null => (at == null ? null : isoWithOffset(at));

const verdictOf = ({ condition, cause, remedy, since }: Verdict): object => ({
  condition,
  cause,
  remedy,
  since: time(since),
});

/** Of what is not known here, null. */
const resourcesJson = ({ memory, files, disk, sidecars = [] }: ResourcesSeen): object => ({
  memory: memory
    ? {
        bytes: memory.bytes,
        by: memory.by,
        processes: memory.processes,
        limitBytes: memory.ceiling,
        limitOf: memory.of,
      }
    : null,
  files: files ? { open: files.open, limit: files.most, pid: files.pid } : null,
  disk: disk ? { freeBytes: disk.free, allBytes: disk.all } : null,
  sidecars: sidecars.map(({ link, process }) => ({
    link,
    pid: process?.pid ?? null,
    startedAt: time(process?.startedAt ?? null),
  })),
});

/** A contract, as the others of `--json`: fields may be added, none changes its meaning. */
const gatewayJson = (seen: GatewayAnswer): object => {
  if (seen.report === null)
    return { kind: 'gateway', name: seen.name, ok: false, problem: seen.problem ?? 'no answer in time' };
  const {
    verdicts,
    process,
    memoryBytes,
    resources = {},
    supervisorChoice,
    choiceProblem,
    restarts,
    incident,
    decision,
    judgedAt,
    problems,
    logDoubts,
    talk,
  } = seen.report;
  const itself = verdicts.find(({ link }) => link === null);
  return {
    kind: 'gateway',
    name: seen.name,
    ok: !isIll(seen),
    problem: null,
    ...(itself ? verdictOf(itself) : {}),
    links: verdicts.flatMap((verdict) =>
      verdict.link === null
        ? []
        : [
            {
              name: verdict.link,
              ...verdictOf(verdict),
              lastAskedAt: time(talk?.get(verdict.link)?.askedAt),
              lastAnsweredAt: time(talk?.get(verdict.link)?.answeredAt),
            },
          ],
    ),
    process: process ? { pid: process.pid, startedAt: time(process.startedAt), memoryBytes } : null,
    resources: resourcesJson(resources),
    supervisor: supervisorChoice
      ? { name: supervisorChoice.supervisor.name, unit: supervisorChoice.supervisor.unit }
      : null,
    supervisorProblem: choiceProblem,
    restarts,
    openIncident: incident?.id ?? null,
    decision: { act: decision.act, ...('why' in decision ? { why: decision.why } : {}) },
    judgedAt: time(judgedAt),
    problems,
    logDoubts: logDoubts.map(({ path, why, text }) => ({ path, why, line: text })),
  };
};

const ownJson = ({
  runningSince,
  aliveAt,
  undelivered,
  stuck,
  channels,
  hubTrouble,
  store,
  storeBytes,
}: BotStatus): object => ({
  kind: 'lifeline',
  running: runningSince !== null || store === 'memory',
  runningSince: time(runningSince),
  aliveAt: time(aliveAt),
  undelivered,
  stuck: { count: stuck.count, oldestAt: time(stuck.oldestAt) },
  channels: channels.map(({ name, downSince }) => ({ name, downSince: time(downSince) })),
  hubTrouble: hubTrouble && { why: hubTrouble.why, since: time(hubTrouble.since), said: hubTrouble.said },
  store,
  storeBytes,
});
