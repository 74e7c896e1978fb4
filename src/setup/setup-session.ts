/**
 * Who may command and what a tap stands for: in the memory of this set-up alone, or in the database of a bot that runs.
 */
import type { DatabaseSync } from 'node:sqlite';
import { createButtons, type Buttons } from '../chat/interaction/buttons.ts';
import { createPairing, type Pairing } from '../chat/pairing/pairing.ts';
import { openDatabase } from '../store/database.ts';
import { createPairedOperators, type PairedOperators } from '../store/operators.ts';
import type { Known } from './known.ts';

export interface SetupSession {
  readonly db: DatabaseSync;
  readonly configured: Known['configured'];
  readonly paired: PairedOperators;
  readonly pairing: Pairing;
  readonly buttons: Buttons;
  /** Whether a button was tapped, whoever took the tap. */
  wasPressed(token: string): boolean;
}

export const createSetupSession = (db: DatabaseSync, configured: Known['configured']): SetupSession => {
  const paired = createPairedOperators(db);
  const pressed = db.prepare('SELECT 1 FROM buttons WHERE token = ? AND pressed_at IS NOT NULL');
  return {
    db,
    configured,
    paired,
    pairing: createPairing(db, { configured, paired }),
    buttons: createButtons(db),
    wasPressed: (token) => pressed.get(token) !== undefined,
  };
};

/** One that is forgotten with this set-up; it knows who may command so far. */
export const createPassingSetupSession = ({ configured, paired }: Known): SetupSession => {
  const session = createSetupSession(openDatabase(':memory:'), configured);
  for (const person of paired) session.paired.add(person);
  return session;
};
