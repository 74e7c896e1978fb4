/** Every code has its row in both documents, every check its title, and every sentence reads as it should. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { CHECKS } from '../../src/doctor/checks/index.ts';
import type { DoctorFinding } from '../../src/doctor/finding.ts';
import { SELF_CHECKS } from '../../src/self/checks/index.ts';
import { FINDING_CODES, findingWords } from '../../src/text/doctor/findings.ts';
import { CHECK_TITLES } from '../../src/text/doctor/check-titles.ts';

const rowsOf = (file: string): readonly string[] =>
  [...readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(
    ([, code = '']) => code,
  );

describe.each(['doctor.md', 'doctor.zh-CN.md'])('docs/%s', (file) => {
  it('has one row for each code, and no other', () => {
    expect(rowsOf(file).toSorted()).toEqual([...FINDING_CODES].toSorted());
  });
});

it('has a title for each check, and each check only once', () => {
  const names = [...CHECKS.map(({ name }) => name), ...SELF_CHECKS.map(({ name }) => name)];
  expect(new Set(names).size).toBe(names.length);
  for (const locale of ['zh-CN', 'en'] as const)
    expect(Object.keys(CHECK_TITLES[locale]).toSorted()).toEqual([...names].toSorted());
});

/** Every fact that any finding has; the sentences take what they need. */
const FACTS = {
  where: 'file',
  value: 'off',
  seconds: 5,
  burst: 5,
  inOrder: true,
  what: 'bytes',
  freeBytes: 1e8,
  ceiling: 6e9,
  open: 900,
  spanMs: 3_600_000,
  longestMs: 3_000,
  upShare: 0.99,
  most: 1_024,
  bytes: 5e9,
  problem: 'form',
  example: 'xoxb-…',
  link: 'qqbot',
  running: true,
  todo: 'allow_push',
  proxy: true,
  feishu: true,
  left: 1,
  total: 2,
  count: 2,
  age: 'outdated',
  version: '1',
  line: 7,
  pid: 7,
  pids: [7, 8],
  plists: ['a', 'b'],
  units: ['a', 'b'],
  paths: ['a'],
  homes: ['a', 'b'],
  allowed: ['a', 'b'],
  channel: 'qq',
  level: 'ERROR',
  restart: 'on-failure',
  check: 'home',
  plist: 'P',
  label: 'L',
  marker: 'M',
  home: 'H',
  program: 'X',
  supervisor: 'auto',
  unit: 'U',
  unitHome: 'V',
  user: 'me',
  path: 'F',
  runsAs: 'r',
  owner: 'o',
  self: 's',
  variable: 'HTTPS_PROXY',
  endpoint: 'e:1',
  why: 'w',
  host: 'h',
  name: 'N',
  key: 'k',
  consent: 'C',
  root: 'R',
  said: 'told',
  module: 'aiohttp',
  warning: 'w',
  appId: '1',
  state: 'failed',
  configFile: 'c',
  file: 'f',
  wanted: '>=24',
  access: 'missing',
  mode: 'remote',
  refusal: { why: 'owner', path: 'F', kind: 'file', uid: 7 },
  right: 'R',
  off: true,
  column: 3,
  title: 'Hermes',
  today: { title: 'Hermes', seconds: 60 },
  trouble: { why: 'no_server', since: 1, said: 'told' },
  broken: { key: 'ca', why: 'unreadable', said: 'told' },
};

/** Of a kind that installs no service there is nothing to hold a unit against. */
test.each(['unit_restart_conditional', 'unit_start_limited', 'unit_slow_restart'] as const)(
  '%s of a gateway without an installer of its own',
  (code) => {
    const finding = {
      ...FACTS,
      title: null,
      today: null,
      code,
      gateway: 'main',
      severity: 'error',
      commands: [],
      fix: null,
    } as unknown as DoctorFinding;
    for (const locale of ['zh-CN', 'en'] as const)
      expect(findingWords(finding, locale).why).not.toMatch(/undefined|null|Hermes/);
  },
);

test.each(FINDING_CODES)('%s', (code) => {
  const finding = {
    ...FACTS,
    code,
    gateway: 'main',
    severity: 'error',
    commands: [],
    fix: null,
  } as unknown as DoctorFinding;
  for (const locale of ['zh-CN', 'en'] as const) {
    for (const words of Object.values(findingWords(finding, locale))) {
      expect(words).not.toMatch(/undefined|null|NaN|\[object| {2}|[\r\n]/);
      expect(words).not.toBe('');
    }
  }
  const chinese = Object.values(findingWords(finding, 'zh-CN')).join('\n');
  expect(chinese).not.toMatch(/\p{Script=Han}[,:;()?!]|[,:;()?!]\p{Script=Han}/u);
  expect(Object.values(findingWords(finding, 'en')).join('\n').replace('允许主动发送', '')).not.toMatch(
    /[\p{Script=Han}，：。「」；]/u,
  );
});
