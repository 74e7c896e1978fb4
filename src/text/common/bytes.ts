/** Sizes as people read them. */
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** @returns `640 KB`, `1.2 GB`: two digits that matter. */
export const formatBytes = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(1_024)));
  const amount = Math.max(0, bytes) / 1_024 ** power;
  return `${amount < 10 && power > 0 ? Math.round(amount * 10) / 10 : Math.round(amount)} ${UNITS[power] ?? 'B'}`;
};
