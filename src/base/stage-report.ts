/**
 * The stages of Lifeline's own work report here that they failed or worked. `monitor/self-alarm.ts`
 * tells of the failures, because no stage can tell of its own.
 */

export const STAGES = [
  'look',
  'sensor',
  'evidence',
  'judgement',
  'decision',
  'treatment',
  'incident',
  'notice',
  'outbox',
  'delivery',
  'channel',
  'channels',
  'upkeep',
  /** A hub's: whether its hosts are heard. */
  'silence',
  'start',
] as const;
export type Stage = (typeof STAGES)[number];

export interface Place {
  readonly stage: Stage;
  /** Null: it serves all gateways. */
  readonly gateway: string | null;
  /** Which of several: the sensor, the channel, the link. */
  readonly part?: string;
}

/** Nothing here throws. */
export interface StageReport {
  /** @param lastedMs how long it has failed already, where that is known. */
  failed(place: Place, error: unknown, lastedMs?: number): void;
  worked(place: Place): void;
}

/** Where nobody is to be told, as in a command that ends at once. */
export const NO_REPORT: StageReport = { failed: () => undefined, worked: () => undefined };

/** Each error is the failure of one stage. The stages around it only let the error through. */
const known = new WeakSet();

/** Reports it, unless a stage within this one has. */
export const failOnce = (report: StageReport, place: Place, error: unknown): void => {
  if (typeof error === 'object' && error !== null) {
    if (known.has(error)) return;
    known.add(error);
  }
  report.failed(place, error);
};

/** Does the work and reports how it went. @throws what the work throws. */
export const reported = <T>(report: StageReport, place: Place, work: () => T): T => {
  try {
    const result = work();
    report.worked(place);
    return result;
  } catch (error) {
    failOnce(report, place, error);
    throw error;
  }
};

/** The same for work that the rest can do without. An error is reported and not thrown. */
export const attempted = (report: StageReport, place: Place, work: () => void): void => {
  try {
    reported(report, place, work);
  } catch {
    // The error is reported.
  }
};

/** Work that does not end keeps all that comes after it from being told. After this much real time it has failed. */
const HANGS_MS = 45_000;

/** The same for work that takes its time. */
export const reportedLater = async <T>(
  report: StageReport,
  place: Place,
  work: () => Promise<T>,
  hangsMs = HANGS_MS,
): Promise<T> => {
  const late = setTimeout(
    () => report.failed(place, new Error(`no end within ${hangsMs / 1_000} s`), hangsMs),
    hangsMs,
  );
  try {
    const result = await work();
    report.worked(place);
    return result;
  } catch (error) {
    failOnce(report, place, error);
    throw error;
  } finally {
    clearTimeout(late);
  }
};
