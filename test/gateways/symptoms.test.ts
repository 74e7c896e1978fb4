import { describe, expect, it, test } from 'vitest';
import { otherHermesProgram } from '../../src/gateways/hermes/other-program.ts';
import { hermesSymptom } from '../../src/gateways/hermes/symptoms.ts';

const AT = '2026-11-21 10:00:00,123';
const codeOf = (line: string): string | null => hermesSymptom(line)?.symptom.code ?? null;
const QQ = 'gateway.platforms.qqbot.adapter: [QQBot:102]';
const FEISHU = 'plugins.platforms.feishu.adapter: [Feishu]';

describe('what a line of the log asks of people', () => {
  test.each<[string, string | null]>([
    [
      `ERROR ${FEISHU} Send error: code=99991672, msg=Access denied. One of the following scopes is required: [im:message]`,
      'log_permission',
    ],
    [`WARNING ${FEISHU} Send attempt 1/3 failed for chat oc_1; retrying in 1s: code 230027`, 'log_permission'],
    [`ERROR ${FEISHU} Send error: code=99991403 quota`, 'log_quota'],
    ['ERROR Lark: connect failed, err: 10014, app secret invalid', 'log_credentials'],
    ['ERROR Lark: connect failed, err: 1000040350, the number of connections exceeded the limit', 'log_app_in_use'],
    [
      `ERROR ${FEISHU} Another local Hermes gateway is already using this Feishu app_id (PID 7). Stop the other gateway before starting a second Feishu websocket client.`,
      'log_app_in_use',
    ],
    [`ERROR ${FEISHU} lark-oapi not installed`, 'log_dependency'],
    [`WARNING ${QQ} QQ startup failed: aiohttp not installed`, 'log_dependency'],
    [`WARNING ${QQ} WebSocket closed: code=4014 reason=disallowed intents`, 'log_intents'],
    [`WARNING ${QQ} WebSocket closed: code=4915 reason=banned`, 'log_banned'],
    [`ERROR ${QQ} Bot is offline/sandbox-only. Check QQ Open Platform.`, 'log_banned'],
    [
      `ERROR ${QQ} QQ startup failed: QQ Bot token response missing access_token: {'code': 100016, 'message': 'invalid appid or secret'}`,
      'log_credentials',
    ],
    [
      `WARNING ${QQ} Reconnect failed: Failed to get QQ Bot gateway URL: 401 {"message":"接口访问源IP不在白名单","code":11298}`,
      'log_address',
    ],
    [`ERROR ${QQ} Send failed: 40054013`, 'log_push_refused'],
    [
      "ERROR gateway.run: Refusing to start: qqbot has dm_policy/group_policy set to 'open' but neither GATEWAY_ALLOW_ALL_USERS nor QQ_ALLOW_ALL_USERS is enabled.",
      'log_refuses_start',
    ],
    [
      'ERROR gateway.run: 1 configured platform(s) failed to start and are parked (fix the reported error, then restart): feishu. The gateway is DEGRADED',
      'log_parked',
    ],
    [
      'WARNING gateway.run: No user allowlists configured. All unauthorized users will be denied.',
      'log_nobody_allowed',
    ],
    ['WARNING gateway.run: No messaging platforms enabled.', 'log_no_platform'],
    [
      'ERROR gateway.lifecycle_ledger: state.db FAILED integrity check after an unclean gateway exit: row 7',
      'log_database',
    ],
    [
      'WARNING gateway.lifecycle_ledger: Previous gateway life (pid=7, started_at=1) exited UNCLEANLY (no exit path ran). last_heartbeat_at=1 suspected_oom=True',
      'log_out_of_memory',
    ],
    [
      'WARNING gateway.lifecycle_ledger: Previous gateway life (pid=7, started_at=1) exited UNCLEANLY (no exit path ran). suspected_oom=False',
      null,
    ],
    ['ERROR gateway.run: PID file race lost to another gateway instance. Exiting.', 'log_pid_race'],
    [
      'WARNING hermes_cli.gateway: Gateway (re)started 6 times in 120s — backing off 10s to break a respawn storm.',
      'log_many_starts',
    ],
    // Near misses.
    [`INFO ${QQ} Ready, session_id=40054013`, null],
    [`WARNING ${QQ} WebSocket closed: code=4009 reason=Session timed out`, null],
    [`WARNING ${QQ} Reconnect failed: Cannot connect to host api.sgroup.qq.com:443`, null],
    [`WARNING ${FEISHU} Send attempt 1/3 failed for chat oc_99991672a; retrying in 1s: timeout after 1000 ms`, null],
    [`ERROR tools.terminal: [Feishu] Send error: code=99991672`, null],
    ['ERROR some.plugin: PID file race lost to another gateway instance. Exiting.', null],
    ['WARNING gateway.run: inbound message: No messaging platforms enabled.', null],
    ['Refusing to start: pasted', null],
  ])('%s', (line, expected) => {
    expect(codeOf(/^[A-Z]+ /.test(line) ? `${AT} ${line}` : line)).toBe(expected);
  });

  it('shows no secret of the line', () => {
    expect(
      JSON.stringify(
        hermesSymptom(`${AT} ERROR ${QQ} Send failed: 40054013 Authorization: Bearer abcdef0123456789abcdef`),
      ),
    ).not.toContain('abcdef0123456789');
  });
});

describe('programs that people take for the gateway', () => {
  test.each<[readonly string[], string | null]>([
    [['hermes', 'chat'], 'hermes chat'],
    [['/home/me/.local/bin/hermes', '-p', 'ops', 'chat'], 'hermes chat'],
    [['hermes'], 'hermes'],
    [['python3', '-m', 'hermes_cli.main', 'tui'], 'hermes tui'],
    [['/usr/bin/python3.11', '/home/me/.local/bin/hermes', 'dashboard', '--port', '9119'], 'hermes dashboard'],
    [['python', '-m', 'tui_gateway'], 'python -m tui_gateway'],
    [['hermes', 'gateway', 'run'], null],
    [['hermes', 'gateway', 'status'], null],
    [['hermes', 'update'], null],
    [['grep', 'hermes', 'chat'], null],
    [['tail', '-f', '/home/me/.hermes/logs/gateway.log'], null],
    [['vi', 'hermes'], null],
    [[], null],
  ])('%j: %s', (argv, expected) => expect(otherHermesProgram(argv)).toBe(expected));
});
