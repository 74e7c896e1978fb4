import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { EVENTS } from '../../src/base/events.ts';
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts';
import type { Figures } from '../../src/monitor/meter.ts';
import { gatewayVerdict, linkVerdict, NOW } from '../commands/helpers.ts';

let metrics: Metrics = createMetrics('1.2.3');
afterEach(() => {
  metrics.stop();
  metrics = createMetrics('1.2.3');
});

const figures = (more: Partial<Figures> = {}): Figures => ({
  gateways: [
    {
      name: 'main',
      verdicts: [
        gatewayVerdict('frozen'),
        linkVerdict('qqbot', 'up'),
        linkVerdict('feishu', 'deaf'),
        linkVerdict('slack', 'disabled'),
      ],
    },
  ],
  channels: [
    { name: 'feishu', link: 'connected' },
    { name: 'qq', link: 'waiting' },
    { name: 'webhook', link: 'waiting' },
  ],
  openIncidents: 2,
  undelivered: 3,
  oldestUndeliveredAt: NOW - 90_000,
  now: NOW,
  startedAt: NOW - 60_000,
  lastRoundAt: NOW - 5_000,
  storeProblem: null,
  failing: [],
  loops: ['round', 'outbox'],
  stuck: [{ loop: 'outbox', silentMs: 80_000, limitMs: 70_000 }],
  ...more,
});

/** Each series with its value. */
const read = async (given: Figures | null): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    (await metrics.text(given))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
  );

const namesOf = async (): Promise<readonly string[]> =>
  [...(await metrics.text(null)).matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);

test('shows how everything is', async () => {
  expect(await read(figures())).toMatchObject({
    'lifeline_gateway_condition{gateway="main",condition="frozen"}': '1',
    'lifeline_gateway_condition{gateway="main",condition="healthy"}': '0',
    'lifeline_gateway_link_up{gateway="main",link="qqbot"}': '1',
    'lifeline_gateway_link_up{gateway="main",link="feishu"}': '0',
    'lifeline_channel_up{channel="feishu"}': '1',
    'lifeline_channel_up{channel="qq"}': '0',
    lifeline_incidents_open: '2',
    lifeline_outbox_undelivered: '3',
    lifeline_outbox_oldest_age_seconds: '90',
    lifeline_last_round_timestamp_seconds: String((NOW - 5_000) / 1_000),
    lifeline_store_ok: '1',
    lifeline_stages_failing: '0',
    'lifeline_loop_stuck{loop="round"}': '0',
    'lifeline_loop_stuck{loop="outbox"}': '1',
  });
  const series = await read(figures());
  expect(Object.keys(series).filter((name) => /slack|webhook/.test(name))).toEqual([]);
  expect(Number(series['process_resident_memory_bytes'])).toBeGreaterThan(1_000_000);
  expect(Number(series['process_cpu_seconds_total'])).toBeGreaterThan(0);
});

test('shows what a gateway needs of the machine, as far as that is known', async () => {
  const memory = { bytes: 900, by: 'pss', processes: 2, ceiling: 1_000, of: 'group', level: 'high' } as const;
  const resources = { memory, files: { pid: 7, open: 9, most: 10, high: true }, disk: { free: 5, all: 6, low: true } };
  const gateways = [
    { name: 'main', verdicts: null, resources },
    { name: 'mac', verdicts: null, resources: { memory: { ...memory, ceiling: null, of: null }, files: null } },
    { name: 'new', verdicts: null, resources: {} },
  ];
  const series = await read(figures({ gateways }));
  const shown = Object.fromEntries(
    Object.entries(series).filter(([name]) => /^lifeline_gateway_(?:memory|open|disk)/.test(name)),
  );
  expect(shown).toEqual({
    'lifeline_gateway_memory_bytes{gateway="main",by="pss"}': '900',
    'lifeline_gateway_memory_bytes{gateway="mac",by="pss"}': '900',
    'lifeline_gateway_memory_limit_bytes{gateway="main",of="group"}': '1000',
    'lifeline_gateway_open_files{gateway="main"}': '9',
    'lifeline_gateway_open_files_limit{gateway="main"}': '10',
    'lifeline_gateway_disk_free_bytes{gateway="main"}': '5',
  });
});

