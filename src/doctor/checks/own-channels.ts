/** Lifeline's own bots, tried for real: credentials, permissions, the long connection. Nobody gets a message for it. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { scaledClock } from '../../base/clock.ts';
import { errorText, UserError } from '../../base/errors.ts';
import { callJson } from '../../base/http.ts';
import { callEndpoint } from '../../channels/feishu/link/endpoint.ts';
import { settingsOf, type FeishuOptions } from '../../channels/feishu/options.ts';
import { preflight } from '../../channels/feishu/preflight.ts';
import { createApi } from '../../channels/qq/api.ts';
import { createHttp } from '../../channels/qq/http.ts';
import { createPeople } from '../../channels/qq/send/people.ts';
import { createTolerantDatabase } from '../../channels/qq/tolerant-database.ts';
import { createTokenSource } from '../../channels/qq/token.ts';
import type { FeishuConfig, QqConfig } from '../../config/config.ts';
import type { OwnApp } from '../../gateways/gateway-kind.ts';
import { kindAt } from '../../gateways/index.ts';
import type { KindName } from '../../gateways/names.ts';
import { ownApps } from '../../monitor/own-apps.ts';
import { findGatewayProcesses } from '../../sensors/process/process.ts';
import { createPairedOperators } from '../../store/operators.ts';
import { fixText } from '../../text/channels/fixes.ts';
import { finding, inHan, linkNames, type DoctorCheck, type DoctorFinding } from '../check.ts';
import type { SelfContext } from '../context.ts';
import { channelNames } from './people.ts';

type Check = DoctorCheck<SelfContext>;

interface HomeApps {
  readonly kind: KindName;
  readonly home: string;
  readonly apps: readonly OwnApp[];
}

/**
 * One bot, one program: of two with the same bot each gets a part of the messages, or one of them never starts
 * (docs/facts/feishu.md 3.5).
 */
export const apps: Check = {
  name: 'apps',
  title: { 'zh-CN': '一个机器人只给一个程序用', en: 'one bot, one program' },
  run: async (context) => {
    const homes = await appsByHome(context);
    return [...foreignApps(context, homes), ...(await sharedApps(homes))];
  },
};

const foreignApps = ({ config: { channels } }: SelfContext, homes: readonly HomeApps[]): readonly DoctorFinding[] =>
  [
    { channel: 'feishu', link: 'feishu', appId: channels.feishu?.appId },
    { channel: 'qq', link: 'qqbot', appId: channels.qq?.appId },
  ].flatMap(({ channel, link, appId }) => {
    const owner = homes.find(({ apps: theirs }) => theirs.some((app) => app.link === link && app.appId === appId));
    if (!owner || appId === undefined) return [];
    const { home } = owner;
    return [
      finding(null, 'error', 'own_app_foreign', {
        'zh-CN': [
          `Lifeline 和网关（${home}）用的是同一个${inHan(channelNames(channel)['zh-CN'])}应用 ${appId}`,
          '消息会随机分给其中一个；给 Lifeline 另建一个机器人',
        ],
        en: [
          `Lifeline and the gateway (${home}) use the same ${channelNames(channel).en} app ${appId}`,
          'each message goes to either of the two at random; create another bot for Lifeline',
        ],
        channel,
        appId,
        home,
        commands: ['lifeline init'],
      }),
    ];
  });

/** A copied profile names the bot of its original; that is an outage only once both run. */
const sharedApps = async (all: readonly HomeApps[]): Promise<readonly DoctorFinding[]> => {
  const owners = all.flatMap((owner) => owner.apps.map((app) => ({ ...app, owner })));
  const found = [...Map.groupBy(owners, ({ link, appId }) => `${link} ${appId}`).values()].map(async (same) => {
    const [app] = same;
    const each = [...new Set(same.map(({ owner }) => owner))];
    if (!app || each.length < 2) return [];
    const { link, appId } = app;
    const homes = each.map(({ home }) => home);
    const running = (await Promise.all(each.map(isRunning))).filter((runs) => runs).length > 1;
    return [
      finding(null, running ? 'error' : 'warning', 'same_app', {
        'zh-CN': [
          `${homes.length} 个网关目录用同一个${linkNames(link)['zh-CN']}机器人 ${appId}：${homes.join('、')}`,
          running
            ? '它们都在运行，会互相抢消息；给每个网关各用一个机器人'
            : '一起启动时，后启动的会因配置错误退出；给每个网关各用一个机器人，或从不用的目录里删掉',
        ],
        en: [
          `${homes.length} gateways use the same ${linkNames(link).en} bot ${appId}: ${homes.join(', ')}`,
          running
            ? 'they run and take messages from each other; give each its own bot'
            : 'once both are started, the later one ends with a fatal configuration; give each its own bot, or delete it from the home that is not used',
        ],
        link,
        appId,
        homes,
        running,
      }),
    ];
  });
  return (await Promise.all(found)).flat();
};

