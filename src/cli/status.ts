import { askGateway } from '../../commands/shared/ask-gateway.ts';
import { hubStatus } from './beside-bot/hub-here.ts';
import { gatewayNamed, openLocal } from './beside-bot/local.ts';
import { findConfig } from './config/find-config.ts';
import { terminal } from './show.ts';
import { isLeftAlone } from '../store/beside.ts';
import { statusOutput } from './status-output.ts';

/**
 * `lifeline status`: as `/status`, by a look of its own at the gateways; where the bot runs, `status-by-bot.ts` asks
 * that one first, and its answer is the same. Leaves the exit code 1 when a gateway or a link of it needs somebody,
 * when one has no process or cannot be looked at, when alerts have been stuck for long, when a host of a fleet reaches
 * no hub, when the data folder cannot be used, or when no bot runs: nobody watches then. Of a hub: when it does not run,
 * none speaks, or one that waits could not take over.
 * @throws UserError when the configuration is invalid, the database cannot be read or there is no such gateway.
 */
export const status = async (
  gateway: string | undefined,
  { config: file, json = false }: { config?: string; json?: boolean },
): Promise<void> => {
  const { config } = findConfig(file);
  if (config.fleet?.hub === true) {
    const { lines, state, isWell } = hubStatus(config, Date.now());
    process.stdout.write(json ? `${JSON.stringify({ hub: state })}\n` : `${lines.join('\n')}\n`);
    if (!isWell) process.exitCode = 1;
    return;
  }
  const local = openLocal(file);
  try {
    const { context } = local;
    const asked = gateway === undefined ? context.gateways : [gatewayNamed(context, gateway)];
    const looks = await Promise.all(asked.map((each) => askGateway(each)));
    const { text, exitCode } = statusOutput(
      looks,
      { ...local, isInMemory: isLeftAlone(local.db, local.config.dataDir) },
      json ? 'json' : terminal(),
    );
    process.stdout.write(text);
    if (exitCode === 1) process.exitCode = exitCode;
  } finally {
    await local.close();
  }
};
