/** What is measured of so many gateways, and how it is printed. */
export interface Measured {
  readonly count: number;
  readonly seconds: number;
  /** All of them once, as at a start. */
  readonly firstRoundMs: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly looks: number;
  readonly medianMs: number;
  readonly maxMs: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  /** None is ill; an incident would be a mistake. */
  readonly incidents: number;
}

export const HEAD = [
  '| gateways | first round, s | CPU, s of 60 | RSS, MB | looks | a look, ms: median | max | event loop late, ms: 99 % | max |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
].join('\n');

export const rowOf = ({
  count,
  seconds,
  firstRoundMs,
  cpuSeconds,
  rssMb,
  looks,
  medianMs,
  maxMs,
  delayP99Ms,
  delayMaxMs,
}: Measured): string =>
  `| ${[count.toLocaleString('en'), (firstRoundMs / 1_000).toFixed(2), ((cpuSeconds * 60) / seconds).toFixed(1), rssMb.toFixed(0), looks, medianMs.toFixed(1), maxMs.toFixed(0), delayP99Ms.toFixed(0), delayMaxMs.toFixed(0)].join(' | ')} |`;
