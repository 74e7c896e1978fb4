/** The running bot with a configuration's data folder, or why it cannot be asked, for people. */
import { UserError } from '../../base/errors.ts';
import { NotUnderstood, reachBot, type LocalBot } from '../../channels/local/client.ts';
import { socketPath } from '../../channels/local/wire.ts';
import type { Config } from '../../config/config.ts';
import { holderOfData } from '../../service/data-folder-holder.ts';
import { byBotText } from '../../text/cli/by-bot.ts';

/** @throws UserError with what to do. Also when what answers later is no Lifeline. */
export const reachedBot = async ({
  dataDir,
  locale,
  fleet,
}: Pick<Config, 'dataDir' | 'locale' | 'fleet'>): Promise<LocalBot> => {
  const text = byBotText(locale);
  if (fleet?.hub === true) throw new UserError('NOT_RUNNING', text.hub());
  const bot = await reachBot(dataDir);
  if (!('kind' in bot)) {
    const understood = <Answer>(answer: Promise<Answer>): Promise<Answer> =>
      answer.catch((error: unknown) => {
        throw error instanceof NotUnderstood ? new UserError('BOT_UNREACHABLE', text.notUnderstood()) : error;
      });
    return {
      ask: (command, onMore) => understood(bot.ask(command, onMore)),
      glance: () => understood(bot.glance()),
      close: () => bot.close(),
    };
  }
  if (bot.kind === 'other_user') throw new UserError('NOT_YOUR_BOT', text.otherUser(dataDir));
  if (bot.kind === 'failed') throw new UserError('BOT_UNREACHABLE', text.unreachable(bot.problem));
  const holder = holderOfData(dataDir);
  if (holder === null) throw new UserError('NOT_RUNNING', text.noBot());
  throw new UserError('BOT_UNREACHABLE', text.noSocket(holder.pid, socketPath(dataDir)));
};
