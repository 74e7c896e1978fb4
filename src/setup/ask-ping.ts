/** Asks for the address of a dead man's switch, and tries it: who watches the watchman is a question of the set-up. */
import { httpCall } from '../base/http.ts';
import { post } from '../monitor/ping/ping-post.ts';
import { isAddress } from './flags.ts';
import type { SetupContext } from './setup-context.ts';

const TIMEOUT_MS = 10_000;

/** @returns null where there is none; nobody is asked without a terminal. */
export const askPing = async (setup: SetupContext): Promise<string | null> => {
  const { ask, text, flags } = setup;
  if (flags.pingUrl !== null) return (await isTaken(setup, flags.pingUrl)) ? flags.pingUrl : null;
  if (!ask.interactive) return null;
  ask.guide(text.pingTitle(), text.pingGuide());
  for (;;) {
    const url = await ask.text({
      message: text.pingUrl(),
      flag: '--ping-url',
      check: (typed) => (typed === '' || isAddress(typed) ? null : text.noAddress()),
    });
    if (url === '') return null;
    if (await isTaken(setup, url)) return url;
  }
};

/** One ping, as `lifeline run` sends them. */
const isTaken = async ({ ask, text, version }: SetupContext, url: string): Promise<boolean> => {
  const result = await ask.busy(text.pingTrying(), (signal) =>
    post({
      url,
      body: 'lifeline init',
      http: httpCall,
      timeoutMs: TIMEOUT_MS,
      signal,
      userAgent: `lifeline/${version}`,
    }),
  );
  if (result.outcome === 'ok') ask.good(text.pingGood());
  else ask.bad(text.pingBad(result.reason));
  return result.outcome === 'ok';
};
