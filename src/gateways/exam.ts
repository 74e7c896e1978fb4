/** What the doctor asks of a kind of gateway beside what the watch asks: data and pure readers, no I/O. */
import type { SettingFiles } from './setting-fault.ts';
import type { SymptomReader } from './symptom.ts';

export interface KindExam {
  readonly settings: SettingFiles;
  readonly symptom: SymptomReader;
  /** How a program is called that people take for the gateway; null: it is none of those. */
  readonly otherProgram: (argv: readonly string[]) => string | null;
  /** Where other homes of the same installation are: the root, and the folder that holds one for each profile. */
  readonly siblingHomes: (home: string) => { readonly root: string; readonly profiles: string };
  /** What it must be able to write, below the home. */
  readonly ownFiles: readonly string[];
  /** Its last stop was in order when this is there, below the home. */
  readonly cleanStop: string;
  readonly version: { readonly file: string; readonly read: (text: string) => string | null };
  /** Logs below the home that nothing ever shortens. */
  readonly unrotatedLogs: readonly string[];
}
