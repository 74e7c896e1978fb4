/** The page's own words, Chinese and English. What the bot says is shown as it says it. */
const WORDS = {
  demo: { zh: '演示', en: 'demo' },
  lead: {
    zh: '按一个故障，看手机上的告警、重启和恢复；或者直接给 Lifeline 发指令。',
    en: 'Press a fault and watch the alert, the restart and the recovery on the phones, or send Lifeline a command.',
  },
  'fleet-lead': {
    zh: '三台机器、两个中枢、一个 NATS 服务器，都是真的进程：断一台的电，拔一台的网，杀掉中枢，看手机。',
    en: 'Three hosts, two hubs and a NATS server, all real processes: cut a host off, kill the hub, and watch the phones.',
  },
  'fleet-gateway': { zh: '机群', en: 'Fleet' },
  'fleet-faults': { zh: '弄坏它', en: 'Break it' },
  'fleet-log': { zh: '中枢和各台机器的日志', en: 'Log of the hubs and the hosts' },
  'fleet-running': { zh: '有中枢在说话', en: 'a hub speaks' },
  'fleet-stopped': { zh: '没有中枢说话', en: 'no hub speaks' },
  'fleet-restart': { zh: '那台机器自己治好', en: 'That host heals it' },
  'fleet-itself': { zh: '机群自己接上', en: 'The fleet goes on' },
  'fleet-human': { zh: '要人处理：再按一次结束', en: 'A human must act: press again' },
  lost: { zh: '与演示断开了，正在重连…', en: 'Lost the demo, reconnecting…' },
  language: { zh: 'English', en: '中文' },
  gateway: { zh: '网关', en: 'Gateway' },
  feishu: { zh: '飞书', en: 'Feishu' },
  qq: { zh: 'QQ', en: 'QQ' },
  group: { zh: '飞书群', en: 'Group' },
  wecom: { zh: '企业微信', en: 'WeCom' },
  email: { zh: '邮件', en: 'Email' },
  further: { zh: '其他平台', en: 'Other platforms' },
  'link-lost': { zh: '断开', en: 'Lose it' },
  'link-refused': { zh: '平台拒绝', en: 'Refuse it' },
  'link-back': { zh: '接回来', en: 'Bring it back' },
  'made-lost': { zh: '断了', en: 'lost' },
  'made-refused': { zh: '被拒绝', en: 'refused' },
  faults: { zh: '弄坏它', en: 'Break it' },
  log: { zh: '网关日志', en: 'Gateway log' },
  noLog: { zh: '还没有日志。', en: 'No log lines yet.' },
  bot: { zh: '机器人', en: 'Bot' },
  send: { zh: '发送', en: 'Send' },
  reply: { zh: '回复', en: 'Reply' },
  cancelReply: { zh: '不引用了', en: 'Do not quote' },
  operator: { zh: '管理员的手机', en: "Operator's phone" },
  stranger: { zh: '陌生人的手机', en: "Stranger's phone" },
  toGroup: { zh: '看群聊', en: 'Group' },
  toPrivate: { zh: '看私聊', en: 'Private' },
  operatorInGroup: { zh: '以管理员发言', en: 'As operator' },
  strangerInGroup: { zh: '以陌生人发言', en: 'As stranger' },
  online: { zh: '在线', en: 'online' },
  offline: { zh: '离线', en: 'offline' },
  running: { zh: '进程在运行', en: 'process runs' },
  stopped: { zh: '进程已停止', en: 'process is gone' },
  process: { zh: '进程', en: 'Process' },
  since: { zh: '启动于', en: 'since' },
  none: { zh: '无', en: 'none' },
  suffers: { zh: '当前故障', en: 'Fault' },
  loggedIn: { zh: '平台上已登录', en: 'logged in' },
  notLoggedIn: { zh: '平台上未登录', en: 'not logged in' },
  says: { zh: '状态文件写着', en: 'state file says' },
  silent: { zh: '(无)', en: '(nothing)' },
  breaking: { zh: '正在制造故障…', en: 'Breaking it…' },
  broken: { zh: '已制造：', en: 'Done: ' },
  lifting: { zh: '正在结束故障…', en: 'Ending it…' },
  lifted: { zh: '已结束：', en: 'Ended: ' },
  point: { zh: '指着一个故障，这里说它会做什么。', en: 'Point at a fault to read what it does.' },
  restart: { zh: '重启能治', en: 'A restart helps' },
  itself: { zh: '会自己好', en: 'Heals by itself' },
  human: { zh: '要人处理', en: 'A human must act' },
  failed: { zh: '没成功：', en: 'Failed: ' },
  edited: { zh: '已编辑', en: 'edited' },
  buzz: { zh: '加急', en: 'Buzz' },
  now: { zh: '现在', en: 'now' },
  yes: { zh: '确定', en: 'OK' },
  no: { zh: '取消', en: 'Cancel' },
  unanswered: { zh: '机器人没有回应', en: 'The bot did not answer' },
  empty: { zh: '还没有消息', en: 'No messages yet' },
  end: { zh: '结束这个故障', en: 'End this fault' },
  tour: { zh: '六步导览', en: 'Tour' },
  tourNext: { zh: '下一步', en: 'Next' },
  tourAgain: { zh: '再来一遍', en: 'Once more' },
  tourReset: { zh: '重来', en: 'Start over' },
  tourLeave: { zh: '离开', en: 'Leave' },
  tourWaits: { zh: '正在发生……', en: 'Happening…' },
  'tour-break': { zh: '弄坏网关', en: 'Break the gateway' },
  'tour-break-about': {
    zh: 'QQ 断线，网关试了几次就不再重连。进程还在，谁也看不出它聋了。',
    en: 'QQ drops, and the gateway stops trying. Its process lives on: nobody sees that it is deaf.',
  },
  'tour-break-do': { zh: '让 QQ 断线', en: 'Cut QQ off' },
  'tour-alert': { zh: '告警到手机', en: 'The alert' },
  'tour-alert-about': {
    zh: '两部手机都收到：什么坏了、为什么、正在怎么办，还有那一行日志。',
    en: 'On both phones: what is wrong, why, what is done about it, and the line of the log that shows it.',
  },
  'tour-restart': { zh: 'Lifeline 重启网关', en: 'The restart' },
  'tour-restart-about': {
    zh: '重启有用才重启。看这里的进程号：会换成新的。',
    en: 'It restarts only where that helps. Watch the process here: its number changes.',
  },
  'tour-proof': { zh: '证明好了', en: 'The proof' },
  'tour-proof-about': {
    zh: '新进程重新登录了 QQ，才算恢复：断了多久、做了什么，都写着。',
    en: 'It counts as recovered once the new process has logged in to QQ: how long it was out, and what was done.',
  },
  'tour-command': { zh: '发一条指令', en: 'A command' },
  'tour-command-about': {
    zh: '在 QQ 上问 Lifeline 现在怎么样，它当场去看。',
    en: 'Ask Lifeline on QQ how things are: it looks at that moment.',
  },
  'tour-command-do': { zh: '发 /status', en: 'Send /status' },
  'tour-stranger': { zh: '陌生人来了', en: 'A stranger' },
  'tour-stranger-about': {
    zh: '不认识的人发 /restart：什么都不会发生，也看不到任何状态；一小时内再来就不理了。',
    en: 'Somebody unknown sends /restart: nothing happens, and nothing is shown; within the hour they hear no more.',
  },
  'tour-stranger-do': { zh: '以陌生人发 /restart', en: 'Send /restart as a stranger' },
};

