/**
 * The reply windows of strangers, for the one short answer that they get. Only the latest are kept, in memory: anybody
 * may write to a bot a thousand times a second, and that must cost neither the disk nor much memory.
 */
import type { ReplyWindow, ReplyWindows, SeenReplyWindow } from './reply-window.ts';
import { REPLY_WINDOW_MS } from './reply-window.ts';

const MOST = 2_000;

export const createStrangerReplyWindows = (): ReplyWindows => {
  const held = new Map<string, ReplyWindow & Pick<SeenReplyWindow, 'chat'>>();
  const change = (id: string, to: (replyWindow: ReplyWindow) => Partial<ReplyWindow>): void => {
    const replyWindow = held.get(id);
    if (replyWindow) held.set(id, { ...replyWindow, ...to(replyWindow) });
  };
  return {
    add: ({ id, kind, chat, innerId = null, at }, now) => {
      if (held.has(id)) return false;
      held.set(id, { id, kind, chat, innerId, at: Math.min(at, now), used: 0, closed: false });
      const [oldest] = held.keys();
      if (held.size > MOST && oldest !== undefined) held.delete(oldest);
      return true;
    },
    of: (chat, now) =>
      [...held.values()]
        .filter(
          (replyWindow) => replyWindow.chat === chat && replyWindow.at > now - REPLY_WINDOW_MS && !replyWindow.closed,
        )
        .sort((a, b) => b.at - a.at),
    find: (chat, id) =>
      [...held.values()].find(
        (replyWindow) => replyWindow.chat === chat && (replyWindow.id === id || replyWindow.innerId === id),
      ) ?? null,
    use: (id) => change(id, ({ used }) => ({ used: used + 1 })),
    close: (id) => change(id, () => ({ closed: true })),
  };
};

/** Returns the operators' and the strangers' reply windows as one. `add` adds to the operators'. */
export const bothReplyWindows = (kept: ReplyWindows, passing: ReplyWindows): ReplyWindows => ({
  add: (seen, now) => kept.add(seen, now),
  of: (chat, now) => [...kept.of(chat, now), ...passing.of(chat, now)].sort((a, b) => b.at - a.at),
  find: (chat, id) => kept.find(chat, id) ?? passing.find(chat, id),
  use: (id) => {
    kept.use(id);
    passing.use(id);
  },
  close: (id) => {
    kept.close(id);
    passing.close(id);
  },
});
