import { fromEpoch, type Instant } from '../../base/instant.ts';

/**
 * The platform's times: strings of milliseconds, and of microseconds in the header of a tap (facts/feishu.md 3.1).
 * @returns null for anything that is no time.
 */
export const readTime = (text: string): Instant | null => (/^\d{10,16}$/.test(text) ? fromEpoch(Number(text)) : null);
