import type { Refusal } from '../base/refused-file.ts';
import type { Instant } from '../base/instant.ts';
import type { Evidence } from '../diagnosis/evidence.ts';

/** What was found: at once, where nothing had to be waited for. To wait for each of them is most of a quiet look. */
export type Found = readonly Evidence[] | Promise<readonly Evidence[]>;

/**
 * Looks at one thing and says what it found. A sensor that cannot look says nothing: no evidence is not bad evidence.
 */
export interface Sensor {
  readonly name: string;
  /** @returns what is new since the last look, oldest first; never throws. */
  look(now: Instant): Found;
  /** Why files that the sensor looked at last are no evidence. */
  refusals?(): readonly Refusal[];
  close?(): Promise<void>;
}
