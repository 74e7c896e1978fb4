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
  /** What it takes to be well again. */
  readonly cure: 'itself' | 'restart' | 'human';
  /** `lifted`: it goes on over restarts until it is lifted; `process`: it ends with the process that had it. */
  readonly ends: 'process' | 'lifted';
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
    cure: 'restart',
    ends: 'process',
  },
  {
    id: 'qq_no_login',
    label: { zh: 'QQ 连上却没登录', en: 'QQ reconnects without login' },
    about: {
      zh: '日志写着 Reconnected，但再也没有登录成功，之后一片寂静。',
      en: 'The log says Reconnected, but no login follows and nothing comes any more.',
    },
    ill: true,
    cure: 'restart',
    ends: 'process',
  },
  {
    id: 'feishu_lost',
    label: { zh: '飞书断线不再重连', en: 'Feishu lost for good' },
    about: {
      zh: '飞书长连接断开，SDK 不再重连；状态文件仍写着 connected。',
      en: 'The Feishu link is lost and the SDK stops trying; the state file still says connected.',
    },
    ill: true,
    cure: 'restart',
    ends: 'process',
  },
  {
    id: 'executor_shutdown',
    label: { zh: '线程池已关闭', en: 'Executor shut down' },
    about: {
      zh: '收得到消息，但每次发送都报 Executor shutdown has been called。',
      en: 'Messages still come in, but every send fails with "Executor shutdown has been called".',
    },
    ill: true,
    cure: 'restart',
    ends: 'process',
  },
  {
    id: 'loop_frozen',
    label: { zh: '事件循环卡死', en: 'Event loop frozen' },
    about: {
      zh: '进程还在，但什么都不做：没有心跳、没有日志，也不理会 SIGTERM。',
      en: 'The process is there and does nothing: no heartbeat, no log line, SIGTERM ignored.',
    },
    ill: true,
    cure: 'restart',
    ends: 'process',
  },
  {
    id: 'flapping',
    label: { zh: 'QQ 反复掉线', en: 'QQ keeps dropping' },
    about: { zh: 'QQ 刚登录上就又断，一直这样。', en: 'QQ is dropped as soon as it has logged in, again and again.' },
    ill: true,
    cure: 'restart',
    ends: 'process',
  },
  {
    id: 'killed',
    label: { zh: '进程被杀 (SIGKILL)', en: 'Process killed (SIGKILL)' },
    about: {
      zh: '进程突然消失，状态文件还写着 running。',
      en: 'The process is gone at once; the state file still says running.',
    },
    ill: true,
    cure: 'restart',
    ends: 'process',
  },
  {
    id: 'sigterm',
    label: { zh: '意外 SIGTERM', en: 'Unexpected SIGTERM' },
    about: {
      zh: '有人结束了进程：它正常收尾，以退出码 1 退出，没有人再拉起它。',
      en: 'Somebody ends the process: it winds down, exits with code 1, and nobody starts it again.',
    },
    ill: true,
    cure: 'restart',
    ends: 'process',
  },
  {
    id: 'stop_hangs',
    label: { zh: '停止时卡住', en: 'Hangs while stopping' },
    about: {
      zh: '有人让它停止，它开始收尾，却永远收不完；进程一直不退出。',
      en: 'Somebody tells it to stop, it begins to wind down and never gets to the end of it.',
    },
    ill: true,
    cure: 'restart',
    ends: 'process',
  },
  {
    id: 'long_tool',
    label: { zh: '被长任务堵住', en: 'Blocked by a long task' },
    about: {
      zh: '一个长任务占住事件循环几秒，QQ 因此断开；任务结束后它自己连回来。',
      en: 'A long task holds the event loop for seconds and QQ drops the link; afterwards it reconnects by itself.',
    },
    ill: true,
    cure: 'itself',
    ends: 'process',
  },
  {
    id: 'qq_server_error',
    label: { zh: 'QQ 平台返回 500', en: 'QQ answers 500' },
    about: {
      zh: 'QQ 断线，取网关地址一直得到 HTTP 500；网关不停重试，平台好了就会恢复。',
      en: 'QQ is lost and its API answers HTTP 500; the gateway keeps trying until the platform is well again.',
    },
    ill: true,
    cure: 'itself',
    ends: 'lifted',
  },
  {
    id: 'network_down',
    label: { zh: '网关断网', en: 'Network down' },
    about: {
      zh: '网关连不上任何平台，每次重试都被拒绝；网络恢复后它自己连回来。',
      en: 'The gateway reaches neither platform, every try is refused; it reconnects once the network is back.',
    },
    ill: true,
    cure: 'itself',
    ends: 'lifted',
  },
  {
    id: 'update',
    label: { zh: '更新后没有启动', en: 'Left down by an update' },
    about: {
      zh: '更新标记还在，网关已被停下；标记消失后没有人启动它。',
      en: 'An update stops the gateway; when its marker is gone, nobody starts it again.',
    },
    ill: true,
    cure: 'restart',
    ends: 'lifted',
  },
  {
    id: 'qq_banned',
    label: { zh: 'QQ 机器人被封', en: 'QQ bot banned' },
    about: {
      zh: '平台以 4915 断开并拒绝登录；网关不再尝试，重启也没有用。',
      en: 'The platform closes with 4915 and refuses every login; the gateway stops trying and no restart helps.',
    },
    ill: true,
    cure: 'human',
    ends: 'lifted',
  },
  {
    id: 'config_rejected',
    label: { zh: '配置被拒绝', en: 'Configuration refused' },
    about: {
      zh: '网关以退出码 78 结束，每次启动都一样，直到配置改好。',
      en: 'The gateway exits with code 78, and so does every new start until the configuration is mended.',
    },
    ill: true,
    cure: 'human',
    ends: 'lifted',
  },
  {
    id: 'duplicate',
    label: { zh: '两个实例', en: 'Running twice' },
    about: {
      zh: '有人绕过保护，在同一个目录里又启动了一个网关。',
      en: 'Somebody gets around the guard and starts a second gateway in the same home.',
    },
    ill: true,
    cure: 'human',
    ends: 'lifted',
  },
  {
    id: 'crash_loop',
    label: { zh: '反复崩溃', en: 'Crash loop' },
    about: {
      zh: '启动一秒后就崩溃，服务管理器不断把它拉起来。',
      en: 'It crashes a second after each start, and its service manager starts it again and again.',
    },
    ill: true,
    cure: 'human',
    ends: 'lifted',
  },
  {
    id: 'qq_4009',
    label: { zh: 'QQ 例行重连 (4009)', en: 'Routine QQ reconnect (4009)' },
    about: {
      zh: '平台每半小时一次的正常断开，几秒内自动恢复；不应有任何告警。',
      en: 'The normal half-hourly close; the gateway resumes within seconds. Nothing should be said about it.',
    },
    ill: false,
    cure: 'itself',
    ends: 'process',
  },
] as const satisfies readonly FaultEntry[];

export type FaultId = (typeof FAULTS)[number]['id'];

/** Those that a new process does not end. */
export type LastingFault = Extract<(typeof FAULTS)[number], { readonly ends: 'lifted' }>['id'];

export const isLasting = (fault: FaultId): fault is LastingFault =>
  FAULTS.some(({ id, ends }) => id === fault && ends === 'lifted');

export const isFaultId = (text: unknown): text is FaultId => FAULTS.some(({ id }) => id === text);
