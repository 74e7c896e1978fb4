/** A home's root and profiles (docs/facts/hermes.md 3). */
const PROFILES = '/profiles/';

/** @returns the folder that may hold a home's profiles, and the root home itself. */
export const siblingHomes = (home: string): { readonly root: string; readonly profiles: string } => {
  const at = home.lastIndexOf(PROFILES);
  const root = at > 0 ? home.slice(0, at) : home;
  return { root, profiles: `${root}/profiles` };
};
