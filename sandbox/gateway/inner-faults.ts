/** The faults in which the gateway's own process has a part: what each does to it. */
import type { FeishuLink } from './feishu-link.ts';
import { block, freeze } from './freeze.ts';
import type { Link, LinkContext } from './link.ts';
import type { ProcessId } from './proc.ts';
import type { InnerFault, StartFault } from './protocol.ts';

/** Hermes's own number; the sandbox's is for watching it give up. */
const ATTEMPTS_THAT_LAST = 100;

export interface InnerFaultsOptions {
  readonly feishu: FeishuLink;
  readonly links: readonly Link[];
  readonly context: LinkContext;
  /** From now on a stop does not get through its drain. */
  readonly hangOnStop: () => void;
  readonly end: (fault: StartFault) => void;
}

/** Once the executor is gone the gateway's own sends fail too, again and again. */
const sendWithoutEnd = async (links: readonly Link[], { clock, settings }: LinkContext): Promise<void> => {
  for (;;) {
    for (const link of links) await link.send('(agent) nothing new', null);
    await clock.sleep(settings.timings.sendEveryMs);
  }
};

/** The line says how long such a task takes in life; here it took a few seconds. */
const runLongTool = ({ log, settings }: LinkContext): void => {
  block(settings.timings.longToolMs);
  log('INFO', 'agent.tool_executor', 'Tool terminal returned 120 chars (322.13s)', { session: 'agent:main' });
};

export const createInnerFaults =
  ({ feishu, links, context, hangOnStop, end }: InnerFaultsOptions) =>
  (fault: InnerFault, sandbox: ProcessId): void => {
    switch (fault) {
      case 'executor_shutdown':
        if (context.executor.shutdown) return;
        context.executor.shutdown = true;
        void sendWithoutEnd(links, context);
        return;
      case 'feishu_lost':
        return feishu.loseForGood();
      case 'stop_hangs':
        return hangOnStop();
      case 'long_tool':
        return runLongTool(context);
      case 'qq_gives_up':
        context.qqAttempts.most = context.settings.timings.qqMaxAttempts;
        return;
      case 'qq_server_error':
      case 'network_down':
        context.qqAttempts.most = ATTEMPTS_THAT_LAST;
        return;
      case 'config_rejected':
      case 'crash_loop':
        return end(fault);
      case 'loop_frozen':
        freeze(sandbox);
    }
  };
