/** What one gateway has for itself: the keys of `watch.grace` and `healing` once more, each with its fall-back. */
import { KIND_NAMES } from '../../gateways/names.ts';
import type { Description, KeyPath } from './description.ts';
import { HEALING, WATCH } from './watch.ts';

const [FIRST] = KIND_NAMES;
const GENERAL = { ...WATCH, ...HEALING };

type Own = Extract<KeyPath, `gateways[].grace.${string}` | `gateways[].healing.${string}`>;

/** The same as the key that holds for all; without it that one counts. */
const as = (key: keyof typeof GENERAL): Description => ({
  what: GENERAL[key].what,
  otherwise: { 'zh-CN': `\`${key}\` 的值`, en: `that of \`${key}\`` },
});

export const OWN_RULES = {
  'gateways[].grace': {
    what: {
      'zh-CN': '只对这个网关：等多久才算故障。没写的和 `watch.grace` 一样',
      en: 'For this gateway alone: how long trouble may last before it counts. What is left out is as in `watch.grace`',
    },
    otherwise: { 'zh-CN': '和 `watch.grace` 一样', en: 'as `watch.grace`' },
    example: `gateways:
  - name: slow
    kind: ${FIRST}
    grace: { start: 10m, links: { telegram: 10m } }`,
  },
  'gateways[].grace.qqbot': as('watch.grace.qqbot'),
  'gateways[].grace.feishu': as('watch.grace.feishu'),
  'gateways[].grace.links': {
    what: { 'zh-CN': '按名字写的连接断开，比 `default` 优先', en: 'Lost links by their names; beats `default`' },
    otherwise: { 'zh-CN': '`default` 的值', en: 'that of `default`' },
  },
  'gateways[].grace.default': as('watch.grace.default'),
  'gateways[].grace.start': as('watch.grace.start'),
  'gateways[].grace.frozen': as('watch.grace.frozen'),
  'gateways[].grace.gone': as('watch.grace.gone'),
  'gateways[].grace.stop': as('watch.grace.stop'),
  'gateways[].grace.network': as('watch.grace.network'),
  'gateways[].healing': {
    what: {
      'zh-CN': '只对这个网关：自动重启的上限。没写的和 `healing` 一样。每个网关各算各的次数',
      en: 'For this gateway alone: how often it may be restarted by itself. What is left out is as in `healing`. Each gateway has a count of its own in any case',
    },
    otherwise: { 'zh-CN': '和 `healing` 一样', en: 'as `healing`' },
    example: `gateways:
  - name: production
    kind: ${FIRST}
    healing: { per_hour: 1, per_day: 2, graceful: 5m }`,
  },
  'gateways[].healing.per_hour': as('healing.per_hour'),
  'gateways[].healing.per_day': as('healing.per_day'),
  'gateways[].healing.graceful': as('healing.graceful'),
  'gateways[].healing.pauses': as('healing.pauses'),
} satisfies Readonly<Record<Own | 'gateways[].grace' | 'gateways[].healing', Description>>;
