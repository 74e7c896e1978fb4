/** A full round, and the word of it to the dead man's switch. */
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Locale } from '../text/locale.ts';
import { exitCodeOf, type OwnState } from './own-state.ts';
import type { Ping } from './ping/ping.ts';
import { pingBody, type RoundReport } from './ping/ping-body.ts';

export interface RoundOptions {
  /** Null: nobody outside is told. */
  readonly ping: Ping | null;
  /** Looks at every gateway. When it throws or never ends, the round was none, and its ping is withheld. */
  readonly lookAtAll: () => Promise<RoundReport['gateways']>;
  /** May throw when the store cannot be used; the error is then the problem that is told. */
  readonly own: () => OwnState & Pick<RoundReport, 'undelivered'>;
  readonly version: string;
  readonly startedAt: number;
  readonly locale: Locale;
  readonly now: () => number;
  readonly logger: Logger;
}

/** @returns a function that does one round; it never throws and waits for no ping. */
export const createRound = ({ ping, lookAtAll, own, version, startedAt, locale, now, logger }: RoundOptions) => {
  const state = (): ReturnType<typeof own> => {
    try {
      return own();
    } catch (error) {
      return { stuck: { count: 0, oldestAt: null }, storeProblem: errorText(error), failing: [], undelivered: 0 };
    }
  };

  return async (): Promise<void> => {
    void ping?.start();
    try {
      const gateways = await lookAtAll();
      const report: RoundReport = { ...state(), version, startedAt, gateways };
      const body = pingBody(report, locale, now());
      void (exitCodeOf(report) === 0 ? ping?.success(body) : ping?.fail(body));
      logger.debug('round done');
    } catch (error) {
      logger.error({ error: errorText(error) }, "a round failed; the dead man's switch is not told that all is well");
    }
  };
};
