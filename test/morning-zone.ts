/**
 * A zone in which it is nine in the morning now, as POSIX names it (counted to the west). Where messages write the date
 * beside the time of another day, or a clock runs hours ahead, nothing comes near midnight there.
 */
export const morningZone = (now = new Date()): string => {
  const east = ((9 - now.getUTCHours() + 36) % 24) - 12;
  return `Etc/GMT${east < 0 ? '+' : '-'}${Math.abs(east)}`;
};
