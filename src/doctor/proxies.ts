/** What is wrong with the proxies that a gateway is given. Pure. */
import type { LinkName } from '../diagnosis/evidence.ts';

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
