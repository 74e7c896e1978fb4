/**
 * How a gateway is asked to end its turns and then itself: by its own command where that is sure to return and does no
 * more than that, else by its signal.
 */
import type { Clock } from '../base/clock.ts';
import type { GatewayKind } from '../gateways/gateway-kind.ts';
import { wordsOf, type RunCommand } from '../supervisors/run-command.ts';
import { sendSignal } from '../supervisors/stop.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import type { Graceful } from './steps.ts';

export interface GracefulOptions {
  readonly kind: GatewayKind;
  readonly home: string;
  /** The argv that starts the gateway. */
  readonly start: readonly string[];
  readonly supervisor: Supervisor;
  /** The names under which the gateway's own installer sets it up. */
  readonly services: readonly { readonly unit: string }[];
  /** How long turns may take to end, milliseconds. */
  readonly waitMs: number;
  readonly run: RunCommand;
  readonly clock: Clock;
}

/**
 * Over the turns' time: what the command itself waits for besides (its own budget may have 15 s more), and its forced
 * restart.
 */
const COMMAND_EXTRA_MS = 120_000;

/** @returns null when this kind of gateway cannot be asked. */
export const gracefulOf = ({
  kind,
  home,
  start,
  supervisor,
  services,
  waitMs,
  run,
  clock,
}: GracefulOptions): Graceful | null => {
  const { graceful } = kind;
  if (graceful === null || waitMs === 0) return null;
  // Without a service that it knows, the command would run the gateway inside itself and never return.
  const known = supervisor.name !== 'process' && services.some(({ unit }) => unit === supervisor.unit);
  const own = known && mayUseCommand(supervisor) ? graceful.command(start, home, waitMs) : null;
  return {
    command: ({ pid }) => (own ? own.argv.join(' ') : `kill -${graceful.signal.slice(3)} ${pid}`),
    ask: async (before, signal) => {
      if (own) {
        const command = own.argv.join(' ');
        const output = await run(own.argv, { env: own.env, timeoutMs: waitMs + COMMAND_EXTRA_MS, signal });
        const steps = [{ at: clock.now(), action: 'command', pid: null, command }] as const;
        // That it says so does not prove that it asked. When it says that it did not, the gateway is asked by its
        // signal, which one that has ended meanwhile does not get.
        if (output.exitCode === 0 || output.failure === 'timeout') return { outcome: 'done', steps };
        const asked = await bySignal(before, graceful.signal, clock);
        const both = [...steps, ...asked.steps];
        return asked.outcome === 'done'
          ? { ...asked, steps: both }
          : { ...asked, steps: both, reason: `${command}: ${wordsOf(output)}; ${asked.reason}` };
      }
      return bySignal(before, graceful.signal, clock);
    },
  };
};

/**
 * Not under systemd: there a gateway's command was seen to send the same signal, but to write the unit's file anew
 * before, with its own environment in it, and after it to restart what the gateway's own helper has just started.
 */
const mayUseCommand = ({ name }: Supervisor): boolean => name === 'launchd';

const bySignal = async (
  before: Parameters<Graceful['ask']>[0],
  signal: NodeJS.Signals,
  clock: Clock,
): ReturnType<Graceful['ask']> => {
  const sent = await sendSignal(before, signal);
  if (sent === 'gone') return { outcome: 'done', steps: [] };
  if (sent === 'denied') return { outcome: 'failed', steps: [], reason: `pid ${before.pid} belongs to another user` };
  return { outcome: 'done', steps: [{ at: clock.now(), action: 'sigusr1', pid: before.pid }] };
};
