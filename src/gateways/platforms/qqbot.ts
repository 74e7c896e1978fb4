/** QQ's bots (docs/facts/qq.md). What the kinds log of it stands with the kinds. */
import { named, type Platform } from './platform.ts';

export const qqbot: Platform = {
  link: 'qqbot',
  names: named('QQ'),
  hosts: ['api.sgroup.qq.com:443', 'bots.qq.com:443'],
  // A pause of 60 s, and a try of 50 s (docs/facts/hermes.md 2.1).
  retryHorizonMs: 110_000,
  // docs/facts/qq.md 2.7
  routineCloseMs: 1_800_000,
  restarts: ['hermes', 'openclaw'],
  hermes: null,
  openclaw: null,
};
