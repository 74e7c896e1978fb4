/** A gateway session: numbers its events and keeps the latest, so that a Resume can replay what was missed. */
import { randomUUID } from 'node:crypto';

/** An event before a session has given it its number. */
export interface PlatformEvent {
  /** The outer id: names the event, not the message in it. */
  readonly id: string;
  readonly t: string;
  readonly d: unknown;
}

export interface DispatchFrame extends PlatformEvent {
  readonly op: 0;
  readonly s: number;
}

export interface Session {
  readonly id: string;
  readonly intents: number;
  /** The last number given. */
  seq(): number;
  /** Numbers an event and keeps it for replay. */
  record(event: PlatformEvent): DispatchFrame;
  /** Numbers READY or RESUMED, which no Resume replays. */
  number(event: PlatformEvent): DispatchFrame;
  /** What was recorded after `seq`; null when that number is not of this session. */
  after(seq: unknown): readonly DispatchFrame[] | null;
  /** All that it still keeps. */
  kept(): readonly DispatchFrame[];
  /** From now on it gets no event, on whatever socket: only an Identify helps. */
  deafen(): void;
  deaf(): boolean;
}

const KEPT_EVENTS = 500;

export const eventOf = (t: string, d: unknown): PlatformEvent => ({ id: `${t}:${randomUUID()}`, t, d });

export const createSession = (intents: number): Session => {
  let last = 0;
  let forgotten = 0;
  let deaf = false;
  const kept: DispatchFrame[] = [];
  const number = (event: PlatformEvent): DispatchFrame => ({ id: event.id, op: 0, s: ++last, t: event.t, d: event.d });
  return {
    id: randomUUID(),
    intents,
    seq: () => last,
    number,
    record: (event) => {
      const frame = number(event);
      kept.push(frame);
      if (kept.length > KEPT_EVENTS) forgotten = kept.shift()?.s ?? forgotten;
      return frame;
    },
    after: (seq) =>
      Number.isInteger(seq) && Number(seq) <= last && Number(seq) >= forgotten
        ? kept.filter(({ s }) => s > Number(seq))
        : null,
    kept: () => kept,
    deafen: () => {
      deaf = true;
    },
    deaf: () => deaf,
  };
};
