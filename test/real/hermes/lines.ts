/** Every line that the real Hermes wrote, held against the grammar and the list of those that were judged. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import { parseLogLine } from '../../../src/gateways/hermes/log-line.ts';
import { expectJudged, linesReport, readLines } from '../lines-judged.ts';
import type { HermesScene } from './hermes-unit.ts';

const JUDGED = fileURLToPath(new URL('./lines-judged.txt', import.meta.url));
const GRAMMAR = 'src/gateways/hermes/grammar.ts';

/** What Lifeline does not read, and why nothing is lost by that. A file of another name fails the test. */
const UNREAD: Readonly<Record<string, string>> = {
  curator: 'a folder: reports on the skills of its agent',
  'gateway-exit-diag.log': 'how each process ended, with its traceback: the exit is in the log and in its service',
  'gateway-shutdown-diag.log': 'the processes of the machine as they were at a signal',
};

/** What must have been understood in the course of these tests; some of it is in two or three files. */
const UNDERSTOOD = [
  'gateway-starting',
  'gateway-ready',
  'gateway-stopping',
  'gateway-stopped',
  'gateway-exit',
  'link-host qqbot',
  'link-open qqbot',
  'link-login qqbot',
  'link-traffic qqbot',
  'link-lost qqbot',
  'link-retrying qqbot',
  'link-retry-failed qqbot',
  'link-gave-up qqbot',
  'link-closed qqbot',
  'link-open feishu',
  'link-login feishu',
  'link-traffic feishu',
  'link-lost feishu',
  'link-retrying feishu',
  'link-retry-failed feishu',
  'link-closed feishu',
  'link-open telegram',
  'link-lost telegram',
  'link-retry-failed telegram',
  'link-rejected telegram',
  'link-closed telegram',
  'link-open mattermost',
  'link-retrying mattermost',
  'link-lost mattermost',
  'link-rejected mattermost',
];

/** @throws when a line says something that nobody has judged. */
export const checkLines = async ({ home, site, systemd }: HermesScene): Promise<void> => {
  const folder = join(home, 'logs');
  const read = hermes.logs.map((path) => join(home, path));
  const files = (await readdir(folder)).map((name) => ({ name, path: join(folder, name.replace(/\.\d+$/, '')) }));
  const unknown = files
    .filter(({ name, path }) => !read.includes(path) && UNREAD[name] === undefined)
    .map(({ name }) => name);
  expect(
    unknown,
    'log files that nobody has judged: either Lifeline reads them (src/gateways/hermes/hermes.ts), or they stand here with the reason why not',
  ).toEqual([]);
  const logs = await Promise.all(
    files
      .filter(({ path }) => read.includes(path))
      .map(async ({ name }) => ({ name, text: await readFile(join(folder, name), 'utf8') })),
  );
  const lines = readLines(logs, {
    newLogReader: hermes.newLogReader,
    wordsOf: (line) => {
      const record = parseLogLine(line);
      return record && `${record.level} ${record.logger}: ${record.message}`;
    },
    names: [
      [home, '<home>'],
      [site, '<venv>'],
      [systemd.dir, '<dir>'],
    ],
  });
  console.info(linesReport(lines));
  expectJudged(lines, JUDGED, GRAMMAR);
  expect([...lines.telling.keys()]).toEqual(expect.arrayContaining(UNDERSTOOD));
};
