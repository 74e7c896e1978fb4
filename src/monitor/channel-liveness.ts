/**
 * Whether the loop that keeps each channel connected still tries. A link may be down for days, and that is nobody's
 * fault here; but then its status changes with every try, and while it is up with everything that comes.
 */
import type { Channel, ChannelStatus } from '../channels/channel.ts';
import type { Watchdog } from './watchdog.ts';

export interface ChannelLiveness {
  /** Compares each channel's status with the one before. */
  check(): void;
}

export const createChannelLiveness = (
  channels: readonly Pick<Channel, 'name' | 'status' | 'stuckAfterMs'>[],
  watchdog: Watchdog,
): ChannelLiveness => {
  const loops = channels.flatMap((channel) => {
    if (channel.stuckAfterMs === undefined) return [];
    return [
      {
        channel,
        beat: watchdog.begin(`channel ${channel.name}`, channel.stuckAfterMs),
        before: signOf(channel.status()),
      },
    ];
  });
  return {
    check: () => {
      for (const watched of loops) {
        const sign = signOf(watched.channel.status());
        if (sign === watched.before) continue;
        watched.before = sign;
        watched.beat();
      }
    },
  };
};

/** Not how old it is: the machine's clock may jump, but what changes is alive. */
const signOf = ({ link, since, lastInboundAt }: ChannelStatus): string => `${link} ${since} ${lastInboundAt ?? ''}`;
