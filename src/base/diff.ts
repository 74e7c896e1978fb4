/** The lines that a change takes away and puts in, with a little of what stands around them. */

const AROUND = 2;

/** Returns the change as `diff -u` would show it, without line numbers and without the stretches between changes. */
export const diffLines = (before: string, after: string): readonly string[] => {
  const marked = align(before.split('\n'), after.split('\n'));
  const near = (index: number): boolean =>
    marked.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ mark }) => mark !== ' ');
  return marked.flatMap(({ mark, line }, index) => {
    if (near(index)) return [`${mark} ${line}`];
    return near(index - 1) ? ['  …'] : [];
  });
};

interface Marked {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
}

/** Compares by the longest common subsequence, which is quick enough: definitions of services are short. */
const align = (before: readonly string[], after: readonly string[]): readonly Marked[] => {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const cells = lengths[row];
      if (cells)
        cells[column] =
          before[row] === after[column]
            ? at(row + 1, column + 1) + 1
            : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const result: Marked[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const [old, now] = [before[row], after[column]];
    if (old !== undefined && old === now) {
      result.push({ mark: ' ', line: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && (now === undefined || at(row + 1, column) >= at(row, column + 1))) {
      result.push({ mark: '-', line: old });
      row += 1;
    } else {
      result.push({ mark: '+', line: now ?? '' });
      column += 1;
    }
  }
  return result;
};
