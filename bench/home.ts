/** Writes homes with the logs of busy, mostly healthy gateways: what a replay or a first look has to get through. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const QQ = 'gateway.platforms.qqbot.adapter';
const FEISHU = 'plugins.platforms.feishu.adapter';
const TALK = [
  '查一下上海明天的天气',
  '把昨天的账单发我',
  'deploy 到 staging 了吗',
  'ok 谢谢',
  '继续',
  'please summarise the last meeting',
];

type Entry = readonly [level: 'INFO' | 'WARNING' | 'ERROR', logger: string, message: string, below?: string];

/** One question, its answer, and what the agent did in between. */
const conversation = (turn: number): Entry[] => {
  const platform = turn % 3 === 0 ? 'feishu' : 'qqbot';
  const chat = platform === 'feishu' ? 'oc_5ad11d72b830411d72b836c20' : '8F2C11E09A7B4D5C';
  const tools = ['web_search', 'read_file', 'terminal', 'memory'];
  return [
    ...(platform === 'feishu'
      ? [['INFO', FEISHU, `[Feishu] Flushing text batch agent:main:feishu:dm:${chat} (${turn % 90} chars)`] as const]
      : []),
    [
      'INFO',
      'gateway.run',
      `inbound message: platform=${platform} user=Lin chat=${chat} msg='${TALK[turn % TALK.length] ?? ''}'`,
    ],
    ...tools.map((tool, n): Entry => [
      'INFO',
      'agent.tool_executor',
      `Tool ${tool} returned ${(turn * 37 + n * 911) % 9_000} chars (${(turn + n) % 20}.${turn % 100}s)`,
    ]),
    [
      'INFO',
      'agent.conversation',
      `API call #${turn % 7}: model=large provider=main in=${turn % 90_000} out=${turn % 4_000} total=${turn % 94_000} latency=4.2s cache=${turn % 80_000}/${turn % 90_000} (95%)`,
    ],
    [
      'INFO',
      'gateway.run',
      `response ready: platform=${platform} chat=${chat} time=25.4s api_calls=3 response=${turn % 2_000} chars`,
    ],
    [
      'INFO',
      'gateway.platforms.base',
      `[${platform === 'feishu' ? 'Feishu' : 'QQBot:102938475'}] Sending response (${turn % 2_000} chars) to ${chat}`,
    ],
    ...(turn % 20 === 0
      ? [['WARNING', 'agent.tools', `Tool terminal failed after 30s; attempt ${turn % 5}`] as const]
      : []),
    ...(turn % 100 === 0 ? [['ERROR', 'agent.tools', 'Tool web_search raised', traceback(turn)] as const] : []),
    ...(turn % 60 === 0 ? reconnect(turn) : []),
  ];
};

/** The half-hourly close of a healthy QQ link. */
const reconnect = (turn: number): Entry[] => [
  ['WARNING', QQ, '[QQBot:102938475] WebSocket closed: code=4009 reason=Session timed out'],
  ['INFO', QQ, '[QQBot:102938475] Reconnecting in 2s (attempt 1)...'],
  ['INFO', QQ, '[QQBot:102938475] WebSocket connected to wss://api.sgroup.qq.com/websocket'],
  ['INFO', QQ, '[QQBot:102938475] Reconnected'],
  ['INFO', QQ, `[QQBot:102938475] Resume sent (session_id=17c9abc5-5b1e-4c7a-9d20-6ec6a8bfffff, seq=${turn})`],
  ['INFO', QQ, '[QQBot:102938475] Session resumed'],
];

const traceback = (turn: number): string =>
  [
    'Traceback (most recent call last):',
    ...Array.from(
      { length: 12 },
      (_, n) =>
        `  File "/opt/agent/tools/step_${n}.py", line ${(turn + n) % 900}, in run\n    result = await self._call(request, timeout=timeout, attempt=attempt)`,
    ),
    'TimeoutError: the tool did not answer',
  ].join('\n');

