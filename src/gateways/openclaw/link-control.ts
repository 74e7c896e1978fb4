/**
 * One channel restarted alone (docs/facts/openclaw.md 0.6): what counts is the outcome, not that the call was taken.
 */
import { section } from '../../base/parsed-section.ts';
import type { LinkName } from '../../diagnosis/evidence.ts';
import type { LinkControl } from '../gateway-kind.ts';

export interface LinkAddress {
  readonly channel: string;
  readonly accountId?: string;
}

export interface LinkControlOptions {
  readonly call: (method: string, params: object) => Promise<unknown>;
  /** How the gateway itself has called this link; null: it has not yet. */
  readonly addressOf: (link: LinkName) => LinkAddress | null;
}

/** `feishu` is its default account, `feishu:work` one of its own. */
const usualAddress = (link: LinkName): LinkAddress => {
  const [channel = link, account] = link.split(':');
  return { channel, ...(account === undefined ? {} : { accountId: account }) };
};

/** A start of a channel that still runs says `started: true` and does nothing; only this outcome is a start. */
const DONE = 'handed-off';

export const linkControl = ({ call, addressOf }: LinkControlOptions): LinkControl => {
  const ask = async (act: 'stop' | 'start', link: LinkName): Promise<Readonly<Record<string, unknown>>> =>
    section(await call(`channels.${act}`, addressOf(link) ?? usualAddress(link)));
  return {
    command: (act, link) => `channels.${act} ${link}`,
    stop: async (link) => {
      if ((await ask('stop', link))['stopped'] === false) throw new Error('the gateway answers that it still runs');
    },
    start: async (link) => {
      const { started, outcome } = await ask('start', link);
      const { status, reason } = section(outcome);
      // Older versions tell no outcome.
      if (status === DONE || (status === undefined && started === true)) return;
      const said = [status, reason].filter((word) => typeof word === 'string').map((word) => word.slice(0, 80));
      throw new Error(`the gateway answers ${said.length === 0 ? 'that it was not started' : said.join(': ')}`);
    },
  };
};
