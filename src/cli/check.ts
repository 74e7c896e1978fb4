import type { DatabaseSync } from 'node:sqlite';
import { processClock, type Clock } from '../base/clock.ts';
import { createLogger, type Logger } from '../base/logger.ts';
import type { Config, GatewayConfig } from '../config/config.ts';
import { isTrouble, type Verdict } from '../diagnosis/verdict.ts';
import { quoteEvidence } from '../notify/messages/notice.ts';
import { isLeftAlone, openToRead } from '../store/beside.ts';
import { openDatabase } from '../store/database.ts';
import { databaseIn } from '../store/files.ts';
import { openStore } from '../store/store.ts';
import { decisionText } from '../text/common/decisions.ts';
import { logDoubtWords } from '../text/common/log-doubts.ts';
import { checkTroubleText, notTreatedText, stillWaitingText, treatmentText, waitingText } from '../text/cli/check.ts';
import { localText } from '../text/cli/local.ts';
import {
  createGatewayStack,
  stackStores,
  type GatewayStack,
  type StackListeners,
  type StackTools,
} from '../monitor/gateway/gateway-stack.ts';
import type { MonitoredGateway } from '../monitor/gateway/monitored-gateway.ts';
import type { Look } from '../monitor/gateway/look.ts';
import { ownProblems } from '../monitor/own-state.ts';
import { readBotStatus } from './beside-bot/bot-status.ts';
import { hubTroubleLines } from './beside-bot/hub-lines.ts';
import { findConfig } from './config/find-config.ts';
import { settledLook } from './look-until-settled.ts';
import { ASK_BY_PHONE, refuseHub } from './beside-bot/hub-here.ts';
import { applyTimezone } from './timezone.ts';
import { verdictJson } from './verdict-json.ts';

/** A finding that time alone settles within this long is waited for, such as a process that is missing right now. */
const patienceMs = ({ grace }: GatewayConfig): number => Math.max(30_000, grace.goneGraceMs + 5_000);

interface Tools {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * `lifeline check`: one round over every gateway. Prints nothing and leaves the exit code 0 when all is well, so that
 * it can be a cron script whose output is the notification.
 * With `dryRun` it says what `heal` would do, command by command, and does nothing.
 * @throws UserError when the configuration is invalid or, with `heal`, when a bot is running with the same data folder.
 */
export const check = async ({
  config: file,
  json = false,
  heal = false,
  dryRun = false,
}: {
  config?: string;
  json?: boolean;
  heal?: boolean;
  dryRun?: boolean;
}): Promise<void> => {
  const { config } = findConfig(file);
  refuseHub(config, ASK_BY_PHONE);
  applyTimezone(config);
  const tools = { config, clock: processClock(), logger: createLogger('error') };
  const store = heal && !dryRun ? openStore(config.dataDir, { logger: tools.logger }) : null;
  const db = store?.db ?? (dryRun ? openDatabase(databaseIn(config.dataDir)) : openToRead(config.dataDir));
  try {
    if (db)
      tellOfOwn(
        db,
        store?.where === 'memory' || isLeftAlone(db, config.dataDir),
        tools,
        json ? (text) => void process.stderr.write(`${text}\n`) : print,
      );
    const stackTools: StackTools = {
      ...tools,
      // The gateway is judged by the configuration alone: nothing is learned here, and nothing remembered.
      stores: { ...stackStores(db ?? openDatabase(':memory:')), startups: null },
      dryRun,
    };
    const listeners = listenersOf(config, tools.clock, json ? () => undefined : print);
    // A gateway that has to be waited for does not keep the others waiting.
    const looks = config.gateways
      .map((gateway) => createGatewayStack(gateway, stackTools, listeners(gateway.name)))
      .map((stack) => ({
        stack,
        look: settledLook({
          ...tools,
          watcher: stack.monitored.watcher,
          patienceMs: patienceMs(stack.monitored.config),
          onWait: sayWaiting(stack.monitored, config),
        }),
      }));
    await Promise.allSettled(looks.map(({ look }) => look));
    for (const { stack, look } of looks) await tellOfOne(stack, await look, tools, { json, heal: heal || dryRun });
  } finally {
    if (store) store.close();
    else db?.close();
  }
};

/** What the bot could not deliver, and whom it does not reach, is told on every other path, and this is one. */
const tellOfOwn = (
  db: DatabaseSync,
  isInMemory: boolean,
  { config, clock }: Tools,
  say: (line: string) => void,
): void => {
  const { locale, fleet } = config;
  const now = clock.now();
  const { stuck, hubTrouble } = readBotStatus(db, config, now, isInMemory);
  const problems = [
    ...(isInMemory ? [localText(locale).inMemory()] : []),
    ...ownProblems({ stuck, storeProblem: null, failing: [] }, locale, now),
    ...(fleet !== null && hubTrouble !== null ? hubTroubleLines(fleet, hubTrouble, locale, now) : []),
  ];
  for (const problem of problems) say(problem);
  if (problems.length > 0) process.exitCode = 1;
};

const tellOfOne = async (
  { monitored, reconciler }: GatewayStack,
  look: Look,
  { config, clock }: Tools,
  { json, heal }: { readonly json: boolean; readonly heal: boolean },
): Promise<void> => {
  const trouble = look.verdicts.filter(isTrouble);
  for (const verdict of trouble)
    print(json ? verdictJson(verdict) : checkTroubleText(verdict, shownOf(verdict), config.locale, clock.now()));
  const doubts = look.logDoubts.map(({ path, ...doubt }) =>
    Object.values(logDoubtWords({ ...doubt, where: path }, config.locale)).join('; '),
  );
  for (const problem of [...look.problems, ...doubts]) process.stderr.write(`${monitored.name}: ${problem}\n`);
  // A restart of the gateway takes longer: without a word it would look as if all were well.
  if (trouble.length === 0 && process.stderr.isTTY && isOnItsWay(look))
    process.stderr.write(`${stillWaitingText(monitored.name, look.verdicts, config.locale)}\n`);
  if (trouble.length > 0 || look.problems.length > 0 || doubts.length > 0) process.exitCode = 1;
  try {
    // What the running bot would do by itself now, within the same budget.
    if (trouble.length > 0 && heal) await reconciler.act(look);
  } finally {
    await reconciler.stop();
  }
  await monitored.watcher.stop();
};

/** As an alert quotes it: that there is no process is what the cause says. */
const shownOf = (verdict: Verdict): string | null => quoteEvidence(verdict).code?.[0] ?? null;

const isOnItsWay = ({ verdicts }: Look): boolean => verdicts.some(({ remedy }) => remedy === 'wait');

/**
 * Says on a terminal what is waited for, for up to a minute and more. Anywhere else the output is the notification of a
 * cron job, and a wait is no news.
 */
const sayWaiting =
  ({ name }: MonitoredGateway, { locale }: Config) =>
  ({ verdicts, at }: Look, until: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`${waitingText(name, verdicts, locale, until - at)}\n`);
  };

/** The reader of the output is the one who is told. */
const listenersOf =
  ({ locale }: Config, clock: Clock, say: (line: string) => void) =>
  (gateway: string): StackListeners => ({
    teller: { progress: () => undefined, ended: () => undefined },
    incidents: {
      judged: (verdicts, decision) => {
        const causes = verdicts.filter(isTrouble).map(({ cause }) => cause);
        if (decision.act === 'tell') say(notTreatedText(decision, causes, locale));
        if (decision.act === 'hold') say(`  ${decisionText(decision, causes, locale, clock.now())}`);
        return null;
      },
      treated: (result) => say(treatmentText(gateway, result, locale)),
    },
  });

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
