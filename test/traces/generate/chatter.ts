/**
 * The ordinary talk between the lines that matter: messages, tool runs, cron jobs. Without it a recording is no
 * recording.
 */
import { asctime } from './time.ts';
import type { Recorder } from './recorder.ts';

const QUESTIONS = [
  '今天下午的会议改到几点了？',
  '帮我总结一下这份周报',
  'deploy 到 staging 了吗',
  '查一下上海明天的天气',
  '把昨天的账单发我',
  '为什么 CI 又红了？',
  'ok 谢谢',
  'remind me at 6pm to call mum',
  '/status',
  '继续',
];
const TOOLS = ['terminal', 'web_search', 'read_file', 'browser_navigate', 'memory', 'execute_code'];
const USERS = ['林晓', '王工', 'Mia'];

export interface ChatterOptions {
  readonly from: number;
  readonly to: number;
  /** Who talks; a link that is ill stays out. */
  readonly platforms: readonly string[];
  readonly everyMinutes?: number;
}

export const chatter = (home: Recorder, { from, to, platforms, everyMinutes = 9 }: ChatterOptions): void => {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(home.random() * list.length)] as T;
  let at = from;
  for (;;) {
    at += Math.round(everyMinutes * 60_000 * (0.4 + home.random() * 1.3));
    if (at + 100_000 > to) return;
    if (platforms.length === 0 || home.random() < 0.2) {
      home.sayAt(
        at,
        'INFO',
        'cron.scheduler',
        `Running job '${pick(['morning-brief', 'inbox-sweep', 'backup-notes'])}' (ID: ${Math.floor(home.random() * 1e9).toString(16)})`,
      );
      continue;
    }
    exchange(home, at, pick(platforms), pick);
  }
};

/** One question and its answer. */
const exchange = (home: Recorder, start: number, platform: string, pick: <T>(list: readonly T[]) => T): void => {
  let at = start;
  const say = (logger: string, message: string, tag?: string): void => {
    home.sayAt(at, 'INFO', logger, message, tag ? { tag } : {});
    at += 3 + Math.floor(home.random() * 400);
  };
  const chat = platform === 'feishu' ? 'oc_5ad11d72b830411d72b836c20' : '8F2C11E09A7B4D5C';
  const tag = `${asctime(start, home.tz).slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace(' ', '_')}_${Math.floor(
    home.random() * 0xffffff,
  )
    .toString(16)
    .padStart(6, '0')}`;
  const text = pick(QUESTIONS);
  if (platform === 'feishu')
    say(
      'plugins.platforms.feishu.adapter',
      `[Feishu] Flushing text batch agent:main:feishu:dm:${chat} (${text.length} chars)`,
    );
  say('gateway.run', `inbound message: platform=${platform} user=${pick(USERS)} chat=${chat} msg='${text}'`);
  at += 2_000;
  const seconds = 1 + home.random() * 20;
  if (home.random() < 0.6) {
    at += Math.round(seconds * 1000);
    say(
      'agent.tool_executor',
      `Tool ${pick(TOOLS)} returned ${Math.floor(home.random() * 9000)} chars (${seconds.toFixed(2)}s)`,
      tag,
    );
  }
  at += 3_000;
  const size = 40 + Math.floor(home.random() * 900);
  say(
    'gateway.run',
    `response ready: platform=${platform} chat=${chat} time=${((at - start) / 1000).toFixed(1)}s api_calls=${1 + Math.floor(home.random() * 4)} response=${size} chars`,
  );
  if (platform === 'feishu') say('gateway.platforms.base', `[Feishu] Sending response (${size} chars) to ${chat}`);
};
