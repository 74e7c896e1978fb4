/**
 * The platform's address detector: it fires on bare domains and on file names that look like one (docs/facts/qq.md
 * 4.6).
 */

const ENDINGS = [
  ...[
    'com',
    'cn',
    'net',
    'org',
    'io',
    'ai',
    'app',
    'dev',
    'me',
    'cc',
    'tv',
    'co',
    'xyz',
    'top',
    'info',
    'site',
    'tech',
    'cloud',
    'online',
    'vip',
    'club',
    'edu',
    'gov',
    'hk',
    'tw',
    'jp',
    'us',
    'uk',
    'de',
    'ru',
  ],
  // Country codes that file names end with.
  ...['sh', 'py', 'rs', 'md', 'pl', 'so', 'zip', 'mov'],
];

const ADDRESS = new RegExp(
  `(?:https?://|www\\.)[^\\s]+|(?<![\\w.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+(?:${ENDINGS.join('|')})(?![\\w-])`,
  'gi',
);

const hostOf = (address: string): string =>
  address
    .replace(/^https?:\/\//i, '')
    .replace(/[/:?#].*$/, '')
    .toLowerCase();

/** @returns the first host in the text that is none of the registered; null when there is none. */
export const unregisteredHost = (text: string, registered: readonly string[]): string | null =>
  [...text.matchAll(ADDRESS)]
    .map(([address]) => hostOf(address))
    .find((host) => !registered.some((known) => host === known || host.endsWith(`.${known}`))) ?? null;
