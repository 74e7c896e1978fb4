import { createHmac } from 'node:crypto';

/**
 * The signature of a custom bot (docs/facts/feishu.md 6): the *key* is time and secret, the message is empty. The other
 * way round is refused, although both look right.
 * @param seconds since the epoch; the platform takes an hour's difference.
 */
export const signature = (seconds: number, secret: string): { readonly timestamp: string; readonly sign: string } => ({
  timestamp: String(seconds),
  sign: createHmac('sha256', `${seconds}\n${secret}`).update('').digest('base64'),
});
