/** Time zones as logs write them behind a time: an offset, or a name. */

/** Minutes ahead of UTC. A name that several zones share has all of them. */
const NAMES: Readonly<Record<string, readonly number[]>> = {
  Z: [0],
  UTC: [0],
  GMT: [0],
  WET: [0],
  WEST: [60],
  CET: [60],
  MEZ: [60],
  CEST: [120],
  MESZ: [120],
  EET: [120],
  EEST: [180],
  MSK: [180],
  SAST: [120],
  JST: [540],
  KST: [540],
  HKT: [480],
  SGT: [480],
  PKT: [300],
  NZST: [720],
  NZDT: [780],
  AEST: [600],
  AEDT: [660],
  ACST: [570],
  ACDT: [630],
  AWST: [480],
  EST: [-300],
  EDT: [-240],
  CDT: [-300, -240],
  MDT: [-360],
  PST: [-480, 480],
  PDT: [-420],
  AKST: [-540],
  AKDT: [-480],
  HST: [-600],
  BRT: [-180],
  // China, America and Cuba; India, Ireland and Israel; Britain and Bangladesh; America and Malaysia; America and
  // Arabia.
  CST: [480, -360, -300],
  IST: [330, 60, 120],
  BST: [60, 360],
  MST: [-420, 480],
  AST: [-240, 180],
};

const OFFSET = '[+-](?:0\\d|1[0-4])(?::?[0-5]\\d)?(?!\\d|[.:-]\\d)';
const NAMED = Object.keys(NAMES).join('|');
/** What only repeats the offset: `+0000 (UTC)`, `GMT+0800 (China Standard Time)`, `+08:00[Asia/Shanghai]`. */
const REPEATED = '(?: \\((?:[A-Z]{2,5}|[A-Za-z ]{2,40} [Tt]ime)\\)|\\[[A-Za-z_]{1,20}(?:/[A-Za-z_+-]{1,30}){0,2}\\])';

/** A pattern with the group `zone`; what follows a time directly, or after one blank. */
export const ZONE = `\\s?(?<zone>${OFFSET}|(?:UTC|GMT)[+-](?:0?\\d|1[0-4])(?::?[0-5]\\d)?(?!\\d)|(?:${NAMED})(?![A-Za-z0-9_]))(?:${REPEATED})?`;

/** The wall clock's time, as if it were UTC's, as the time that it is. @returns null when the name says too little. */
export const inZone = (wall: number, zone: string): number | null => {
  const offsets = offsetsOf(zone);
  const [only] = offsets;
  if (only !== undefined && offsets.length === 1) return wall - only * 60_000;
  // A program of this machine writes this machine's zone, whichever of its name's meanings that is.
  const meant = offsets.filter((minutes) => -new Date(wall - minutes * 60_000).getTimezoneOffset() === minutes);
  return meant[0] === undefined || meant.length > 1 ? null : wall - meant[0] * 60_000;
};

const offsetsOf = (zone: string): readonly number[] => {
  const named = NAMES[zone];
  if (named) return named;
  const [, sign, hours, minutes = '0'] = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?$/.exec(zone) ?? [];
  const total = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return hours === undefined ? [] : [total];
};
