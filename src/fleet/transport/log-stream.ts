/** The hubs' log in a JetStream stream. */
import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LogTaken, type LogEntry, type LogStream, type NewEntry } from '../log/log-entry.ts';
import { CHANGE_SUBJECT, LOG_STREAM, SNAPSHOT_SUBJECT } from '../protocol/subjects.ts';
import { API_TIMEOUT_MS } from './streams.ts';

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
