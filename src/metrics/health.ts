/** Whether Lifeline can do its work, as `/healthz` says it. Pure. */
import { redact } from '../base/redact/redact.ts';
import type { StuckLoop } from '../monitor/watchdog.ts';

export interface HealthState {
  /** Which loops do not come round any more. */
  readonly stuck: readonly StuckLoop[];
  /** What is wrong with the data folder; null: nothing. */
  readonly storeProblem: string | null;
  /** Which stages of its own work fail, by name. */
  readonly failing: readonly string[];
}

export interface OwnHealth {
  readonly status: 200 | 503;
  readonly body: {
    readonly status: 'ok' | 'failing';
    readonly version: string;
    readonly stuck: readonly string[];
    readonly store: string;
    readonly failing: readonly string[];
  };
}

export const ownHealthOf = ({ stuck, storeProblem, failing }: HealthState, version: string): OwnHealth => {
  const well = stuck.length === 0 && storeProblem === null && failing.length === 0;
  return {
    status: well ? 200 : 503,
    body: {
      status: well ? 'ok' : 'failing',
      version,
      stuck: stuck.map(({ loop }) => loop),
      store: storeProblem === null ? 'ok' : redact(storeProblem),
      failing,
    },
  };
};
