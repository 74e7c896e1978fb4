/**
 * The registry of chat commands, those that matter most first; an operator's own goes beside these and gets its line
 * here.
 */
import type { Command } from '../src/chat/command/command.ts';
import { ack } from './ack.ts';
import { audit } from './audit.ts';
import { bind } from './bind.ts';
import { check } from './check.ts';
import { config } from './config.ts';
import { doctor } from './doctor.ts';
import { end } from './end.ts';
import { help } from './help.ts';
import { history } from './history.ts';
import { incident } from './incident.ts';
import { logs } from './logs.ts';
import { maintenance } from './maintenance.ts';
import { mute } from './mute.ts';
import { reload } from './reload.ts';
import { restart } from './restart.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import { unmute } from './unmute.ts';
import { version } from './version.ts';
import { whoami } from './whoami.ts';
import { why } from './why.ts';

export const commands: readonly Command[] = [
  status,
  why,
  logs,
  restart,
  start,
  stop,
  end,
  check,
  incident,
  history,
  doctor,
  ack,
  mute,
  unmute,
  maintenance,
  config,
  reload,
  audit,
  whoami,
  bind,
  version,
  help,
];
