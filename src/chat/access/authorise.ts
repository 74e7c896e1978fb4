/** Who may do what. Fails closed: whatever is unknown, unreadable or throws is a refusal. */
import { type Command } from '../command/command.ts';
import { ROLES, type Operator, type Role } from '../../config/config.ts';
import type { Inbound } from '../inbound/inbound-message.ts';
import { isBounded } from './bounds.ts';

export type Authorisation =
  | { readonly allowed: true; readonly operator: Operator }
  | { readonly allowed: false; readonly why: 'stranger' | 'role' | 'bounds' };

export const isRole = (name: unknown): name is Role => ROLES.some((role) => role === name);

/** @returns whether `role` includes what `needed` asks for; false for a role that nobody knows. */
export const roleAllows = (role: Role, needed: Role): boolean => {
  const has = ROLES.indexOf(role);
  const needs = ROLES.indexOf(needed);
  return has >= 0 && needs >= 0 && has >= needs;
};

/** @returns the one of `operators` who sent it, or null; ids count only on the channel for which they were given. */
export const recognise = (
  operators: readonly Operator[],
  { channel, sender }: Pick<Inbound, 'channel' | 'sender'>,
): Operator | null => {
  try {
    if (typeof sender !== 'string' || sender === '') return null;
    return operators.find(({ ids }) => Object.hasOwn(ids, channel) && ids[channel] === sender) ?? null;
  } catch {
    return null;
  }
};

/** Whether it may concern more than some gateways. What an own command does nobody knows but its author. */
const isForAll = ({ reach, own }: Pick<Command, 'own' | 'reach'>): boolean => reach === 'all' || own === true;

/** @param operator who was recognised; null: nobody. */
export const authorise = (
  operator: Operator | null,
  command: Pick<Command, 'role' | 'own' | 'reach'>,
): Authorisation => {
  try {
    if (!operator) return { allowed: false, why: 'stranger' };
    if (!roleAllows(operator.role, command.role)) return { allowed: false, why: 'role' };
    return isBounded(operator) && isForAll(command) ? { allowed: false, why: 'bounds' } : { allowed: true, operator };
  } catch {
    return { allowed: false, why: 'role' };
  }
};
