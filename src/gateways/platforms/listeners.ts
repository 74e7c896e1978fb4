/** Platforms that only call in (docs/facts/platforms.md 1): nothing of theirs can be lost but the gateway itself. */
import type { Platform } from './platform.ts';

const listener = (link: string, zh: string, en: string, variables: readonly string[] = []): Platform => ({
  link,
  names: { 'zh-CN': zh, en },
  hosts: [],
  listens: true,
  restarts: false,
  hermes: { tags: [], tagged: [], variables },
  openclaw: null,
});

export const LISTENERS: readonly Platform[] = [
  listener('webhook', 'Webhook', 'Webhook'),
  listener('api_server', 'API 服务', 'API server', ['API_SERVER_ENABLED']),
  listener('wecom_callback', '企业微信回调', 'WeCom callback'),
  listener('whatsapp_cloud', 'WhatsApp Cloud', 'WhatsApp Cloud'),
  listener('msgraph_webhook', 'Microsoft Graph', 'Microsoft Graph'),
  listener('sms', '短信', 'SMS'),
  listener('line', 'LINE', 'LINE'),
  listener('teams', 'Teams', 'Teams'),
  listener('google_chat', 'Google Chat', 'Google Chat'),
];
