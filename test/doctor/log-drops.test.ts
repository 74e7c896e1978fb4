import { describe, expect, it } from 'vitest';
import type { Evidence, GatewayFact, LinkFact } from '../../src/diagnosis/evidence.ts';
import { linkDrops } from '../../src/doctor/checks/logs.ts';
import type { DoctorContext } from '../../src/doctor/context.ts';
import { dropsIn, type LinkDrops } from '../../src/doctor/log-findings.ts';
import { instant } from '../instant.ts';

const of = (second: number, fact: LinkFact, link = 'qqbot'): Evidence => ({
  at: instant(second * 1_000),
  source: 'gateway.log',
  text: fact.kind,
  link,
  fact,
});
const starts = (second: number): Evidence => ({
  at: instant(second * 1_000),
  source: 'gateway.log',
  text: 'it starts',
  link: null,
  fact: { kind: 'gateway-starting' } satisfies GatewayFact,
});
const LOST: LinkFact = { kind: 'link-lost', reason: 'closed' };
const LOGIN: LinkFact = { kind: 'link-login' };
const OPEN: LinkFact = { kind: 'link-open' };

describe('what was lost and came back', () => {
  it('is counted, with its share of the time, by link', () => {
    const found = dropsIn(
      [
        of(0, LOGIN),
        of(100, LOST),
        of(100, LOST),
        of(103, LOGIN),
        of(150, LOST, 'feishu'),
        of(160, OPEN, 'feishu'),
        of(200, LOST),
        of(207, LOGIN),
      ],
      1_000_000,
    );
    expect(found).toEqual([
      { link: 'qqbot', count: 2, spanMs: 1_000_000, longestMs: 7_000, upShare: 0.99 },
      { link: 'feishu', count: 1, spanMs: 1_000_000, longestMs: 10_000, upShare: 0.99 },
    ]);
  });

  it.each<[string, readonly Evidence[]]>([
    ['is lost still', [of(0, LOGIN), of(100, LOST)]],
    ['came back with a start', [of(0, LOGIN), of(100, LOST), starts(110), of(120, LOGIN)]],
    ['has an open socket only, though its logins are logged', [of(0, LOGIN), of(100, LOST), of(101, OPEN)]],
    ['comes back without a word', [of(100, { ...LOST, returnsSilently: true }), of(900, { kind: 'link-traffic' })]],
  ])('is none of these where it %s', (_, evidence) => {
    expect(dropsIn(evidence, 1_000_000)).toEqual([]);
  });
});

describe('the doctor', () => {
  const hours = 3_600_000;
  const drops = (count: number, spanMs: number): LinkDrops => ({
    link: 'qqbot',
    count,
    spanMs,
    longestMs: 3_000,
    upShare: 0.9987,
  });
  const run = (each: LinkDrops, anyLog = true) =>
    linkDrops.run({
      gateway: { name: 'main' },
      symptoms: () => Promise.resolve({ anyLog, symptoms: [], drops: [each] }),
    } as unknown as DoctorContext);

  it('gives a hint on links that drop oftener than a platform ends their sessions', async () => {
    const found = await run(drops(400, 20 * hours));
    expect(found).toMatchObject([{ code: 'link_drops', gateway: 'main', severity: 'info', link: 'qqbot', count: 400 }]);
    const [finding] = 'skip' in found ? [] : found;
    if (!finding) throw new Error('nothing was found');
    expect(finding.words.en[0]).toBe(
      'QQ dropped 400 times in the last 20 h, for 3 s at most, and came back by itself; it was up 99.8% of the time',
    );
    expect(finding.words['zh-CN'][0]).toBe('QQ 在最近 20 小时里断开 400 次，最长 3 秒，都自行恢复；99.8% 的时间在线');
  });

  it.each<[string, LinkDrops]>([
    ["QQ's half-hourly end of a session", drops(40, 20 * hours)],
    ['a few drops', drops(4, hours / 2)],
  ])('says nothing of %s', async (_, each) => {
    expect(await run(each)).toEqual([]);
  });

  it('looks at nothing where there is no log', async () => {
    expect(await run(drops(400, 20 * hours), false)).toEqual({ skip: 'no_log' });
  });
});
