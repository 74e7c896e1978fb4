import type { DescriptionsOf } from './description.ts';

export const WATCH = {
  watch: {
    what: {
      'zh-CN': '怎样检查，以及等多久才算故障。平时不用改',
      en: 'How things are looked at, and how long they may be ill before that is trouble. Seldom needs a change',
    },
    example: 'watch:\n  schedule: "*/10 * * * *"\n  grace: { qqbot: 3m }',
  },
  'watch.schedule': {
    what: {
      'zh-CN': '完整检查一轮的时间。每轮之后 ping 一次 `alerts.ping_url`，所以那边的周期要和它一致',
      en: 'When the full round is made. After each, `alerts.ping_url` is pinged: set the period there to this',
    },
  },
  'watch.follow_logs': {
    what: {
      'zh-CN': '`true`：日志一写就看；`false`：只在下一次 `pulse` 时看',
      en: '`true`: the logs are read as they are written; `false`: only at the next `pulse`',
    },
  },
  'watch.pulse': {
    what: {
      'zh-CN': '两轮之间，隔多久看一次进程、心跳和日志',
      en: 'How often process, heartbeat and logs are looked at between the rounds',
    },
  },
  'watch.grace': {
    what: {
      'zh-CN': '各种异常要持续多久才算故障。太短会打断自己就能恢复的连接，太长则晚知道',
      en: 'How long each kind of trouble may last before it counts. Too short cuts off what would come back by itself; too long, and you hear of it late',
    },
  },
  'watch.grace.qqbot': { what: { 'zh-CN': 'QQ 连接断开', en: 'A lost QQ link' } },
  'watch.grace.feishu': {
    what: {
      'zh-CN': '飞书连接断开；它的客户端两次重连之间最多隔 120 秒',
      en: 'A lost Feishu link; its client pauses up to 120 s between tries',
    },
  },
  'watch.grace.default': { what: { 'zh-CN': '其他连接断开', en: 'Any other link' } },
  'watch.grace.start': {
    what: {
      'zh-CN': '网关启动，在 Lifeline 学到它平时要多久之前',
      en: 'A start of the gateway, until Lifeline has learned how long it usually takes',
    },
  },
  'watch.grace.frozen': {
    what: {
      'zh-CN': '事件循环没有心跳，之后再去问它一次',
      en: 'No heartbeat of its event loop; then the loop is asked once more',
    },
  },
  'watch.grace.gone': {
    what: {
      'zh-CN': '进程不在，又不知道由谁管着它：也许有人正在启动它。知道的，问它就行',
      en: 'A missing process where it is not known who keeps it: somebody may be starting it again. Where that is known, the supervisor is asked',
    },
  },
  'watch.grace.stop': { what: { 'zh-CN': '有人要它停，却停不下来', en: 'A stop that does not come to its end' } },
  'watch.grace.network': {
    what: { 'zh-CN': '所有连接同时断开，之后算网络故障', en: 'All links cut off at once; then the network is blamed' },
  },
  'watch.settle': {
    what: {
      'zh-CN': '没有重启过的故障，一切正常多久才算恢复',
      en: 'How long all must be well before "recovered", when nothing was restarted',
    },
  },
  'watch.again': {
    what: {
      'zh-CN': '恢复后这段时间内又出的同样故障，算同一次',
      en: 'What comes back within this time after "recovered" is the same incident once more',
    },
  },
  'watch.steady': {
    what: {
      'zh-CN': '复发过的故障，要正常这么久才算恢复',
      en: 'An incident that came back is over only when all has been well for this long',
    },
  },
} satisfies DescriptionsOf<'watch'>;

export const HEALING = {
  healing: {
    what: {
      'zh-CN': '每个网关自动重启的上限。用完之后告诉你一次，由你来 `/restart`；你自己的命令不受限制',
      en: 'What each gateway may be restarted by itself. When it is used up you are told once, and `/restart` is yours; your own commands do not count',
    },
    example: 'healing: { per_hour: 2, per_day: 6, pauses: [0s, 5m, 30m] }',
  },
  'healing.per_hour': { what: { 'zh-CN': '1 小时内最多自动重启几次', en: 'The most restarts within an hour' } },
  'healing.per_day': { what: { 'zh-CN': '24 小时内最多自动重启几次', en: 'The most restarts within 24 hours' } },
  'healing.graceful': {
    what: {
      'zh-CN': '重启前等正在处理的对话多久；`0s` 表示不等',
      en: 'How long turns in progress may take to end before a restart cuts them off; `0s`: they are cut at once',
    },
  },
  'healing.pauses': {
    what: {
      'zh-CN': '一天里第 2、3、4、5……次重启之前至少隔多久；之后都用最后一项',
      en: 'The least time before the 2nd, 3rd, 4th, 5th… restart of a day; the last one goes on',
    },
  },
} satisfies DescriptionsOf<'healing'>;
