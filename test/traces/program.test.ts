/** Some traces, judged by the real command line. */
import { execa } from 'execa';
import { test } from 'vitest';
import { sample } from '../deep.ts';
import { ALL } from './generate/all.ts';
import { expectJudged, type Replayed } from './judged.ts';
import type { Expected } from './generate/trace.ts';
import { THROUGH_PROGRAM } from './through-program.ts';
import { MAIN } from '../program.ts';

const replay = async (home: string, { until, tz }: Expected): Promise<Replayed> =>
  execa(process.execPath, [MAIN, 'replay', home, '--until', until, '--json'], { env: { TZ: tz }, reject: false });

for (const trace of sample(
  ALL.filter(({ name }) => THROUGH_PROGRAM.has(name)),
  5,
  0,
))
  test.concurrent(`${trace.name}: ${trace.about}`, async () => expectJudged(trace, replay));
