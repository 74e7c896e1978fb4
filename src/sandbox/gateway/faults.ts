/** Every way in which the sandbox gateway can be broken on purpose, with the words for the page. */

interface FaultText {
  readonly zh: string;
  readonly en: string;
}

interface FaultEntry {
  readonly id: string;
  readonly label: FaultText;
  /** One line: what happens to the gateway. */
  readonly about: FaultText;
  /** False for what looks like a fault and is normal life. */
  readonly ill: boolean;
}

export const FAULTS = [
  {
    id: 'qq_gives_up',
    label: { zh: 'QQ 放弃重连', en: 'QQ gives up' },
    about: {
      zh: 'QQ 断线，重连次数用尽后不再尝试；进程还活着，但收不到 QQ 消息。',
      en: 'QQ is lost, every reconnect fails and the gateway stops trying; the process lives on, deaf.',
    },
    ill: true,
  },
  {
    id: 'qq_no_login',
    label: { zh: 'QQ 连上却没登录', en: 'QQ reconnects without login' },
    about: {
      zh: '日志写着 Reconnected，但再也没有登录成功，之后一片寂静。',
      en: 'The log says Reconnected, but no login follows and nothing comes any more.',
    },
    ill: true,
  },
  {
    id: 'feishu_lost',
    label: { zh: '飞书断线不再重连', en: 'Feishu lost for good' },
    about: {
      zh: '飞书长连接断开，SDK 不再重连；状态文件仍写着 connected。',
      en: 'The Feishu link is lost and the SDK stops trying; the state file still says connected.',
    },
    ill: true,
  },
  {
    id: 'executor_shutdown',
    label: { zh: '线程池已关闭', en: 'Executor shut down' },
    about: {
      zh: '收得到消息，但每次发送都报 Executor shutdown has been called。',
      en: 'Messages still come in, but every send fails with "Executor shutdown has been called".',
    },
    ill: true,
  },
  {
    id: 'loop_frozen',
    label: { zh: '事件循环卡死', en: 'Event loop frozen' },
    about: {
      zh: '进程还在，但什么都不做：没有心跳、没有日志，也不理会 SIGTERM。',
      en: 'The process is there and does nothing: no heartbeat, no log line, SIGTERM ignored.',
    },
    ill: true,
  },
  {
    id: 'flapping',
    label: { zh: 'QQ 反复掉线', en: 'QQ keeps dropping' },
    about: { zh: 'QQ 每隔几秒掉线一次，登录后很快又断。', en: 'QQ logs in and is dropped again every few seconds.' },
    ill: true,
  },
  {
    id: 'killed',
    label: { zh: '进程被杀 (SIGKILL)', en: 'Process killed (SIGKILL)' },
    about: {
      zh: '进程突然消失，状态文件还写着 running。',
      en: 'The process is gone at once; the state file still says running.',
    },
    ill: true,
  },
  {
    id: 'sigterm',
    label: { zh: '意外 SIGTERM', en: 'Unexpected SIGTERM' },
    about: {
      zh: '有人结束了进程：它正常收尾，以退出码 1 退出，没有人再拉起它。',
      en: 'Somebody ends the process: it winds down, exits with code 1, and nobody starts it again.',
    },
    ill: true,
  },
  {
    id: 'qq_4009',
    label: { zh: 'QQ 例行重连 (4009)', en: 'Routine QQ reconnect (4009)' },
    about: {
      zh: '平台每半小时一次的正常断开，几秒内自动恢复；不应有任何告警。',
      en: 'The normal half-hourly close; the gateway resumes within seconds. Nothing should be said about it.',
    },
    ill: false,
  },
] as const satisfies readonly FaultEntry[];

export type FaultId = (typeof FAULTS)[number]['id'];

export const isFaultId = (text: unknown): text is FaultId => FAULTS.some(({ id }) => id === text);
