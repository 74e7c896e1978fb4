import { describe, expect, test } from 'vitest';
import { conclusion, healthyStart, noProcess, process, type Chapter } from './story.ts';

const failedSend: Chapter[] = [
  [100, 'ERROR [Feishu] Send error: Executor shutdown has been called'],
  [130, 'ERROR [Feishu] Send error: '],
  [130, '  Traceback (most recent call last):'],
  [130, '  RuntimeError: Executor shutdown has been called'],
];

describe('the verdict for a gateway', () => {
  test.each<[string, Chapter[], number, string]>([
    ['healthy after its start', healthyStart(), 10, 'healthy/none'],
    ['starting until it says that it runs', healthyStart().slice(0, 3), 100, 'starting/wait'],
    ['a matter for a human when the start takes too long', healthyStart().slice(0, 3), 200, 'starting/alert'],
    ['unknown when nothing was ever seen', [], 10, 'unknown/none'],
    ['unknown without a process in a home that nobody used yet', [[0, noProcess]], 500, 'unknown/none'],
    ['given a moment when the process has just gone', [...healthyStart(), [100, noProcess]], 105, 'stopping/wait'],
    ['stopped when the process is gone without a word', [...healthyStart(), [100, noProcess]], 110, 'stopped/start'],
    ['stopped after an unexpected signal', [...healthyStart(), [100, 'INFO Received SIGTERM — initiating shutdown'], [103, noProcess]], 120, 'stopped/start'],
    [
      'stopped on purpose after a planned stop, for ever',
      [...healthyStart(), [100, 'INFO Received SIGTERM as a planned gateway stop — exiting cleanly'], [101, 'INFO Stopping gateway...'], [103, noProcess]],
      90_000,
      'stopped_on_purpose/none',
    ],
    ['stopping while it drains', [...healthyStart(), [100, 'INFO Received SIGTERM — initiating shutdown']], 130, 'stopping/wait'],
    [
      'stopping between the two processes of a restart by somebody else',
      [...healthyStart(), [100, 'INFO Stopping gateway for restart...'], [103, noProcess]],
      200,
      'stopping/wait',
    ],
    ['stopped when such a restart never comes back', [...healthyStart(), [100, 'INFO Stopping gateway for restart...'], [103, noProcess]], 290, 'stopped/start'],
    ['frozen when its loop is wedged', [...healthyStart(), [100, { kind: 'loop', pid: 100, state: 'wedged' }]], 101, 'frozen/restart'],
    ['healthy when the loop cannot be asked', [...healthyStart(), [100, { kind: 'loop', pid: 100, state: 'unknown' }]], 101, 'healthy/none'],
    ['healthy when another process was wedged', [...healthyStart(), [100, { kind: 'loop', pid: 99, state: 'wedged' }]], 101, 'healthy/none'],
    ['healthy after one send failed for want of an executor', [...healthyStart(), ...failedSend.slice(0, 1)], 900, 'healthy/none'],
    ['broken when sends keep failing for want of an executor', [...healthyStart(), ...failedSend], 131, 'broken_executor/restart'],
    [
      'misconfigured when it says so itself',
      [...healthyStart(), [100, 'ERROR Gateway hit a non-retryable startup conflict: token in use'], [101, noProcess]],
      500,
      'misconfigured/alert',
    ],
    ['misconfigured after exit 78', [...healthyStart(), [100, 'INFO Exiting with code 78 (configuration)'], [101, noProcess]], 500, 'misconfigured/alert'],
    ['updating while the marker is there', [...healthyStart(), [100, { kind: 'marker', marker: 'update', present: true }], [101, noProcess]], 500, 'updating/wait'],
    ['healthy again with a new process, whatever was before', [...healthyStart(), ...failedSend, [200, noProcess], ...healthyStart(230, 200)], 240, 'healthy/none'],
    ['healthy when only the pid was used again by a new process', [...healthyStart(), [50, noProcess], [60, process(100, 55)], [61, 'INFO Starting Hermes Gateway...'], [62, 'INFO Gateway running with 2 platform(s)']], 70, 'healthy/none'],
    [
      'stopped when its last state file still says running',
      [[0, { kind: 'gateway-claim', state: 'running', pid: 7 }], [1, noProcess]],
      20,
      'stopped/start',
    ],
    ['stopped on purpose when its last state file says stopped', [[0, { kind: 'gateway-claim', state: 'stopped', pid: 7 }], [1, noProcess]], 20, 'stopped_on_purpose/none'],
  ])('is %s', (_name, story, seconds, expected) => {
    expect(conclusion(story, seconds, null)).toBe(expected);
  });

  test('folds its links: nothing is said of them while the gateway is not up', () => {
    const story: Chapter[] = [...healthyStart(), [90, 'ERROR [QQBot:1001] Max reconnect attempts reached'], [100, noProcess]];
    expect(conclusion(story, 200, 'qqbot')).toBe('unknown/none');
  });
});
