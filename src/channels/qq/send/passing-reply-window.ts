/**
 * The tickets of strangers, for the one short answer that they get: in memory, and only the latest. Anybody may write
 * to a bot, a thousand times a second, and that must cost neither the disk nor much memory.
 */
import type { ReplyWindow, ReplyWindows, SeenReplyWindow } from './reply-window.ts';
import { REPLY_WINDOW_MS } from './reply-window.ts';

const MOST = 2_000;

export const createPassingReplyWindows = (): ReplyWindows => {
  const held = new Map<string, ReplyWindow & Pick<SeenReplyWindow, 'chat'>>();
  const change = (id: string, to: (replyWindow: ReplyWindow) => Partial<ReplyWindow>): void => {
    const replyWindow = held.get(id);
    if (replyWindow) held.set(id, { ...replyWindow, ...to(replyWindow) });
  };
  return {
    add: ({ id, kind, chat, innerId = null, at }, now) => {
      if (held.has(id)) return false;
      held.set(id, { id, kind, chat, innerId, at: Math.min(at, now), used: 0, dead: false });
      const [oldest] = held.keys();
      if (held.size > MOST && oldest !== undefined) held.delete(oldest);
      return true;
    },
    of: (chat, now) =>
      [...held.values()]
        .filter(
          (replyWindow) => replyWindow.chat === chat && replyWindow.at > now - REPLY_WINDOW_MS && !replyWindow.dead,
        )
        .sort((a, b) => b.at - a.at),
    find: (chat, id) =>
      [...held.values()].find(
        (replyWindow) => replyWindow.chat === chat && (replyWindow.id === id || replyWindow.innerId === id),
      ) ?? null,
    use: (id) => change(id, ({ used }) => ({ used: used + 1 })),
    bury: (id) => change(id, () => ({ dead: true })),
  };
};

/** Looks at both; each ticket is in one of them. `add` is the first one's. */
export const bothReplyWindows = (kept: ReplyWindows, passing: ReplyWindows): ReplyWindows => ({
  add: (seen, now) => kept.add(seen, now),
  of: (chat, now) => [...kept.of(chat, now), ...passing.of(chat, now)].sort((a, b) => b.at - a.at),
  find: (chat, id) => kept.find(chat, id) ?? passing.find(chat, id),
  use: (id) => {
    kept.use(id);
    passing.use(id);
  },
  bury: (id) => {
    kept.bury(id);
    passing.bury(id);
  },
});
