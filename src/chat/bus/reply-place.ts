/**
 * Where an answer belongs. In a group that the configuration lists it is for all who read there, unless it shows what is
 * for whoever asked alone; in any other group it always is for whoever asked.
 */
import { PERSONAL_CHANNELS, type Operator } from '../../config/config.ts';
import type { ReplyAddress } from '../../healing/treatment.ts';
import type { Command } from '../command/command.ts';
import type { Inbound } from '../inbound/inbound-message.ts';
import { originOf } from './request.ts';

/** What an own command answers nobody knows but its author. */
export const isPrivate = ({ answers, own }: Pick<Command, 'answers' | 'own'>): boolean =>
  answers === 'private' || own === true;

/**
 * @returns the message as if it had come one-to-one: on its channel, or, where its sender has no id but in that group, on
 * another.
 */
export const apart = (inbound: Inbound, { ids }: Operator): Inbound => {
  if (inbound.chat.kind === 'direct') return inbound;
  const channel = [inbound.channel, ...PERSONAL_CHANNELS].find((each) => Object.hasOwn(ids, each)) ?? inbound.channel;
  return { ...inbound, channel, sender: ids[channel] ?? inbound.sender, chat: { kind: 'direct' }, apart: true };
};

/** Where a Lifeline that was killed in between would answer: never in a group that must not read it. */
export const noted = (inbound: Inbound, reply: Inbound): ReplyAddress & { readonly id: string } =>
  reply.channel === inbound.channel ? originOf(reply) : originOf({ ...inbound, chat: { kind: 'direct' }, apart: true });
