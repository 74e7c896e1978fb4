/**
 * Packages that few bots need: they are made ready at the first use, not at the start, which saves half a megabyte at
 * rest. In the package that is published they lie in a file that is loaded with the rest, so that a running Lifeline
 * needs no file later (docs/facts/memory.md 4).
 */
import { createRequire } from 'node:module';
import type Json5 from 'json5';
import * as plistPackage from 'plist';
import type * as Re2 from 're2js';

/** Property lists of launchd. Node cannot `require` this package; the bundler can, and does (`build/bundle.ts`). */
export const plist = (): typeof plistPackage => plistPackage;

/** Patterns of people, matched in linear time. */
export const re2 = (): typeof Re2 => createRequire(import.meta.url)('re2js') as typeof Re2;

/** JSON as people write it. */
export const json5 = (): typeof Json5 => createRequire(import.meta.url)('json5') as typeof Json5;
