/** The address on which figures and health are shown, which may change while Lifeline runs. */
import type { App } from '../../app.ts';
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Listen } from '../../config/config.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { Shown } from '../../metrics/server.ts';
import type { Figures, Meter } from '../../monitor/meter.ts';

export interface Exposition {
  /** The figures count for as long as the process lives, from the first time that anything is shown. */
  readonly meter: Meter;
  /**
   * Shows figures and health on this address from now on; nowhere when null. Throws a UserError when the address cannot
   * be used; then all stays as it was.
   */
  use(listen: Listen | null): Promise<void>;
  /** Sets the app that is asked from now on. */
  ask(app: Asked): void;
  stop(): Promise<void>;
}

/** `figures` is null between two apps of one process. */
type Asked = Pick<App, 'stuck' | 'failing'> & { readonly figures: App['figures'] | null };

/** What Prometheus needs is loaded only where somebody wants it. */
export const createExposition = (version: string, logger: Logger): Exposition => {
  let app: Asked | null = null;
  let metrics: Metrics | null = null;
  let shown: { readonly at: string; readonly server: Shown } | null = null;

  const figures = (): Figures | null => {
    try {
      return app?.figures?.() ?? null;
    } catch (error) {
      logger.warn({ error: errorText(error) }, 'not all figures can be read');
      return null;
    }
  };

  const health = () => {
    const stuck = app?.stuck() ?? [];
    const failing = app?.failing() ?? [];
    try {
      return { stuck, failing, storeProblem: app?.figures?.().storeProblem ?? null };
    } catch (error) {
      return { stuck, failing, storeProblem: errorText(error) };
    }
  };

  const show = async (listen: Listen): Promise<Shown> => {
    const { createMetrics } = await import('../../metrics/metrics.ts');
    const { showMetrics } = await import('../../metrics/server.ts');
    const current = (metrics ??= createMetrics(version));
    return showMetrics({
      listen,
      version,
      logger,
      health,
      metrics: { contentType: current.contentType, text: () => current.text(figures()) },
    });
  };

  return {
    meter: {
      tried: (channel, outcome) => metrics?.meter.tried(channel, outcome),
      treated: (gateway, result) => metrics?.meter.treated(gateway, result),
      looked: (gateway, tookMs) => metrics?.meter.looked(gateway, tookMs),
    },
    use: async (listen) => {
      const at = listen === null ? null : JSON.stringify(listen);
      if (at === (shown?.at ?? null)) return;
      const before = shown;
      // The new address is opened first: when that fails, the old one is still in use.
      shown = listen === null || at === null ? null : { at, server: await show(listen) };
      await before?.server.stop();
    },
    ask: (next) => {
      app = next;
    },
    stop: async () => {
      await shown?.server.stop();
      metrics?.stop();
    },
  };
};
