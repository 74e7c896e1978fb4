/** A link of a further platform: it plays its adapter's script, and can be lost, regained and refused. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AdapterScript, Said } from './adapter-scripts.ts';
import type { Link, LinkContext } from './link.ts';

export type ScriptedState = 'lost' | 'back' | 'refused';

export interface ScriptedLink extends Link {
  become(state: ScriptedState): void;
}

export const createScriptedLink = (
  script: AdapterScript,
  { clock, log, state }: Pick<LinkContext, 'clock' | 'log' | 'state'>,
  home: string,
): ScriptedLink => {
  const { name, sidecarLog } = script;
  let playing = new AbortController();

  const say = (lines: readonly Said[]): void => {
    for (const [level, logger, message] of lines) {
      if (logger !== 'bridge' || sidecarLog === undefined) log(level, logger, message);
      else {
        const file = join(home, sidecarLog);
        mkdirSync(dirname(file), { recursive: true });
        appendFileSync(file, `${message}\n`);
      }
    }
  };
  /** Says the same again and again until something else happens. */
  const play = (part: { readonly everyS: number; readonly lines: readonly Said[] } | null): void => {
    playing.abort(new Error('something else happened'));
    playing = new AbortController();
    const { signal } = playing;
    const again = async (): Promise<void> => {
      for (; part !== null && !signal.aborted; say(part.lines)) await clock.sleep(part.everyS * 1_000, signal);
    };
    void again().catch(() => undefined);
  };

  return {
    name,
    tag: `[${name}]`,
    connect: () => {
      say(script.connect);
      state.platform(name, 'connected');
      // Its library goes on behind the runner's word.
      clock.timer(1_000, () => say(script.loggedIn));
      play(script.routine);
      return Promise.resolve();
    },
    send: () => Promise.resolve(),
    disconnect: () => {
      play(null);
      say(script.disconnected);
      state.platform(name, 'disconnected');
    },
    become: (next) => {
      switch (next) {
        case 'lost':
          say(script.lost);
          return play(script.tries);
        case 'back':
          say(script.back);
          return play(script.routine);
        case 'refused':
          say(script.refused);
          return play(null);
      }
    },
  };
};