const PLACEHOLDER = { zh: (name) => `发送给 ${name}`, en: (name) => `Message ${name}` };
const GROUP_PLACEHOLDER = {
  zh: (name) => `@${name} 它才理`,
  en: (name) => `@${name} calls the bot`,
};
const NEWER = { zh: (count) => `↓ ${count} 条新消息`, en: (count) => `↓ ${count} new` };
const DURATION = {
  zh: { s: ' 秒', m: ' 分 ', h: ' 小时 ' },
  en: { s: ' s', m: ' min ', h: ' h ' },
};

/** That of the bot: it says so with each state. */
let language = 'zh';
/** The page shows a fleet, and no single gateway. */
let fleet = false;

export const isFleet = () => fleet;
export const showFleet = (shown) => {
  fleet = shown;
};

export const currentLanguage = () => language;
export const word = (name) => ((fleet && WORDS[`fleet-${name}`]) || WORDS[name])[language];
export const placeholder = (name) => PLACEHOLDER[language](name);
export const groupPlaceholder = (name) => GROUP_PLACEHOLDER[language](name);
export const newer = (count) => NEWER[language](count);
/** The text in the current language of something that the server sent in both. */
export const either = (bilingual) => bilingual[language];

export const otherLanguage = () => (language === 'zh' ? 'en' : 'zh');
export const speak = (spoken) => {
  language = spoken;
};

/** Fills every element that names its word. */
export const translate = () => {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = word(element.dataset.word);
};

const two = (number) => String(number).padStart(2, '0');

/** `10:31:05` in the browser's own time. */
export const clockTime = (at) => {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};

export const duration = (ms) => {
  const unit = DURATION[language];
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return `${h}${unit.h}${m}${unit.m}`.trim();
  return m > 0 ? `${m}${unit.m}${s}${unit.s}` : `${s}${unit.s}`;
};
