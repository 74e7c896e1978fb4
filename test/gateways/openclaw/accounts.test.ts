import { PLATFORM_HOSTS } from '../../../src/gateways/platforms/index.ts';
import { describe, expect, it, test } from 'vitest';
import { accessOf } from '../../../src/gateways/openclaw/access.ts';
import { accountFacts } from '../../../src/gateways/openclaw/account-facts.ts';
import { accountsOf, createLinkNames } from '../../../src/gateways/openclaw/accounts.ts';
import { hostsOf } from '../../../src/gateways/openclaw/hosts.ts';
import { heldEvidence, nothingTold, statusEvidence } from '../../../src/gateways/openclaw/status.ts';
import { at } from './lines.ts';
import { instant } from '../../instant.ts';

const now = instant(at + 600_000);

describe('what channels.status tells of a link', () => {
  const feishu = {
    running: true,
    connected: true,
    lifecycle: 'ready',
    lastStartAt: at,
    lastConnectedAt: at + 5_000,
    lastError: null,
    lastInboundAt: null,
  };
  test.each<[string, object, object[]]>([
    ['up', feishu, [{ at: at + 5_000, fact: { kind: 'link-login' } }]],
    [
      'up, with traffic',
      { ...feishu, lastInboundAt: at + 9_000 },
      [
        { at: at + 5_000, fact: { kind: 'link-login' } },
        { at: at + 9_000, fact: { kind: 'link-traffic' } },
      ],
    ],
    [
      'deaf from the start: all else is green',
      { ...feishu, connected: undefined, lifecycle: 'starting' },
      [{ at, fact: { kind: 'link-open', content: true } }],
    ],
    [
      'restarted during an outage: the word of connection is left over',
      { ...feishu, connected: false, lifecycle: 'starting', lastInboundAt: at },
      [{ at, fact: { kind: 'link-open', content: true } }],
    ],
    [
      'connected, by a word left over',
      { ...feishu, lifecycle: 'starting' },
      [{ at, fact: { kind: 'link-open', content: true } }],
    ],
    [
      'lost',
      { ...feishu, connected: false, lifecycle: 'recovering' },
      [{ at: now, fact: { kind: 'link-lost', reason: 'disconnected' } }],
    ],
    [
      'connected and not ready',
      { ...feishu, lifecycle: 'recovering' },
      [{ at: now, fact: { kind: 'link-lost', reason: 'disconnected' } }],
    ],
    ['QQ up', { running: true, connected: true, lastConnectedAt: at }, [{ at, fact: { kind: 'link-login' } }]],
    [
      'QQ lost',
      { running: true, connected: false, lastError: 'banned' },
      [{ at: now, fact: { kind: 'link-lost', reason: 'banned' } }],
    ],
    [
      'QQ whose flag nothing has set since its start',
      { running: true, connected: false, lastConnectedAt: null, lastStartAt: at, lastError: null },
      [{ at: now, fact: { kind: 'link-lost', reason: 'disconnected', neverSince: at } }],
    ],
    [
      'QQ that was connected',
      { running: true, connected: false, lastConnectedAt: at, lastStartAt: at, lastError: null },
      [{ at: now, fact: { kind: 'link-lost', reason: 'disconnected' } }],
    ],
    [
      'QQ that has just begun',
      { running: true, lastStartAt: at },
      [{ at, fact: { kind: 'link-open', content: true } }],
    ],
    [
      'held by the brake',
      { running: false, lifecycle: 'stopped', lastError: 'gateway restart-loop breaker tripped: 3 unclean boot(s)' },
      [{ at: now, fact: { kind: 'link-held', reason: 'gateway restart-loop breaker tripped: 3 unclean boot(s)' } }],
    ],
    [
      'stopped by hand',
      { running: false, connected: false, lastError: null },
      [{ at: now, fact: { kind: 'link-closed' } }],
    ],
    [
      'stopped by an error, which its own monitor may heal',
      { running: false, lastError: 'channel stop timed out after 5000ms' },
      [{ at: now, fact: { kind: 'link-lost', reason: 'channel stop timed out after 5000ms' } }],
    ],
    [
      'between its own restarts',
      { running: false, restartPending: true, reconnectAttempts: 3, lastError: 'x' },
      [{ at: now, fact: { kind: 'link-lost', reason: 'x' } }],
    ],
    [
      'between its own restarts, without a word',
      { running: false, restartPending: true, lastError: null },
      [{ at: now, fact: { kind: 'link-lost', reason: 'its restart is pending' } }],
    ],
    [
      'at the end of its own restarts',
      { running: false, restartPending: false, reconnectAttempts: 10, lastError: 'x' },
      [{ at: now, fact: { kind: 'link-gave-up' } }],
    ],
    [
      'ended for good',
      { running: true, connected: false, terminalDisconnect: true, lifecycle: 'blocked' },
      [{ at: now, fact: { kind: 'link-gave-up', terminal: true } }],
    ],
    ['disabled', { enabled: false, running: false }, [{ at: now, fact: { kind: 'link-closed', wanted: true } }]],
    [
      'not configured',
      { configured: false, running: false, lastError: 'x' },
      [{ at: now, fact: { kind: 'link-closed', wanted: true } }],
    ],
    ['logged out', { running: false, lastError: 'logged out' }, [{ at: now, fact: { kind: 'link-closed' } }]],
    [
      'a time in the future',
      { ...feishu, lastConnectedAt: now + 9_999_999 },
      [{ at: now, fact: { kind: 'link-login' } }],
    ],
    ['nothing', {}, [{ at: now, fact: { kind: 'link-closed' } }]],
  ])('%s', (_, account, expected) => {
    expect(accountFacts(account as Readonly<Record<string, unknown>>, now)).toEqual(expected);
  });
});

