/** Node 22 warns of its SQLite at each start, and nobody can do anything about it. Other warnings are shown as ever. */
export const withoutSqliteWarning = (): void => {
  const emitWarning = process.emitWarning.bind(process) as (...given: unknown[]) => void;
  process.emitWarning = (warning: string | Error, ...more: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) emitWarning(warning, ...more);
  };
};
