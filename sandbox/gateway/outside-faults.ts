/** Faults that come from outside the gateway's process: from the platform, or from a signal. */
import type { Clock } from '../../src/base/clock.ts';

/** What the QQ platform can do to the gateway's bot. */
export interface QqSide {
  /** Closes its sockets with a code. */
  close(code: number, reason: string): void;
  /** Ends its sockets without a close frame. */
  cut(): void;
  /** From now on: lets it connect no more. */
  refuse(): void;
  /** From now on: lets it connect and answers no login. */
  ignoreLogins(): void;
  /** From now on: refuses every login with 4915. */
  ban(): void;
  /** From now on: answers 500 to whoever asks for the socket's address. */
  failAddress(): void;
  /** Ends all that goes on. */
  lift(): void;
}

/** In the time of the sandbox's clock. */
export interface OutsideTimings {
  /** Between two drops of a flapping link. */
  readonly flapEveryMs: number;
  /** Between two routine closes with 4009. The platform: half an hour. */
  readonly routineCloseMs: number;
}

export const OUTSIDE_TIMINGS: OutsideTimings = { flapEveryMs: 500, routineCloseMs: 1_800_000 };

export interface Outside {
  giveUp(): void;
  noLogin(): void;
  flap(): void;
  routineClose(): void;
  banned(): void;
  serverError(): void;
  /** Ends what goes on, for a new process. */
  lift(): void;
  /** Ends everything. */
  stop(): void;
}

/** Calls `run` again and again until the returned function is called. */
const every = (ms: number, clock: Clock, run: () => void): (() => void) => {
  let cancel = clock.timer(ms, function again() {
    run();
    cancel = clock.timer(ms, again);
  });
  return () => cancel();
};

export const createOutside = (qq: QqSide, { flapEveryMs, routineCloseMs }: OutsideTimings, clock: Clock): Outside => {
  const routineClose = (): void => qq.close(4009, 'Session timed out');
  const stopRoutine = every(routineCloseMs, clock, routineClose);
  let stopFlapping = (): void => undefined;
  const lift = (): void => {
    stopFlapping();
    qq.lift();
  };
  return {
    giveUp: () => {
      qq.refuse();
      qq.cut();
    },
    noLogin: () => {
      qq.ignoreLogins();
      qq.cut();
    },
    flap: () => {
      const drop = (): void => qq.close(1001, 'going away');
      stopFlapping();
      drop();
      stopFlapping = every(flapEveryMs, clock, drop);
    },
    routineClose,
    banned: () => {
      qq.ban();
      qq.close(4915, 'banned');
    },
    serverError: () => {
      qq.failAddress();
      qq.cut();
    },
    lift,
    stop: () => {
      stopRoutine();
      lift();
    },
  };
};
