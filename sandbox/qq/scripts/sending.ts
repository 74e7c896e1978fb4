/** Sends that go wrong, and pushes that the operator switches off. */
import { failure } from '../answers.ts';
import { refusal } from '../codes.ts';
import type { SendFault } from '../faults.ts';
import { NOTHING_TO_UNDO, type Script } from './script.ts';

const failing = (id: string, about: string, fault: (code: number) => SendFault): Script => ({
  id,
  about,
  start: ({ platform, appId, options: { times = 1, code = 50055001 } }) => {
    platform.failSends(appId, times, fault(code));
    return NOTHING_TO_UNDO;
  },
});

const PAGE = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';
const AUDIT = {
  message: '推送消息审核中',
  code: 304023,
  err_code: 304023,
  data: { message_audit: { audit_id: 'a-1' } },
};

export const SENDING_SCRIPTS: readonly Script[] = [
  failing('send_answer_lost', 'The next send arrives, and its sender is never told.', () => ({
    kind: 'hang_after_accepting',
  })),
  failing('send_429', 'The next send is refused with HTTP 429.', () => failure(429, 100017, 'api request rate limit')),
  failing('send_html_502', 'The next send meets a proxy: HTTP 502 and a page.', () => ({
    kind: 'answer',
    status: 502,
    body: PAGE,
  })),
  failing('send_audited', 'The next send arrives and is answered as if it failed: HTTP 201 and 304023.', () => ({
    kind: 'answer_after_accepting',
    status: 201,
    body: AUDIT,
  })),
  failing('send_401', 'The next send is refused with 401 and 11244, although the token is good.', () => refusal(11244)),
  failing('send_refused', 'The next send is refused with `code`.', refusal),
  {
    id: 'pushes_switched_off',
    about: 'The operator (`user`) switches pushes off, and on again at the end.',
    start: ({ platform, appId, options: { user } }) => {
      if (user === undefined) throw new Error('The script "pushes_switched_off" needs a user.');
      platform.switches.rejectPushes(appId, user);
      return () => platform.switches.allowPushes(appId, user);
    },
  },
];
