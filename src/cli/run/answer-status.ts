/** What the running bot answers to `lifeline status`: the same as that would print by a look of its own. */
import { resolve } from 'node:path';
import { askGateway, type GatewayAnswer } from '../../../commands/shared/ask-gateway.ts';
import type { StatusParts } from '../../app.ts';
import type { StatusAnswer, StatusRequest } from '../../channels/local/wire.ts';
import type { GatewayPort } from '../../chat/command/command.ts';
import type { Config, GatewayConfig } from '../../config/config.ts';
import { userHomeOf } from '../../setup/paths.ts';
import { readingContext } from '../beside-bot/reading-context.ts';
import { statusOutput } from '../status-output.ts';
import { resourcesAnew } from './resources-anew.ts';

export interface BotHere {
  readonly version: string;
  readonly config: Config;
  /** Whether the file on the disk still says what `config` says. */
  readonly isCurrent: () => Promise<boolean>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Of a terminal only the rows of buttons depend on its width, and there are none. */
const COLUMNS = 80;

/** Looks at more of them would take longer than the asker waits. */
const MOST_GATEWAYS = 50;

/** What is asked more seldom than once a minute a look of the asker's own would find out sooner. */
const SELDOM_MS = 60_000;

/** Whether the bot would come to the same as the asker, who has this file, home and time. */
const isMeant = (asked: StatusRequest, { version, config, env }: BotHere): boolean =>
  asked.version === version &&
  asked.file === resolve(config.file) &&
  asked.home === userHomeOf(env) &&
  // A configured zone counts for both.
  (config.timezone !== null || (asked.zone === (env['TZ'] ?? null) && asked.offset === new Date().getTimezoneOffset()));

const asksSeldom = ({ generic }: GatewayConfig): boolean =>
  generic?.checks.some(({ everyMs }) => everyMs > SELDOM_MS) === true;

/** @returns null where it could not be looked at, or a look of another process may come to another verdict. */
const lookAt = async (port: GatewayPort, config: GatewayConfig): Promise<GatewayAnswer | null> => {
  const answer = await askGateway(port);
  if (answer.report === null) return null;
  const anew = await resourcesAnew(config, answer.report);
  return anew && { ...answer, report: { ...answer.report, resources: anew } };
};

/** @returns null where a look of the asker's own could come to something else, or says better what is wrong. */
export const answerStatus = async (
  asked: StatusRequest,
  here: BotHere,
  parts: StatusParts,
): Promise<StatusAnswer | null> => {
  const { version, config, isCurrent } = here;
  const gateways = config.gateways.filter(({ name }) => asked.gateway === null || name === asked.gateway);
  const isFew = gateways.length > 0 && gateways.length <= MOST_GATEWAYS;
  if (!isMeant(asked, here) || !isFew || gateways.some(asksSeldom)) return null;
  if (!(await isCurrent())) return null;
  const looks = await Promise.all(
    gateways.map(async (gateway) => {
      const port = parts.gateways.find(({ name }) => name === gateway.name);
      return port ? lookAt(port, gateway) : null;
    }),
  );
  const seen = looks.filter((look) => look !== null);
  if (seen.length < looks.length) return null;
  const { db, isInMemory, ...read } = parts;
  const context = readingContext(config, read);
  const form = asked.json ? 'json' : { colour: asked.colour, columns: COLUMNS };
  return { version, ...statusOutput(seen, { context, config, db, isInMemory }, form) };
};
