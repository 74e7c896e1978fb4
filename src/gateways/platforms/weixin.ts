/** Personal WeChat by Tencent's iLink (docs/facts/platforms.md 3.5, 5.5): nothing ever proves its login. */
import {
  account,
  always,
  closed,
  failureOf,
  inUse,
  line,
  lost,
  open,
  refused,
  traffic,
  type Platform,
} from './platform.ts';

/**
 * Only polls that fail are logged: after a pause of 30 s and one that takes 35 s the next of them would have been (#70949).
 */
const POLL_MS = 90_000;

export const weixin: Platform = {
  link: 'weixin',
  names: { 'zh-CN': '微信', en: 'Weixin' },
  hosts: ['ilinkai.weixin.qq.com:443'],
  graceMs: 180_000,
  restarts: [],
  hermes: {
    tags: ['weixin'],
    // A poll takes 35 s, and one that fails is logged each 30 to 65 s.
    settles: { after: 'any', ms: 90_000 },
    tagged: [
      // Written before any request.
      line('Connected account=', open),
      // It comes again every ten minutes until somebody scans.
      line('(?<reason>Session expired; pausing)', ({ reason = '' }) => refused(reason, 'logged_out')),
      line('getUpdates failed (?<error>.*)', ({ error = '' }) => failureOf(`errcode=${error}`)),
      line('poll error \\((?<n>\\d+)/(?<of>\\d+)\\): (?<error>.*)', ({ n, of, error = '' }) =>
        n === of ? lost(error) : failureOf(error),
      ),
      line('inbound from=', traffic),
      line('Weixin startup failed: (?<reason>.*)', ({ reason = '' }) => refused(reason, 'setup_incomplete')),
      inUse,
      line('Disconnected$', closed),
    ],
    refusals: {
      weixin_missing_dependency: 'setup_incomplete',
      weixin_missing_token: 'setup_incomplete',
      weixin_missing_account: 'setup_incomplete',
    },
    variables: ['WEIXIN_TOKEN', 'WEIXIN_ACCOUNT_ID', 'WEIXIN_ENABLED'],
  },
  openclaw: {
    ids: ['openclaw-weixin', 'weixin', 'wechat'],
    credentials: ['token'],
    status: 'events',
    freshMs: 120_000,
    patterns: [
      account('Monitor started: ', open),
      account('getUpdates: token for \\S+ is stale', always(refused('its login is over', 'logged_out'))),
      account(
        '(?:(?:weixin )?getUpdates: )?(?:\\S+ )?session expired \\(errcode[ =]-14',
        always(refused('its login is over', 'logged_out')),
      ),
      account('session-guard: paused ', always(refused('its login is over', 'logged_out'))),
      account('weixin not logged in', always(refused('not logged in', 'logged_out'))),
      account('(?:weixin )?getUpdates(?: failed| error)[^:]*: (?<error>.*)', ({ error = '' }) => ({
        ...failureOf(error),
        settlesMs: POLL_MS,
      })),
      account(
        '(?:weixin )?getUpdates: 3 consecutive failures',
        always({ kind: 'link-lost', reason: 'three polls in a row failed', settlesMs: POLL_MS }),
      ),
      account('inbound message: from=', traffic),
    ],
  },
};
