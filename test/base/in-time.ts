/** Ends what takes too long in one go: nothing else can, for it lets nobody else have a turn. */
import vm from 'node:vm';

/** Of computing: far more than is needed for what is linear; what is not takes minutes or hours. */
const LIMIT_MS = 50_000;
/** Ends what never ends. A machine that does much else gives a process a fraction of its time, so it says nothing else. */
const HANG_MS = 200_000;

const computedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

/** @returns what `act` returns; what it throws, as an error's text. @throws when it takes too long. */
export const inTime = (act: () => unknown): unknown => {
  const box = globalThis as Record<string, unknown>;
  box['__act'] = (): unknown => {
    try {
      return act();
    } catch (error) {
      return String(error);
    }
  };
  const before = computedMs();
  const result: unknown = vm.runInThisContext('globalThis.__act()', { timeout: HANG_MS });
  const tookMs = computedMs() - before;
  if (tookMs > LIMIT_MS) throw new Error(`it computed for ${tookMs} ms`);
  return result;
};
