/** The state and tools that all steps of a set-up share. Types only. */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Config } from '../config/config.ts';
import type { Locale } from '../text/locale.ts';
import type { SetupText } from '../text/setup/setup.ts';
import type { SetupAsker } from './asker.ts';
import type { NewOperator } from './answers.ts';
import type { SetupSession } from './setup-session.ts';
import type { Flags } from './flags.ts';
import type { FoundGateway } from './find-gateways.ts';
import type { ForeignApp } from './foreign-apps.ts';
import type { KnownOperators } from './known-operators.ts';
import type { Variables } from './paths.ts';

export interface Existing {
  readonly text: string;
  readonly config: Config;
}

export interface SetupContext {
  readonly ask: SetupAsker;
  readonly flags: Flags;
  readonly env: Variables;
  /** The path of the configuration, which may not exist yet. */
  readonly file: string;
  readonly locale: Locale;
  readonly text: SetupText;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly before: Existing | null;
  /** The gateways on this machine that are not watched yet. */
  readonly found: readonly FoundGateway[];
  readonly foreign: readonly ForeignApp[];
  /** Who may command so far: of the configuration, of the database, and whoever has paired in this set-up. */
  readonly known: KnownOperators;
  /** The operators whose ids stand on the command line. */
  readonly named: readonly NewOperator[];
  /** Says which step of a new set-up begins; a change of one has none. */
  readonly step: (title: string) => void;
  /** The session of the bot that runs with this configuration; null: none runs. */
  readonly running: SetupSession | null;
}
