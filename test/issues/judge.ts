/** Replays a generated home through the program's own replay, together with what the thread tells beside the logs. */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fromIso, type Instant } from '../../src/base/instant.ts';
import type { Evidence, Outlook } from '../../src/diagnosis/evidence.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import type { GatewayKind, LogReader } from '../../src/gateways/gateway-kind.ts';
import { kindAt } from '../../src/gateways/index.ts';
import { accountFacts } from '../../src/gateways/openclaw/account-facts.ts';
import { replay } from '../../src/monitor/replay-logs.ts';
import { TOLD, type Expected } from './generate.ts';
import type { IssueRecord } from './record.ts';

/** Times without a zone are of the same clock as the log's. */
const timeOf = (text: string): Instant => {
  const at = fromIso(text);
  if (at === null) throw new Error(`"${text}" is no time`);
  return at;
};

/** What its keeper says when it is asked about a process that is gone (src/diagnosis/evidence.ts). */
const OUTLOOKS: Readonly<Record<string, Outlook>> = {
  'will start it': { next: 'starts', withinMs: null },
  'will not start it': { next: 'nothing', enabled: true },
  'was told to stop it': { next: 'stopped' },
};

const FIRST_PID = 4711;

type Seen = (at: Instant, words: string, text: string) => readonly Evidence[];

/**
 * `TIME gone`, `TIME alive`, `TIME alive by hand`, `TIME heartbeat stale`, `TIME keeper will not start it`: a recording
 * has no process table, no heartbeat file and no keeper, but a thread may tell.
 */
const processSeen = (): Seen => {
  let startTime = 1;
  return (at, words, text) => {
    const dated = { at, source: 'process', text, link: null } as const;
    if (words === 'gone') {
      // What is alive after this is another process, and a further start.
      startTime += 1;
      return [{ ...dated, fact: { kind: 'process', process: null } }];
    }
    if (words === 'alive' || words === 'alive by hand')
      return [
        { ...dated, fact: { kind: 'process', process: { pid: FIRST_PID + startTime, startTime, startedAt: at } } },
        // Its keeper counts what it starts itself.
        ...(words === 'alive' ? [] : [{ ...dated, fact: { kind: 'started-by', by: 'somebody' } } as const]),
      ];
    if (words === 'heartbeat stale')
      return [{ ...dated, source: 'heartbeat', fact: { kind: 'loop', pid: FIRST_PID + startTime, state: 'wedged' } }];
    const outlook = OUTLOOKS[words.replace(/^keeper /, '')];
    if (outlook) return [{ ...dated, fact: { kind: 'keeper', outlook, bare: false } }];
    throw new Error(`"${text}" tells nothing of a process: gone, alive, heartbeat stale, or what does its keeper say?`);
  };
};

/** `TIME feishu {"running":true,"connected":false}`: an account as `channels.status` gave it. */
const statusSeen: Seen = (at, words, text) => {
  const [link = '', ...json] = words.split(' ');
  return accountFacts(JSON.parse(json.join(' ')) as Record<string, unknown>, at).map((found) => ({
    at: found.at,
    source: 'status',
    text,
    link,
    fact: found.fact,
  }));
};

const readerOf = (seen: Seen): LogReader => ({
  line: (text) => {
    const [stamp = '', ...words] = text.split(' ');
    const at = timeOf(stamp);
    return { at, evidence: seen(at, words.join(' '), text) };
  },
});

/** The kind of gateway, with what the thread tells as further logs. */
const withTold = (kind: GatewayKind): GatewayKind => ({
  ...kind,
  logs: [...kind.logs, ...Object.values(TOLD)],
  newLogReader: (source) => {
    if (source === TOLD.process) return readerOf(processSeen());
    return source === TOLD.status ? readerOf(statusSeen) : kind.newLogReader(source);
  },
});

/** How soon the process sensor has found the next process. */
const FOUND_MS = 10_000;

/**
 * A replay takes a gateway for gone after its last words. Where a thread says that the process was alive all the while,
 * somebody had started it again, and the process sensor would have found that one.
 */
const startedAgain = (kind: GatewayKind, home: string): string =>
  readdirSync(join(home, 'logs'))
    .flatMap((name) => {
      const reader = kind.newLogReader(name);
      return readFileSync(join(home, 'logs', name), 'utf8')
        .split('\n')
        .flatMap((line) => reader.line(line)?.evidence ?? []);
    })
    .filter(({ fact }) => fact.kind === 'gateway-exit' || fact.kind === 'gateway-stopped')
    .map(({ at }) => `${new Date(at).toISOString()} gone\n${new Date(at + FOUND_MS).toISOString()} alive\n`)
    .join('');

/** @returns every change of verdict, in order of time. */
export const judgeHome = async (
  { kind, facts, log }: Pick<IssueRecord, 'kind' | 'facts' | 'log'>,
  folder: string,
): Promise<readonly Verdict[]> => {
  const { until } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected;
  const home = join(folder, 'home');
  if (facts.process === 'alive' && !/\b(?:gone|alive)$/m.test(log['process'] ?? ''))
    appendFileSync(join(home, TOLD.process), startedAgain(kindAt(kind, home), home));
  const verdicts: Verdict[] = [];
  for await (const verdict of replay({
    kind: withTold(kindAt(kind, home)),
    home,
    gateway: basename(folder),
    until: timeOf(until),
  }))
    verdicts.push(verdict);
  return verdicts;
};
