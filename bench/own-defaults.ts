/** The sandbox's configuration has short graces and many restarts. Here Lifeline's own defaults hold. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** @param change what is to be different besides. @returns the file. */
export const writeOwnDefaults = (
  sandbox: Sandbox,
  change: (config: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): string => {
  const file = sandbox.writeConfig();
  const {
    watch: _watch,
    healing: _healing,
    alerts: _alerts,
    ...kept
  } = parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
  writeFileSync(file, stringify(change(kept)), { mode: 0o600 });
  return file;
};
