/** @returns the same text for keeping: a part of a line would keep the whole line in memory. */
export const copied = (part: string): string => Buffer.from(part, 'utf16le').toString('utf16le');
