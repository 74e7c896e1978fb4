import { askGateway } from '../../commands/shared/ask-gateway.ts';
import { gatewayNamed, openLocal } from './beside-bot/local.ts';
import { terminal } from './show.ts';
import { statusOutput } from './status-output.ts';

/**
 * `lifeline status`: as `/status`, by a look of its own at the gateways; where the bot runs, `status-by-bot.ts` asks
 * that one first, and its answer is the same. Leaves the exit code 1 when a gateway or a link of it needs somebody,
 * when one has no process or cannot be looked at, when alerts have been stuck for long, when a host of a fleet reaches
 * no hub, when the data folder cannot be used, or when no bot runs: nobody watches then.
 * @throws UserError when the configuration is invalid, the database cannot be read or there is no such gateway.
 */
export const status = async (
  gateway: string | undefined,
  { config: file, json = false }: { config?: string; json?: boolean },
): Promise<void> => {
  const local = openLocal(file);
  try {
    const { context } = local;
    const asked = gateway === undefined ? context.gateways : [gatewayNamed(context, gateway)];
    const looks = await Promise.all(asked.map((each) => askGateway(each)));
    const { text, exitCode } = statusOutput(looks, local, json ? 'json' : terminal());
    process.stdout.write(text);
    if (exitCode === 1) process.exitCode = exitCode;
  } finally {
    await local.close();
  }
};
