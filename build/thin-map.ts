/** Source maps without what no stack needs: a third less. */
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';

/**
 * Returns the map, which is JSON. Of a package's code a stack needs the line alone, so the first place of each line stays.
 * The names that things had are left out everywhere, because no stack shows them.
 */
export const thinMap = (json: string): string => {
  const map = JSON.parse(json) as { readonly sources: readonly string[]; readonly mappings: string };
  const isOfPackage = map.sources.map((source) => source.includes('node_modules/'));
  const thin = (line: readonly SourceMapSegment[]): SourceMapSegment[] =>
    line.filter(([, source = -1, original], index) => {
      const [, sourceBefore, originalBefore] = line[index - 1] ?? [];
      return isOfPackage[source] !== true || source !== sourceBefore || original !== originalBefore;
    });
  return JSON.stringify({ ...map, names: [], mappings: encode(decode(map.mappings).map(thin)) });
};
