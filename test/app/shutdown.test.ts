import { expect, it } from 'vitest';
import { createLateCall } from '../../src/app/late-call.ts';
import { createShutdown, type Phase } from '../../src/app/shutdown.ts';
import { silentLogger } from '../../src/base/logger.ts';

it('ends each phase after the one before, whatever was added first, and what was needed to the end last', async () => {
  const shutdown = createShutdown(silentLogger());
  const ended: string[] = [];
  const add = (phase: Phase, name: string): void => shutdown.add(phase, name, () => void ended.push(name));
  add('last', 'store');
  add('last', 'alive');
  add('channels', 'qq');
  add('outbox', 'outbox');
  add('work', 'rounds');
  add('at_once', 'ping');
  expect(await shutdown.end({ limitMs: 5_000 })).toEqual([]);
  expect(ended).toEqual(['ping', 'rounds', 'outbox', 'qq']);
  shutdown.close();
  expect(ended.slice(4)).toEqual(['alive', 'store']);
});

it('ends the others though one fails, and names what hangs', async () => {
  const shutdown = createShutdown(silentLogger());
  const ended: string[] = [];
  const fails = (): never => {
    throw new Error('EIO');
  };
  shutdown.add('at_once', 'first', fails);
  shutdown.add('at_once', 'second', () => void ended.push('second'));
  shutdown.add('work', 'hangs', () => new Promise(() => undefined));
  shutdown.add('outbox', 'fails', fails);
  shutdown.add('channels', 'channel', () => void ended.push('channel'));
  shutdown.add('last', 'store', fails);
  expect(await shutdown.end({ limitMs: 100 })).toEqual(['hangs']);
  shutdown.close();
  expect(ended).toEqual(['second', 'channel']);
});

it('a late call loses what comes before its receiver, and hands on what comes after', () => {
  const late = createLateCall<[name: string]>();
  const heard: string[] = [];
  late.call('early');
  late.to((name) => heard.push(name));
  late.call('late');
  expect(heard).toEqual(['late']);
});
