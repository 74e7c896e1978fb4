/** `gateway_state.json` (docs/facts/hermes.md 3.1): what the gateway claims of itself and its platforms. */
import type { Clock } from '../../src/base/clock.ts';
import { isoTime, readJson, writeJson } from './home.ts';
import type { InstanceRecord } from './instance.ts';

/** `qqbot`, `feishu`, and those with a script. */
export type PlatformName = string;
export type PlatformState = 'connecting' | 'connected' | 'disconnected' | 'retrying' | 'fatal';

export interface PlatformDetail {
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

export interface StateFile {
  /** `starting`, `running`, `draining`, `stopped`. */
  gateway(state: string, detail?: { readonly exitReason?: string; readonly restartRequested?: boolean }): void;
  platform(name: PlatformName, state: PlatformState, detail?: PlatformDetail): void;
  /** How many turns are in flight. */
  work(turns: number): void;
}

export const createStateFile = (file: string, self: InstanceRecord, clock: Clock): StateFile => {
  // Hermes keeps what an earlier life wrote of a platform until this one has something to say of it.
  const platforms: Record<string, unknown> = { ...(readJson(file)?.['platforms'] as object | undefined) };
  const retryingSince = new Map<PlatformName, string>();
  let turns = 0;
  let gateway = { state: 'starting', exitReason: null as string | null, restartRequested: false };

  const write = (): void =>
    writeJson(file, {
      ...self,
      gateway_state: gateway.state,
      exit_reason: gateway.exitReason,
      restart_requested: gateway.restartRequested,
      active_agents: turns,
      active_work: null,
      platforms,
      session_store: { status: 'ok' },
      updated_at: isoTime(clock.now()),
      code_sha: '0000000000000000000000000000000000000000',
      code_version: '0.21.3',
    });

  return {
    gateway: (
      state,
      { exitReason = null, restartRequested = false }: { exitReason?: string | null; restartRequested?: boolean } = {},
    ) => {
      gateway = { state, exitReason, restartRequested };
      write();
    },
    work: (count) => {
      turns = count;
      write();
    },
    platform: (name, state, { errorCode, errorMessage } = {}) => {
      const now = isoTime(clock.now());
      if (state !== 'retrying') retryingSince.delete(name);
      else if (!retryingSince.has(name)) retryingSince.set(name, now);
      platforms[name] = {
        state,
        error_code: errorCode ?? null,
        error_message: errorMessage ?? null,
        needs_attention: false,
        retrying_since: retryingSince.get(name) ?? null,
        ingress_url: null,
        listener_base: null,
        updated_at: now,
        writer_pid: self.pid,
        writer_start_time: self.start_time,
      };
      write();
    },
  };
};
