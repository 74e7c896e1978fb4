/** "Did you mean …?" for names that people type: configuration keys, commands, gateways. */

/** Case and the choice between `-`, `_` and nothing are not what makes a name wrong. */
const essence = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[-_\s]/g, '');

/** @returns the number of insertions, deletions and replacements that turn `a` into `b`. */
export const editDistance = (a: string, b: string): number => {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
};

/** Short names have many neighbours, so they get less latitude. */
const tolerance = ({ length }: string): number => {
  if (length <= 3) return 1;
  return length <= 6 ? 2 : 3;
};

/** Longer than any name there is: not worth comparing. */
const MAX_LENGTH = 64;

/** @returns the name nearest to `typed`, or null when none is near. */
export const suggest = (typed: string, names: readonly string[]): string | null => {
  if (typed.length > MAX_LENGTH) return null;
  const wanted = essence(typed);
  if (wanted === '') return null;
  const near = names
    .map((name) => ({ name, distance: editDistance(wanted, essence(name)) }))
    .filter(({ name, distance }) => distance <= tolerance(essence(name)) && distance < wanted.length)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.name ?? null;
};
