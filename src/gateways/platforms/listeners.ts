/** Platforms that only call in (docs/facts/platforms.md 1): nothing of theirs can be lost but the gateway itself. */
import { failedOr, line, listens, named, setupIncomplete, type LinePattern, type Platform } from './platform.ts';

/** Before the runner's own word, which does not say why a start failed. */
const STARTS: readonly LinePattern[] = [
  line('(?:[A-Za-z]{3,10} ){0,3}[Ll]istening on ', listens),
  line(
    '(?<reason>Refusing to start\\b.*|Could not bind .*|Port \\d+ already in use.*|No callback apps configured|[\\w/-]+ not installed)',
    setupIncomplete,
  ),
  line('Failed to (?:connect|start)(?: API server)?: (?<error>.*)', failedOr),
];

const listener = (
  link: string,
  names: Platform['names'],
  { tag = link, variables = [] }: { readonly tag?: string; readonly variables?: readonly string[] } = {},
): Platform => ({
  link,
  names,
  hosts: [],
  listens: true,
  restarts: [],
  hermes: { tags: [tag], tagged: STARTS, variables },
  openclaw: null,
});

export const LISTENERS: readonly Platform[] = [
  listener('webhook', named('Webhook')),
  listener('api_server', { 'zh-CN': 'API 服务', en: 'API server' }, { variables: ['API_SERVER_ENABLED'] }),
  listener('wecom_callback', { 'zh-CN': '企业微信回调', en: 'WeCom callback' }, { tag: 'wecomcallback' }),
  listener('whatsapp_cloud', named('WhatsApp Cloud')),
  listener('msgraph_webhook', named('Microsoft Graph')),
  listener('sms', { 'zh-CN': '短信', en: 'SMS' }),
  listener('line', named('LINE')),
  listener('teams', named('Teams')),
];
