/** For commands that ask every gateway something: a few at a time, and a word in between when it takes long. */
import type { CommandContext } from '../../src/chat/command/command.ts';
import type { Message } from '../../src/chat/message/message.ts';

const SLOW_MS = 3_000;
/** Looking at a gateway runs processes and reads files: twenty at once would slow down what they look at. */
const AT_ONCE = 4;

/** Says `meanwhile` when the work is not done within three seconds, and never after it. */
export const saying = async <T>(
  { say }: Pick<CommandContext, 'say'>,
  meanwhile: Message,
  work: Promise<T>,
): Promise<T> => {
  let said: Promise<void> | undefined;
  const timer = setTimeout(() => {
    said = say(meanwhile);
    // It is awaited below; a throw before that must not be a rejection that nobody handles.
    said.catch(() => undefined);
  }, SLOW_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    // An answer that cannot be given in between is no reason to withhold the answer itself.
    await said?.catch(() => undefined);
  }
};

/** @returns the results in the order of the items. */
export const fewAtOnce = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> => {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
};
