import { processClock, type Clock } from '../base/clock.ts';
import { createLogger, type Logger } from '../base/logger.ts';
import type { Config } from '../config/config.ts';
import { isTrouble } from '../diagnosis/verdict.ts';
import { createRestartLedger } from '../healing/ledger.ts';
import { openDatabase } from '../store/database.ts';
import { storePath } from '../store/store.ts';
import { createSilences } from '../store/silences.ts';
import { transaction } from '../store/transaction.ts';
import { decisionText } from '../text/decisions.ts';
import { lockDataFolder } from '../store/lock.ts';
import { notTreatedText, treatmentText, troubleText } from '../text/check.ts';
import { createCare } from '../watch/care.ts';
import { createPatient, type Patient } from '../watch/patient.ts';
import { leaveAloneUntil } from '../watch/silence.ts';
import type { Look } from '../watch/watcher.ts';
import { findConfig } from './find-config.ts';
import { applyTimezone } from './timezone.ts';
import { verdictJson } from './verdict-json.ts';

/** A finding that time alone will settle within this is waited for: a process that is missing right now, for one. */
const PATIENCE_MS = 30_000;

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
export const check = async ({ config: file, json = false, heal = false, dryRun = false }: { config?: string; json?: boolean; heal?: boolean; dryRun?: boolean }): Promise<void> => {
  const { config } = findConfig(file);
  applyTimezone(config);
  const tools = { config, clock: processClock(), logger: createLogger('error') };
  const unlock = heal && !dryRun ? lockDataFolder(config.dataDir) : () => undefined;
  try {
    for (const gateway of config.gateways) await checkOne(createPatient(gateway, config, tools), tools, { json, heal: heal || dryRun, dryRun });
  } finally {
    unlock();
  }
};

const checkOne = async (patient: Patient, tools: Tools, { json, heal, dryRun }: { readonly json: boolean; readonly heal: boolean; readonly dryRun: boolean }): Promise<void> => {
  const { config, clock } = tools;
  const look = await settledLook(patient, clock);
  const trouble = look.verdicts.filter(isTrouble);
  for (const verdict of trouble) print(json ? verdictJson(verdict) : troubleText(verdict, config.locale, clock.now()));
  for (const problem of look.problems) process.stderr.write(`${problem}\n`);
  if (trouble.length > 0 || look.problems.length > 0) process.exitCode = 1;
  if (trouble.length > 0 && heal) await healOne(patient, look, tools, dryRun, json ? () => undefined : print);
  await patient.watcher.stop();
};

const settledLook = async ({ watcher }: Patient, clock: Clock): Promise<Look> => {
  const first = await watcher.look();
  if (first.recheckAt === null || first.recheckAt - first.at > PATIENCE_MS) return first;
  await clock.sleep(first.recheckAt - first.at + 1);
  return watcher.look();
};

/** What the running bot would do by itself now, within the same budget. */
const healOne = async (patient: Patient, look: Look, { config, clock, logger }: Tools, dryRun: boolean, say: (line: string) => void): Promise<void> => {
  const { config: gateway } = patient;
  const db = openDatabase(storePath(config.dataDir));
  const silences = createSilences(db);
  const care = createCare({
    gateway: gateway.name,
    ...patient,
    mode: gateway.heal,
    budget: config.healing,
    maintenanceUntil: (now) => leaveAloneUntil(gateway, silences, now),
    ledger: createRestartLedger(db),
    limitMs: patient.startLimitMs,
    gracefulMs: config.healing.gracefulMs,
    dryRun,
    // Whoever reads the output is who is told.
    teller: { progress: () => undefined, ended: () => undefined },
    atomically: (work) => transaction(db, work),
    learn: () => undefined,
    incidents: {
      judged: (_verdicts, decision) => {
        if (decision.act === 'tell') say(notTreatedText(decision, config.locale));
        if (decision.act === 'hold') say(`  ${decisionText(decision, config.locale, clock.now())}`);
        return null;
      },
      treated: (result) => say(treatmentText(gateway.name, result, config.locale)),
    },
    clock,
    logger,
  });
  try {
    await care.act(look);
  } finally {
    await care.stop();
    db.close();
  }
};

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
