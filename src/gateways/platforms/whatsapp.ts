/** WhatsApp by Baileys: in Hermes in a bridge that is a process of its own (docs/facts/platforms.md 3.4, 5.4). */
import {
  account,
  always,
  failed,
  inUse,
  line,
  login,
  lost,
  lostFor,
  nextIn,
  open,
  ownName,
  refused,
  retrying,
  setupIncomplete,
  named,
  type LinePattern,
  type Platform,
} from './platform.ts';
import type { LinkFact } from '../../diagnosis/evidence.ts';

const BRIDGE_LOGS = ['platforms/whatsapp/bridge.log', 'whatsapp/bridge.log'];

/** What the bridge itself prints; where the gateway's log takes its output, behind the adapter's tag. */
const BRIDGE: readonly LinePattern[] = [
  line('✅ WhatsApp connected', login),
  line('⚠️ {1,2}Connection closed \\(reason: (?<code>\\d+)\\)', ({ code }) => ({
    kind: 'link-lost',
    code: Number(code),
  })),
  line('↻ WhatsApp requested restart', retrying),
  line('❌ Logged out', always(refused('logged out', 'logged_out'))),
  line('📱 Scan this QR code', always(refused('not paired', 'logged_out'))),
  line('🌉 WhatsApp bridge listening', open),
];

const NOT_CONNECTED: LinkFact = {
  kind: 'link-retry-failed',
  failure: 'other',
  error: 'its bridge is not connected',
  goesOn: true,
};

/** Of `Retry 2/12 in 4.46s…`. */
const retryIn = (rest: string): string => rest.split(/ Retry \d{1,4}\/\d{1,4} in /)[1] ?? '';

const said = ownName('WhatsApp');

export const whatsapp: Platform = {
  link: 'whatsapp',
  names: named('WhatsApp'),
  hosts: ['web.whatsapp.com:443'],
  graceMs: 180_000,
  // Of the bridge, which is another process and outlives a gateway's restart, one thread tells (#63277).
  restarts: ['openclaw'],
  inSidecar: true,
  sidecar: {
    names: { 'zh-CN': 'WhatsApp 桥接程序', en: 'WhatsApp bridge' },
    isProcess: ([, script = '']) => /(?:^|\/)bridge\.js$/.test(script),
    isOwn: true,
  },
  hermes: {
    tags: ['whatsapp'],
    settles: { after: 'open', ms: 90_000 },
    tagged: [
      line('WhatsApp is enabled but not paired', always(refused('not paired', 'logged_out'))),
      line('(?<reason>Node\\.js not found|Bridge script not found)', setupIncomplete),
      line('WhatsApp bridge process exited unexpectedly \\(code (?<code>[^)]*)\\)', ({ code = '' }) =>
        lost(`its bridge exited with code ${code}`),
      ),
      line('Bridge process died \\(exit code (?<code>[^)]*)\\)', ({ code = '' }) =>
        lost(`its bridge exited with code ${code}`),
      ),
      line('Failed to start bridge: (?<error>.*)', failed),
      // Its first version took each answer of the bridge for a connection (#365); later ones wait for 30 s first.
      line('(?:Bridge ready \\(status: disconnected\\)|⚠ WhatsApp not connected after )', always(NOT_CONNECTED)),
      line('Bridge ready|Using existing bridge', open),
      inUse,
      ...BRIDGE,
    ],
    sidecar: {
      logs: BRIDGE_LOGS,
      patterns: BRIDGE,
    },
    refusals: {
      whatsapp_node_missing: 'setup_incomplete',
      whatsapp_bridge_missing: 'setup_incomplete',
      whatsapp_not_paired: 'logged_out',
    },
    variables: ['WHATSAPP_ENABLED'],
  },
  openclaw: {
    ids: ['whatsapp'],
    credentials: ['authDir'],
    status: 'connected',
    patterns: [
      account('Listening for (?:personal )?WhatsApp inbound messages', login),
      // Its words until February 2026.
      said('gateway connected', login),
      said('gateway disconnected \\(status (?<code>\\d+)\\)', ({ code }) => ({
        kind: 'link-lost',
        code: Number(code),
      })),
      said('session logged out', always(refused('logged out', 'logged_out'))),
      said('Web connection closed(?: during setup)? \\(status 440(?<rest>.*)', ({ rest = '' }) =>
        rest.includes('Retry')
          ? { kind: 'link-lost', code: 440, reason: 'session conflict', ...nextIn(retryIn(rest)) }
          : refused('another session took its place', 'token_in_use'),
      ),
      // Where it never opened, the word of its last try asks to link it anew.
      said(
        '(?<reason>Web connection closed during setup \\(status \\d+\\) after \\d+/\\d+ attempts)',
        ({ reason = '' }) => refused(reason, null),
      ),
      said('auth state is still stabilizing after ', always({ kind: 'link-gave-up' })),
      said('auth state is still stabilizing\\. Retry', retrying),
      said('Web connection closed(?: during setup)? \\(status (?<code>\\d+)(?<rest>.*)', ({ code, rest = '' }) => ({
        kind: 'link-lost',
        code: Number(code),
        ...nextIn(retryIn(rest)),
      })),
      // Its words until the spring of 2026.
      account('(?<reason>No messages received in \\d+m) - restarting connection', lostFor),
      said('watchdog timeout \\((?<reason>[^)]*)\\)', lostFor),
      said('Web watchdog is recovering', retrying),
      said('Web reconnect: max attempts reached', always({ kind: 'link-gave-up' })),
      said('Web reconnect: ', retrying),
    ],
  },
};
