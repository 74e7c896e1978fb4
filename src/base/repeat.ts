/** The least time ahead: Node's timers may fire so much before their time. */
const EARLY_MS = 2;

/**
 * Calls `run` again and again at whole multiples of `everyMs` of real time, for the first time within that: what comes
 * round in one moment wakes the process once. @returns what ends it.
 */
export const repeat = (everyMs: number, run: () => void): (() => void) => {
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const now = performance.now();
    const dueAt = (Math.floor((now + EARLY_MS) / everyMs) + 1) * everyMs;
    timer = setTimeout(
      () => {
        arm();
        run();
      },
      Math.ceil(dueAt - now),
    );
  };
  arm();
  return () => clearTimeout(timer);
};
