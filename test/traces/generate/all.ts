/** All traces. */
import { HEALTHY_FEISHU } from './healthy-feishu.ts';
import { HEALTHY_LIFE } from './healthy-life.ts';
import { HEALTHY_RECORDS } from './healthy-records.ts';
import { HEALTHY_QQ } from './healthy-qq.ts';
import { HEALTHY_STOPS } from './healthy-stops.ts';
import { SICK_DUPLICATES } from './sick-duplicates.ts';
import { SICK_FEISHU } from './sick-feishu.ts';
import { SICK_LIFE } from './sick-life.ts';
import { SICK_PLATFORMS } from './sick-platforms.ts';
import { SICK_QQ_HANGS } from './sick-qq-hangs.ts';
import { SICK_QQ } from './sick-qq.ts';
import { SICK_START } from './sick-start.ts';
import type { Trace } from './trace.ts';

export const ALL: readonly Trace[] = [
  ...HEALTHY_QQ,
  ...HEALTHY_FEISHU,
  ...HEALTHY_STOPS,
  ...HEALTHY_LIFE,
  ...HEALTHY_RECORDS,
  ...SICK_QQ_HANGS,
  ...SICK_QQ,
  ...SICK_FEISHU,
  ...SICK_LIFE,
  ...SICK_START,
  ...SICK_DUPLICATES,
  ...SICK_PLATFORMS,
];
