/** The gateway's way to its platforms: proxies, and the platforms' hosts. */
import { join } from 'node:path';
import { hostOf, parseEndpoint } from '../../base/endpoint.ts';
import type { LinkName } from '../../diagnosis/evidence.ts';
import { systemResolve } from '../../sensors/network/resolve.ts';
import { tcpConnect, tryToReach } from '../../sensors/network/tcp-reach.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { finding, linkNames, type DoctorCheck, type DoctorFinding } from '../check.ts';
import { configuredLinks, type DoctorContext } from '../context.ts';
import { gatewayVariables, restart } from '../gateway-here.ts';

type Check = DoctorCheck<DoctorContext>;

const LIMIT_MS = 4_000;

/** Returns why `host:port` cannot be reached from here; null: it can, or it is no such address. */
const unreachable = async (address: string): Promise<string | null> => {
  const endpoint = parseEndpoint(address);
  const reach =
    endpoint && (await tryToReach(endpoint, { resolve: systemResolve, connect: tcpConnect, limitMs: LIMIT_MS }));
  return reach?.ok === false ? reach.why : null;
};

/** Whether the platforms of this gateway can be reached from here: name and connection, each within a limit. */
export const platformHosts: Check = {
  name: 'platform-hosts',
  title: { 'zh-CN': '平台能否连上', en: 'the platforms can be reached' },
  run: async (context) => {
    const { gateway, kind } = context;
    if (context.network === false) return { skip: 'offline' };
    const asked = (await configuredLinks(context)).flatMap((link) =>
      (gateway.hosts[link] ?? kind.platformHosts[link] ?? []).map((host) => ({ link, host })),
    );
    if (asked.length === 0) return { skip: 'no_links' };
    const found = await Promise.all(
      asked.map(async ({ link, host }) => {
        const why = await unreachable(host);
        return why === null ? [] : [hostUnreachable(gateway, link, host, why)];
      }),
    );
    return found.flat();
  },
};

