import type { KindEntry } from '../entry.ts';
import { genericKind } from './generic.ts';

export const genericEntry: KindEntry = {
  title: null,
  usualHome: null,
  profileHome: null,
  usualCommand: [],
  commandFor: () => [],
  usualUnit: 'my-bot.service',
  stopMs: 30_000,
  findHomes: () => [],
  homeSigns: [],
  nameOf: () => 'bot',
  ownVariables: [],
  create: genericKind,
};
