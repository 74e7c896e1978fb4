/** The page's own words, Chinese and English. What the bot says is shown as it says it. */
const WORDS = {
  demo: { zh: '演示', en: 'demo' },
  lead: {
    zh: '按一个故障，看手机上的告警、重启和恢复；或者直接给 Lifeline 发指令。',
    en: 'Press a fault and watch the alert, the restart and the recovery on the phones, or send Lifeline a command.',
  },
  lost: { zh: '与演示断开了，正在重连…', en: 'Lost the demo, reconnecting…' },
  language: { zh: 'English', en: '中文' },
  gateway: { zh: '网关', en: 'Gateway' },
  feishu: { zh: '飞书', en: 'Feishu' },
  qq: { zh: 'QQ', en: 'QQ' },
  wecom: { zh: '企业微信', en: 'WeCom' },
  faults: { zh: '弄坏它', en: 'Break it' },
  log: { zh: '网关日志', en: 'Gateway log' },
  noLog: { zh: '还没有日志。', en: 'No log lines yet.' },
  bot: { zh: '机器人', en: 'Bot' },
  send: { zh: '发送', en: 'Send' },
  reply: { zh: '回复', en: 'Reply' },
  cancelReply: { zh: '不引用了', en: 'Do not quote' },
  operator: { zh: '管理员的手机', en: "Operator's phone" },
  stranger: { zh: '陌生人的手机', en: "Stranger's phone" },
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
  again: { zh: '再按一次它的按钮即可结束', en: 'press its button again to end it' },
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
};

const PLACEHOLDER = { zh: (name) => `发送给 ${name}`, en: (name) => `Message ${name}` };
const NEWER = { zh: (count) => `↓ ${count} 条新消息`, en: (count) => `↓ ${count} new` };
const DURATION = {
  zh: { s: ' 秒', m: ' 分 ', h: ' 小时 ' },
  en: { s: ' s', m: ' min ', h: ' h ' },
};

const STORED = 'lifeline-demo-language';
let language = 'zh';
try {
  if (localStorage.getItem(STORED) === 'en') language = 'en';
} catch {
  // A browser that keeps nothing still shows the page.
}

export const currentLanguage = () => language;
export const word = (name) => WORDS[name][language];
export const placeholder = (name) => PLACEHOLDER[language](name);
export const newer = (count) => NEWER[language](count);
/** The text in the current language of something that the server sent in both. */
export const either = (bilingual) => bilingual[language];

export const switchLanguage = () => {
  language = language === 'zh' ? 'en' : 'zh';
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // As above.
  }
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
