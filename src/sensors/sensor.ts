import type { Refusal } from '../base/refused-file.ts';
import type { Instant } from '../base/instant.ts';
import type { Evidence } from '../diagnosis/evidence.ts';

/**
 * Looks at one thing and says what it found. A sensor that cannot look says nothing: no evidence is not bad evidence.
 */
export interface Sensor {
  readonly name: string;
  /** @returns what is new since the last look, oldest first; never throws. */
  look(now: Instant): Promise<readonly Evidence[]>;
  /** Why files that the sensor looked at last are no evidence. */
  refusals?(): readonly Refusal[];
  close?(): Promise<void>;
}
