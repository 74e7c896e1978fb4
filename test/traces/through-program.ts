/**
 * The traces that the real program judges: those whose logs are written in another zone than that of the tests, which
 * is a process's own, and of the others one of each sort.
 */
export const THROUGH_PROGRAM: ReadonlySet<string> = new Set([
  'lark-abroad',
  'summer-time-begins',
  'summer-time-ends',
  'qq-gave-up-as-summer-time-ends',
  'nul-bytes-and-a-torn-line',
  'rotation-in-an-outage',
  'update-stops-and-starts',
  'duplicates-take-each-other-down',
  'exit-78-launchd',
  'qq-gave-up',
]);
