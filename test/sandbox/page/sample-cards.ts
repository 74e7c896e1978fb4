/** Cards such as Lifeline sends, for looking at. */
import type { PhoneCard } from '../../../sandbox/phone.ts';

export const ALERT: PhoneCard = {
  title: '🔴 main：QQ 失联',
  summary: '🔴 main：QQ 失联 · 断开 2 分 04 秒，正在重启网关',
  colour: 'red',
  blocks: [
    { kind: 'text', text: 'QQ 链路在 10:31:05 断开，之后没有再登录成功。\n正在重启网关（第 1 次，本小时最多 3 次）。' },
    {
      kind: 'fields',
      fields: [
        { name: '网关', value: 'main（Hermes）' },
        { name: '断开多久', value: '2 分 04 秒' },
        { name: '进程', value: '48211，已运行 3 天' },
        { name: '飞书链路', value: '正常' },
      ],
    },
    {
      kind: 'code',
      text: [
        '2026-03-01 10:31:05,120 WARNING gateway.platforms.qqbot: [QQBot] WebSocket closed code=4009',
        '2026-03-01 10:31:35,871 ERROR gateway.platforms.qqbot: [QQBot] Reconnect failed: invalid session',
        '2026-03-01 10:33:05,002 ERROR gateway.platforms.qqbot: [QQBot] giving up after 5 attempts',
      ].join('\n'),
    },
    {
      kind: 'buttons',
      buttons: [
        {
          id: 'restart',
          label: '立即重启',
          style: 'primary',
          confirm: '重启 main？\n正在进行的对话会中断，大约 40 秒后恢复。',
        },
        { id: 'why', label: '为什么', style: 'plain' },
        { id: 'stop', label: '先别动', style: 'danger' },
      ],
    },
    { kind: 'note', text: '也可以发 /restart main 或 /why main' },
  ],
};

export const RECOVERED: PhoneCard = {
  title: '🟢 main：QQ 已恢复',
  summary: '🟢 main：QQ 已恢复 · 用时 38 秒',
  colour: 'green',
  blocks: [
    { kind: 'text', text: '重启后 38 秒重新登录成功。' },
    {
      kind: 'fields',
      fields: [
        { name: '新进程', value: '48377' },
        { name: '总共失联', value: '2 分 42 秒' },
      ],
    },
  ],
};

export const STATUS: PhoneCard = {
  title: 'Status',
  summary: 'main is well; 2 links up',
  colour: 'blue',
  blocks: [
    { kind: 'text', text: 'main has been well for 3 days.' },
    {
      kind: 'fields',
      fields: [
        { name: 'QQ', value: 'up 3 d 2 h' },
        { name: 'Feishu', value: 'up 3 d 2 h' },
        { name: 'Memory', value: '312 MB' },
        { name: 'Restarts today', value: '0 of 8' },
      ],
    },
    {
      kind: 'code',
      text: 'PID    48211   gateway run --home /home/me/.hermes --profile main --verbose\nPID    48212   sidecar',
    },
    { kind: 'note', text: 'Lifeline 0.1.0 · checked 4 s ago' },
  ],
};

/** As a markdown message looks on QQ: no tone of its own. */
export const PLAIN: PhoneCard = {
  title: '需要你确认',
  summary: '需要你确认：重启 main？',
  colour: 'grey',
  blocks: [
    { kind: 'text', text: '重启 main？正在进行的对话会中断。' },
    {
      kind: 'buttons',
      buttons: [
        { id: 'yes', label: '重启', style: 'primary' },
        { id: 'no', label: '取消', style: 'plain' },
      ],
    },
  ],
};
