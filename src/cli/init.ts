/** `lifeline init`: sets Lifeline up, asking on a terminal or from flags alone. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { processClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { loadConfig, readConfigText } from '../config/load.ts';
import { installService } from '../service/install.ts';
import { Cancelled, type SetupAsker } from '../setup/asker.ts';
import { createSetupSession, type SetupSession } from '../setup/setup-session.ts';
import { findGateways } from '../setup/find-gateways.ts';
import { createFlagAsker } from '../setup/flag-asker.ts';
import { readFlags, type InitOptions } from '../setup/flags.ts';
import { foreignApps } from '../setup/foreign-apps.ts';
import { usualConfig } from '../setup/paths.ts';
import { pairedIn } from '../setup/save.ts';
import type { Existing, SetupContext } from '../setup/setup-context.ts';
import { createTerminalAsker } from '../setup/terminal-asker.ts';
import { chooseLocale, runWizard } from '../setup/wizard.ts';
import { databaseIn } from '../store/files.ts';
import { heldByAnother } from '../store/locks.ts';
import { openBeside } from '../store/beside.ts';
import type { Locale } from '../text/locale.ts';
import { guideText } from '../text/setup/guides.ts';
import { setupText } from '../text/setup/setup.ts';
import { localeOf } from './help/language.ts';
import { applyTimezone } from './timezone.ts';

const EXIT_CANCELLED = 130;

/**
 * Leaves the exit code 0 when Lifeline is set up, 1 when a part of it failed, 130 when somebody ended it.
 * @throws UserError for wrong flags, or a configuration that is there and invalid.
 */
export const init = async (options: InitOptions & { readonly version: string }): Promise<void> => {
  const { env } = process;
  const flags = readFlags(options, env);
  const file = resolve(options.config ?? usualConfig(env));
  const before = existing(file);
  if (before) applyTimezone(before.config);
  const ended = new AbortController();
  let locale: Locale = flags.locale ?? before?.config.locale ?? localeOf(env);
  const ask = askerOf(options.yes === true, ended.signal, () => locale);
  const cancel = (): void => ended.abort(new Cancelled());
  const forget = [onSignal(cancel), ...(ask.interactive ? [onEndOfInput(process.stdin, cancel)] : [])];
  const running = before === null ? null : sessionOfRunning(before);
  let saved = false;
  try {
    ask.begin(guideText(locale).welcome());
    locale = await chooseLocale({ ask, flags, before }, locale);
    const logger = silentLogger();
    const watched = before?.config.gateways ?? [];
    const found = findGateways(env, watched);
    const setup: SetupContext = {
      ask,
      flags,
      env,
      file,
      locale,
      text: setupText(locale),
      clock: processClock(),
      logger,
      version: options.version,
      signal: ended.signal,
      before,
      found,
      foreign: await foreignApps([...flags.gateways, ...found, ...watched], logger),
      known: {
        configured: before?.config.operators ?? [],
        paired: before === null ? [] : pairedIn(before.config.dataDir),
      },
      named: [],
      step: () => undefined,
      running,
    };
    process.exitCode = await runWizard(setup, installService, () => (saved = true));
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    ask.end(setupText(locale).cancelled(saved));
    // A call that is under way must not delay the end.
    process.exit(EXIT_CANCELLED);
  } finally {
    running?.db.close();
    for (const each of forget) each();
    process.stdin.pause();
  }
};

const existing = (file: string): Existing | null => {
  if (!existsSync(file)) return null;
  const config = loadConfig(file);
  return { text: readConfigText(file).text, config };
};

const askerOf = (yes: boolean, signal: AbortSignal, locale: () => Locale): SetupAsker => {
  const { stdin: input, stdout: output } = process;
  if (!yes && input.isTTY && output.isTTY) return createTerminalAsker({ input, output, signal, locale });
  return createFlagAsker({
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    signal,
    locale,
  });
};

const onSignal = (act: () => void): (() => void) => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, act);
  return () => signals.forEach((signal) => process.off(signal, act));
};

/** At Ctrl-D the prompts let go of the terminal without an answer, and nothing would be left to wait for. */
const onEndOfInput = (input: NodeJS.ReadStream, act: () => void): (() => void) => {
  const onKey = (_typed: string | undefined, key: { readonly name?: string; readonly ctrl?: boolean }): void => {
    if (key.ctrl === true && key.name === 'd') act();
  };
  input.on('keypress', onKey).on('end', act).on('close', act);
  return () => input.off('keypress', onKey).off('end', act).off('close', act);
};

/** Returns the database of the bot that runs with this configuration; null when none runs. */
const sessionOfRunning = ({ config }: Existing): SetupSession | null => {
  if (!existsSync(databaseIn(config.dataDir)) || heldByAnother(config.dataDir) === null) return null;
  return createSetupSession(openBeside(config.dataDir), config.operators);
};
