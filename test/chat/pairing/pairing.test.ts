import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  CODE_LIFE_MS,
  CODE_TRIES,
  createPairing,
  pairingText,
  readCode,
  type PairingAttempt,
  type PairingOffer,
} from '../../../src/chat/pairing/pairing.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createPairedOperators } from '../../../src/store/operators.ts';
import { ownFolder } from '../../store/helpers.ts';
import { NOW, OPERATORS } from '../helpers.ts';

const FIRST: PairingOffer = { role: 'admin', name: null, madeBy: 'pair' };
const WRONG = '22222222';
const YOU = { channel: 'qq', user: 'YOU' } as const;

const setUp = (path = ':memory:') => {
  const db = openDatabase(path);
  onTestFinished(() => db.close());
  const paired = createPairedOperators(db);
  const pairing = createPairing(db, { configured: OPERATORS, paired });
  const noted: PairingAttempt[] = [];
  const attempt = (
    code: string,
    by: { readonly channel: string; readonly user: string } = YOU,
    at = NOW,
  ): PairingAttempt => pairing.attempt(readCode(code) ?? '', by, at, (each) => void noted.push(each));
  return { db, paired, pairing, attempt, noted };
};

describe('a pairing code', () => {
  it('has eight characters that look like no other, in two groups, and is another each time', () => {
    const { pairing } = setUp();
    const codes = Array.from({ length: 60 }, () => pairing.begin(FIRST, NOW).code);
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/);
    expect(new Set(codes).size).toBe(codes.length);
    // 480 draws from 31: each of them should turn up.
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(31);
  });

  it.each<[string, boolean]>([
    ['ABCD-EFGH', true],
    ['abcd-efgh', true],
    ['ABCDEFGH', true],
    ['ABCD EFGH', true],
    [' a b c d e f g h ', true],
    ['ＡＢＣＤ－ＥＦＧＨ', true],
    ['ａｂｃｄｅｆｇｈ', true],
    ['ABCD—EFGH', true],
    ['ABCD–EFGH', true],
    ['ABCD−EFGH', true],
    ['ABCD_EFGH', true],
    ['AB\u200bCD-EFGH', true],
    ['', false],
    ['ABCD-EFG', false],
    ['ABCD-EFGHJ', false],
    ['ABCD-EFG0', false],
    ['ABCD-EFGO', false],
    ['ABCD-EFG1', false],
    ['ABCD-EFGI', false],
    ['ABCD-EFGL', false],
    ['ABCD-EFGß', false],
    ['ABCD-EFG!', false],
    ['АBCD-EFGH', false], // a Cyrillic А
    ['ABCD-EFGH please', false],
  ])('typed as %j is read: %j', (typed, good) => expect(readCode(typed)).toBe(good ? 'ABCDEFGH' : null));

  it.each<[string, string | null]>([
    ['/pair ABCD-EFGH', 'ABCD-EFGH'],
    ['/PAIR abcd', 'abcd'],
    ['／ｐａｉｒ　ＡＢＣＤ', 'ABCD'],
    ['/ pair ABCD', 'ABCD'],
    ['配对 ABCD', 'ABCD'],
    ['/配对 ABCD', 'ABCD'],
    ['/pair', ''],
    ['配对', ''],
    ['  /pair  \n ABCD ', 'ABCD'],
    ['pair ABCD', null],
    ['/pairs ABCD', null],
    ['/status', null],
    ['ABCD-EFGH', null],
    [`/pair ${'A'.repeat(100)}`, null],
    [undefined as unknown as string, null],
  ])('is looked for in %j: %j', (text, rest) => expect(pairingText(text)).toBe(rest));

  it('makes the one who sends it an operator, once', () => {
    const { pairing, paired, attempt, noted } = setUp();
    const { id, code, expiresAt } = pairing.begin(FIRST, NOW);
    expect(pairing.state(NOW)).toEqual({ id, is: 'open', madeBy: 'pair', expiresAt, paired: null });
    const operator = { channel: 'qq', user: 'YOU', name: 'admin', role: 'admin', pairedAt: NOW };
    expect(attempt(code)).toEqual({ kind: 'paired', operator });
    expect(paired.list()).toEqual([operator]);
    expect(pairing.state(NOW)).toMatchObject({
      id,
      is: 'used',
      paired: { channel: 'qq', user: 'YOU', name: 'admin', role: 'admin' },
    });
    expect(attempt(code, { channel: 'qq', user: 'OTHER' })).toEqual({ kind: 'closed' });
    expect(paired.list()).toEqual([operator]);
    expect(noted.map(({ kind }) => kind)).toEqual(['paired', 'closed']);
  });

  it('is void after five wrong tries by whomsoever, and then even the right one is none', () => {
    const { pairing, paired, attempt } = setUp();
    const { code } = pairing.begin(FIRST, NOW);
    const left = Array.from({ length: CODE_TRIES }, (_, n) => attempt(WRONG, { channel: 'qq', user: `S${n}` }));
    expect(left).toEqual([4, 3, 2, 1, 0].map((triesLeft) => ({ kind: 'wrong', triesLeft })));
    expect(pairing.state(NOW)?.is).toBe('out_of_tries');
    expect(attempt(code)).toEqual({ kind: 'closed' });
    expect(paired.list()).toEqual([]);
  });

  it('still counts at the last try', () => {
    const { pairing, attempt } = setUp();
    const { code } = pairing.begin(FIRST, NOW);
    for (let n = 1; n < CODE_TRIES; n += 1) attempt(WRONG);
    expect(attempt(code).kind).toBe('paired');
  });

  it.each<[string, number, PairingAttempt['kind']]>([
    ['at once', 0, 'paired'],
    ['just before its time is over', CODE_LIFE_MS - 1, 'paired'],
    ['when its time is over', CODE_LIFE_MS, 'closed'],
    ['a day later', 86_400_000, 'closed'],
    ['when the clock was set back a little', -60_000, 'paired'],
    ['when the clock was set back a day', -86_400_000, 'closed'],
  ])('that is sent %s', (_when, later, kind) => {
    const { pairing, paired, attempt } = setUp();
    const { code } = pairing.begin(FIRST, NOW);
    expect(attempt(code, YOU, NOW + later).kind).toBe(kind);
    expect(paired.list()).toHaveLength(kind === 'paired' ? 1 : 0);
  });

  it('is void when a newer one was made', () => {
    const { pairing, attempt } = setUp();
    const older = pairing.begin(FIRST, NOW);
    const newer = pairing.begin(FIRST, NOW);
    expect(attempt(older.code).kind).toBe('wrong');
    expect(attempt(newer.code).kind).toBe('paired');
  });

  it('that another process made counts, and that process sees who was paired', () => {
    const path = join(ownFolder(), 'lifeline.db');
    const [bot, terminal] = [setUp(path), setUp(path)];
    const { code } = terminal.pairing.begin(FIRST, NOW);
    expect(bot.attempt(code).kind).toBe('paired');
    expect(terminal.pairing.state(NOW)).toMatchObject({ is: 'used', paired: { user: 'YOU' } });
  });

  it('is nowhere on the disk, in no spelling', () => {
    const { db, pairing } = setUp();
    const { code } = pairing.begin(FIRST, NOW);
    const stored = JSON.stringify(db.prepare('SELECT *, hex(salt) AS salt, hex(hash) AS hash FROM pairing').all());
    expect(stored).toContain('"made_by":"pair"');
    for (const spelling of [
      code,
      code.replace('-', ''),
      Buffer.from(code.replace('-', '')).toString('hex').toUpperCase(),
    ])
      expect(stored).not.toContain(spelling);
  });

  it('gives two equal codes different hashes', () => {
    const { db, pairing } = setUp();
    const hashes = [0, 1].map(() => {
      pairing.begin(FIRST, NOW);
      return db.prepare('SELECT hex(salt) AS salt FROM pairing').get()?.['salt'];
    });
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  it('pairs nobody when its use cannot be noted, and costs nothing', () => {
    const { pairing, paired, attempt } = setUp();
    const { code } = pairing.begin(FIRST, NOW);
    const full = (): never => {
      throw new Error('disk is full');
    };
    expect(() => pairing.attempt(readCode(code) ?? '', YOU, NOW, full)).toThrow('disk is full');
    expect(paired.list()).toEqual([]);
    expect(pairing.state(NOW)?.is).toBe('open');
    expect(attempt(code).kind).toBe('paired');
  });

  it('for a role that nobody knows pairs nobody', () => {
    const { db, pairing, paired, attempt } = setUp();
    const { code } = pairing.begin(FIRST, NOW);
    db.exec(`UPDATE pairing SET role = 'god'`);
    expect(attempt(code).kind).toBe('closed');
    expect(paired.list()).toEqual([]);
  });
});

describe('the name of somebody who is paired', () => {
  const name = (
    offer: Partial<PairingOffer>,
    by: { readonly channel: string; readonly user: string },
    scene: ReturnType<typeof setUp>,
  ): string | null => {
    const attempt = scene.attempt(scene.pairing.begin({ ...FIRST, ...offer }, NOW).code, by);
    return attempt.kind === 'paired' ? attempt.operator.name : null;
  };

  it('is the one that was given, on two channels too', () => {
    const scene = setUp();
    expect(name({ name: 'bob' }, { channel: 'qq', user: 'B' }, scene)).toBe('bob');
    expect(name({ name: 'bob' }, { channel: 'feishu', user: 'ou_b' }, scene)).toBe('bob');
    // Of the configuration: she is there on QQ only.
    expect(name({ name: 'guest' }, { channel: 'feishu', user: 'ou_g' }, scene)).toBe('guest');
  });

  it('gets a number when somebody else on that channel has it', () => {
    const scene = setUp();
    expect(name({ name: 'bob' }, { channel: 'qq', user: 'B' }, scene)).toBe('bob');
    expect(name({ name: 'bob' }, { channel: 'qq', user: 'C' }, scene)).toBe('bob-2');
    expect(name({ name: 'me' }, { channel: 'qq', user: 'M' }, scene)).toBe('me-2');
  });

  it('that was not given is the role, and nobody else has it on any channel', () => {
    const scene = setUp();
    expect(name({ role: 'viewer' }, { channel: 'qq', user: 'A' }, scene)).toBe('viewer');
    expect(name({ role: 'viewer' }, { channel: 'feishu', user: 'ou_b' }, scene)).toBe('viewer-2');
    expect(name({ role: 'viewer' }, { channel: 'qq', user: 'C' }, scene)).toBe('viewer-3');
  });
});
