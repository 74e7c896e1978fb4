/** One channel restarted alone (facts/openclaw.md 0.6): what counts is the outcome, not that the call was taken. */
import { section } from './config-file.ts';
import type { LinkControl } from '../gateway-kind.ts';

type Call = (method: string, params: object) => Promise<unknown>;

/** `feishu`, or `feishu:work` for an account of its own. */
const paramsOf = (link: string): { readonly channel: string; readonly accountId?: string } => {
  const [channel = link, account] = link.split(':');
  return { channel, ...(account === undefined ? {} : { accountId: account }) };
};

/** A start of a channel that still runs says `started: true` and does nothing. */
const DONE = 'handed-off';

export const linkControl = (call: Call): LinkControl => ({
  command: (act, link) => `channels.${act} ${link}`,
  stop: async (link) => {
    await call('channels.stop', paramsOf(link));
  },
  start: async (link) => {
    const { status } = section(section(await call('channels.start', paramsOf(link)))['outcome']);
    if (status !== undefined && status !== DONE) throw new Error(`channels.start ${link}: the gateway answers ${JSON.stringify(status)}`);
  },
});
