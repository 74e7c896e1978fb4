import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';

/** @returns the path without symbolic links; as it is given, where nothing is there. Never throws. */
export const realPath = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
