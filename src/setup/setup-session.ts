/**
 * The operators, pairings and buttons of a set-up: in its own memory, or in the database of a bot that runs.
 */
import type { DatabaseSync } from 'node:sqlite';
import { createButtons, type Buttons } from '../chat/interaction/buttons.ts';
import { createPairing, type Pairing } from '../chat/pairing/pairing.ts';
import { openDatabase } from '../store/database.ts';
import { createPairedOperators, type PairedOperators } from '../store/operators.ts';
import type { KnownOperators } from './known-operators.ts';

export interface SetupSession {
  readonly db: DatabaseSync;
  readonly configured: KnownOperators['configured'];
  readonly paired: PairedOperators;
  readonly pairing: Pairing;
  readonly buttons: Buttons;
  /** Whether a button was tapped, whichever process received the tap. */
  wasPressed(token: string): boolean;
}

export const createSetupSession = (db: DatabaseSync, configured: KnownOperators['configured']): SetupSession => {
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

/** Makes a session in memory that begins with the known operators and is forgotten at the end. */
export const createTemporarySession = ({ configured, paired }: KnownOperators): SetupSession => {
  const session = createSetupSession(openDatabase(':memory:'), configured);
  for (const person of paired) session.paired.add(person);
  return session;
};
