/** JSON that came from outside. */

export type Node = Readonly<Record<string, unknown>>;

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON as an object, or null. */
export const parseObject = (json: string): Node | null => {
  try {
    const value: unknown = JSON.parse(json);
    return isNode(value) ? value : null;
  } catch {
    return null;
  }
};
