/** What is counted while Lifeline works, and what is read of it when somebody looks: for `src/metrics/`. */
import type { Verdict } from '../diagnosis/verdict.ts';
import type { LogDoubt } from '../gateways/gateway-kind.ts';
import type { ResourcesSeen } from '../diagnosis/vitals.ts';
import type { TreatmentResult } from '../healing/treatment.ts';
import type { StuckLoop } from './watchdog.ts';

/** Nothing here throws or takes long. */
export interface Meter {
  /** A try to deliver a message has ended. */
  tried(channel: string, outcome: 'delivered' | 'refused' | 'lost' | 'put_off'): void;
  treated(gateway: string, result: Pick<TreatmentResult, 'remedy' | 'outcome' | 'requestedBy'>): void;
  looked(gateway: string, tookMs: number): void;
}

export interface Figures {
  readonly gateways: readonly {
    readonly name: string;
    /** Null: nobody has looked yet. */
    readonly verdicts: readonly Verdict[] | null;
    readonly logDoubts?: readonly LogDoubt[];
    readonly resources?: ResourcesSeen;
  }[];
  readonly channels: readonly { readonly name: string; readonly link: string }[];
  readonly openIncidents: number;
  readonly undelivered: number;
  /** When the oldest message was written, or free to go, that has reached nobody; by `now`. */
  readonly oldestUndeliveredAt: number | null;
  readonly now: number;
  readonly startedAt: number;
  /** By the machine's clock. */
  readonly lastRoundAt: number | null;
  /** What is wrong with the data folder; null: nothing. */
  readonly storeProblem: string | null;
  /** Which stages of Lifeline's own work fail, by name. */
  readonly failing: readonly string[];
  readonly loops: readonly string[];
  readonly stuck: readonly StuckLoop[];
  /** Of a fleet's hub: what it knows of the hosts. */
  readonly fleet?: FleetFigures;
}

export interface FleetFigures {
  readonly hub: string;
  /** Whether this hub holds the lease. */
  readonly speaks: boolean;
  readonly hosts: readonly {
    readonly host: string;
    /** null: this hub has not heard it. */
    readonly silentMs: number | null;
    readonly isSilent: boolean;
    readonly openIncidents: number;
    readonly gateways: readonly { readonly name: string; readonly isWell: boolean }[];
  }[];
}
