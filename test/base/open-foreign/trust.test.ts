import { chmodSync, chownSync, lchownSync, linkSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { parseAccounts, type Accounts } from '../../../src/base/account.ts';
import type { Trust } from '../../../src/base/file-trust.ts';
import {
  forgetWays,
  readForeign,
  seeForeign,
  seeForeignNow,
  trustIn,
  ANYBODY,
  OWN_CODE,
  OWN_FILES,
} from '../../../src/base/open-foreign.ts';
import { fileRefusalOf, fileRefusalText, type Refusal } from '../../../src/base/refused-file.ts';
import { ownFolder } from '../../store/helpers.ts';

const isRoot = process.getuid?.() === 0;
/** Only root may give files away. */
const asRoot = describe.skipIf(!isRoot);

/** Users that this machine does not have. */
const MALLORY = 4_242;
const GATEWAY = 4_343;

const ACCOUNTS = parseAccounts(
  [
    'root:x:0:0::/root:/bin/sh',
    'syslog:x:104:111::/:/usr/sbin/nologin',
    `mallory:x:${MALLORY}:${MALLORY}::/home/mallory:/bin/sh`,
    `gw:x:${GATEWAY}:${GATEWAY}::/home/gw:/bin/sh`,
    'alice:x:1001:1001::/home/alice:/bin/sh',
    'broken',
    'x:y:z',
  ].join('\n'),
  [
    'root:x:0:',
    'syslog:x:111:',
    `mallory:x:${MALLORY}:`,
    `gw:x:${GATEWAY}:`,
    'alice:x:1001:',
    `staff:x:50:`,
    `ops:x:2000:gw,alice`,
    'shared:x:2001:gw',
    'elsewhere:x:2002:somebody',
    'broken',
    'a:b:c:d',
  ].join('\n'),
);

/** What both ways of looking come to: the part of the path and why, or that it is trusted. */
const judge = async (path: string, trust: Trust, accounts: Accounts = ACCOUNTS): Promise<string> => {
  const words = (error: unknown): string => {
    const refusal = fileRefusalOf(error);
    if (refusal === null) throw error;
    return `${refusal.why}${'by' in refusal ? ` ${refusal.by}` : ''}${'kind' in refusal ? ` ${refusal.kind}` : ''}`;
  };
  const now = ((): string => {
    try {
      seeForeignNow(path, trust, 'file', accounts);
      return 'trusted';
    } catch (error) {
      return words(error);
    }
  })();
  expect(await seeForeign(path, trust, 'file', accounts).then(() => 'trusted', words)).toBe(now);
  return now;
};

/** A place that others may enter, as /srv is: what lies in it is not protected by the folder of this test. */
const openPlace = (): string => {
  const folder = ownFolder();
  chmodSync(folder, 0o755);
  return folder;
};

/** `owner group mode` of a file or a folder. */
const give = (path: string, uid: number, gid: number, mode: number): string => {
  chownSync(path, uid, gid);
  chmodSync(path, mode);
  return path;
};
const folder = (path: string, uid = 0, mode = 0o755, gid = uid): string => (
  mkdirSync(path),
  give(path, uid, gid, mode)
);
const file = (path: string, uid = 0, mode = 0o644, gid = uid): string => (
  writeFileSync(path, 'text'),
  give(path, uid, gid, mode)
);
const link = (path: string, to: string, uid = 0): string => (symlinkSync(to, path), lchownSync(path, uid, uid), path);

type World = (place: string) => string;
interface Case {
  readonly what: string;
  /** @returns the file that is asked for; the home is `place/home`, of the gateway's user. */
  readonly make: World;
  readonly evidence: string;
  readonly code?: string;
}

const CASES: readonly Case[] = [
  {
    what: 'a file of the gateway in its home',
    make: (p) => file(join(p, 'home/log'), GATEWAY),
    evidence: 'trusted',
    code: 'owner folder',
  },
  {
    what: "a file of root in the gateway's home",
    make: (p) => file(join(p, 'home/log')),
    evidence: 'trusted',
    code: 'owner folder',
  },
  {
    what: "a file of another user in the gateway's home",
    make: (p) => file(join(p, 'home/log'), MALLORY),
    evidence: 'owner file',
    code: 'owner folder',
  },
  {
    what: 'a file of another user in a folder of root',
    make: (p) => file(join(p, 'log'), MALLORY),
    evidence: 'owner file',
    code: 'owner file',
  },
  {
    what: 'a file in a folder of another user',
    make: (p) => file(join(folder(join(p, 'theirs'), MALLORY), 'log')),
    evidence: 'owner folder',
    code: 'owner folder',
  },
  {
    what: 'a file far below a folder of another user',
    make: (p) => file(join(folder(join(folder(join(p, 'theirs'), MALLORY), 'mine')), 'log')),
    evidence: 'owner folder',
    code: 'owner folder',
  },
  {
    what: 'a file that everybody may write',
    make: (p) => file(join(p, 'log'), 0, 0o666),
    evidence: 'writable everybody file',
    code: 'writable everybody file',
  },
  {
    what: 'a file in a folder that everybody may write',
    make: (p) => file(join(folder(join(p, 'open'), 0, 0o777), 'log')),
    evidence: 'writable everybody folder',
    code: 'writable everybody folder',
  },
  {
    what: 'a file of root in a sticky folder',
    make: (p) => file(join(folder(join(p, 'tmp'), 0, 0o1777), 'log')),
    evidence: 'trusted',
    code: 'trusted',
  },
  {
    what: 'a file of the gateway in a sticky folder',
    make: (p) => file(join(folder(join(p, 'tmp'), 0, 0o1777), 'log'), GATEWAY),
    evidence: 'trusted',
    code: 'owner file',
  },
  {
    what: 'a file of another user in a sticky folder',
    make: (p) => file(join(folder(join(p, 'tmp'), 0, 0o1777), 'log'), MALLORY),
    evidence: 'owner file',
    code: 'owner file',
  },
  {
    what: 'a second name of a trusted file in a sticky folder',
    make: (p) => (
      linkSync(file(join(p, 'precious'), 0, 0o600), join(folder(join(p, 'tmp'), 0, 0o1777), 'log')),
      join(p, 'tmp/log')
    ),
    evidence: 'second_name',
    code: 'second_name',
  },
  {
    what: 'a second name of a file in a folder of root',
    make: (p) => (linkSync(file(join(p, 'log.1')), join(p, 'log')), join(p, 'log')),
    evidence: 'trusted',
    code: 'trusted',
  },
  {
    what: 'a link of root to a file of root',
    make: (p) => link(join(p, 'log'), file(join(p, 'real'))),
    evidence: 'trusted',
    code: 'trusted',
  },
  {
    what: 'a link of another user to a private file of root',
    make: (p) => link(join(folder(join(p, 'tmp'), 0, 0o1777), 'log'), file(join(p, 'private'), 0, 0o600), MALLORY),
    evidence: 'owner link',
    code: 'owner link',
  },
  {
    what: 'a link of root to a file of another user',
    make: (p) => link(join(p, 'log'), file(join(p, 'theirs'), MALLORY)),
    evidence: 'owner file',
    code: 'owner file',
  },
  {
    what: 'a link of root to a folder that everybody may write',
    make: (p) => (
      file(join(folder(join(p, 'open'), 0, 0o777), 'log')),
      link(join(p, 'logs'), 'open'),
      join(p, 'logs/log')
    ),
    evidence: 'writable everybody folder',
    code: 'writable everybody folder',
  },
  {
    what: 'a link of another user in the middle of a path',
    make: (p) => (
      file(join(folder(join(p, 'real')), 'log')),
      link(join(folder(join(p, 'tmp'), 0, 0o1777), 'dir'), join(p, 'real'), MALLORY),
      join(p, 'tmp/dir/log')
    ),
    evidence: 'owner link',
    code: 'owner link',
  },
  {
    what: 'a link that goes up and down again',
    make: (p) => (
      file(join(folder(join(p, 'a')), 'log')),
      folder(join(p, 'b')),
      link(join(p, 'b/up'), '../a/../a/./log'),
      join(p, 'b/up')
    ),
    evidence: 'trusted',
    code: 'trusted',
  },
  // Groups.
  {
    what: "a file that its owner's own group may write",
    make: (p) => file(join(p, 'home/log'), GATEWAY, 0o664),
    evidence: 'trusted',
    code: 'owner folder',
  },
  {
    what: 'a file that a group with a stranger in it may write',
    make: (p) => file(join(p, 'log'), 0, 0o664, 2_000),
    evidence: 'writable group file',
    code: 'writable group file',
  },
  {
    what: 'a file that a group of trusted users may write',
    make: (p) => file(join(p, 'log'), 0, 0o664, 2_001),
    evidence: 'trusted',
    code: 'writable group file',
  },
  {
    what: 'a file that a group of somebody unknown may write',
    make: (p) => file(join(p, 'log'), 0, 0o664, 2_002),
    evidence: 'writable group file',
    code: 'writable group file',
  },
  {
    what: 'a file that a group of which nothing is known may write',
    make: (p) => file(join(p, 'log'), 0, 0o664, 3_000),
    evidence: 'writable group file',
    code: 'writable group file',
  },
  {
    what: "a folder that a service of the system may write, as Ubuntu's /var/log",
    make: (p) => file(join(folder(join(p, 'log'), 0, 0o775, 111), 'nginx')),
    evidence: 'trusted',
    code: 'writable group folder',
  },
  {
    what: "a folder that an empty group may write, as Debian's /usr/local",
    make: (p) => file(join(folder(join(p, 'local'), 0, 0o2775, 50), 'program')),
    evidence: 'trusted',
    code: 'trusted',
  },
  {
    what: 'a folder that people may write as a group',
    make: (p) => file(join(folder(join(p, 'team'), 0, 0o775, 2_000), 'log')),
    evidence: 'writable group folder',
    code: 'writable group folder',
  },
  // Folders that let nobody in.
  {
    what: 'a file that everybody may write in a folder that only root may enter',
    make: (p) => file(join(folder(join(p, 'closed'), 0, 0o700), 'log'), 0, 0o666),
    evidence: 'trusted',
    code: 'writable everybody file',
  },
  {
    what: 'an open folder in one that only the gateway may enter',
    make: (p) => (
      chmodSync(join(p, 'home'), 0o750),
      file(join(folder(join(p, 'home/logs'), GATEWAY, 0o777), 'log'), GATEWAY, 0o666)
    ),
    evidence: 'trusted',
    code: 'owner folder',
  },
  {
    what: 'a file that everybody may write in a folder that strangers may enter as a group',
    make: (p) => file(join(folder(join(p, 'half'), 0, 0o750, 2_000), 'log'), 0, 0o666),
    evidence: 'writable everybody file',
    code: 'writable everybody file',
  },
  {
    what: 'a file of another user in a folder that only root may enter',
    make: (p) => file(join(folder(join(p, 'closed'), 0, 0o700), 'log'), MALLORY),
    evidence: 'owner file',
    code: 'owner file',
  },
];

asRoot('whose files are believed', () => {
  test.each(CASES)('$what', async ({ make, evidence, code }) => {
    const place = openPlace();
    folder(join(place, 'home'), GATEWAY);
    const path = make(place);
    expect(await judge(path, trustIn(join(place, 'home')))).toBe(evidence);
    expect(await judge(path, OWN_CODE)).toBe(code);
    // Whoever names the file answers for it.
    expect(await judge(path, ANYBODY)).toBe('trusted');
  });

  it('are also those of users whom the operator names, by name or number', async () => {
    const place = openPlace();
    const path = file(join(place, 'log'), MALLORY);
    const home = folder(join(place, 'home'), GATEWAY);
    expect(await judge(path, trustIn(home, ['mallory']))).toBe('trusted');
    expect(await judge(path, trustIn(home, [String(MALLORY)]))).toBe('trusted');
    expect(await judge(path, trustIn(home, ['nobody-of-that-name']))).toBe('owner file');
    expect(await judge(give(path, MALLORY, MALLORY, 0o666), trustIn(home, ['*']))).toBe('trusted');
  });

  it('are not those of whoever has put a home where everybody may put one', async () => {
    const place = openPlace();
    const home = folder(join(folder(join(place, 'tmp'), 0, 0o1777), 'home'), MALLORY);
    expect(await judge(file(join(home, 'log'), MALLORY), trustIn(home))).toBe('owner folder');
    // In a home of his own it is his.
    const theirs = folder(join(folder(join(place, 'mallory'), MALLORY), 'home'), MALLORY);
    expect(await judge(file(join(theirs, 'log'), MALLORY), trustIn(theirs))).toBe('trusted');
    // Nor of whoever leads there by a link.
    const led = link(join(place, 'tmp/led'), folder(join(place, 'gw'), GATEWAY), MALLORY);
    file(join(place, 'gw/log'), GATEWAY);
    expect(await judge(join(led, 'log'), trustIn(led))).toBe('owner link');
    expect(await judge(join(place, 'gw/log'), trustIn(join(place, 'nowhere')))).toBe('owner folder');
  });

  it('lie in a folder that is looked at anew every 30 s, or in a full round; a refused one each time', async () => {
    const place = openPlace();
    const path = file(join(folder(join(place, 'logs')), 'log'));
    const started = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(started);
    onTestFinished(() => clock.mockRestore());
    const seen = (): Promise<string> =>
      seeForeign(path, OWN_FILES).then(
        () => 'trusted',
        (error: unknown) => fileRefusalOf(error)?.why ?? 'error',
      );
    expect(await seen()).toBe('trusted');
    chmodSync(join(place, 'logs'), 0o777);
    clock.mockReturnValue(started + 29_999);
    expect(await seen()).toBe('trusted');
    clock.mockReturnValue(started + 30_001);
    expect(await seen()).toBe('writable');
    chmodSync(join(place, 'logs'), 0o755);
    expect(await seen()).toBe('trusted');
    chmodSync(join(place, 'logs'), 0o777);
    forgetWays();
    expect(await seen()).toBe('writable');
    // What is run is looked at with all that leads to it.
    expect(() => seeForeignNow(path, OWN_CODE)).toThrow(/can be changed by everybody/);
  });

  it('are asked for anew each time: what has changed hands is believed no more', async () => {
    const path = file(join(openPlace(), 'log'));
    expect((await seeForeign(path, OWN_FILES)).path).toBe(path);
    chownSync(path, MALLORY, MALLORY);
    await expect(seeForeign(path, OWN_FILES)).rejects.toThrow(/belongs to another user \(uid 4242\)/);
  });

  it('are not read through a link that takes their place between the look and the opening', async () => {
    const place = openPlace();
    const theirs = folder(join(place, 'tmp'), 0, 0o777);
    const path = file(join(theirs, 'log'));
    file(join(place, 'private'), 0, 0o600);
    renameSync(path, `${path}.1`);
    link(path, join(place, 'private'), MALLORY);
    await expect(readForeign(path, { trust: OWN_FILES, mostBytes: 100 })).rejects.toThrow(
      /can be changed by everybody/,
    );
  });
});

test('the groups of this machine are read as they are', () => {
  expect(ACCOUNTS.uidOf('alice')).toBe(1_001);
  expect(ACCOUNTS.uidOf('broken')).toBeNull();
  expect([...(ACCOUNTS.membersOf(2_000) ?? [])].toSorted((a, b) => a - b)).toEqual([1_001, GATEWAY]);
  // One of whom only the name is known.
  expect([...(ACCOUNTS.membersOf(2_002) ?? [])]).toEqual([-1]);
  expect(ACCOUNTS.membersOf(50)?.size).toBe(0);
  expect(ACCOUNTS.membersOf(9_999)).toBeNull();
});

test('what is wrong is said with the command that mends it, and no name of a file ends a line or runs a command', () => {
  const refusals: readonly (readonly [Refusal, string])[] = [
    [
      { why: 'writable', path: '/srv/a b', kind: 'folder', by: 'everybody', uid: 0, mode: 0o777 },
      "/srv/a b can be changed by everybody; run: chmod o-w '/srv/a b'",
    ],
    [
      { why: 'writable', path: '/srv/$(reboot)\n', kind: 'file', by: 'group', uid: 0, mode: 0o666 },
      "/srv/$(reboot)\uFFFD can be changed by its whole group; run: chmod g-w '/srv/$(reboot)\uFFFD'",
    ],
    [
      { why: 'owner', path: '/srv/log', kind: 'file', uid: 7 },
      '/srv/log belongs to another user (uid 7), who could change it',
    ],
  ];
  for (const [refusal, text] of refusals) expect(fileRefusalText(refusal)).toBe(text);
});
