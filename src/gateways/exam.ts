/** What the doctor asks of a kind of gateway beside what the watch asks: data and pure readers, no I/O. */
import type { SettingFiles } from './setting-fault.ts';
import type { SymptomReader } from './symptom.ts';

export interface KindExam {
  /** Null: it has none that are known. */
  readonly settings: SettingFiles | null;
  readonly symptom: SymptomReader;
  /** How a program is called that people take for the gateway; null: it is none of those. */
  readonly otherProgram: (argv: readonly string[]) => string | null;
  /** Where other homes of the same installation are: the root, and the folder that holds one for each profile. */
  readonly siblingHomes: (home: string) => { readonly root: string; readonly profiles: string };
  /** What it must be able to write, below the home. */
  readonly ownFiles: readonly string[];
  /** Its last stop was in order when this is there, below the home; null: nothing tells. */
  readonly cleanStop: string | null;
  /** Null: no file tells it. */
  readonly version: { readonly file: string; readonly read: (text: string) => string | null } | null;
  /** Logs below the home that nothing ever shortens. */
  readonly unrotatedLogs: readonly string[];
}

/** Of a kind of which nothing more is known. */
export const NO_EXAM: KindExam = { settings: null, symptom: () => null, otherProgram: () => null, siblingHomes: (home) => ({ root: home, profiles: `${home}/profiles` }), ownFiles: [], cleanStop: null, version: null, unrotatedLogs: [] };
