/** The operator whose ids stand on the command line. */
import { UserError } from '../base/errors.ts';
import { isRole } from '../chat/access/authorise.ts';
import type { NewOperator } from './answers.ts';
import type { Flags } from './flags.ts';
import type { KnownOperators } from './known-operators.ts';

const IDS = { feishu: /^ou_[0-9A-Za-z_-]{1,80}$/, qq: /^[0-9A-Za-z_-]{1,80}$/ } as const;

/** @throws UserError `USAGE_FLAG` for what cannot be an id, or has no channel. */
export const namedOperators = (
  { operator }: Flags,
  channels: readonly ('feishu' | 'qq')[],
  known: KnownOperators,
): readonly NewOperator[] => {
  const given = (['feishu', 'qq'] as const).filter((channel) => operator[channel] !== null);
  if (given.length === 0) return [];
  for (const channel of given) {
    if (!IDS[channel].test(operator[channel] ?? ''))
      throw new UserError(
        'USAGE_FLAG',
        `--operator-${channel} takes the id that Lifeline's own bot sees${channel === 'feishu' ? ', which begins with "ou_"' : ''}.`,
      );
    if (!channels.includes(channel))
      throw new UserError('USAGE_FLAG', `--operator-${channel}: the channel ${channel} is not set up.`);
  }
  const all = [...known.configured, ...known.paired];
  const name = operator.name ?? 'admin';
  const role = all.find((each) => each.name === name)?.role ?? (all.length === 0 ? 'admin' : 'operator');
  return [
    {
      name,
      role: isRole(role) ? role : 'operator',
      ...(operator.feishu === null ? {} : { feishu: operator.feishu }),
      ...(operator.qq === null ? {} : { qq: operator.qq }),
    },
  ];
};