test('counts what is done', async () => {
  metrics.meter.tried('qq', 'delivered');
  metrics.meter.tried('qq', 'delivered');
  metrics.meter.tried('feishu', 'refused');
  metrics.meter.treated('main', { remedy: 'restart', outcome: 'recovered', requestedBy: 'auto' });
  metrics.meter.treated('main', { remedy: 'restart', outcome: 'failed', requestedBy: 'Zhang San' });
  metrics.meter.looked('main', 40);
  const series = await read(null);
  expect(series).toMatchObject({
    'lifeline_notice_attempts_total{channel="qq",outcome="delivered"}': '2',
    'lifeline_notice_attempts_total{channel="feishu",outcome="refused"}': '1',
    'lifeline_treatments_total{gateway="main",remedy="restart",outcome="recovered",by="lifeline"}': '1',
    'lifeline_treatments_total{gateway="main",remedy="restart",outcome="failed",by="operator"}': '1',
    'lifeline_look_duration_seconds_count{gateway="main"}': '1',
  });
  expect(JSON.stringify(series)).not.toContain('Zhang');
});

test('a gateway that is no more in the configuration is no more in the figures, nor is what nobody can ask', async () => {
  await read(figures());
  expect(Object.keys(await read(figures({ gateways: [] }))).filter((name) => name.includes('main'))).toEqual([]);
  expect(Object.keys(await read(null)).filter((name) => name.includes('channel='))).toEqual([]);
});

test('all is well before the first look and the first round', async () => {
  expect(
    await read(
      figures({
        gateways: [{ name: 'main', verdicts: null }],
        lastRoundAt: null,
        oldestUndeliveredAt: null,
        storeProblem: 'disk full',
      }),
    ),
  ).toMatchObject({
    'lifeline_gateway_condition{gateway="main",condition="unknown"}': '1',
    lifeline_last_round_timestamp_seconds: '0',
    lifeline_outbox_oldest_age_seconds: '0',
    lifeline_store_ok: '0',
  });
});

test('a hub shows the hosts by their names, and forgets those that are gone', async () => {
  const host = (name: string, silentMs: number | null) => ({
    host: name,
    silentMs,
    isSilent: silentMs === null || silentMs > 90_000,
    openIncidents: 2,
    gateways: [{ name: 'main', isWell: silentMs !== null }],
  });
  const fleet = { hub: 'hub-1', speaks: true, hosts: [host('web-1', 3_000), host('web-2', null)] };
  expect(await read(figures({ fleet }))).toMatchObject({
    'lifeline_fleet_hub_speaks{hub="hub-1"}': '1',
    'lifeline_fleet_host_up{host="web-1"}': '1',
    'lifeline_fleet_host_up{host="web-2"}': '0',
    'lifeline_fleet_host_silent_seconds{host="web-1"}': '3',
    'lifeline_fleet_host_incidents_open{host="web-1"}': '2',
    'lifeline_fleet_gateway_well{host="web-1",gateway="main"}': '1',
    'lifeline_fleet_gateway_well{host="web-2",gateway="main"}': '0',
  });
  const later = await read(figures({ fleet: { hub: 'hub-1', speaks: false, hosts: [host('web-1', 3_000)] } }));
  expect(later).toMatchObject({ 'lifeline_fleet_hub_speaks{hub="hub-1"}': '0' });
  expect(Object.keys(later).filter((series) => series.includes('web-2'))).toEqual([]);
});

test.each(['docs/running.md', 'docs/running.zh-CN.md'])(
  '%s has a row for every metric and every event, and for nothing else',
  async (name) => {
    const page = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z_.]+)`/gm)].map(([, first = '']) => first);
    const isMetric = (row: string): boolean => /^(?:lifeline|process|nodejs)_/.test(row);
    expect(rows.filter(isMetric).sort()).toEqual([...(await namesOf())].sort());
    expect(rows.filter((row) => EVENTS.some((each) => each === row) || /^[a-z]+\.[a-z_]+$/.test(row))).toEqual([
      ...EVENTS,
    ]);
  },
);
