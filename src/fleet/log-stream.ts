/**
 * The hubs' log: what the hub that holds the lease has changed in its store, change by change, and now and then the whole
 * store. Whoever takes over has read it to its end, and so knows what its predecessor knew.
 */
import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { API_TIMEOUT_MS } from './nats.ts';
import { CHANGE_SUBJECT, LOG_STREAM, SNAPSHOT_SUBJECT } from './subjects.ts';

export type LogEntry =
  /** An SQLite changeset. */
  | { readonly is: 'change'; readonly sequence: number; readonly layout: number; readonly bytes: Uint8Array }
  /** One of the parts of a compressed copy of the whole database. They stand one after the other. */
  | {
      readonly is: 'snapshot';
      readonly sequence: number;
      readonly layout: number;
      readonly part: number;
      readonly parts: number;
      readonly bytes: Uint8Array;
    };

export type NewEntry = LogEntry extends infer Entry
  ? Entry extends LogEntry
    ? Omit<Entry, 'sequence'>
    : never
  : never;

interface LogEnd {
  /** The sequence of the last entry that there was; 0: none yet. */
  readonly last: number;
  /** Nothing can be read. */
  readonly isEmpty: boolean;
}

/** The log, as those who write and read it see it. */
export interface LogStream {
  /** @throws when the server cannot be asked. */
  end(): Promise<LogEnd>;
  /**
   * Appends one entry, unless somebody else has appended one meanwhile. @param id the same for each try of one entry.
   * @returns its sequence. @throws LogTaken when somebody else has; any other error when it is not known what became of it.
   */
  append(entry: NewEntry, expectedLast: number, id: string): Promise<number>;
  /** Forgets everything before this sequence. */
  forgetBefore(sequence: number): Promise<void>;
  /** Reads from the first entry on, and goes on with those that come. */
  read(onEntry: (entry: LogEntry) => void, onEnd: (error: unknown) => void): Promise<{ stop(): Promise<void> }>;
}

/** Somebody else writes the log: whoever gets this holds the lease no more. */
export class LogTaken extends Error {
  override readonly name = 'LogTaken';
}

/** A server takes 1 MB at most unless it is told otherwise. */
export const PART_BYTES = 512 * 1024;

const LAYOUT = 'Lf-Layout';
const PART = 'Lf-Part';
const PARTS = 'Lf-Parts';

const isWrongSequence = (error: unknown): boolean =>
  error instanceof Error && (/wrong last sequence/i.test(error.message) || ('code' in error && error.code === 10071));

export const createLogStream = async (nc: NatsConnection): Promise<LogStream> => {
  const { DeliverPolicy, jetstream, jetstreamManager } = await import('@nats-io/jetstream');
  const { headers } = await import('@nats-io/transport-node');
  const js = jetstream(nc, { timeout: API_TIMEOUT_MS });
  const manager = await jetstreamManager(nc, { timeout: API_TIMEOUT_MS });

  const publish = async (entry: NewEntry, expectedLast: number, id: string): Promise<number> => {
    const marks = headers();
    marks.set(LAYOUT, String(entry.layout));
    if (entry.is === 'snapshot') {
      marks.set(PART, String(entry.part));
      marks.set(PARTS, String(entry.parts));
    }
    const { seq } = await js.publish(entry.is === 'change' ? CHANGE_SUBJECT : SNAPSHOT_SUBJECT, entry.bytes, {
      msgID: id,
      headers: marks,
      timeout: API_TIMEOUT_MS,
      retries: 0,
      expect: { streamName: LOG_STREAM, lastSequence: expectedLast },
    });
    return seq;
  };

  return {
    end: async () => {
      const { messages, last_seq: last } = (await manager.streams.info(LOG_STREAM)).state;
      return { last, isEmpty: messages === 0 };
    },
    append: async (entry, expectedLast, id) => {
      try {
        return await publish(entry, expectedLast, id);
      } catch (error) {
        if (isWrongSequence(error)) throw new LogTaken('another hub has written the log');
        throw error;
      }
    },
    forgetBefore: async (sequence) => {
      // For the server "before the first" means all.
      if (sequence <= 1) return;
      await manager.streams.purge(LOG_STREAM, { seq: sequence });
    },
    read: async (onEntry, onEnd) => {
      const consumer = await js.consumers.get(LOG_STREAM, { deliver_policy: DeliverPolicy.All });
      const messages = await consumer.consume({ max_messages: 200 });
      const reading = (async () => {
        for await (const message of messages) {
          const entry = entryOf(message);
          if (entry !== null) onEntry(entry);
        }
      })();
      reading.then(
        () => onEnd(null),
        (error: unknown) => {
          void messages.close();
          onEnd(error);
        },
      );
      return {
        stop: async () => {
          await messages.close();
          await reading.catch(() => undefined);
        },
      };
    },
  };
};

const entryOf = ({ subject, seq, data, headers }: JsMsg): LogEntry | null => {
  const number = (name: string): number => Number(headers?.get(name) || NaN);
  const layout = number(LAYOUT);
  if (!Number.isInteger(layout)) return null;
  if (subject === CHANGE_SUBJECT) return { is: 'change', sequence: seq, layout, bytes: data };
  const [part, parts] = [number(PART), number(PARTS)];
  return Number.isInteger(part) && Number.isInteger(parts)
    ? { is: 'snapshot', sequence: seq, layout, part, parts, bytes: data }
    : null;
};
