/** Which platforms a gateway is set up for, as far as its files tell. */
import type { LinkName } from '../diagnosis/evidence.ts';
import type { DoctorContext } from './context.ts';

/** Returns the links that the configuration names, or else those whose bot the gateway's own files name. */
export const configuredLinks = async ({
  gateway,
  kind,
  text,
}: Pick<DoctorContext, 'text'> & {
  readonly gateway: Pick<DoctorContext['gateway'], 'links'>;
  readonly kind: Pick<DoctorContext['kind'], 'appFiles'>;
}): Promise<readonly LinkName[]> => {
  if (gateway.links !== 'auto') return gateway.links;
  const found = await Promise.all(
    kind.appFiles.map(async ({ path, read, links }) => {
      try {
        const written = (await text(path)) ?? '';
        return [...read(written).map(({ link }) => link), ...(links?.(written) ?? [])];
      } catch {
        // Another check tells of a file that cannot be understood.
        return [];
      }
    }),
  );
  return [...new Set(found.flat())];
};
