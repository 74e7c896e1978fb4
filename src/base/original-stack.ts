/**
 * Stacks of the package name places in bundled files. The maps that say where these stand in the sources are read when
 * an error is shown, and not before: Node's own `--enable-source-maps` would keep all of them in memory.
 */
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { createRecentMap } from './recent-map.ts';

/** An error that comes again and again is looked up once. */
const places = createRecentMap<string>(200);

const placeInSources = (place: string): string => {
  const [column = '', line = '', ...url] = place.split(':').reverse();
  try {
    const map = readFileSync(new URL(`${url.reverse().join(':')}.map`), 'utf8');
    const entry = new SourceMap(JSON.parse(map) as SourceMapPayload).findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in entry)) return place;
    return `${entry.originalSource.replaceAll('../', '')}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  } catch {
    // From sources, or after an update.
    return place;
  }
};

/** Returns the stack with the places in the sources. */
export const originalStack = (stack: string): string =>
  stack
    .split('\n')
    .map((line) => {
      const at = line.startsWith('    at ') ? line.indexOf('file:///') : -1;
      if (at === -1) return line;
      const place = line.endsWith(')') ? line.slice(at, -1) : line.slice(at);
      const known = places.get(place);
      const found = known ?? placeInSources(place);
      if (known === undefined) places.set(place, found);
      return line.replace(place, () => found);
    })
    .join('\n');
