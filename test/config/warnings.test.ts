import { expect, test } from 'vitest';
import { parse, valid } from './helpers.ts';

const QQ = 'channels: { qq: { app_id: 102000001, client_secret: s } }\n';
const WITH_WEBHOOK =
  'channels: { qq: { app_id: 102000001, client_secret: s }, webhook: { url: "https://open.feishu.cn/open-apis/bot/v2/hook/x" } }\n';
const NOBODY = 'there are no operators: nobody may command, and nobody gets alerts';
const UNREACHABLE = 'operator me has no id on a channel that is set up and hears nothing';

test.each<[string, string, readonly { readonly name: string; readonly channel: string }[], readonly string[]]>([
  ['nobody was paired', QQ, [], [NOBODY]],
  [
    'nobody was, and a webhook is told',
    WITH_WEBHOOK,
    [],
    ['there are no operators: nobody may command, and alerts go to the webhook alone'],
  ],
  ['somebody was, beside a webhook', WITH_WEBHOOK, [{ name: 'admin', channel: 'qq' }], []],
  ['somebody was paired', QQ, [{ name: 'admin', channel: 'qq' }], []],
  [
    'the one without an id was paired',
    `${QQ}operators: [{ name: me, role: admin, feishu: ou_1 }]\n`,
    [{ name: 'me', channel: 'qq' }],
    [],
  ],
  [
    'somebody else was',
    `${QQ}operators: [{ name: me, role: admin, feishu: ou_1 }]\n`,
    [{ name: 'you', channel: 'qq' }],
    [UNREACHABLE],
  ],
  [
    'that one was, on a channel that is not set up',
    `${QQ}operators: [{ name: me, role: admin, feishu: ou_1 }]\n`,
    [{ name: 'me', channel: 'feishu' }],
    [UNREACHABLE],
  ],
  [
    'the people of an escalation and of a group were paired',
    `${QQ}operators: [{ name: me, role: admin, qq: A }]\ngroups: [{ name: ops, qq: G, members: { paula: B, mee: C } }]\nalerts: { escalation: { after: 5m, steps: [{ to: [opps] }, { to: [paula] }] } }\n`,
    [{ name: 'paula', channel: 'qq' }],
    [
      'alerts.escalation.steps[0] names opps, and nobody is called so; a step that names only them tells everybody (did you mean ops?)',
      'groups[0].members names mee, and nobody is called so; that id is a stranger in the group (did you mean me?)',
    ],
  ],
])('what is warned of is true once %s', (_when, text, paired, warnings) => {
  const held = parse(valid(text)).warnings.filter(({ holds }) => holds(paired));
  expect(held.map(({ what }) => what.en)).toEqual(warnings);
});
