/**
 * Finds out whether the connection is still alive, whatever ping interval the server names. The SDK's own check works
 * only below that interval (docs/facts/feishu.md 0.1), and takes up to 135 s. There are two checks here:
 * - of the line: WebSocket pings of our own, which every server must answer (Python's clients send them, too). This
 *   check counts once the server has answered a ping.
 * - of the platform behind the line: within each ping interval a frame must come that is no answer to such a ping.
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
  /** A frame came: the answer to a ping of ours, or other data. */
  heard(what: 'pong' | 'data'): void;
  stop(): void;
}

export const createLiveness = ({ heartbeatMs, pongTimeoutMs, ping, onDead }: LivenessOptions): Liveness => {
  let answersPings = false;
  let platform: NodeJS.Timeout | undefined;
  let beat: NodeJS.Timeout | undefined;
  let answer: NodeJS.Timeout | undefined;
  /** How many frames came. */
  let heard = 0;
  let intervalMs = 0;

  /**
   * After a sleep of the machine or a long pause of this process the timers run before the frames that arrived are
   * read.
   */
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
      // No pings are sent before the end of the handshake.
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
