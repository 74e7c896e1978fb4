/**
 * Whether each channel's keeper of its connection still tries. A link may be down for days, and that is nobody's fault
 * here; but then its status changes with every try, and while it is up with everything that comes.
 */
import type { Channel, ChannelStatus } from '../channels/channel.ts';
import type { Watchdog } from './watchdog.ts';

export interface ChannelLiveness {
  /** Looks once. */
  look(): void;
}

export const createChannelLiveness = (
  channels: readonly Pick<Channel, 'name' | 'status' | 'stuckAfterMs'>[],
  watchdog: Watchdog,
): ChannelLiveness => {
  const kept = channels.flatMap((channel) => {
    if (channel.stuckAfterMs === undefined) return [];
    return [
      {
        channel,
        turned: watchdog.begin(`channel ${channel.name}`, channel.stuckAfterMs),
        before: signOf(channel.status()),
      },
    ];
  });
  return {
    look: () => {
      for (const keeper of kept) {
        const sign = signOf(keeper.channel.status());
        if (sign === keeper.before) continue;
        keeper.before = sign;
        keeper.turned();
      }
    },
  };
};

/** Not how old it is: the machine's clock may jump, but what changes is alive. */
const signOf = ({ link, since, lastInboundAt }: ChannelStatus): string => `${link} ${since} ${lastInboundAt ?? ''}`;
