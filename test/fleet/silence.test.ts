/** Which hosts are told to be silent, with which others, and when they are back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SILENT_MS } from '../../src/fleet/hub/hosts.ts';
import { sharedBy, silenceSteps, type HeardHost } from '../../src/fleet/hub/silence.ts';

const host = (name: string, heardAt: number | null, labels: Readonly<Record<string, string>> = {}): HeardHost => ({
  host: name,
  labels,
  heardAt,
});
const EU = { region: 'eu' };
const US = { region: 'us' };

test('a host is told after 90 seconds, and not before', () => {
  expect(silenceSteps([host('a', 0), host('b', 80_000)], [], 0, SILENT_MS - 1)).toEqual([]);
  expect(silenceSteps([host('a', 0), host('b', 80_000)], [], 0, SILENT_MS)).toEqual([
    { do: 'tell', hosts: ['a'], shared: { is: 'nothing' } },
  ]);
});

test('a new hub judges nobody before it has listened', () => {
  const hosts = [host('a', null), host('b', null)];
  expect(silenceSteps(hosts, [], 500_000, 500_000 + SILENT_MS - 1)).toEqual([]);
  expect(silenceSteps(hosts, [], 500_000, 500_000 + SILENT_MS)).toEqual([
    { do: 'tell', hosts: ['a', 'b'], shared: { is: 'all' } },
  ]);
});

test('hosts that were cut off together are one message, though their beats were apart', () => {
  const hosts = [host('a', 0, EU), host('b', 7_000, EU), host('c', 15_000, EU), host('d', 89_000, US)];
  expect(silenceSteps(hosts, [], 0, SILENT_MS)).toEqual([
    { do: 'tell', hosts: ['a', 'b', 'c'], shared: { is: 'label', name: 'region', value: 'eu' } },
  ]);
});

test('who was told is not told again, and is told back', () => {
  const open = [{ id: 1, hosts: ['a', 'b'], back: [] }];
  expect(silenceSteps([host('a', 0), host('b', 0)], open, 0, 200_000)).toEqual([]);
  expect(silenceSteps([host('a', 199_000), host('b', 0)], open, 0, 200_000)).toEqual([
    { do: 'note', id: 1, hosts: ['b'], back: ['a'] },
  ]);
  expect(silenceSteps([host('a', 199_000), host('b', 199_000)], open, 0, 200_000)).toEqual([
    { do: 'end', id: 1, back: ['a', 'b'] },
  ]);
});

test('who was told with others before the own 90 seconds is neither back for that nor told again', () => {
  const hosts = [host('a', 0), host('b', 15_000)];
  expect(silenceSteps(hosts, [], 0, SILENT_MS)).toMatchObject([{ do: 'tell', hosts: ['a', 'b'] }]);
  const open = [{ id: 1, hosts: ['a', 'b'], back: [] }];
  for (let now = SILENT_MS; now <= 2 * SILENT_MS; now += 1_000) expect(silenceSteps(hosts, open, 0, now)).toEqual([]);
});

test('a hub that hears again after a gap does not take those for heard whom it heard before', () => {
  const open = [{ id: 1, hosts: ['a'], back: [] }];
  expect(silenceSteps([host('a', 0)], open, 200_000, 200_000)).toEqual([]);
});

test('a host that the new hub has not heard is not back, and one that is forgotten is waited for no more', () => {
  const open = [{ id: 1, hosts: ['a'], back: [] }];
  expect(silenceSteps([host('a', null)], open, 100_000, 100_500)).toEqual([]);
  expect(silenceSteps([], open, 100_000, 100_500)).toEqual([{ do: 'end', id: 1, back: [] }]);
});

test('what they share is what the others have not, if there is such a thing', () => {
  const all = [
    host('a', 0, { role: 'edge', region: 'eu' }),
    host('b', 0, { role: 'edge', region: 'eu' }),
    host('c', 0, { role: 'edge', region: 'us' }),
    host('d', 0, { role: 'store', region: 'us' }),
  ];
  expect(sharedBy(all.slice(0, 2), all)).toEqual({ is: 'label', name: 'region', value: 'eu' });
  expect(sharedBy([all[0], all[2]] as HeardHost[], all)).toEqual({ is: 'label', name: 'role', value: 'edge' });
  expect(sharedBy([all[0], all[3]] as HeardHost[], all)).toEqual({ is: 'nothing' });
});

test('whatever hosts do, each silence of one is told once and ends once', () => {
  const names = ['a', 'b', 'c', 'd'];
  fc.assert(
    fc.property(
      // Each host is heard now and then, so that it is often silent for long.
      fc.array(fc.array(fc.nat(11), { minLength: 4, maxLength: 4 }), { minLength: 40, maxLength: 120 }),
      (rounds) => {
        const heard = new Map<string, number>(names.map((name) => [name, 0]));
        let open: { id: number; hosts: readonly string[]; back: readonly string[] }[] = [];
        const told = new Map<string, boolean>();
        let next = 1;
        rounds.forEach((beats, round) => {
          const now = (round + 1) * 5_000;
          names.forEach((name, index) => {
            if (beats[index] === 0) heard.set(name, now);
          });
          for (const step of silenceSteps(
            names.map((name) => host(name, heard.get(name) ?? null)),
            open,
            0,
            now,
          )) {
            if (step.do === 'tell') {
              for (const name of step.hosts) {
                expect(told.get(name) ?? false).toBe(false);
                expect(now - (heard.get(name) ?? 0)).toBeGreaterThan(60_000);
                told.set(name, true);
              }
              open.push({ id: next++, hosts: step.hosts, back: [] });
            } else {
              const left = step.do === 'note' ? step.hosts : [];
              for (const name of open.find(({ id }) => id === step.id)?.hosts ?? [])
                if (!left.includes(name)) {
                  expect(told.get(name)).toBe(true);
                  expect(heard.get(name)).toBe(now);
                  told.set(name, false);
                }
              open =
                step.do === 'note'
                  ? open.map((each) => (each.id === step.id ? { ...each, hosts: left } : each))
                  : open.filter(({ id }) => id !== step.id);
            }
          }
          for (const name of names) if (now - (heard.get(name) ?? 0) >= SILENT_MS) expect(told.get(name)).toBe(true);
        });
      },
    ),
    { numRuns: 300 },
  );
});
