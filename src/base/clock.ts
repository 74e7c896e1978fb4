/**
 * Time as Lifeline's judgement sees it. Graces, budgets, verification and incidents use a Clock, so that
 * tests can hand in their own; protocol deadlines (sockets, HTTP) use real timers.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` of this clock's time; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once after `ms` of this clock's time; the returned function cancels it. */
  timer(ms: number, run: () => void): () => void;
}

const MAX_TIMER_MS = 2_147_483_647;

/** A clock that runs `speed` times as fast as the machine's, both agreeing at `originMs`. */
export const scaledClock = (originMs: number, speed: number): Clock => {
  const now = (): number => (speed === 1 ? Date.now() : Math.round(originMs + (Date.now() - originMs) * speed));
  /**
   * Node counts whole milliseconds from the beginning of the event loop's iteration: after a long iteration its timers
   * fire too early, and without one millisecond more they do so nearly always, and wake the process twice.
   */
  const timer = (ms: number, run: () => void): (() => void) => {
    const until = performance.now() + Math.min(Math.max(0, Math.ceil(ms / speed)), MAX_TIMER_MS);
    const arm = (): NodeJS.Timeout => {
      const left = Math.max(0, until - performance.now());
      return setTimeout(fire, Math.ceil(left) + Math.ceil(left % 1));
    };
    const fire = (): void => {
      if (performance.now() < until) handle = arm();
      else run();
    };
    let handle = arm();
    return () => clearTimeout(handle);
  };
  return {
    now,
    timer,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason as Error);
          return;
        }
        const onAbort = (): void => {
          cancel();
          reject(signal?.reason as Error);
        };
        const cancel = timer(ms, () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        });
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
  };
};

/**
 * The clock of this process: the machine's own, unless LIFELINE_CLOCK (`<origin epoch ms>:<speed>`) asks for a
 * faster one. That variable exists for the sandbox, which plays an hour in a minute; bot and sandbox gateway
 * read the same value and so agree on the time in the log.
 * @throws RangeError when LIFELINE_CLOCK is set and not of that form.
 */
export const processClock = (env: Record<string, string | undefined> = process.env): Clock => {
  const setting = env['LIFELINE_CLOCK'];
  if (!setting) return scaledClock(0, 1);
  const match = /^(\d+):(\d+(?:\.\d+)?)$/.exec(setting);
  const speed = Number(match?.[2]);
  if (!match || !(speed > 0)) throw new RangeError(`LIFELINE_CLOCK must be ORIGIN_MS:SPEED, not "${setting}"`);
  return scaledClock(Number(match[1]), speed);
};
