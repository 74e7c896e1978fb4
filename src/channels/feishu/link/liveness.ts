/**
 * Whether the connection still lives, whatever ping interval the server names. The SDK's own watch strikes only below
 * that interval (docs/facts/feishu.md 0.1), and then after up to 135 s. Two clocks here:
 * - the line: WebSocket pings of our own, which every server must answer (and Python's clients send all the time).
 *   It counts once the server has answered one.
 * - the platform behind it: after an interval something must come that is more than such an answer.
 */
export interface LivenessOptions {
  readonly heartbeatMs: number;
  readonly pongTimeoutMs: number;
  /** Sends a WebSocket ping. */
  readonly ping: () => void;
  readonly onDead: (problem: string) => void;
}

export interface Liveness {
  /** How often the platform's own pings go out: after the endpoint's answer, and again when a pong changes it. */
  interval(ms: number): void;
  /** The handshake is done. */
  connected(): void;
  /** Something came: the answer to a ping of ours, or more. */
  heard(what: 'pong' | 'data'): void;
  stop(): void;
}

export const createLiveness = ({ heartbeatMs, pongTimeoutMs, ping, onDead }: LivenessOptions): Liveness => {
  let answersPings = false;
  let platform: NodeJS.Timeout | undefined;
  let beat: NodeJS.Timeout | undefined;
  let answer: NodeJS.Timeout | undefined;
  /** Counts what was heard. */
  let heard = 0;
  let intervalMs = 0;

  /** After a sleep of the machine or a long pause of this process, what has arrived is read only after the timers. */
  const unlessHeard = (dead: () => void): void => {
    const before = heard;
    setImmediate(() => {
      if (heard === before && platform !== undefined) dead();
    });
  };
  const dead = (afterMs: number) => (): void =>
    unlessHeard(() => onDead(`nothing came from the platform for ${Math.round(afterMs / 1_000)} s`));

  const sendBeat = (): void => {
    ping();
    clearTimeout(answer);
    if (answersPings) answer = setTimeout(dead(heartbeatMs + pongTimeoutMs), pongTimeoutMs);
    else beat = setTimeout(sendBeat, heartbeatMs);
  };

  return {
    interval: (ms) => {
      clearTimeout(platform);
      // The SDK's next ping is timed already, by the interval of before.
      const limitMs = Math.max(ms, intervalMs) + pongTimeoutMs;
      intervalMs = ms;
      platform = setTimeout(dead(limitMs), limitMs);
    },
    connected: sendBeat,
    heard: (what) => {
      heard += 1;
      clearTimeout(answer);
      if (what === 'pong') answersPings = true;
      else platform?.refresh();
      // Before the handshake is done there is nothing to beat for.
      if (beat === undefined) return;
      clearTimeout(beat);
      beat = setTimeout(sendBeat, heartbeatMs);
    },
    stop: () => {
      for (const timer of [platform, beat, answer]) clearTimeout(timer);
      platform = undefined;
      beat = undefined;
    },
  };
};