export const hostUnreachable = (
  gateway: { readonly name: string },
  link: LinkName,
  host: string,
  why: string,
): DoctorFinding => {
  const name = linkNames(link);
  return finding(gateway, 'error', 'host_unreachable', {
    'zh-CN': [`这台机器连不上${name['zh-CN']}的服务器 ${host}`, `是网络的问题，重启网关没有用：${why}`],
    en: [
      `${name.en}'s host ${host} cannot be reached from here`,
      `the network is at fault, and no restart of the gateway helps: ${why}`,
    ],
    link,
    host,
    commands: [`curl -sv -o /dev/null https://${(hostOf(`https://${host}`) ?? host).replace(/:443$/, '')}`],
  });
};

/**
 * Proxies in the gateway's environment: QQ's socket goes through them, Feishu's only half does (docs/facts/feishu.md
 * 1.5).
 */
export const proxy: Check = {
  name: 'proxy',
  title: { 'zh-CN': '代理', en: 'proxies' },
  run: async (context) => {
    const { gateway, kind, doctor } = context;
    if (doctor.proxies === null) return { skip: 'proxy_unknown' };
    const variables = await proxyVariables(context);
    if (!PROXY_VARIABLES.some((name) => variables[name])) return { skip: 'no_proxy' };
    const { faults, used } = judgeProxies(variables, {
      links: await configuredLinks(context),
      order: doctor.proxies,
      hosts: (link) => gateway.hosts[link] ?? kind.platformHosts[link] ?? [],
    });
    const file = doctor.settings && join(gateway.home, doctor.settings.env);
    const commands = [
      ...(file === null ? [] : [commandLine(['nano', file])]),
      ...restart(gateway, await context.container()),
    ];
    const dead = await Promise.all(
      used.map(async ({ variable, endpoint }) => {
        const why = await unreachable(endpoint);
        return why === null
          ? []
          : [
              finding(gateway, 'error', 'proxy_dead', {
                'zh-CN': [`代理 ${endpoint}（${variable}）连不上`, `网关要经过它才能到平台：${why}`],
                en: [
                  `the proxy ${endpoint} (${variable}) cannot be reached`,
                  `the gateway needs it on its way to the platform: ${why}`,
                ],
                variable,
                endpoint,
                commands,
              }),
            ];
      }),
    );
    return [...faults.map((fault) => ofFault(gateway, fault, commands)), ...dead.flat()];
  },
};

const ofFault = (
  gateway: DoctorContext['gateway'],
  { code, ...facts }: ProxyFault,
  commands: readonly string[],
): DoctorFinding => {
  const { variable } = facts;
  if ('host' in facts)
    return finding(gateway, 'warning', code, {
      'zh-CN': [
        `设了代理 ${variable}，而 NO_PROXY 里没有 ${facts.host}`,
        `飞书的长连接可能只有一半走代理，连上也会断；在 .env 里加 NO_PROXY=${facts.host}，不能直连才保持原样`,
      ],
      en: [
        `${variable} is set, and NO_PROXY does not name ${facts.host}`,
        `perhaps only half of Feishu's long connection goes through the proxy, and it drops; add NO_PROXY=${facts.host} to .env unless there is no direct way out`,
      ],
      ...facts,
      commands,
    });
  const isForm = facts.problem === 'form';
  return finding(gateway, 'error', code, {
    'zh-CN': [
      isForm ? `代理变量 ${variable} 的写法不对` : `代理变量 ${variable} 用的是 SOCKS 代理`,
      isForm ? '前面要有 http:// 这样的协议，否则连不上平台' : 'QQ 的连接只支持 HTTP 代理，因此连不上',
    ],
    en: [
      isForm ? `the proxy in ${variable} is not written as a URL` : `${variable} names a SOCKS proxy`,
      isForm
        ? 'it must begin with http:// or the like, or nothing gets through'
        : "QQ's connection knows HTTP proxies only, so it gets nowhere",
    ],
    ...facts,
    commands,
  });
};

/** What its process was started with, or would be, and what it adds itself from its `.env`. */
const proxyVariables = async (context: DoctorContext): Promise<Variables> => {
  const { doctor, text } = context;
  const names = [...PROXY_VARIABLES, 'NO_PROXY', 'no_proxy'];
  const { settings } = doctor;
  const ofFile = settings ? settings.variables((await text(settings.env)) ?? '') : [];
  return Object.fromEntries([
    ...[...ofFile].filter(([name]) => names.includes(name)),
    ...(await gatewayVariables(context, names)),
  ]);
};

export type Variables = Readonly<Record<string, string>>;

/** The names of all variables that may name a proxy. */
export const PROXY_VARIABLES: readonly string[] = [
  'WSS_PROXY',
  'wss_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'ALL_PROXY',
  'all_proxy',
  'HTTP_PROXY',
  'http_proxy',
];

export interface ProxyUse {
  readonly links: readonly LinkName[];
  /** Which variable each link takes: the first of these that is set. */
  readonly order: Readonly<Record<LinkName, readonly string[]>>;
  readonly hosts: (link: LinkName) => readonly string[];
}

export type ProxyFault =
  | { readonly code: 'proxy_unusable'; readonly variable: string; readonly problem: 'form' | 'socks' }
  | { readonly code: 'proxy_feishu'; readonly variable: string; readonly host: string };

export interface ProxyJudgement {
  readonly faults: readonly ProxyFault[];
  /** The proxies that the gateway uses, as `host:port`. */
  readonly used: readonly { readonly variable: string; readonly endpoint: string }[];
}

const PORTS: Readonly<Record<string, string>> = {
  'http:': '80',
  'https:': '443',
  'socks5:': '1080',
  'socks5h:': '1080',
  'socks4:': '1080',
  'socks:': '1080',
};

export const judgeProxies = (variables: Variables, { links, order, hosts }: ProxyUse): ProxyJudgement => {
  const firstOf = (link: LinkName): string | undefined =>
    links.includes(link) ? order[link]?.find((name) => variables[name]) : undefined;
  const noProxy = `${variables['NO_PROXY'] ?? ''},${variables['no_proxy'] ?? ''}`;
  const qq = firstOf('qqbot');
  const feishu = firstOf('feishu');
  const faults: ProxyFault[] = [];
  const used: { variable: string; endpoint: string }[] = [];
  for (const variable of new Set([qq, feishu])) {
    if (variable === undefined) continue;
    const url = urlOf(variables[variable] ?? '');
    if (!url) faults.push({ code: 'proxy_unusable', variable, problem: 'form' });
    // The HTTP library under QQ's socket knows no SOCKS.
    else if (url.protocol.startsWith('socks') && variable === qq)
      faults.push({ code: 'proxy_unusable', variable, problem: 'socks' });
    else used.push({ variable, endpoint: `${url.hostname}:${url.port || (PORTS[url.protocol] ?? '80')}` });
  }
  const host = hosts('feishu')[0]?.replace(/:\d+$/, '') ?? '';
  if (
    feishu !== undefined &&
    used.some(({ variable }) => variable === feishu) &&
    host !== '' &&
    !isExempt(host, noProxy)
  )
    faults.push({ code: 'proxy_feishu', variable: feishu, host });
  return { faults, used };
};

/** Returns null without a scheme such as `http://`: the gateway's libraries cannot use such a value. */
const urlOf = (value: string): URL | null => {
  const url = URL.canParse(value.trim()) ? new URL(value.trim()) : null;
  return url && PORTS[url.protocol] !== undefined && url.hostname !== '' ? url : null;
};

/** Reads `NO_PROXY` as curl and Python do: a name covers every host that ends with it, `*` covers every host. */
export const isExempt = (host: string, noProxy: string): boolean =>
  noProxy
    .split(/[,\s]+/)
    .map((name) =>
      name
        .trim()
        .toLowerCase()
        .replace(/^\*?\./, '')
        .replace(/:\d+$/, ''),
    )
    .some((name) => name === '*' || (name !== '' && (host === name || host.endsWith(`.${name}`))));