const isRunning = async ({ kind, home }: HomeApps): Promise<boolean> =>
  (await findGatewayProcesses(kindAt(kind, home), home)).length > 0;

/** Returns the bots of the homes in the configuration, and of the other profiles of the same installations. */
const appsByHome = async ({ config, logger }: SelfContext): Promise<readonly HomeApps[]> => {
  const homes = new Map<string, KindName>();
  for (const { kind, home } of config.gateways) {
    homes.set(home, kind);
    const siblings = kindAt(kind, home).siblingHomes(home);
    const names = (await readdir(siblings.profiles).catch(() => [])).filter((name) => siblings.isOne?.(name) ?? true);
    for (const sibling of [siblings.root, ...names.map((name) => join(siblings.profiles, name))])
      if (!homes.has(sibling)) homes.set(sibling, kind);
  }
  return Promise.all(
    [...homes].map(async ([home, kind]) => ({ kind, home, apps: await ownApps([{ kind, home }], logger) })),
  );
};

const LIMIT_MS = 15_000;

export const feishuBot: Check = {
  name: 'feishu-bot',
  title: { 'zh-CN': 'Lifeline 的飞书机器人', en: "Lifeline's Feishu bot" },
  run: async (context) => {
    const { feishu } = context.config.channels;
    if (!feishu) return { skip: 'no_feishu' };
    return context.network === false
      ? { skip: 'offline' }
      : lookAtFeishu(feishu, context, AbortSignal.timeout(LIMIT_MS));
  },
};

const lookAtFeishu = async (
  { appId, appSecret, domain }: FeishuConfig,
  context: SelfContext,
  signal: AbortSignal,
): Promise<readonly DoctorFinding[]> => {
  const options: FeishuOptions = { appId, appSecret: appSecret.reveal(), domain, logger: context.logger };
  try {
    const { problems } = await preflight(options, { signal });
    const found = problems.map(({ about, text: said, fix }) => {
      if (about === 'platform') return unreachable('feishu', said, context);
      return about === 'credentials' ? wrongCredentials('feishu', said) : notReady('feishu', said, fix ?? null);
    });
    return found.some(({ code }) => code === 'own_unreachable' || code === 'own_credentials')
      ? found
      : [...found, ...(await longConnection(options, context, signal))];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [wrongCredentials('feishu', error.message)];
  }
};

/**
 * Not permitted, refused, unknown, too many (docs/facts/feishu.md 1.2). A running link recovers from the other codes by
 * itself.
 */
