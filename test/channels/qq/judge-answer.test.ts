import { describe, expect, it } from 'vitest';
import { judgeAnswer, type SendJudgement } from '../../../src/channels/qq/send/judge-answer.ts';
import { KNOWN_CODES, sendClass } from '../../../src/channels/qq/send/refusal-codes.ts';

/** An answer as the HTTP side hands it on. */
const answered = (status: number, body: Record<string, unknown> | null) => {
  const code = Number(body?.['err_code'] ?? body?.['code'] ?? 0) || null;
  return { kind: 'answered', status, body, code, text: `HTTP ${status}, code ${code}` } as const;
};
const error = (code: number, status = 400) => answered(status, { code, message: 'm' });

describe('an answer', () => {
  it.each<[string, ReturnType<typeof answered>, Partial<SendJudgement>]>([
    ['200 with an id', answered(200, { id: 'M1' }), { kind: 'delivered', messageId: 'M1' }],
    ['202 with an audit', error(304023, 202), { kind: 'delivered', messageId: '' }],
    ['201 with an audit', error(304024, 201), { kind: 'delivered', messageId: '' }],
    ['204', answered(204, null), { kind: 'delivered', messageId: '' }],
    ['a repeat', error(40054005), { kind: 'delivered', messageId: '' }],
    ['200 with an error in the body', error(40054013, 200), { kind: 'no_push', fix: 'allow_push' }],
    ['200 with neither id nor code', answered(200, {}), { kind: 'unsure' }],
    ['200 with a page in place of JSON', answered(200, null), { kind: 'unsure' }],
    ['404 with a page in place of JSON', answered(404, null), { kind: 'unsure' }],
    ['500 with an unknown code', error(12345, 500), { kind: 'unsure' }],
    ['502 with a page', answered(502, null), { kind: 'unsure' }],
    ['429 with nothing else', answered(429, {}), { kind: 'limited' }],
    ['banned, with 401', error(11265, 401), { kind: 'refused' }],
    ['a token refused twice', error(11244, 401), { kind: 'passing' }],
    ['no permission, with 401', error(11253, 401), { kind: 'refused', fix: 'grant_permission' }],
    ['an unknown code', error(99999999), { kind: 'unknown' }],
  ])('%s', (_, answer, expected) => {
    expect(judgeAnswer(answer)).toMatchObject(expected);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ id: 'M1', ext_info: { ref_idx: 'REFIDX_1' } }, 'REFIDX_1'],
    [{ id: 'M1', ext_info: {} }, ''],
    [{ id: 'M1', ext_info: null }, ''],
    [{ id: 'M1', ext_info: { ref_idx: 5 } }, ''],
    [{ id: 'M1' }, ''],
  ])('%j: a quote names it %j', (body, quoteId) => {
    expect(judgeAnswer(answered(200, body))).toEqual({ kind: 'delivered', messageId: 'M1', quoteId });
  });

  it('is read by err_code before code', () => {
    expect(judgeAnswer(answered(400, { code: 1, err_code: 40054010 })).kind).toBe('content');
  });

  it('that never came is a plain retry only when the request cannot have arrived', () => {
    expect(judgeAnswer({ kind: 'failed', sent: 'maybe', text: 'no answer within 10 s' })).toMatchObject({
      kind: 'unsure',
    });
    expect(judgeAnswer({ kind: 'failed', sent: 'no', text: 'ECONNREFUSED' })).toMatchObject({ kind: 'passing' });
  });

  it('that there is no token is a retry, and a refusal when the credentials are wrong', () => {
    expect(judgeAnswer({ kind: 'no_token', cure: 'retry', text: 'x' })).toMatchObject({ kind: 'passing' });
    expect(judgeAnswer({ kind: 'no_token', cure: 'human', text: 'check the secret' })).toEqual({
      kind: 'refused',
      reason: 'check the secret',
    });
  });
});

/** The table of docs/facts/qq.md 4.5, code by code, as it stands there and not as the source has it. */
const DOCUMENTED: readonly (readonly [string, Partial<SendJudgement>, readonly number[]])[] = [
  [
    'a closed reply window',
    { kind: 'window_closed' },
    [304026, 304027, 304103, 40034005, 40034024, 40034026, 40034027, 40034128],
  ],
  ['an event that QQ does not know', { kind: 'event_unknown' }, [40034025]],
  ['a repeat', { kind: 'delivered' }, [40054005]],
  ['pushes too often', { kind: 'push_limited' }, [40034100, 22009]],
  ['calls too often', { kind: 'limited' }, [1100100, 100017, 40023001]],
  ['a passing fault', { kind: 'passing' }, [40034004, 40054006, 50055001, 50055002, 50055006, 11281, 11242, 11252]],
  ['accepted, with an audit', { kind: 'delivered' }, [304023, 304024]],
  ['pushes switched off', { kind: 'no_push', fix: 'allow_push' }, [40054013]],
  ['no friend', { kind: 'no_push', fix: 'add_friend' }, [40054004]],
  ['no permission to push', { kind: 'no_push', fix: 'grant_permission' }, [40034102, 40034105]],
  ['an address in the text', { kind: 'content', fault: 'address' }, [40054010, 304003]],
  ['words that QQ does not take', { kind: 'content', fault: 'words' }, [40034006, 1100101, 50059, 304061]],
  ['too long', { kind: 'content', fault: 'length' }, [40054007, 40054018]],
  [
    'no markdown',
    { kind: 'content', fault: 'markdown' },
    [40034008, 40034009, 40034010, 40034011, 40034012, 40034127, 304036, 22006],
  ],
  ['not these buttons', { kind: 'content', fault: 'keyboard' }, [40034029, 40034124]],
  ['bot off line', { kind: 'offline' }, [40054016, 304018]],
  ['no recall message now', { kind: 'no_wakeup' }, [40034122, 40034123]],
  [
    'refused for good',
    { kind: 'refused' },
    [11253, 11254, 11265, 40034101, 40054002, 40054003, 304064, 1100102, 1100103, 1100104],
  ],
];

describe('a code', () => {
  it.each(DOCUMENTED.flatMap(([what, expected, codes]) => codes.map((code) => ({ code, what, expected }))))(
    '$code: $what',
    ({ code, expected }) => {
      expect(judgeAnswer(error(code))).toMatchObject(expected);
    },
  );

  it('has its place in the document, every one of ours', () => {
    expect(new Set(KNOWN_CODES)).toEqual(new Set(DOCUMENTED.flatMap(([, , codes]) => codes)));
    expect(sendClass(1)).toBeNull();
  });
});
