/** What is to be undone in the end, the last first. Node 22 has no `AsyncDisposableStack`. */
export interface Undo {
  defer(work: () => unknown): void;
  /** Undoes everything, whatever fails. @throws what failed first. */
  all(): Promise<void>;
}

export const createUndo = (): Undo => {
  const works: (() => unknown)[] = [];
  return {
    defer: (work) => void works.push(work),
    all: async () => {
      const failures: unknown[] = [];
      for (let work = works.pop(); work !== undefined; work = works.pop()) {
        try {
          await work();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
};
