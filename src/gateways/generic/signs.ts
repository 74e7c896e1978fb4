/**
 * What the operator's patterns find in a line, as facts. Of the link's and of the gateway's own patterns one counts
 * each.
 */
import type { GatewayFact, LinkFact, LinkName } from '../../diagnosis/evidence.ts';
import { finder, type Finds } from './pattern.ts';
import { LINK_SIGNS, type GenericSettings, type LinkSign } from './settings.ts';

export type Found =
  { readonly link: LinkName; readonly fact: LinkFact } | { readonly link: null; readonly fact: GatewayFact };

/** @param said the line as people see it. */
export type FindSigns = (message: string, said: () => string) => readonly Found[];

const LINK_FACTS: Readonly<Record<LinkSign, (said: string) => LinkFact>> = {
  rejected: (reason) => ({ kind: 'link-rejected', reason }),
  gave_up: () => ({ kind: 'link-gave-up' }),
  lost: (reason) => ({ kind: 'link-lost', reason }),
  up: () => ({ kind: 'link-login' }),
  traffic: () => ({ kind: 'link-traffic' }),
};

/** The gravest first. Who asked for a stop no log tells for certain. */
const GATEWAY_SIGNS = ['fatal', 'stopping', 'ready', 'starting'] as const;
const GATEWAY_FACTS: Readonly<Record<(typeof GATEWAY_SIGNS)[number], (said: string) => GatewayFact>> = {
  fatal: (reason) => ({ kind: 'config-fatal', reason }),
  stopping: () => ({ kind: 'gateway-stopping', planned: false, forRestart: false }),
  ready: () => ({ kind: 'gateway-ready' }),
  starting: () => ({ kind: 'gateway-starting' }),
};

/** The system's own words (EADDRINUSE), which every program passes on. */
const IN_USE =
  /address (?:is )?already in use|EADDRINUSE|port \d{1,5} (?:is|was) already in use|only one usage of each socket address/i;
const PORTS = [
  /[\]\d*.]:(\d{1,5})(?!\d)/,
  /(?:^|[\s(])::?:?(\d{1,5})(?!\d)/,
  /', (\d{1,5})\)/,
  /\bport[ =:](\d{1,5})(?!\d)/i,
];

/** A line in no known form has its time in its message. */
const TIME_OF_DAY = /(?<![\d:.])\d{1,2}:\d{2}:\d{2}(?![\d:])/g;

const portInUse = (line: string): readonly Found[] => {
  if (!IN_USE.test(line)) return [];
  const message = line.replace(TIME_OF_DAY, '');
  const port = PORTS.map((pattern) => Number(pattern.exec(message)?.[1] ?? 0)).find(
    (found) => found > 0 && found < 65_536,
  );
  return [{ link: null, fact: { kind: 'port-refused', port: port ?? null } }];
};

interface Sign {
  readonly finds: Finds;
  readonly found: (said: string) => Found;
}

/** @throws Error when a pattern is none; the configuration has refused it before. */
export const signsOf = (settings: GenericSettings): FindSigns => {
  const gateway = GATEWAY_SIGNS.flatMap((sign): Sign[] => {
    const pattern = settings[sign];
    return pattern === null
      ? []
      : [{ finds: finder(pattern), found: (said) => ({ link: null, fact: GATEWAY_FACTS[sign](said) }) }];
  });
  const links = Object.entries(settings.links).map(([link, patterns]) =>
    LINK_SIGNS.flatMap((sign): Sign[] => {
      const pattern = patterns[sign];
      return pattern === undefined
        ? []
        : [{ finds: finder(pattern), found: (said) => ({ link, fact: LINK_FACTS[sign](said) }) }];
    }),
  );
  const groups = [gateway, ...links];
  return (message, said) => [
    ...groups.flatMap((signs) => {
      const sign = signs.find(({ finds }) => finds(message));
      return sign ? [sign.found(said())] : [];
    }),
    ...portInUse(message),
  ];
};
