import type { DoctorCheck } from '../../doctor/check.ts';
import type { SelfContext } from '../context.ts';
import { apps } from './apps.ts';
import { feishuBot, qqBot } from './channels.ts';
import { clock } from './clock.ts';
import { configuration } from './configuration.ts';
import { dataFolder, dataRoom, store } from './data.ts';
import { fleet } from './fleet.ts';
import { instances, node } from './instances.ts';
import { channelsSetUp, deadMan, people, pushes } from './people.ts';
import { service } from './service.ts';

/** All that the doctor looks for with Lifeline itself, in the order in which it tells. */
export const SELF_CHECKS: readonly DoctorCheck<SelfContext>[] = [
  configuration,
  channelsSetUp,
  people,
  apps,
  feishuBot,
  qqBot,
  pushes,
  deadMan,
  fleet,
  clock,
  store,
  dataFolder,
  dataRoom,
  service,
  instances,
  node,
];
