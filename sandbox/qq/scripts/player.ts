/** Plays the fault stories by name. */
import type { Timers } from '../timers.ts';
import { CONNECTION_SCRIPTS } from './connection.ts';
import { REACH_SCRIPTS } from './reach.ts';
import type { Script, ScriptOptions, ScriptStage } from './script.ts';
import { SENDING_SCRIPTS } from './sending.ts';
import { SESSION_SCRIPTS } from './session.ts';

export const QQ_SCRIPTS: readonly Script[] = [
  ...CONNECTION_SCRIPTS,
  ...SESSION_SCRIPTS,
  ...SENDING_SCRIPTS,
  ...REACH_SCRIPTS,
];

export interface Scripts {
  /**
   * Begins a story for one bot. @returns what ends it; a second call does nothing.
   * @throws Error for a name that there is not.
   */
  play(appId: string, id: string, options?: ScriptOptions): Promise<() => Promise<void>>;
  /** The names of what goes on. */
  playing(appId: string): readonly string[];
  /** Ends all that goes on for a bot. */
  end(appId: string): Promise<void>;
}

interface Playing {
  readonly appId: string;
  readonly id: string;
  readonly end: () => Promise<void>;
}

export const createScripts = (platform: ScriptStage['platform'], timers: Timers): Scripts => {
  const running = new Set<Playing>();
  return {
    play: async (appId, id, options = {}) => {
      const script = QQ_SCRIPTS.find((candidate) => candidate.id === id);
      if (!script)
        throw new Error(`There is no QQ script "${id}"; there are ${QQ_SCRIPTS.map((known) => known.id).join(', ')}.`);
      const undo = await script.start({ appId, platform, timers, options });
      const playing: Playing = {
        appId,
        id,
        end: async () => {
          if (!running.delete(playing)) return;
          cancel();
          await undo();
        },
      };
      running.add(playing);
      const cancel =
        options.forMs === undefined ? () => undefined : timers.later(options.forMs, () => void playing.end());
      return playing.end;
    },
    playing: (appId) => [...running].filter((playing) => playing.appId === appId).map(({ id }) => id),
    end: async (appId) => {
      for (const playing of [...running]) if (playing.appId === appId) await playing.end();
    },
  };
};
