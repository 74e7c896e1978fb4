/** Which gateway a command is for. With one gateway nobody types its name. */
import { UserError } from '../../src/base/errors.ts';
import type { CommandContext, GatewayPort } from '../../src/chat/command.ts';
import { suggest } from '../../src/base/suggest.ts';
import { commandText } from '../../src/text/commands.ts';

const folded = (name: string): string => name.normalize('NFKC').toLowerCase();

/**
 * Finds by the exact name, else by the beginning of one name only.
 * @throws UserError `NO_SUCH_GATEWAY` or `AMBIGUOUS_GATEWAY`, naming those there are.
 */
export const pickGateway = ({ gateways, locale }: Pick<CommandContext, 'gateways' | 'locale'>, typed: string): GatewayPort => {
  const text = commandText(locale);
  const wanted = folded(typed);
  const exact = gateways.find(({ name }) => folded(name) === wanted);
  if (exact) return exact;
  const names = gateways.map(({ name }) => name);
  const begin = wanted === '' ? [] : gateways.filter(({ name }) => folded(name).startsWith(wanted));
  if (begin.length > 1) throw new UserError('AMBIGUOUS_GATEWAY', text.severalGateways(typed, begin.map(({ name }) => name)));
  const [only] = begin;
  if (!only) throw new UserError('NO_SUCH_GATEWAY', text.noSuchGateway(typed, suggest(typed, names), names));
  return only;
};

/** @throws UserError `WHICH_GATEWAY` when there are several and `typed` names none, `NO_GATEWAYS` when there are none. */
export const oneGateway = (context: Pick<CommandContext, 'gateways' | 'locale'>, typed: string | undefined, command: string): GatewayPort => {
  if (typed !== undefined) return pickGateway(context, typed);
  const text = commandText(context.locale);
  const [first, ...others] = context.gateways;
  if (!first) throw new UserError('NO_GATEWAYS', text.noGateways());
  if (others.length > 0) throw new UserError('WHICH_GATEWAY', text.whichGateway(command, context.gateways.map(({ name }) => name)));
  return first;
};
