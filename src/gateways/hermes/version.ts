/** @returns the version of the code that the gateway's process runs, by its state file; null: it does not say. */
export const readVersion = (state: string): string | null => {
  try {
    const record = JSON.parse(state) as { readonly code_version?: unknown } | null;
    return typeof record?.code_version === 'string' && record.code_version !== ''
      ? record.code_version.slice(0, 40)
      : null;
  } catch {
    return null;
  }
};
