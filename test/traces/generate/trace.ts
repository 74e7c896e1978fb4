/** A trace: a script that plays a gateway's life, and what a diagnosis must (and must not) say of it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chatter, type ChatterOptions } from './chatter.ts';
import { feishuAdapter, type FeishuOptions } from './feishu.ts';
import { qqAdapter, type QqOptions } from './qq.ts';
import { createRecorder } from './recorder.ts';
import { runner, type Platform } from './runner.ts';

/** One or several acceptable values. */
export type OneOf<T> = T | readonly T[];

/** What must be said: by a verdict on one of `link`, and nothing of that kind before `notBefore`. */
export interface Wanted {
  readonly link: OneOf<string | null>;
  readonly condition: readonly string[];
  readonly remedy: OneOf<string>;
  readonly by: string;
  readonly notBefore: string;
}

export interface Expectation {
  readonly until: string;
  readonly expect?: Wanted;
  readonly never?: readonly string[];
  /** No `alert` either. */
  readonly quiet?: boolean;
  /** The last condition of each link; `gateway` stands for the gateway itself. */
  readonly finally?: Readonly<Record<string, OneOf<string>>>;
}

/** What is expected, and the zone in whose time the logs are written. */
export type Expected = Expectation & { readonly about: string; readonly tz: string };

export interface TraceOptions {
  readonly tz?: string;
  readonly from?: string;
  readonly logs?: readonly string[];
  readonly platforms?: readonly Platform[];
  readonly launchd?: boolean;
  readonly qq?: QqOptions;
  readonly feishu?: FeishuOptions;
}

const play = (
  name: string,
  {
    tz = 'Asia/Shanghai',
    from = '2026-11-20T08:00:00+08:00',
    logs = ['gateway.log', 'agent.log', 'errors.log'],
    platforms = ['qqbot', 'feishu'],
    launchd = false,
    ...adapters
  }: TraceOptions,
) => {
  const home = createRecorder({ seed: name, tz, from, launchd, logs: launchd ? [...logs, 'gateway.error.log'] : logs });
  const qq = qqAdapter(home, adapters.qq);
  const feishu = feishuAdapter(home, adapters.feishu);
  const run = runner(home, qq, feishu, platforms);
  return {
    home,
    qq,
    feishu,
    run,
    pass: home.pass,
    iso: home.iso,
    /** Chatter from an earlier moment until now. */
    talk: (start: number, options: Partial<ChatterOptions> = {}) =>
      chatter(home, { from: start, to: home.now(), platforms, ...options }),
    /** Lets time pass with people talking meanwhile. */
    busy: (duration: string, options: Partial<ChatterOptions> = {}) => {
      const start = home.now();
      home.pass(duration);
      chatter(home, { from: start, to: home.now(), platforms, ...options });
    },
  };
};

export type Stage = ReturnType<typeof play>;

export interface Trace {
  readonly kind: 'healthy' | 'sick';
  readonly name: string;
  readonly about: string;
  /** Writes the home into a folder of that name in `root`, and beside the home what is expected of the diagnosis. */
  readonly write: (root: string) => Promise<{ readonly home: string; readonly expected: Expected }>;
}

const trace = (
  kind: Trace['kind'],
  name: string,
  about: string,
  options: TraceOptions,
  script: (stage: Stage) => Expectation,
): Trace => ({
  kind,
  name,
  about,
  write: async (root) => {
    const stage = play(name, options);
    const expected: Expected = { about, tz: stage.home.tz, ...script(stage) };
    const folder = join(root, kind, name);
    const home = join(folder, 'home');
    await stage.home.write(home);
    await writeFile(join(folder, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
    return { home, expected };
  },
});

/** Nothing that ends a process may ever be proposed. */
export const healthy = (
  name: string,
  about: string,
  options: TraceOptions,
  script: (stage: Stage) => Expectation,
): Trace =>
  trace('healthy', name, about, options, (stage) => ({
    never: ['restart', 'restart_link', 'start'],
    ...script(stage),
  }));

export const sick = (
  name: string,
  about: string,
  options: TraceOptions,
  script: (stage: Stage) => Expectation & { expect: Wanted },
): Trace => trace('sick', name, about, options, script);

/** For what no restart can mend. */
export const NO_RESTART = ['restart', 'restart_link', 'start'];
