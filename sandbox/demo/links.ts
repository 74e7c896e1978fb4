/** The links of further platforms, which no platform stands behind: the page loses them, has them refused and back. */
import { ADAPTER_SCRIPTS } from '../gateway/adapter-scripts.ts';
import type { LinkState, LinkView } from '../page/stage.ts';
import type { Sandbox } from '../sandbox.ts';

/**
 * Those whose log proves a login at once. Of Telegram, Weixin and DingTalk silence alone proves it, so that /status would
 * not call the gateway well in its first minutes; of WhatsApp it would miss the bridge, which is a process of its own.
 */
export const FURTHER_LINKS: readonly string[] = ['discord', 'slack', 'wecom', 'signal', 'matrix', 'email'];

/** What the log has once all of them have logged in, which is a moment after the gateway calls them connected. */
const LOGIN_LINES = ADAPTER_SCRIPTS.filter(({ name }) => FURTHER_LINKS.includes(name)).flatMap(({ loggedIn }) =>
  loggedIn.map(([, , message]) => message),
);
const TAIL_LINES = 500;

/** Whether the gateway that has just been started has written all that proves their logins. */
export const areLoggedIn = ({ gateway }: Pick<Sandbox, 'gateway'>): boolean => {
  const lines = gateway.tail(TAIL_LINES);
  return LOGIN_LINES.every((message) => lines.some((line) => line.includes(message)));
};

export interface FurtherLinks {
  /** What was made of it in the process that runs now; a new one has it well again. */
  state(name: string): Pick<LinkView, 'made'>;
  set(name: string, state: LinkState): Promise<void>;
}

export const createFurtherLinks = ({ gateway }: Pick<Sandbox, 'gateway'>): FurtherLinks => {
  const made = new Map<string, { readonly state: LinkState; readonly pid: number | undefined }>();
  return {
    state: (name) => {
      const { state = 'back', pid } = made.get(name) ?? {};
      return state === 'back' || pid !== gateway.current()?.pid ? {} : { made: state };
    },
    set: async (name, state) => {
      await gateway.link(name, state);
      made.set(name, { state, pid: gateway.current()?.pid });
    },
  };
};
