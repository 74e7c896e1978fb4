import type { KindExam } from '../exam.ts';
import { HERMES_SETTINGS } from './lint.ts';
import { otherHermesProgram } from './other-program.ts';
import { siblingHomes } from './siblings.ts';
import { readVersion } from './version.ts';
import { hermesSymptom } from './symptoms.ts';

/** What the doctor asks of Hermes. */
export const HERMES_EXAM: KindExam = {
  settings: HERMES_SETTINGS,
  symptom: hermesSymptom,
  otherProgram: otherHermesProgram,
  siblingHomes,
  ownFiles: ['.env', 'config.yaml', 'gateway_state.json', 'gateway.pid', 'gateway.lock', 'logs', 'logs/gateway.log', 'logs/errors.log', 'state'],
  cleanStop: '.clean_shutdown',
  version: { file: 'gateway_state.json', read: readVersion },
  unrotatedLogs: ['logs/gateway.error.log', 'logs/gateway-exit-diag.log', 'logs/gateway-shutdown-diag.log', 'logs/gateway-shutdown-watchdog.log', 'logs/launchd-reload.log'],
};