const stamp = (at: number): string => {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())},${String(date.getMilliseconds()).padStart(3, '0')}`;
};

/** @returns how many bytes of logs lie in the home. */
export const writeBusyHome = (home: string, bytes: number): number => {
  mkdirSync(join(home, 'logs'), { recursive: true });
  const logs = ['gateway.log', 'agent.log', 'errors.log'].map((name) => ({
    name,
    file: openSync(join(home, 'logs', name), 'w'),
    waiting: [] as string[],
  }));
  let written = 0;
  let at = new Date(2026, 10, 1).getTime();
  const flush = (): void => {
    for (const log of logs) {
      if (log.waiting.length > 0) written += writeSync(log.file, log.waiting.join(''));
      log.waiting = [];
    }
  };
  const start: Entry[] = [
    ['INFO', 'gateway.run', 'Starting Hermes Gateway...'],
    ['INFO', QQ, '[QQBot:102938475] Ready, session_id=17c9abc5'],
    ['INFO', 'Lark', 'connected to wss://msg-frontier.feishu.cn/ws/v2?ticket=x'],
    ['INFO', 'gateway.run', 'Gateway running with 2 platform(s)'],
  ];
  for (let turn = 0; written < bytes; turn += 1) {
    for (const [level, logger, message, below] of turn === 0 ? start : conversation(turn)) {
      at += 700;
      const record = `${stamp(at)} ${level} ${logger.startsWith('agent') ? '[20261101_204556_73d9b8] ' : ''}${logger}: ${message}\n${below ? `${below}\n` : ''}`;
      for (const { name, waiting } of logs) {
        if (name === 'agent.log' || (name === 'errors.log' ? level !== 'INFO' : /^(?:gateway|plugins)/.test(logger)))
          waiting.push(record);
      }
    }
    if (turn % 1_000 === 0) flush();
  }
  flush();
  for (const { file } of logs) closeSync(file);
  return written;
};

type Saying = readonly [subsystem: string, message: string, level?: 'WARN' | 'ERROR'];

/** One question to OpenClaw, its answer, and what the agent did in between. */
const openClawTurn = (turn: number): Saying[] => {
  const id = `om_x100b5${turn.toString(16).padStart(8, '0')}`;
  const session = 'agent:main:feishu:direct:ou_9f1c2d7e41b04d5a8c63';
  const tools = ['exec', 'read', 'web_search', 'memory_search'];
  return [
    [
      'gateway/channels/feishu',
      `feishu[default]: received message from ou_9f1c2d7e41b04d5a8c63 in oc_5ad11d72b830411d (p2p)`,
    ],
    ['gateway/channels/feishu', `feishu[default]: dispatching to agent (session=${session})`],
    ['agent/embedded', `embedded run start: runId=${id} sessionId=main provider=main model=large thinking=low`],
    ...tools.map((tool, n): Saying => [
      'agent/embedded',
      `embedded run tool end: runId=${id} tool=${tool} toolCallId=call_${turn}_${n} durationMs=${(turn * 37 + n * 911) % 9_000}`,
    ]),
    [
      'agent/embedded',
      `embedded run done: runId=${id} sessionId=main durationMs=${(turn * 13) % 40_000} aborted=false`,
    ],
    ['gateway/channels/feishu', `feishu[default]: dispatch complete (queuedFinal=true, replies=1)`],
    ['gateway/ws', `⇄ res ✓ node.list ${turn % 90}ms conn=6e6c2b1a…9f3d id=${turn}`],
    ...(turn % 20 === 0
      ? [['tools', `[tools] exec failed: Command exited with code ${turn % 5}`, 'ERROR'] as const]
      : []),
    ...(turn % 60 === 0
      ? [
          ['gateway/channels/qqbot', '[qqbot:default] WebSocket closed: 4009 Session timed out'] as const,
          ['gateway/channels/qqbot', '[qqbot:default] Reconnecting default in 2000ms (attempt 1)'] as const,
          ['gateway/channels/qqbot', '[qqbot:default] WebSocket connected'] as const,
          ['gateway/channels/qqbot', '[qqbot:default] Gateway resumed'] as const,
        ]
      : []),
  ];
};

/** @returns how many bytes lie in the log: one record is one line of JSON, as OpenClaw writes it. */
export const writeBusyOpenClawHome = (home: string, log: string, bytes: number): number => {
  mkdirSync(home, { recursive: true });
  const file = openSync(join(home, log), 'w');
  let written = 0;
  let at = Date.UTC(2026, 10, 1);
  const start: Saying[] = [
    ['gateway', 'loading configuration…'],
    ['gateway', 'ready (8 plugins, 4.2s)'],
    ['gateway/channels/qqbot', '[qqbot:default] Gateway ready'],
  ];
  for (let turn = 0; written < bytes; turn += 1) {
    const records = (turn === 0 ? start : openClawTurn(turn)).map(([subsystem, message, level = 'INFO']) => {
      at += 700;
      const date = new Date(at).toISOString();
      const name = JSON.stringify({ subsystem });
      return JSON.stringify({
        0: name,
        1: message,
        _meta: {
          runtime: 'node',
          runtimeVersion: '24.21.0',
          hostname: 'vm',
          name,
          parentNames: ['openclaw'],
          date,
          logLevelId: { INFO: 3, WARN: 4, ERROR: 5 }[level],
          logLevelName: level,
          path: {
            fullFilePath: 'file:///usr/lib/node_modules/openclaw/dist/subsystem-B7f1x0aC.js:184:29',
            fileName: 'subsystem-B7f1x0aC.js',
            filePathWithLine: 'dist/subsystem-B7f1x0aC.js:184',
          },
        },
        time: date.replace('Z', '+00:00'),
        hostname: 'vm',
        message,
      });
    });
    written += writeSync(file, `${records.join('\n')}\n`);
  }
  closeSync(file);
  return written;
};
