import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { tellOfOwnFiles } from '../../src/notify/tellers/start-findings-teller.ts';
import { openDatabase } from '../../src/store/database.ts';
import { closeOwn, type ClosedOwn } from '../../src/monitor/close-own.ts';
import { ownFolder } from '../store/helpers.ts';

const asRoot = test.skipIf(process.getuid?.() !== 0);
const TO = [{ person: 'me', ways: [{ channel: 'qq', user: 'ME' }] }];

const lifeline = () => {
  const place = ownFolder();
  chmodSync(place, 0o755);
  const [file, secret, data] = ['config.yaml', 'qq.secret', 'data'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(secret, 'secret', { mode: 0o600 });
  writeFileSync(
    file,
    `data_dir: data\ngateways: [{ name: main, kind: hermes, home: ${place} }]\nchannels: { qq: { app_id: "1", client_secret: "file:qq.secret" } }\n`,
    { mode: 0o600 },
  );
  mkdirSync(data, { mode: 0o700 });
  const close = (): ClosedOwn => closeOwn(loadConfig(file, { HOME: place }), silentLogger());
  return { place, file, secret, data, close };
};

const told = (closed: readonly ClosedOwn[], locale: 'zh-CN' | 'en' = 'en') => {
  const db = openDatabase(':memory:');
  const outbox = createOutbox(db);
  return closed.map((each, at) => {
    const queued = tellOfOwnFiles({ db, ...each, outbox, to: TO, locale, now: 1_000 + at });
    const message = db.prepare('SELECT message FROM outbox ORDER BY id DESC').get()?.['message'];
    return queued ? (JSON.parse(String(message)) as { title: string; lines: readonly string[]; note?: string }) : null;
  });
};

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('what nobody else can change is left alone, and nothing is told', () => {
  const { close, data } = lifeline();
  const closed = close();
  expect(closed).toEqual({ files: [], folder: { path: data, state: 'private' } });
  expect(told([closed])).toEqual([null]);
});

test('a configuration and a secret that everybody can write are mended, and that is told once', () => {
  const { file, secret, close } = lifeline();
  chmodSync(file, 0o666);
  chmodSync(secret, 0o602);
  const closed = close();
  expect([modeOf(file), modeOf(secret)].map((mode) => mode & 0o002)).toEqual([0, 0]);
  const [first, second] = told([closed, close()]);
  expect(first).toMatchObject({
    title: "Others could change Lifeline's own files",
    lines: [
      `${file}: everybody can change it; mended (chmod o-w ${file})`,
      `${secret}: everybody can change it; mended (chmod o-w ${secret})`,
    ],
    note: expect.stringContaining('still yours') as string,
  });
  expect(second).toBeNull();
});

asRoot('a group that has others in it is no different from everybody', () => {
  const { file, close } = lifeline();
  chownSync(file, 0, 4_242);
  chmodSync(file, 0o660);
  expect(close().files).toMatchObject([{ refusal: { why: 'writable', by: 'group' }, mended: true }]);
  expect(modeOf(file)).toBe(0o640);
});

asRoot("what is not Lifeline's to mend is told until it changes, and not at each start", () => {
  const { place, file, close } = lifeline();
  chownSync(file, 4_242, 0);
  const theirs = close();
  expect(theirs.files).toMatchObject([{ refusal: { why: 'owner', path: file }, mended: false }]);
  chownSync(file, 0, 0);
  chmodSync(place, 0o777);
  const open = close();
  expect(open.files).toMatchObject([{ refusal: { why: 'writable', path: place, kind: 'folder' }, mended: false }]);
  expect(modeOf(place)).toBe(0o777);
  const words = told([theirs, theirs, open, open], 'zh-CN');
  expect(words.map((each) => each !== null)).toEqual([true, false, true, false]);
  expect(words[2]?.lines).toEqual([`${place}：谁都能改它。请运行：chmod o-w ${place}`]);
});

test('a data folder that others can enter is closed and told; one with other things in it is told', () => {
  const { data, close } = lifeline();
  chmodSync(data, 0o755);
  const closed = close();
  expect(modeOf(data)).toBe(0o700);
  mkdirSync(join(data, 'photos'));
  chmodSync(data, 0o755);
  const shared = close();
  expect(modeOf(data)).toBe(0o755);
  expect(told([closed, shared, shared]).map((each) => each?.lines ?? null)).toEqual([
    [
      `the data folder ${data}: others could enter it, and hold its lock to keep Lifeline from starting; it is its owner's only now (0700)`,
    ],
    [
      `the data folder ${data}: others can enter it; it holds other things, too, so it was left as it is. Give Lifeline a data_dir of its own`,
    ],
    null,
  ]);
});
