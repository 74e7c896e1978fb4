/** What the fake's WebSocket does when it is asked (docs/facts/openclaw.md 0.6, 2.2, 4.3). */
import type { Clock } from '../../../../src/base/clock.ts';
import type { Channel } from './channel.ts';
import type { ServerOptions } from './server.ts';
import { CHANNELS, type World } from './world.ts';

export interface MethodsOptions {
  readonly channels: ReadonlyMap<string, Channel>;
  /** Those that the brake keeps off. */
  readonly held: Set<string>;
  readonly world: () => World;
  readonly say: (what: string) => void;
  readonly clock: Clock;
}

export const createMethods = ({ channels, held, world, say, clock }: MethodsOptions): ServerOptions['call'] => {
  let starts = 0;
  const startChannel = (id: string, channel: Channel): object => {
    const { running } = channel.account();
    const wanted = world().startOutcomes[starts] ?? 'handed-off';
    starts += 1;
    const status = running ? 'task-owned' : wanted;
    say(`channels.start ${id} ${status}`);
    if (status === 'handed-off') {
      held.delete(id);
      channel.start();
    }
    return { channel: id, accountId: 'default', started: channel.account().running, outcome: { status } };
  };

  const statusOf = (): object => ({
    ts: clock.now(),
    channelOrder: CHANNELS,
    channelAccounts: Object.fromEntries(
      [...channels].map(([id, channel]) => [
        id,
        [
          {
            accountId: 'default',
            enabled: true,
            configured: true,
            restartPending: false,
            reconnectAttempts: 0,
            lastInboundAt: null,
            lastOutboundAt: null,
            ...channel.account(),
          },
        ],
      ]),
    ),
    channelDefaultAccountId: Object.fromEntries(CHANNELS.map((id) => [id, 'default'])),
    statusIssues: [],
  });

  return (method: string, params: Readonly<Record<string, unknown>>): object | null => {
    const id = String(params['channel']);
    const channel = channels.get(id);
    switch (method) {
      case 'channels.status':
        return statusOf();
      case 'health':
        return { ok: true };
      case 'channels.stop':
      case 'channels.start': {
        if (!channel) throw new Error(`unknown channel ${id}`);
        if (method === 'channels.stop') {
          say(`channels.stop ${id}`);
          channel.stop();
        }
        const payload =
          method === 'channels.stop' ? { channel: id, accountId: 'default', stopped: true } : startChannel(id, channel);
        return world().keepsBack.includes(method) ? null : payload;
      }
      default:
        throw new Error(`unknown method: ${method}`);
    }
  };
};
