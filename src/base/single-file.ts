/** Lifeline as one executable file that has Node in it (`npm run build:binary`): nothing else of it is on the disk. */

const sea = process.getBuiltinModule('node:sea');

export const isSingleFile = sea.isSea();

/** The text of a file that was put into the executable, by its name from the root. */
export const textInside = (path: string): string => sea.getAsset(path, 'utf8');
