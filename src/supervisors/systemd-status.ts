/**
 * What `systemctl show` and `list-jobs` say of a service, as a SupervisorStatus. Pure; the same text from systemd
 * 240 on: no option that a later version brought, and times in UTC because the tool is run with TZ=UTC.
 */
import { constants } from 'node:os';
import type { SupervisorState, SupervisorStatus } from './supervisor.ts';

export const PROPERTIES = [
  'LoadState',
  'ActiveState',
  'Result',
  'MainPID',
  'ExecMainCode',
  'ExecMainStatus',
  'ExecMainExitTimestampMonotonic',
  'InactiveExitTimestampMonotonic',
  'StateChangeTimestamp',
  'NRestarts',
  'Job',
  'Restart',
  'StartLimitBurst',
  'StartLimitIntervalUSec',
] as const;

export interface UnitSeen extends Pick<SupervisorStatus, 'state' | 'restarts' | 'since' | 'exit'> {
  /** The main process; null when there is none. */
  readonly pid: number | null;
  readonly jobId: number | null;
  /** `loaded`, `masked`, `not-found`, `bad-setting`, …; a unit may run on after its file was masked or removed. */
  readonly load: string;
}

/** @throws Error when the text is not what `systemctl show` prints for a unit. */
export const parseUnit = (text: string): UnitSeen => {
  const unit = fields(text);
  if (!unit['LoadState'] || !unit['ActiveState'])
    throw new Error(`systemctl show did not tell LoadState and ActiveState: ${text.slice(0, 200)}`);
  return {
    state: stateOf(unit),
    load: unit['LoadState'],
    pid: positive(unit['MainPID']),
    jobId: positive(unit['Job']),
    restarts: /^\d+$/.test(unit['NRestarts'] ?? '') ? Number(unit['NRestarts']) : null,
    since: utc(unit['StateChangeTimestamp']),
    exit: exitOf(unit),
  };
};

type Fields = Readonly<Record<string, string | undefined>>;

/** `Name=value` lines. */
export const fields = (text: string): Fields =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()]];
    }),
  );

const positive = (text: string | undefined): number | null => (/^[1-9]\d*$/.test(text ?? '') ? Number(text) : null);

/** `Sat 2026-11-21 12:39:42 UTC`; with a fraction where somebody's settings ask for it. */
const utc = (text = ''): number | null => {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? UTC$/.exec(text) ?? [];
  return day === undefined || time === undefined ? null : Date.parse(`${day}T${time}Z`);
};

const stateOf = (unit: Fields): SupervisorState => {
  switch (unit['ActiveState'] ?? '') {
    case 'active':
    case 'reloading':
    case 'refreshing':
      return 'active';
    case 'activating':
      return 'activating';
    case 'deactivating':
      return 'deactivating';
    default:
      return restingState(unit);
  }
};

/** What runs goes on running when its file is masked or taken away, so these count only now. */
const restingState = (unit: Fields): SupervisorState => {
  switch (unit['LoadState'] ?? '') {
    case 'masked':
      return 'masked';
    case 'not-found':
      return 'missing';
    case 'bad-setting':
    case 'error':
      return 'failed';
    default:
      if (unit['ActiveState'] !== 'failed') return 'inactive';
      return isLatched(unit) ? 'latched' : 'failed';
  }
};

/**
 * `Result=start-limit-hit` stands only where all ended well before; after a crash loop the Result stays that of the
 * last crash (seen on 247, 252 and 257). But then the unit left its dead state, to wait for its next start, after
 * its last process had ended: that start was refused. After exit 78 or a failed stop it never waits.
 */
const isLatched = (unit: Fields): boolean => {
  if (unit['Result'] === 'start-limit-hit') return true;
  const limited = Number(unit['StartLimitBurst'] ?? 0) > 0 && unit['StartLimitIntervalUSec'] !== '0';
  const waited =
    Number(unit['InactiveExitTimestampMonotonic'] ?? 0) > Number(unit['ExecMainExitTimestampMonotonic'] ?? 0);
  return limited && waited && (unit['Restart'] ?? 'no') !== 'no';
};

const exitOf = (unit: Fields): SupervisorStatus['exit'] => {
  const status = Number(unit['ExecMainStatus']);
  switch (unit['ExecMainCode'] ?? '') {
    // As in waitid(2): CLD_EXITED, CLD_KILLED, CLD_DUMPED; 0 while it runs or when none has run yet.
    case '1':
      return { code: status };
    case '2':
    case '3':
      return { signal: signalName(status) };
    default:
      return null;
  }
};

const signalName = (number: number): string =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;

/** A reload may be how a gateway is asked for a graceful restart: its ExecReload sends the signal. */
const JOBS: Readonly<Record<string, SupervisorStatus['job']>> = {
  start: 'start',
  'verify-active': 'start',
  'reload-or-start': 'start',
  restart: 'restart',
  'try-restart': 'restart',
  reload: 'restart',
  'try-reload': 'restart',
  stop: 'stop',
};

/** `374 my-gateway.service restart running`, from `systemctl list-jobs`. @returns null when there is none */
export const parseSystemdJob = (text: string, unit: string): SupervisorStatus['job'] => {
  const columns = text.split('\n').map((line) => line.trim().split(/\s+/));
  return JOBS[columns.find((line) => line[1] === unit)?.[2] ?? ''] ?? null;
};
