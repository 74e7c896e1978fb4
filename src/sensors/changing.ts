/**
 * What of a gateway may have been changed, as its files are now: versions, plugins, configurations. Never throws; what
 * cannot be read is left out, which is not the same as removed.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Trust } from '../base/file-trust.ts';
import { readForeign, MOST_BYTES } from '../base/open-foreign.ts';
import { packageNamed, type ChangingFiles, type PluginFolder } from '../gateways/changing-files.ts';

/** One thing that can change, as of a look. */
export interface Trait {
  /** The version, or a digest of a configuration. */
  readonly value: string;
  /** When its file was written; null: its time is none. */
  readonly at: number | null;
}

export interface TraitsSeen {
  readonly version: Trait | null;
  /** By file. */
  readonly configs: Readonly<Record<string, Trait>>;
  /** By name; null: not all of them could be looked at, so that none can be said to be gone. */
  readonly plugins: Readonly<Record<string, Trait>> | null;
}

/** More plugins than anybody has. */
const MOST_PLUGINS = 60;
const DIGEST_CHARACTERS = 16;

interface File {
  readonly text: string;
  readonly at: number | null;
}

/** @returns null where it is not there or cannot be believed. */
type Reader = (path: string) => Promise<File | null>;

export const lookAtTraits = async (home: string, files: ChangingFiles, trust: Trust): Promise<TraitsSeen> => {
  const read: Reader = async (path) => {
    try {
      const { text, modifiedAt } = await readForeign(join(home, path), { trust, mostBytes: MOST_BYTES.config });
      return { text, at: modifiedAt };
    } catch {
      return null;
    }
  };
  const configs: Record<string, Trait> = {};
  for (const { file, essence } of files.configs) {
    const found = await read(file);
    if (found) configs[file] = { value: digest(essence ? essence(found.text) : found.text), at: found.at };
  }
  return { version: await versionIn(files, read), configs, plugins: await pluginsIn(home, files.plugins, read) };
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, DIGEST_CHARACTERS);

const versionIn = async ({ version }: ChangingFiles, read: Reader): Promise<Trait | null> => {
  const found = version && (await read(version.file));
  const value = found && version.read(found.text);
  return found && value !== null ? { value, at: found.at } : null;
};

const pluginsIn = async (
  home: string,
  folders: readonly PluginFolder[],
  read: Reader,
): Promise<TraitsSeen['plugins']> => {
  const seen: Record<string, Trait> = {};
  for (const { folder, manifest, read: named } of folders) {
    const names = await namesIn(join(home, folder));
    if (names === null || names.length > MOST_PLUGINS) return null;
    for (const name of names) {
      const found = await read(`${folder}/${name}/${manifest}`);
      if (!found) continue;
      const { plugins, packages = [] } = named(found.text, name);
      for (const plugin of plugins) seen[plugin.name] = { value: plugin.version, at: found.at };
      for (const path of packages) {
        const installed = await read(`${folder}/${name}/${path}`);
        for (const plugin of installed ? packageNamed(installed.text).plugins : [])
          seen[plugin.name] = { value: plugin.version, at: installed?.at ?? null };
      }
    }
  }
  return seen;
};

/** @returns null when the folder cannot be read; a folder that is not there has none. */
const namesIn = async (folder: string): Promise<readonly string[] | null> => {
  try {
    return (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '') ? [] : null;
  }
};
