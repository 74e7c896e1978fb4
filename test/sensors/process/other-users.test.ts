/** What an ordinary user's Lifeline makes of the gateways and Lifelines of others, really run by root beside it. */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import { findGatewayProcesses } from '../../../src/sensors/process/process.ts';
import { noStranger, STRANGER, strangerDoes } from '../../base/open-foreign/stranger.ts';
import { ownFolder } from '../../store/helpers.ts';
import { createFamily, type Family } from './gateway-family.ts';

const SOURCES = join(import.meta.dirname, '../../../src');
const unreadable = ((): string | null => {
  if (noStranger !== null) return noStranger;
  try {
    strangerDoes("require('node:fs').accessSync(process.argv.at(-1), 4)", join(SOURCES, 'main.ts'));
    return null;
  } catch {
    return 'needs sources that others may read';
  }
})();

/** What a part of the sources answers to the stranger. */
const strangerAsks = (file: string, ask: string, ...args: readonly string[]): unknown =>
  JSON.parse(
    strangerDoes(
      `const [file, ...args] = process.argv.slice(1); import(file).then(async (it) => console.log(JSON.stringify(await (${ask})(it, ...args))));`,
      join(SOURCES, file),
      ...args,
    ),
  );

describe.skipIf(unreadable !== null)(`beside the gateways of others (${unreadable ?? 'played by root'})`, () => {
  let family: Family;
  let home: string;
  beforeEach(async () => {
    family = await createFamily();
    const folder = ownFolder();
    chmodSync(folder, 0o755);
    home = join(folder, 'home');
    mkdirSync(home);
    chownSync(home, STRANGER, STRANGER);
  });
  afterEach(() => family.end());

  test('none of them is a candidate for a home of one’s own, whatever unit of theirs or of the machine it is in', async () => {
    const [pid] = await family.start(family.command('gateway', 'run'));
    const ask =
      "async ({ sight }, home, kind) => { const { hermes } = await import(kind); const units = ['user', 'system'].map((scope) => ({ scope, unit: 'hermes-gateway.service', namedBy: 'installer' })); const { gateway, beside } = await sight({ kind: hermes, home, units }); return { gateway, beside: beside.map(({ pid }) => pid) }; }";
    expect(
      strangerAsks('sensors/process/find-process.ts', ask, home, join(SOURCES, 'gateways/hermes/hermes.ts')),
    ).toEqual({ gateway: null, beside: [] });
    // Root is shown which home it serves, and sees it there as before.
    expect((await findGatewayProcesses(hermes, family.home)).map((each) => each.pid)).toEqual([pid]);
  });

  test('a Lifeline of theirs watches nothing that is known', async () => {
    const config = join(home, 'config.yaml');
    writeFileSync(config, 'gateways: [{ name: main, kind: hermes, home: ~/.hermes }]\n');
    const env = { HOME: family.folder, LIFELINE_CONFIG: config };
    await family.start([process.execPath, join(family.folder, 'wrapper.cjs'), '/x/lifeline', 'run'], env);
    const ask = 'async ({ findLifelines }, ...homes) => (await findLifelines(homes)).map(({ pid }) => pid)';
    const usual = strangerDoes("console.log(require('node:os').homedir())").trim();
    expect(strangerAsks('doctor/lifelines.ts', ask, join(usual, '.hermes'), join(family.folder, '.hermes'))).toEqual(
      [],
    );
  });
});
