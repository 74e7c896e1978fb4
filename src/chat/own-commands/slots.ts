/** How many of the operators' own commands run at once: a few, and each of them once. */

export type Slot =
  | { readonly kind: 'free'; readonly release: () => void }
  /** It runs already, since then. */
  | { readonly kind: 'same'; readonly since: number }
  | { readonly kind: 'full'; readonly names: readonly string[] };

export interface Slots {
  take(name: string, now: number): Slot;
}

export const createSlots = (most: number): Slots => {
  const running = new Map<string, number>();
  return {
    take: (name, now) => {
      const since = running.get(name);
      if (since !== undefined) return { kind: 'same', since };
      if (running.size >= most) return { kind: 'full', names: [...running.keys()] };
      running.set(name, now);
      return { kind: 'free', release: () => void running.delete(name) };
    },
  };
};
