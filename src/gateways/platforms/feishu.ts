/** Feishu and Lark (docs/facts/feishu.md). What the kinds log of it stands with the kinds. */
import type { Platform } from './platform.ts';

export const feishu: Platform = {
  link: 'feishu',
  names: { 'zh-CN': '飞书', en: 'Feishu' },
  hosts: ['open.feishu.cn:443'],
  restarts: ['hermes', 'openclaw'],
  hermes: null,
  openclaw: null,
};
