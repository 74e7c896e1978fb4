import { expect, it } from 'vitest';
import { judge, type Judgement } from '../../../src/channels/qq/judge.ts';

/** An answer as the HTTP side hands it on. */
const answered = (status: number, body: Record<string, unknown> | null) => {
  const code = Number(body?.['err_code'] ?? body?.['code'] ?? 0) || null;
  return { kind: 'answered', status, body, code, text: `HTTP ${status}, code ${code}` } as const;
};
const error = (code: number, status = 400) => answered(status, { code, message: 'm' });

const OK: Judgement['kind'] = 'delivered';
it.each<[string, ReturnType<typeof answered>, Judgement['kind'], string | number | undefined]>([
  ['200 with an id', answered(200, { id: 'M1' }), OK, 'M1'],
  ['202 with an audit', error(304023, 202), OK, ''],
  ['201 with an audit', error(304024, 201), OK, ''],
  ['204', answered(204, null), OK, ''],
  ['a repeat', error(40054005), OK, ''],
  ['200 with an error in the body', error(40054013, 200), 'refused', '允许主动发送'],
  ['200 with neither id nor code', answered(200, {}), 'retry', 5_000],
  ['200 with a page in place of JSON', answered(200, null), 'retry', 5_000],
  ['404 with a page in place of JSON', answered(404, null), 'retry', 5_000],
  ['a dead ticket', error(40034024), 'ticket_dead', undefined],
  ['an expired ticket', error(40034005), 'ticket_dead', undefined],
  ['a used-up ticket', error(40034128), 'ticket_dead', undefined],
  ['an expired ticket of old', error(304103), 'ticket_dead', undefined],
  ['the push limit', error(40034100), 'retry', 60_000],
  ['the old message limit', error(22009), 'retry', 60_000],
  ['the safety system\'s throttle', error(1100100), 'retry', 60_000],
  ['429 with nothing else', answered(429, {}), 'retry', 60_000],
  ['a passing fault', error(50055001), 'retry', 5_000],
  ['500 with an unknown code', error(12345, 500), 'retry', 5_000],
  ['502 with a page', answered(502, null), 'retry', 5_000],
  ['bot off line', error(40054016), 'offline', undefined],
  ['session not there', error(304018), 'offline', undefined],
  ['an address in the text', error(40054010), 'content', 'defang'],
  ['a text that is too long', error(40054007), 'content', 'shorten'],
  ['no friend', error(40054004), 'refused', 'add the bot as a friend'],
  ['pushes switched off', error(40054013), 'refused', '允许主动发送'],
  ['no permission to push', error(40034105), 'refused', '单聊主动消息'],
  ['no permission to push, older', error(40034102), 'refused', '单聊主动消息'],
  ['banned, with 401', error(11265, 401), 'refused', 'banned'],
  ['a token refused twice', error(11244, 401), 'retry', 60_000],
  ['token trouble of another kind, with 401', error(11253, 401), 'refused', 'permission'],
  ['an unknown code', error(99999999), 'refused', 'code 99999999'],
])('%s', (_, answer, kind, detail) => {
  const judged = judge(answer);
  expect(judged.kind).toBe(kind);
  if (judged.kind === 'delivered') expect(judged.messageId).toBe(detail);
  else if (judged.kind === 'retry') expect(judged.afterMs).toBe(detail);
  else if (judged.kind === 'content') expect(judged.repair).toBe(detail);
  else if (judged.kind === 'refused') expect(judged.reason).toContain(detail);
  else expect(detail).toBeUndefined();
});

it('reads err_code before code', () => {
  expect(judge(answered(400, { code: 1, err_code: 40054010 })).kind).toBe('content');
});

it('retries what the network swallowed, and a token that cannot be had now, but not wrong credentials', () => {
  expect(judge({ kind: 'failed', text: 'no answer within 10 s' })).toMatchObject({ kind: 'retry', afterMs: 5_000 });
  expect(judge({ kind: 'no_token', cure: 'retry', text: 'x' })).toMatchObject({ kind: 'retry', afterMs: 60_000 });
  expect(judge({ kind: 'no_token', cure: 'human', text: 'check the secret' })).toEqual({ kind: 'refused', reason: 'check the secret' });
});
