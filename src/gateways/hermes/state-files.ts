/**
 * Hermes's state files (docs/facts/hermes.md 3), each read with its traps in mind: every field may be missing or odd.
 */
import type { Evidence, Marker } from '../../diagnosis/evidence.ts';
import { MOST_BYTES } from '../../base/open-foreign.ts';
import { AHEAD_MS, fromWritten } from '../../base/instant.ts';
import { redact } from '../../base/redact/redact.ts';
import type { Heartbeat, NamedProcess, ProcessRecord, StateFile } from '../gateway-kind.ts';
import { platformFor } from '../platforms/index.ts';
import { refusalOfCode } from '../platforms/platform.ts';

type Json = Readonly<Record<string, unknown>>;

const parseObject = (text: string): Json | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
};

const integer = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : null;
};

/**
 * @returns pid and start time of `gateway.pid`, of the heartbeat and of the state file; old installs hold a bare
 * number.
 */
export const readNamedProcess = (text: string): NamedProcess | null => {
  const bare = /^\s*(\d{1,15})\s*$/.exec(text);
  if (bare) return { pid: Number(bare[1]), startTime: null };
  const record = parseObject(text);
  const pid = integer(record?.['pid']);
  return pid === null ? null : { pid, startTime: integer(record?.['start_time']) };
};

/**
 * The lock file holds the same record as the pid file; a lock that is let go leaves it there, so its start time counts.
 */
export const PROCESS_RECORDS: readonly ProcessRecord[] = [
  { path: 'gateway.pid', name: 'pid_file', mostBytes: MOST_BYTES.record, read: readNamedProcess },
  { path: 'gateway.lock', name: 'lock_record', mostBytes: MOST_BYTES.record, read: readNamedProcess },
  { path: 'state/gateway.heartbeat', name: 'heartbeat', mostBytes: MOST_BYTES.record, read: readNamedProcess },
  { path: 'gateway_state.json', name: 'state_file', mostBytes: MOST_BYTES.state, read: readNamedProcess },
];

export const readHeartbeat = (text: string): Heartbeat | null => {
  const record = parseObject(text);
  const pid = integer(record?.['pid']);
  if (!record || pid === null) return null;
  const armed = record['loop_tick_socket'];
  return {
    pid,
    updatedAt: fromWritten(record['updated_at']),
    socketArmed: armed === undefined ? null : armed === true,
  };
};

const gatewayState: StateFile = {
  path: 'gateway_state.json',
  mostBytes: MOST_BYTES.state,
  read: (text, { now, modifiedAt }) => {
    const record = text === null ? null : parseObject(text);
    const state = record?.['gateway_state'];
    if (!record || typeof state !== 'string') return [];
    // An ISO string, an epoch, or missing (trap 4).
    const at = fromWritten(record['updated_at']) ?? modifiedAt ?? now;
    const pid = integer(record['pid']);
    const turns = record['active_agents'];
    const work = typeof turns === 'number' && Number.isInteger(turns) && turns >= 0 ? { turns } : {};
    const claims: Evidence[] = [
      {
        at,
        source: 'gateway_state.json',
        text: `gateway_state=${state} pid=${pid ?? '?'}`,
        link: null,
        fact: { kind: 'gateway-claim', state, pid, ...work },
      },
    ];
    const platforms = record['platforms'];
    for (const [link, platform] of Object.entries(
      typeof platforms === 'object' && platforms !== null ? (platforms as Json) : {},
    )) {
      const entry = typeof platform === 'object' && platform !== null ? (platform as Json) : {};
      // An entry of an earlier life says nothing (trap 5); a profile's entry (`name:link`) is another home's.
      const writer = integer(entry['writer_pid']);
      const known = link.includes(':') ? null : platformFor(link);
      if (typeof entry['state'] !== 'string' || entry['state'] === 'disabled' || known === null) continue;
      if (writer !== null && writer !== pid) continue;
      const error = entry['error_message'];
      const dated = {
        at: fromWritten(entry['updated_at']) ?? at,
        source: 'gateway_state.json',
        text: redact(`${link}=${entry['state']}${typeof error === 'string' && error ? ` (${error})` : ''}`),
        link,
      };
      claims.push({
        ...dated,
        fact: { kind: 'link-claim', state: entry['state'], ...(typeof error === 'string' && error ? { error } : {}) },
      });
      // Of these the runner takes the platform out for the rest of its life.
      const why = entry['state'] === 'fatal' ? refusalOfCode(known, String(entry['error_code'])) : null;
      if (why !== null)
        claims.push({ ...dated, fact: { kind: 'link-rejected', reason: String(entry['error_code']), why } });
    }
    return claims;
  },
};

/** How the last life ended, by its own word; a life that runs says nothing that the process itself does not. */
const lifecycle: StateFile = {
  path: 'state/gateway.lifecycle.json',
  mostBytes: MOST_BYTES.record,
  read: (text) => {
    const record = text === null ? null : parseObject(text);
    const at = fromWritten(record?.['exited_at']);
    const code = record?.['exit_code'];
    const pid = integer(record?.['pid']);
    if (
      record?.['phase'] !== 'exited' ||
      pid === null ||
      at === null ||
      typeof code !== 'number' ||
      !Number.isInteger(code)
    )
      return [];
    const reason = record['exit_reason'];
    const told = typeof reason === 'string' && reason ? ` (${reason})` : '';
    return [
      {
        at,
        source: 'gateway.lifecycle.json',
        text: redact(`exited with code ${code}${told}`),
        link: null,
        fact: { kind: 'gateway-exit', code, pid },
      },
    ];
  },
};

const MARKER_TTL_MS = 60_000;

/** A marker that outlives its 60 s is a left-over (docs/facts/hermes.md 3.3); an update's has no such limit. */
const marker = (path: string, name: Marker, ttlMs: number | null): StateFile => ({
  path,
  mostBytes: MOST_BYTES.record,
  read: (text, { now, modifiedAt }) => {
    // A left-over of a clock that was ahead must not count for as long as that was; an update is under way all the
    // same.
    const dated = modifiedAt !== null && modifiedAt <= now + AHEAD_MS;
    const at = dated ? modifiedAt : now;
    const present = text !== null && (ttlMs === null || ((dated || modifiedAt === null) && now - at < ttlMs));
    return [
      {
        at: present ? at : now,
        source: path,
        text: present ? `${path} is there` : `no ${path}`,
        link: null,
        fact: { kind: 'marker', marker: name, present },
      },
    ];
  },
});

export const STATE_FILES: readonly StateFile[] = [
  gatewayState,
  lifecycle,
  marker('.gateway-planned-stop.json', 'planned-stop', MARKER_TTL_MS),
  marker('.gateway-takeover.json', 'takeover', MARKER_TTL_MS),
  marker('.update_pending.json', 'update', null),
  marker('.update_pending.claimed.json', 'update-claimed', null),
];
