/** Who asked for what, where, and what became of it. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { redact } from '../base/redact/redact.ts';

export const AUDIT_OUTCOMES = ['allowed', 'asked', 'done', 'failed', 'refused'] as const;

export interface AuditEntry {
  readonly at: number;
  readonly channel: string;
  /** The group in which it was asked; null: one-to-one. */
  readonly chat: string | null;
  /** The platform's id of the sender. */
  readonly sender: string;
  /** The operator's name; null for a stranger. */
  readonly operator: string | null;
  /** What was asked for, as typed, on one line. */
  readonly command: string;
  /**
   * `allowed` is written before a command runs and becomes `asked`, `done` or `failed`; it stays where Lifeline ended
   * in between. `asked`: it was answered with a question, such as for a confirmation, and nothing was done.
   */
  readonly outcome: (typeof AUDIT_OUTCOMES)[number];
  /** Why it was refused or failed. */
  readonly detail: string | null;
  /** How long it ran; null: it did not, or not to its end. */
  readonly durationMs: number | null;
}

export interface AuditQuery {
  readonly count: number;
  readonly operator?: string;
  readonly outcome?: AuditEntry['outcome'];
  /** Nothing older, milliseconds since the epoch. */
  readonly since?: number;
}

export interface Audit {
  /** @returns the entry's number, for its end. */
  record(entry: AuditEntry): number;
  /** Says of an entry that was `allowed` how it ended. */
  finish(
    entry: number,
    end: { readonly outcome: 'asked' | 'done' | 'failed'; readonly detail: string | null; readonly durationMs: number },
  ): void;
  /** The last entries that the query asks for, the newest first. */
  recent(query: AuditQuery): readonly AuditEntry[];
}

export const createAudit = (db: DatabaseSync): Audit => {
  const insert = db.prepare(
    'INSERT INTO audit (at, channel, chat, sender, operator, command, outcome, detail, duration_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const finish = db.prepare(
    `UPDATE audit SET outcome = ?, detail = ?, duration_ms = ? WHERE id = ? AND outcome = 'allowed'`,
  );
  return {
    record: ({ at, channel, chat, sender, operator, command, outcome, detail, durationMs }) =>
      Number(
        insert.run(
          at,
          channel,
          chat,
          sender,
          operator,
          redact(command),
          outcome,
          detail === null ? null : redact(detail),
          durationMs,
        ).lastInsertRowid,
      ),
    finish: (entry, { outcome, detail, durationMs }) => {
      finish.run(outcome, detail === null ? null : redact(detail), Math.max(0, Math.round(durationMs)), entry);
    },
    recent: ({ count, operator, outcome, since }) => {
      const wanted: readonly (readonly [string, SQLInputValue | undefined])[] = [
        ['operator = ?', operator],
        ['outcome = ?', outcome],
        ['at >= ?', since],
      ];
      const asked = wanted.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]));
      return db
        .prepare(
          `SELECT at, channel, chat, sender, operator, command, outcome, detail, duration_ms AS durationMs FROM audit
           WHERE ${['true', ...asked.map(({ condition }) => condition)].join(' AND ')} ORDER BY id DESC LIMIT ?`,
        )
        .all(...asked.map(({ value }) => value), count)
        .map((row) => ({ ...row }) as unknown as AuditEntry);
    },
  };
};