describe('what is news of it', () => {
  const one = (record: object) => ({
    channelAccounts: {
      feishu: [{ accountId: 'default', ...record }],
      irc: [{ accountId: 'default', running: true }],
    },
  });
  const names = createLinkNames({});
  const DEAF = { running: true, lifecycle: 'starting', lastStartAt: at };
  const UP = { running: true, connected: true, lifecycle: 'ready', lastConnectedAt: at };
  const DOWN = { running: true, connected: false, lifecycle: 'recovering' };

  it('tells once what stays as it is, and anew what came after another state', () => {
    const told = nothingTold();
    const kinds = [UP, UP, DOWN, DOWN, UP, { ...UP, lastConnectedAt: at + 9 }].map((record) => {
      const { evidence, isNews } = statusEvidence(one(record), names, told, now);
      expect(isNews).toBe(evidence.length > 0);
      return evidence.map(({ fact }) => fact.kind).join();
    });
    expect(kinds).toEqual(['link-login', '', 'link-lost', '', 'link-login', 'link-login']);
  });

  it('says again and again that a link is on its way, which the log takes for more, and calls it news once', () => {
    const told = nothingTold();
    expect(statusEvidence(one(DEAF), names, told, now)).toMatchObject({
      isNews: true,
      evidence: [{ link: 'feishu', fact: { content: true } }],
    });
    expect(statusEvidence(one(DEAF), names, told, now)).toMatchObject({
      isNews: false,
      evidence: [{ link: 'feishu', fact: { content: true } }],
    });
  });

  it('tells a held link once, by whichever of the two says so first, and again when it is held anew', () => {
    const told = nothingTold();
    expect(heldEvidence(['qqbot', 'feishu', 'irc'], names, told, now).evidence.map(({ link }) => link)).toEqual([
      'qqbot',
      'feishu',
    ]);
    expect(
      statusEvidence(one({ running: false, lastError: 'gateway restart-loop breaker tripped: x' }), names, told, now)
        .evidence,
    ).toEqual([]);
    expect([...told.held]).toEqual(['qqbot', 'feishu']);
    expect(heldEvidence([], names, told, now).evidence).toEqual([]);
    expect(heldEvidence(['qqbot'], names, told, now).isNews).toBe(true);
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['text', 'x'],
    ['accounts that are none', { channelAccounts: { feishu: [null, 1, 'x', []], qqbot: {} } }],
    [
      'wrong types',
      {
        channelAccounts: {
          feishu: [
            {
              accountId: 7,
              running: 'yes',
              connected: 1,
              lifecycle: {},
              lastError: { x: 1 },
              lastStartAt: 'x',
              lastInboundAt: NaN,
            },
          ],
        },
      },
    ],
    [
      'names of the language itself',
      JSON.parse('{"channelAccounts":{"__proto__":[{"running":true}],"constructor":[{}],"toString":[{}]}}'),
    ],
  ])('does not throw for %s', (_, status) => {
    expect(() => statusEvidence(status, names, nothingTold(), now)).not.toThrow();
  });

  it('keeps no secret of an error', () => {
    const [evidence] = statusEvidence(
      one({ running: false, lastError: 'login with appSecret=kR8mZq2vTn5wYx7u failed' }),
      names,
      nothingTold(),
      now,
    ).evidence;
    expect(evidence?.text).not.toContain('kR8mZq2vTn5wYx7u');
  });
});

