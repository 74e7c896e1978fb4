/** Who asked for what from the phone, and what became of it. */
import type { DatabaseSync } from 'node:sqlite';
import { redact } from '../base/redact.ts';

export interface AuditEntry {
  readonly at: number;
  readonly channel: string;
  /** The platform's id of the sender. */
  readonly sender: string;
  /** The operator's name; null for a stranger. */
  readonly operator: string | null;
  /** What was asked for, as typed, on one line. */
  readonly command: string;
  /** `allowed` is written before a command runs; `failed` follows when it then failed. */
  readonly outcome: 'allowed' | 'failed' | 'refused';
  /** Why it was refused or failed. */
  readonly detail: string | null;
}

export interface Audit {
  record(entry: AuditEntry): void;
  /** The last `count` entries, the newest first. */
  recent(count: number): readonly AuditEntry[];
}

export const createAudit = (db: DatabaseSync): Audit => {
  const insert = db.prepare('INSERT INTO audit (at, channel, sender, operator, command, outcome, detail) VALUES (?, ?, ?, ?, ?, ?, ?)');
  const select = db.prepare('SELECT at, channel, sender, operator, command, outcome, detail FROM audit ORDER BY id DESC LIMIT ?');
  return {
    record: ({ at, channel, sender, operator, command, outcome, detail }) => {
      insert.run(at, channel, sender, operator, redact(command), outcome, detail === null ? null : redact(detail));
    },
    recent: (count) => select.all(count).map((row) => ({ ...row }) as unknown as AuditEntry),
  };
};