const LASTING = /\(code (?:403|514|1000040344|1000040350)\b/;

/** Asks Feishu where to connect to, and does not connect. */
const longConnection = async (
  options: FeishuOptions,
  context: SelfContext,
  signal: AbortSignal,
): Promise<readonly DoctorFinding[]> => {
  const settings = settingsOf(options);
  try {
    await callEndpoint(
      {
        url: `${settings.origin}/callback/ws/endpoint`,
        headers: { locale: 'zh' },
        data: { AppID: settings.appId, AppSecret: settings.appSecret },
      },
      settings,
      signal,
    );
    return [];
  } catch (error) {
    const said = errorText(error);
    if (!LASTING.test(said)) return [unreachable('feishu', said, context)];
    return [
      finding(null, 'error', 'own_no_long_connection', {
        'zh-CN': [
          '飞书不让 Lifeline 建立长连接',
          `收不到命令；在开放平台把事件和回调两页都设成长连接，并发布新版本（页面上的「验证」要等 Lifeline 连着才会通过）。平台说：${said}`,
        ],
        en: [
          'Feishu does not let Lifeline open the long connection',
          `no command arrives; set both pages in the developer console, events and callbacks, to persistent connection, and publish a version (the "verify" button there passes only while Lifeline is connected). The platform: ${said}`,
        ],
        said,
      }),
    ];
  }
};

/** Each login takes one session of the day; a bot that is restarted in a loop uses them up (docs/facts/qq.md 2.1). */
const FEW_SESSIONS = 0.1;
const QQ_REQUEST_MS = 8_000;

export const qqBot: Check = {
  name: 'qq-bot',
  title: { 'zh-CN': 'Lifeline 的 QQ 机器人', en: "Lifeline's QQ bot" },
  run: async (context) => {
    const { qq } = context.config.channels;
    if (!qq) return { skip: 'no_qq' };
    return context.network === false ? { skip: 'offline' } : lookAtQq(qq, context, AbortSignal.timeout(LIMIT_MS));
  },
};

/** Asks QQ whether the bot's credentials are right, and whether it may use the platform. */
const lookAtQq = async (
  { appId, clientSecret, apiBase, tokenUrl }: QqConfig,
  context: SelfContext,
  signal: AbortSignal,
): Promise<readonly DoctorFinding[]> => {
  const http = createHttp(QQ_REQUEST_MS, signal);
  const tokens = createTokenSource({
    appId,
    clientSecret: clientSecret.reveal(),
    tokenUrl,
    http,
    clock: scaledClock(0, 1),
    pauseMs: 0,
  });
  const token = await tokens.get();
  if (!token.ok)
    return [token.cure === 'human' ? wrongCredentials('qq', token.reason) : unreachable('qq', token.reason, context)];
  const answer = await createApi(apiBase, tokens, http)('GET', '/gateway/bot');
  if (answer.kind !== 'answered') return [unreachable('qq', answer.text, context)];
  if (typeof answer.body?.['url'] === 'string') return fewSessions(answer.body['session_start_limit']);
  // A refusal with a code is QQ's own answer: no permission, banned, an address that is not on its list
  // (docs/facts/qq.md 1.2, 1.3).
  return answer.code !== null && answer.status < 500 && answer.status !== 429
    ? [notReady('qq', answer.text, null)]
    : [unreachable('qq', answer.text, context)];
};

const fewSessions = (limit: unknown): readonly DoctorFinding[] => {
  const { remaining: left, total } = (typeof limit === 'object' && limit !== null ? limit : {}) as {
    readonly remaining?: unknown;
    readonly total?: unknown;
  };
  if (typeof left !== 'number' || typeof total !== 'number' || left >= total * FEW_SESSIONS) return [];
  return [
    finding(null, 'warning', 'own_few_sessions', {
      'zh-CN': [
        `QQ 今天只剩 ${left} 次登录机会（共 ${total} 次）`,
        '有程序在用这个机器人反复登录；用完以后今天就连不上了',
      ],
      en: [
        `QQ lets this bot log in ${left} more times today, of ${total}`,
        'something logs in with it again and again; when the logins are used up, it stays offline for the day',
      ],
      left,
      total,
    }),
  ];
};

const wrongCredentials = (channel: string, said: string): DoctorFinding => {
  const name = channelNames(channel);
  return finding(null, 'error', 'own_credentials', {
    'zh-CN': [
      `${inHan(name['zh-CN'])}不接受 Lifeline 的应用凭证`,
      `告警送不到；到开放平台重新复制 App ID 和密钥。平台说：${said}`,
    ],
    en: [
      `${name.en} does not accept Lifeline's credentials`,
      `no alert gets through; copy app id and secret anew from the developer console. The platform: ${said}`,
    ],
    channel,
    said,
    commands: ['lifeline init'],
  });
};

/** The credentials are right, but something is to be done in the console first. */
const notReady = (channel: string, said: string, todo: Parameters<typeof fixText>[0] | null): DoctorFinding => {
  const name = channelNames(channel);
  return finding(null, 'error', 'own_not_ready', {
    'zh-CN': [
      `Lifeline 的${inHan(name['zh-CN'])}机器人还用不了`,
      `${todo === null ? '到开放平台处理' : fixText(todo, 'zh-CN')}。平台说：${said}`,
    ],
    en: [
      `Lifeline's ${name.en} bot is not ready`,
      `${todo === null ? 'see to it in the developer console' : fixText(todo, 'en')}. The platform: ${said}`,
    ],
    channel,
    said,
    todo,
  });
};

/** Lifeline goes to the platforms directly: where only a proxy leads out, that is the reason. */
const unreachable = (channel: string, said: string, { env }: SelfContext): DoctorFinding => {
  const name = channelNames(channel);
  const proxy = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].some((variable) => env[variable]);
  return finding(null, 'error', 'own_unreachable', {
    'zh-CN': [
      `Lifeline 连不上${inHan(name['zh-CN'])}`,
      `告警暂时送不到：${said}${proxy ? '。环境里设了代理，但 Lifeline 只直连' : ''}`,
    ],
    en: [
      `Lifeline cannot reach ${name.en}`,
      `no alert gets through for now: ${said}${proxy ? '. A proxy is set in the environment, but Lifeline goes directly only' : ''}`,
    ],
    channel,
    said,
    proxy,
  });
};

