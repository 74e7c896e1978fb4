/** The ways to somebody who asked for something. */
import type { Answer } from '../healing/decision.ts';
import type { Addressee } from './entry.ts';

/** Where it was asked first, then the asker's other channels. */
export const waysOf = ({ channel, user, group, replyTo }: Answer, addressees: readonly Addressee[]): Addressee => {
  const place = { ...(group === undefined ? {} : { group }), ...(replyTo === undefined ? {} : { replyTo }) };
  const known = addressees.find(({ ways }) => ways.some((way) => way.channel === channel && way.user === user));
  const others = known?.ways.filter((way) => way.channel !== channel && way.channel !== 'webhook') ?? [];
  return { person: known?.person ?? `${channel}:${user}`, ways: [{ channel, user, ...(Object.keys(place).length ? { place } : {}) }, ...others] };
};
