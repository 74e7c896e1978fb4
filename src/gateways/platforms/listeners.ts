/** Platforms that only call in (docs/facts/platforms.md 1): nothing of theirs can be lost but the gateway itself. */
import { named, type Platform } from './platform.ts';

const listener = (link: string, names: Platform['names'], variables: readonly string[] = []): Platform => ({
  link,
  names,
  hosts: [],
  listens: true,
  restarts: [],
  hermes: { tags: [], tagged: [], variables },
  openclaw: null,
});

export const LISTENERS: readonly Platform[] = [
  listener('webhook', named('Webhook')),
  listener('api_server', { 'zh-CN': 'API 服务', en: 'API server' }, ['API_SERVER_ENABLED']),
  listener('wecom_callback', { 'zh-CN': '企业微信回调', en: 'WeCom callback' }),
  listener('whatsapp_cloud', named('WhatsApp Cloud')),
  listener('msgraph_webhook', named('Microsoft Graph')),
  listener('sms', { 'zh-CN': '短信', en: 'SMS' }),
  listener('line', named('LINE')),
  listener('teams', named('Teams')),
  listener('google_chat', named('Google Chat')),
];
