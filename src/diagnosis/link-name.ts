import type { LinkName } from './evidence.ts';

/** Where programs and pages ask the gateway directly; no platform's. */
export const OWN_CHAT: LinkName = 'webchat';

/** @returns `feishu` of `feishu:work`, which is another account of the same platform. */
export const platformOf = (link: LinkName): string => {
  const end = link.indexOf(':');
  return end < 0 ? link : link.slice(0, end);
};

/** @returns `work` of `feishu:work`; null for the only or the default account. */
export const accountOf = (link: LinkName): string | null =>
  link.includes(':') ? link.slice(link.indexOf(':') + 1) : null;
