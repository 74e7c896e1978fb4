/** Reading what others sent: anything may be anything. */

export type Json = Readonly<Record<string, unknown>>;

export const asObject = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