/** What QQ has answered for each person, who may have switched pushes off. */
export const pushes: Check = {
  name: 'pushes',
  title: { 'zh-CN': 'QQ 允许主动发送', en: 'QQ lets it push' },
  run: async ({ config, withStore, logger }) => {
    const { qq } = config.channels;
    if (!qq) return { skip: 'no_qq' };
    const found = withStore((db): readonly DoctorFinding[] => {
      const known = createPeople(createTolerantDatabase(db, logger), qq.appId);
      const paired = createPairedOperators(db)
        .list()
        .filter(({ channel }) => channel === 'qq');
      const named = config.operators.flatMap(({ name, ids }) =>
        ids['qq'] === undefined ? [] : [{ name, user: ids['qq'] }],
      );
      return [...named, ...paired].flatMap(({ name, user }) => {
        const { fix: todo } = known.get(user);
        return todo === null
          ? []
          : [
              finding(null, 'error', 'own_push_refused', {
                'zh-CN': [`QQ 不让 Lifeline 主动给 ${name} 发消息`, fixText(todo, 'zh-CN')],
                en: [`QQ does not let Lifeline push to ${name}`, fixText(todo, 'en')],
                name,
                todo,
              }),
            ];
      });
    });
    return found ?? { skip: 'no_store' };
  },
};

const CLOCK_LIMIT_MS = 8_000;
const NOTABLE_S = 60;
const BAD_S = 300;

/**
 * This machine's clock against the platforms': old commands are refused, signatures hold an hour, and all times in
 * alerts are wrong with it.
 */
export const clock: Check = {
  name: 'clock',
  title: { 'zh-CN': '机器的时钟', en: 'clock of the machine' },
  run: async (context) => {
    if (context.network === false) return { skip: 'offline' };
    const origin = originOf(context);
    if (origin === null) return { skip: 'no_channel' };
    const seconds = await aheadOf(origin).catch(() => null);
    // The channel's own check tells that the platform cannot be reached.
    if (seconds === null) return { skip: 'no_time' };
    const off = Math.abs(seconds);
    if (off < NOTABLE_S) return [];
    const { host } = new URL(origin);
    return [
      finding(null, off < BAD_S ? 'warning' : 'error', 'clock_skew', {
        'zh-CN': [
          `这台机器的时钟比 ${host} ${seconds > 0 ? '快' : '慢'} ${off} 秒`,
          '签名会失效，手机上的命令会被当成过期的，告警里的时间也不对',
        ],
        en: [
          `this machine's clock is ${off} s ${seconds > 0 ? 'ahead of' : 'behind'} ${host}`,
          'signatures fail, commands from the phone count as too old, and times in alerts are wrong',
        ],
        seconds,
        host,
        commands: [process.platform === 'darwin' ? 'sudo sntp -sS time.apple.com' : 'sudo timedatectl set-ntp true'],
      }),
    ];
  },
};

const originOf = ({ config: { channels }, logger }: SelfContext): string | null => {
  const { feishu, qq, webhook } = channels;
  if (feishu)
    return settingsOf({ appId: feishu.appId, appSecret: feishu.appSecret.reveal(), domain: feishu.domain, logger })
      .origin;
  const url = qq?.apiBase ?? webhook?.url;
  return url === undefined ? null : new URL(url).origin;
};

/**
 * How much this machine is ahead, in seconds; null: the other side does not tell its time. By the machine's own clock,
 * not a simulated one.
 */
const aheadOf = async (origin: string): Promise<number | null> => {
  const asked = Date.now();
  const { headers } = await callJson({ method: 'HEAD', url: `${origin}/`, timeoutMs: CLOCK_LIMIT_MS });
  const theirs = Date.parse(headers.date ?? '');
  return Number.isNaN(theirs) ? null : Math.round(((asked + Date.now()) / 2 - theirs) / 1_000);
};
