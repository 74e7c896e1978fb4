/** Ends what takes too long in one go: nothing else can, for it lets nobody else have a turn. */
import vm from 'node:vm';

/** Far more than a slow machine needs for what is linear; what is not takes minutes or hours. */
const LIMIT_MS = 50_000;

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
  return vm.runInThisContext('globalThis.__act()', { timeout: LIMIT_MS });
};