describe('the names of links', () => {
  test.each<[string, object, string[]]>([
    ['one bot', { appId: 'cli_1' }, ['default=feishu']],
    ['one account of another name', { accounts: { main: { appId: 'cli_1' } } }, ['main=feishu']],
    [
      'the channel’s own beside another',
      { appId: 'cli_1', accounts: { work: {} } },
      ['default=feishu', 'work=feishu:work'],
    ],
    ['one called default', { accounts: { default: {}, work: {} } }, ['default=feishu', 'work=feishu:work']],
    [
      'one that is made the default',
      { defaultAccount: 'Work', accounts: { home: {}, work: {} } },
      ['home=feishu:home', 'work=feishu'],
    ],
    ['none that is', { accounts: { two: {}, one: {} } }, ['one=feishu', 'two=feishu:two']],
    ['nothing that is known', { accounts: 'x' }, ['default=feishu']],
  ])('%s', (_, feishu, expected) => {
    expect(accountsOf({ channels: { feishu } }, 'feishu').map(({ id, link }) => `${id}=${link}`)).toEqual(expected);
  });

  it('knows where each link’s platform is', () => {
    expect(
      hostsOf({
        channels: { feishu: { appId: 'x', domain: 'lark', accounts: { work: { domain: 'https://127.0.0.1:8443' } } } },
      }),
    ).toEqual({
      ...PLATFORM_HOSTS,
      feishu: ['open.larksuite.com:443'],
      'feishu:work': ['127.0.0.1:8443'],
      qqbot: ['api.sgroup.qq.com:443', 'bots.qq.com:443'],
    });
  });
});

describe('with what the gateway may be asked', () => {
  const env = new Map([
    ['OPENCLAW_GATEWAY_TOKEN', 'from-env'],
    ['MY_TOKEN', 'mine'],
  ]);
  test.each<[string, object | undefined, Map<string, string>, object]>([
    ['a token', { mode: 'token', token: 't' }, new Map(), { credential: { token: 't' } }],
    ['a token without a mode', { token: 't' }, new Map(), { credential: { token: 't' } }],
    ['a token of the environment', undefined, env, { credential: { token: 'from-env' } }],
    ['one that is named', { token: '${MY_TOKEN}' }, env, { credential: { token: 'mine' } }],
    [
      'one that is referred to',
      { token: { source: 'env', provider: 'default', id: 'MY_TOKEN' } },
      env,
      { credential: { token: 'mine' } },
    ],
    [
      'one that lies elsewhere',
      { token: { source: 'exec', provider: 'x', id: 'y' } },
      new Map(),
      { credential: null, why: 'reference' },
    ],
    ['one that is named and not there', { token: '${GONE}' }, new Map(), { credential: null, why: 'reference' }],
    ['a password', { mode: 'password', password: 'p' }, env, { credential: { password: 'p' } }],
    ['a password without a mode', { password: 'p' }, new Map(), { credential: { password: 'p' } }],
    ['none', { mode: 'none', token: 't' }, env, { credential: null, why: 'none' }],
    ['a proxy', { mode: 'trusted-proxy' }, env, { credential: null, why: 'proxy' }],
    ['nothing', undefined, new Map(), { credential: null, why: 'missing' }],
    ['an empty one', { token: ' ' }, new Map(), { credential: null, why: 'missing' }],
  ])('%s', (_, auth, variables, expected) => {
    expect(accessOf({ gateway: { auth } }, variables)).toEqual(expected);
  });
});
