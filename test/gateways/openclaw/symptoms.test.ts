import { expect, test } from 'vitest';
import { createLinkNames } from '../../../src/gateways/openclaw/accounts.ts';
import { openClawSymptom } from '../../../src/gateways/openclaw/symptoms.ts';
import { consoleLine, json } from './lines.ts';

const symptom = openClawSymptom(createLinkNames({ channels: { feishu: { accounts: { default: {}, work: {} } } } }));

test.each<[string, string | null, string, string | null]>([
  [
    'a start that failed',
    null,
    'Gateway failed to start: listen EADDRINUSE: address already in use. Run openclaw gateway status --deep for diagnostics.',
    'log_refuses_start ready',
  ],
  [
    'a start that was blocked',
    null,
    'Gateway start blocked: existing config is missing gateway.mode.',
    'log_refuses_start ready',
  ],
  [
    'a plugin that refuses',
    null,
    'Refusing to run automatic gateway startup migrations because the selected config changed during startup',
    'log_refuses_start ready',
  ],
  [
    'a start that hangs on',
    'gateway',
    'gateway startup failed: boom. Process will stay alive; fix the issue and restart.',
    'log_refuses_start ready',
  ],
  [
    'an older copy',
    null,
    'Config auto-restored from backup: /h/openclaw.json (missing-meta-vs-last-good)',
    'log_config_reverted taken',
  ],
  [
    'a configuration that is not taken',
    'gateway/reload',
    'config reload skipped (invalid config): gateway: Unrecognized key: "x"',
    'log_config_skipped taken',
  ],
  [
    'a channel without its plugin',
    'gateway',
    'configured channel warning: channels.qqbot: channel is configured, but external plugin "qqbot" is installed without explicit trust',
    'log_parked start',
  ],
  [
    'its brake',
    'gateway',
    'gateway restart-loop breaker tripped: 3 unclean boot(s) within 300000ms; suppressing',
    'log_brake start',
  ],
  [
    'another supervisor',
    'gateway/lifecycle',
    'stopped after SIGTERM 3 times in 5 min: another supervisor may be managing this Gateway',
    'log_other_supervisor time',
  ],
  [
    'a drain that was cut off',
    'gateway',
    'shutdown deadline reached; abandoning unfinished cleanup and active work before restart',
    'log_drain_cut time',
  ],
  [
    'its memory',
    'diagnostic',
    'memory pressure: level=critical reason=rss_threshold rssBytes=3300000000',
    'log_memory start',
  ],
  ['its memory, not yet', 'diagnostic', 'memory pressure: level=warning reason=rss_growth rssBytes=1', null],
  [
    'a conversation',
    'diagnostic',
    'stuck session: sessionKey=agent:main state=processing age=150s',
    'log_stuck_session start',
  ],
  [
    'a channel that does not stop',
    'channels/feishu',
    '[work] channel stop exceeded 5000ms after abort; continuing shutdown',
    'log_stuck_channel start feishu:work',
  ],
  [
    'a refused app',
    'channels/feishu',
    'feishu[default]: WebSocket SDK reported recoverable error: pullConnectConfig failed: code=514, msg=auth failed',
    'log_credentials start feishu',
  ],
  [
    'an app that is in use',
    'channels/feishu',
    'feishu[work]: WebSocket SDK reported recoverable error: pullConnectConfig failed: code=1000040350, msg=too many',
    'log_app_in_use start feishu:work',
  ],
  [
    'a busy platform',
    'channels/feishu',
    'feishu[default]: WebSocket SDK reported recoverable error: pullConnectConfig failed: code=1, msg=system busy',
    null,
  ],
  [
    'a malformed app id, by the SDK',
    null,
    "[error]: [ '[ws]', 'invalid appId: cli_x' ]",
    'log_credentials start feishu',
  ],
  ['a missing permission', null, "[error]: [ { code: 99991672, msg: 'Access denied' } ]", 'log_permission time feishu'],
  ['a banned bot', 'channels/qqbot', '[default] Bot is banned. Please contact QQ platform.', 'log_banned login qqbot'],
  ['intents', 'channels/qqbot', '[default] WebSocket closed: 4014 disallowed intents', 'log_intents login qqbot'],
  ['an address', 'channels/qqbot', '[default] Connection failed: 接口访问源IP不在白名单', 'log_address login qqbot'],
  [
    'a token',
    'channels/qqbot',
    '[default] Connection failed: Failed to get access_token: ***',
    'log_credentials login qqbot',
  ],
  ['a push', 'channels/qqbot', '[default] send failed: code 40054004', 'log_push_refused time qqbot'],
  [
    'quick disconnects',
    'channels/qqbot',
    '[default] Too many quick disconnects. This may indicate a permission issue.',
    'log_permission time qqbot',
  ],
  [
    'messages that its Feishu plugin cannot handle',
    'feishu',
    'feishu[work]: failed to dispatch message: TypeError: x is not a function',
    'log_unanswered start feishu:work',
  ],
  [
    'messages that a plugin cannot handle',
    'channels/qqbot',
    '[default] Message processor error for dm:01B8D51BAFD4B232: deps.runtime.channel.reply.formatInboundEnvelope is not a function',
    'log_unanswered start qqbot',
  ],
  [
    'a chat that quotes such a line',
    'channels/feishu',
    'feishu[default]: received message from ou_1: pullConnectConfig failed: code=514',
    null,
  ],
  [
    'what somebody wrote on Feishu',
    'channels/feishu',
    'feishu[default]: Feishu[default] DM from ou_1: what is 99991672?',
    null,
  ],
  [
    'what somebody wrote in a group',
    'channels/feishu',
    'feishu[default]: Feishu[default] message in group oc_1: pullConnectConfig failed: code=514',
    null,
  ],
  [
    'what somebody wrote on QQ',
    'channels/qqbot',
    '[default] Processing message from 01B8D51BAFD4B232: Too many quick disconnects? {"accountId":"default"}',
    null,
  ],
  ['another tool that does', 'agent/embedded', 'Gateway failed to start: x', null],
])('%s', (_, subsystem, text, expected) => {
  // A channel's subsystem has been below the gateway's, too.
  const subsystems = subsystem?.startsWith('channels/') ? [subsystem, `gateway/${subsystem}`] : [subsystem];
  for (const line of subsystems.flatMap((each) => [json(each, text), consoleLine(each, text)])) {
    const seen = symptom(line);
    expect(
      seen && [seen.symptom.code, seen.until, ...('link' in seen.symptom ? [seen.symptom.link] : [])].join(' '),
    ).toBe(expected);
  }
});

test('what it said is short, in one line, and holds no secret', () => {
  const seen = symptom(
    json(null, `Gateway failed to start: Invalid config:\n- token=kR8mZq2vTn5wYx7u\n${'x'.repeat(900)}`),
  );
  expect(seen?.symptom).toMatchObject({ said: expect.not.stringMatching(/\n|kR8mZq2vTn5wYx7u/) as string });
  expect(seen && 'said' in seen.symptom && seen.symptom.said.length).toBeLessThanOrEqual(200);
});
