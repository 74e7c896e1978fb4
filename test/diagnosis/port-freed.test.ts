/** A gateway that waits for its port in the same process, as OpenClaw under a service manager does. */
import { expect, it } from 'vitest';
import type { GatewayFact } from '../../src/diagnosis/evidence.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { at, process, tell } from './story.ts';

const refused: GatewayFact = { kind: 'another-instance', pid: null };
const taken: GatewayFact = {
  kind: 'port-taken',
  port: 8080,
  holder: { pid: 900, startTime: 1, startedAt: at(50), command: 'other' },
};

it('is told as stopped while another program holds its port, and never as a second instance once that is free', () => {
  const state = tell([
    [100, process(700, 100)],
    [110, refused],
    [115, refused],
    [120, refused],
    [121, taken],
  ]);
  const causeAt = (seconds: number): string | undefined =>
    judge(state, { gateway: 'main', policy: DEFAULT_POLICY, now: at(seconds), links: null }).verdicts[0]?.cause;
  expect(causeAt(122)).toBe('port_taken');
  expect(causeAt(180)).toBe('port_taken');
  expect(causeAt(181)).not.toBe('port_taken');
  for (const seconds of [181, 240, 400]) expect(causeAt(seconds)).not.toBe('another_instance');
});
