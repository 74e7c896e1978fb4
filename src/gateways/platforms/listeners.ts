/** Platforms that only call in (docs/facts/platforms.md 1): nothing of theirs can be lost but the gateway itself. */
import {
  account,
  failedOr,
  line,
  listens,
  named,
  ownName,
  setupIncomplete,
  type LinePattern,
  type OpenClawChannel,
  type Platform,
} from './platform.ts';

/** Before the runner's own word, which does not say why a start failed. */
const STARTS: readonly LinePattern[] = [
  line('(?:[A-Za-z]{3,10} ){0,3}[Ll]istening on ', listens),
  line(
    '(?<reason>Refusing to start\\b.*|Could not bind .*|Port \\d+ already in use.*|No callback apps configured|[\\w/-]+ not installed)',
    setupIncomplete,
  ),
  line('Failed to (?:connect|start)(?: API server)?: (?<error>.*)', failedOr),
];

/** In OpenClaw each is served by its gateway's own port, or by one of the channel (docs/facts/platforms.md 5.9). */
const channel = (id: string, credentials: readonly string[], patterns: readonly LinePattern[]): OpenClawChannel => ({
  ids: [id],
  credentials,
  status: 'log',
  patterns,
});

const listener = (
  link: string,
  names: Platform['names'],
  {
    tag = link,
    variables = [],
    openclaw = null,
  }: {
    readonly tag?: string;
    readonly variables?: readonly string[];
    readonly openclaw?: OpenClawChannel | null;
  } = {},
): Platform => ({
  link,
  names,
  hosts: [],
  listens: true,
  restarts: [],
  hermes: { tags: [tag], tagged: STARTS, variables },
  openclaw,
});

export const LISTENERS: readonly Platform[] = [
  listener('webhook', named('Webhook')),
  listener('api_server', { 'zh-CN': 'API 服务', en: 'API server' }, { variables: ['API_SERVER_ENABLED'] }),
  listener('wecom_callback', { 'zh-CN': '企业微信回调', en: 'WeCom callback' }, { tag: 'wecomcallback' }),
  listener('whatsapp_cloud', named('WhatsApp Cloud')),
  listener('msgraph_webhook', named('Microsoft Graph')),
  listener('sms', { 'zh-CN': '短信', en: 'SMS' }),
  listener('line', named('LINE'), {
    openclaw: channel('line', ['channelAccessToken', 'tokenFile'], [account('starting LINE provider', listens)]),
  }),
  listener('teams', named('Teams'), {
    openclaw: channel(
      'msteams',
      ['appId'],
      [
        account('starting provider \\(port ', listens),
        ownName('msteams')('provider started on port ', listens),
        ownName('msteams')('(?<reason>credentials not configured)', setupIncomplete),
      ],
    ),
  }),
];
