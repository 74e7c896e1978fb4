/**
 * A number in JSON that somebody else wrote, where it may also stand as a string. `Number` alone throws for some
 * objects, and takes null and an empty list for 0.
 */
export const foreignNumber = (value: unknown): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
};
