/** Waits until a condition of the world holds. */
export const until = async (what: string, holds: () => unknown, limitMs = 60_000): Promise<void> => {
  for (const deadline = performance.now() + limitMs; ;) {
    if (await holds()) return;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
