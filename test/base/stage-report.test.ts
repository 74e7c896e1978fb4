import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { attempted, reported, reportedLater, type Place, type StageReport } from '../../src/base/stage-report.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const LOOK: Place = { stage: 'look', gateway: 'main' };
const JUDGEMENT: Place = { stage: 'judgement', gateway: 'main' };

const listen = () => {
  const heard: string[] = [];
  const report: StageReport = {
    failed: ({ stage }, error, lastedMs = 0) =>
      heard.push(
        `${stage} failed: ${error instanceof Error ? error.message : String(error)}${lastedMs > 0 ? ` after ${lastedMs} ms` : ''}`,
      ),
    worked: ({ stage }) => heard.push(`${stage} worked`),
  };
  return { heard, report };
};

test('an error is reported once, by the innermost stage, and goes on to whoever asked', async () => {
  const { heard, report } = listen();
  const work = async (): Promise<never> =>
    reported(report, JUDGEMENT, () => {
      throw new Error('no');
    });
  await expect(reportedLater(report, LOOK, work)).rejects.toThrow('no');
  expect(heard).toEqual(['judgement failed: no']);
  expect(reported(report, JUDGEMENT, () => 5)).toBe(5);
  expect(heard.slice(1)).toEqual(['judgement worked']);
});

test('what does not end has failed by then, and works when it ends after all', async () => {
  const { heard, report } = listen();
  const { promise, resolve } = Promise.withResolvers<number>();
  const asked = reportedLater(report, LOOK, () => promise);
  await vi.advanceTimersByTimeAsync(50_000);
  expect(heard).toEqual(['look failed: no end within 45 s after 45000 ms']);
  resolve(7);
  expect(await asked).toBe(7);
  expect(heard.at(-1)).toBe('look worked');
});

test('what the rest can do without stops nobody', () => {
  const { heard, report } = listen();
  attempted(report, LOOK, () => {
    throw new Error('damaged');
  });
  expect(heard).toEqual(['look failed: damaged']);
});
