/** Builds what is kept in the database: one object a table. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../base/logger.ts';
import type { StageReport } from '../base/stage-report.ts';
import { createButtons, type Buttons } from '../chat/interaction/buttons.ts';
import { createConfirmations, type Confirmations } from '../chat/interaction/confirmation.ts';
import type { Config } from '../config/config.ts';
import { createRestartLedger, type RestartLedger } from '../healing/ledger.ts';
import { createBlips, type Blips } from '../incidents/blips.ts';
import { createIncidentBook, type IncidentBook } from '../incidents/incident-book.ts';
import { watchGapMs } from '../monitor/monitors.ts';
import { createAudit, type Audit } from '../store/audit.ts';
import { createQuotes, type Quotes } from '../store/quotes.ts';
import { createProcessedMessages, type ProcessedMessages } from '../store/processed-messages.ts';
import { createMeta } from '../store/meta.ts';
import { createPins, type Pins } from '../store/pins.ts';
import { createPlans, type Plans } from '../store/planned-maintenance.ts';
import { createSilences, type Silences } from '../store/silences.ts';
import { createWatched, type Watched } from '../store/watched.ts';

export interface Stores {
  readonly db: DatabaseSync;
  readonly ledger: RestartLedger;
  readonly book: IncidentBook;
  readonly silences: Silences;
  readonly plans: Plans;
  readonly pins: Pins;
  readonly blips: Blips;
  readonly watched: Watched;
  readonly audit: Audit;
  readonly seen: ProcessedMessages;
  readonly quotes: Quotes;
  readonly buttons: Buttons;
  readonly confirmations: Confirmations;
}

export const buildStores = (
  db: DatabaseSync,
  { watch }: Pick<Config, 'watch'>,
  { report, logger }: { readonly report: StageReport; readonly logger: Logger },
): Stores => ({
  db,
  ledger: createRestartLedger(db),
  book: createIncidentBook(db, (gateway, err) => {
    logger.error({ gateway, err }, 'an incident cannot be read; it is left out');
    report.failed({ stage: 'incident', gateway }, err);
  }),
  silences: createSilences(db),
  plans: createPlans(db),
  pins: createPins(createMeta(db)),
  blips: createBlips(db),
  watched: createWatched(db, watchGapMs(watch.pulseMs)),
  audit: createAudit(db),
  seen: createProcessedMessages(db),
  quotes: createQuotes(db),
  buttons: createButtons(db),
  confirmations: createConfirmations(db),
});
