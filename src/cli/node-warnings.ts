/** Node 22 warns of its SQLite at each start, and nobody can do anything about it. Other warnings are shown as ever. */
export const withoutSqliteWarning = (): void => {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...more: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature'))
      Reflect.apply(emitWarning, process, [warning, ...more]);
  };
};
