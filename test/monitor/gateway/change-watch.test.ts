/** What is noticed as changed, with real files of both kinds of gateways. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { trustIn } from '../../../src/base/open-foreign.ts';
import { createLogger } from '../../../src/base/logger.ts';
import { HERMES_CHANGING } from '../../../src/gateways/hermes/changing.ts';
import { OPENCLAW_CHANGING } from '../../../src/gateways/openclaw/changing.ts';
import type { ChangingFiles } from '../../../src/gateways/changing-files.ts';
import { createChangeWatch } from '../../../src/monitor/gateway/change-watch.ts';
import type { Look } from '../../../src/monitor/gateway/look.ts';
import { lookAtTraits } from '../../../src/sensors/changing.ts';
import { gateway, link } from '../../incidents/helpers.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const T0 = new Date(2026, 10, 22, 12, 0, 0).getTime();
const MINUTE = 60_000;
const BOOT = { what: 'reboot', at: T0 - 86_400_000 } as const;

/** @param write a file below the home, as of so many minutes. */
const world = (files: ChangingFiles) => {
  const home = mkdtempSync(join(tmpdir(), 'lifeline-changes-'));
  folders.push(home);
  const remembered = new Map<string, string>();
  const meta = {
    get: (key: string) => remembered.get(key) ?? null,
    set: (key: string, value: string | null) =>
      void (value === null ? remembered.delete(key) : remembered.set(key, value)),
  };
  let now = T0;
  const open = () =>
    createChangeWatch({
      gateway: 'main',
      lookAtTraits: () => lookAtTraits(home, files, trustIn(home, [])),
      meta,
      bootedAt: () => BOOT.at,
      now: () => now,
      logger: createLogger('silent'),
    });
  return {
    open,
    home,
    at: (minute: number) => (now = T0 + minute * MINUTE),
    write: (path: string, text: string, minute = 0) => {
      const file = join(home, path);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, text);
      const at = new Date(T0 + minute * MINUTE);
      utimesSync(file, at, at);
    },
  };
};

const look = (at: number, ...verdicts: Look['verdicts']): Look => ({
  at,
  verdicts,
  vitals: {} as Look['vitals'],
  recheckAt: null,
  problems: [],
  logDoubts: [],
  refused: [],
});
const well = (at: number): Look => look(at, gateway('healthy')(at), link('qqbot', 'up')(at));
const ill = (at: number): Look => look(at, gateway('stopped')(at));

describe('changes of a Hermes', () => {
  test('are a version, a plugin and an edit with the times of their files, also over a restart of Lifeline', async () => {
    const { open, at, write } = world(HERMES_CHANGING);
    write('config.yaml', 'a: 1');
    write('gateway_state.json', '{"code_version":"0.9.1"}');
    write('plugins/weather/plugin.yaml', 'name: weather\nversion: "1.0"');
    const first = open();
    await first.follow(well(at(0)));
    expect(first.before(null)).toEqual({ changes: [BOOT], lastGoodAt: T0 });

    write('config.yaml', 'a: 2', 3);
    write('gateway_state.json', '{"code_version":"0.9.2"}', 4);
    write('plugins/weather/plugin.yaml', 'name: weather\nversion: "1.1"', 5);
    // Nobody looks for it within a minute of a gateway that is well.
    const second = open();
    await second.follow(ill(at(10)));
    expect(second.before(null)).toEqual({
      changes: [
        { what: 'config', at: T0 + 3 * MINUTE, file: 'config.yaml' },
        { what: 'version', at: T0 + 4 * MINUTE, from: '0.9.1', to: '0.9.2' },
        { what: 'plugin', at: T0 + 5 * MINUTE, name: 'weather', from: '1.0', to: '1.1' },
        BOOT,
      ],
      lastGoodAt: null,
    });
  });

  test('are none where a file was only written anew, cannot be read, or is no text of its kind', async () => {
    const { open, at, write, home } = world(HERMES_CHANGING);
    write('config.yaml', 'a: 1');
    write('plugins/weather/plugin.yaml', 'version: 1');
    const watch = open();
    await watch.follow(well(at(0)));
    write('config.yaml', 'a: 1', 2);
    write('gateway_state.json', 'not JSON', 2);
    write('plugins/weather/plugin.yaml', ': : :', 2);
    await watch.follow(well(at(3)));
    rmSync(join(home, 'config.yaml'));
    await watch.follow(well(at(6)));
    expect(watch.before(null).changes).toEqual([
      { what: 'plugin', at: T0 + 3 * MINUTE, name: 'weather', from: '1', to: null },
      BOOT,
    ]);
  });

  test('have the time of the look where the file is older than the look before', async () => {
    const { open, at, write } = world(HERMES_CHANGING);
    write('plugins/weather/plugin.yaml', 'version: 1');
    const watch = open();
    await watch.follow(well(at(0)));
    write('plugins/weather/plugin.yaml', 'version: 2', -900);
    await watch.follow(well(at(7)));
    expect(watch.before(null).changes[0]).toMatchObject({ what: 'plugin', at: T0 + 7 * MINUTE });
  });

  test('of a well gateway are looked for once a minute, of an ill one at once', async () => {
    const { open, at, write } = world(HERMES_CHANGING);
    write('config.yaml', 'a: 1');
    const watch = open();
    await watch.follow(well(at(0)));
    write('config.yaml', 'a: 2', 0.1);
    await watch.follow(well(at(0.5)));
    expect(watch.before(null).changes).toEqual([BOOT]);
    await watch.follow(ill(at(0.6)));
    expect(watch.before(null).changes).toHaveLength(2);
  });
});

describe('changes of an OpenClaw', () => {
  test('are not what it writes into its own file itself', async () => {
    const { open, at, write } = world(OPENCLAW_CHANGING);
    const text = (version: string, port: number): string =>
      JSON.stringify({ gateway: { port }, meta: { lastTouchedVersion: version } });
    write('openclaw.json', text('2026.9.5', 1));
    write('npm/projects/qqbot-1/package.json', '{"dependencies":{"@openclaw/qqbot":"1", "../evil":"1"}}');
    write(
      'npm/projects/qqbot-1/node_modules/@openclaw/qqbot/package.json',
      '{"name":"@openclaw/qqbot","version":"1.0.0"}',
    );
    const watch = open();
    await watch.follow(well(at(0)));
    write('openclaw.json', text('2026.9.6', 1), 2);
    write(
      'npm/projects/qqbot-1/node_modules/@openclaw/qqbot/package.json',
      '{"name":"@openclaw/qqbot","version":"1.0.1"}',
      2,
    );
    await watch.follow(well(at(4)));
    expect(watch.before(null).changes).toEqual([
      { what: 'version', at: T0 + 2 * MINUTE, from: '2026.9.5', to: '2026.9.6' },
      { what: 'plugin', at: T0 + 2 * MINUTE, name: '@openclaw/qqbot', from: '1.0.0', to: '1.0.1' },
      BOOT,
    ]);
    write('openclaw.json', text('2026.9.6', 2), 6);
    await watch.follow(well(at(8)));
    expect(watch.before(null).changes).toContainEqual({ what: 'config', at: T0 + 6 * MINUTE, file: 'openclaw.json' });
  });
});
