/** The turns that the gateway's agent is in the middle of: a stop waits for their end. */

export interface Work {
  readonly turns: () => number;
  /** Turns begin or end, until there are so many. */
  set(turns: number): void;
  /** Resolves when no turn is in flight. */
  idle(): Promise<void>;
}

export const createWork = (onChange: () => void): Work => {
  let turns = 0;
  let waiting: (() => void)[] = [];
  return {
    turns: () => turns,
    set: (count) => {
      turns = count;
      onChange();
      if (turns > 0) return;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
    idle: () => (turns === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
};
