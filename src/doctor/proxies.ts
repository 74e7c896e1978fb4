/** What is wrong with the proxies that a gateway is given. Pure. */
import type { LinkName } from '../diagnosis/evidence.ts';

export type Variables = Readonly<Record<string, string>>;

/** In the order in which QQ's adapter takes the first that is set (facts/hermes.md 7); Feishu's SDK knows the last four. */
const QQ_ORDER = ['WSS_PROXY', 'wss_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
const FEISHU_ORDER = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];
export const PROXY_VARIABLES: readonly string[] = [...QQ_ORDER, 'HTTP_PROXY', 'http_proxy'];

export type ProxyFault =
  | { readonly code: 'proxy_unusable'; readonly variable: string; readonly problem: 'form' | 'socks' }
  | { readonly code: 'proxy_feishu'; readonly variable: string; readonly host: string };

export interface ProxyJudgement {
  readonly faults: readonly ProxyFault[];
  /** Those that are used, as `host:port`. */
  readonly used: readonly { readonly variable: string; readonly endpoint: string }[];
}

const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443', 'socks5:': '1080', 'socks5h:': '1080', 'socks4:': '1080', 'socks:': '1080' };

export const judgeProxies = (variables: Variables, { links, hosts }: { readonly links: readonly LinkName[]; readonly hosts: (link: LinkName) => readonly string[] }): ProxyJudgement => {
  const firstOf = (names: readonly string[]): string | undefined => names.find((name) => variables[name]);
  const noProxy = `${variables['NO_PROXY'] ?? ''},${variables['no_proxy'] ?? ''}`;
  const qq = links.includes('qqbot') ? firstOf(QQ_ORDER) : undefined;
  const feishu = links.includes('feishu') ? firstOf(FEISHU_ORDER) : undefined;
  const faults: ProxyFault[] = [];
  const used: { variable: string; endpoint: string }[] = [];
  for (const variable of new Set([qq, feishu])) {
    if (variable === undefined) continue;
    const url = urlOf(variables[variable] ?? '');
    if (!url) faults.push({ code: 'proxy_unusable', variable, problem: 'form' });
    // The HTTP library under QQ's socket knows no SOCKS.
    else if (url.protocol.startsWith('socks') && variable === qq) faults.push({ code: 'proxy_unusable', variable, problem: 'socks' });
    else used.push({ variable, endpoint: `${url.hostname}:${url.port || (PORTS[url.protocol] ?? '80')}` });
  }
  const host = hosts('feishu')[0]?.replace(/:\d+$/, '') ?? '';
  if (feishu !== undefined && used.some(({ variable }) => variable === feishu) && host !== '' && !isExempt(host, noProxy)) faults.push({ code: 'proxy_feishu', variable: feishu, host });
  return { faults, used };
};

/** Without a scheme such as `http://` the libraries do not know what it is. */
const urlOf = (value: string): URL | null => {
  const url = URL.canParse(value.trim()) ? new URL(value.trim()) : null;
  return url && PORTS[url.protocol] !== undefined && url.hostname !== '' ? url : null;
};

/** As curl and Python read it: a name covers what ends with it, `*` everything. */
export const isExempt = (host: string, noProxy: string): boolean =>
  noProxy
    .split(/[,\s]+/)
    .map((name) => name.trim().toLowerCase().replace(/^\*?\./, '').replace(/:\d+$/, ''))
    .some((name) => name === '*' || (name !== '' && (host === name || host.endsWith(`.${name}`))));
