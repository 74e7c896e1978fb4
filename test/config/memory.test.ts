/** How much memory a gateway may hold, as it is written and as it is shown. */
import { expect, it, test } from 'vitest';
import { configLines } from '../../src/config/show.ts';
import { complaints, parse } from './helpers.ts';

const withMemory = (memory: string): string => `gateways: [{ name: main, kind: hermes, home: /a, memory: ${memory} }]`;
const GB = 2 ** 30;

it('warns at 80 % and restarts nothing unless told', () => {
  expect(parse('gateways: [{ name: main, kind: hermes, home: /a }]').gateways[0]?.memory).toEqual({
    warn: { share: 0.8 },
    restart: null,
    restartBusyMs: null,
  });
});

test.each([
  [
    '{ warn: 80%, restart: 2 GB, when: idle }',
    { warn: { share: 0.8 }, restart: { bytes: 2 * GB }, restartBusyMs: null },
  ],
  [
    '{ warn: 500MB, restart: 1.5gb, when: 30m }',
    { warn: { bytes: 500 * 2 ** 20 }, restart: { bytes: 1.5 * GB }, restartBusyMs: 1_800_000 },
  ],
  ['{ warn: off, restart: 90 % }', { warn: null, restart: { share: 0.9 }, restartBusyMs: null }],
  ['{ warn: false }', { warn: null, restart: null, restartBusyMs: null }],
])('%s', (written, expected) => expect(parse(withMemory(written)).gateways[0]?.memory).toEqual(expected));

test.each([
  ['{ warn: 0% }', /warn.*must be a share/s],
  ['{ warn: 101% }', /warn.*must be a share/s],
  ['{ restart: 2 }', /restart.*must be a share/s],
  ['{ restart: 2 TB }', /restart.*must be a share/s],
  ['{ restart: 0.1 MB }', /restart.*must be a share/s],
  ['{ when: busy }', /when.*must be idle or a duration/s],
  ['{ when: 10s }', /when.*must be idle or a duration/s],
  ['{ when: 8d }', /when.*must be idle or a duration/s],
  ['{ limit: 1 GB }', /limit/],
])('%s is wrong', (written, complaint) => expect(complaints(withMemory(written)).join('\n')).toMatch(complaint));

it('is shown where it is different, in a form that can be written', () => {
  const shown = configLines(parse(withMemory('{ restart: 1.5 GB, when: 90s }'))).join('\n');
  expect(shown).toContain('    memory:\n      restart: 1536 MB\n      when: 1m30s\n');
  expect(configLines(parse(withMemory('{ warn: 80% }'))).join('\n')).not.toContain('memory');
});
