/** What a person names at a hub: a host, a gateway of it, or hosts by a label. Pure. */
import { suggest } from '../../base/suggest.ts';
import type { Labels } from '../protocol/names.ts';

export interface KnownHost {
  readonly host: string;
  readonly labels: Labels;
  readonly gateways: readonly string[];
}

export type Target =
  | { readonly is: 'host'; readonly host: string; readonly gateway: string | null; readonly rest: string }
  | { readonly is: 'selector'; readonly selector: string; readonly hosts: readonly string[]; readonly rest: string }
  | { readonly is: 'none'; readonly rest: string }
  | { readonly is: 'unknown'; readonly name: string; readonly near: string | null };

const SELECTOR = /^[a-z][a-z0-9_-]{0,30}=[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const LOOKS_LIKE_HOST = /^[a-z][a-z0-9-]*[a-z0-9](?:\/\S+)?$/i;

/** With one host nobody types its name, as with one gateway. */
export const targetOf = (typed: string, hosts: readonly KnownHost[]): Target => {
  const words = typed.split(' ').filter((word) => word !== '');
  const without = (index: number): string => words.filter((_, at) => at !== index).join(' ');
  for (const [index, word] of words.entries()) {
    if (SELECTOR.test(word)) {
      const [name = '', value = ''] = word.split('=');
      return {
        is: 'selector',
        selector: word,
        hosts: hosts
          .filter(({ labels }) => labels[name] === value)
          .map(({ host }) => host)
          .toSorted(),
        rest: without(index),
      };
    }
    const found = named(word, hosts);
    if (found !== null) return { is: 'host', ...found, rest: without(index) };
  }
  const [only, ...others] = hosts;
  if (only !== undefined && others.length === 0)
    return { is: 'host', host: only.host, gateway: null, rest: words.join(' ') };
  const [first] = words;
  if (first === undefined || !LOOKS_LIKE_HOST.test(first)) return { is: 'none', rest: words.join(' ') };
  return {
    is: 'unknown',
    name: first,
    near: suggest(
      first.split('/')[0] ?? '',
      hosts.map(({ host }) => host),
    ),
  };
};

const named = (
  word: string,
  hosts: readonly KnownHost[],
): { readonly host: string; readonly gateway: string | null } | null => {
  const [host = '', ...gateway] = word.split('/');
  const known = hosts.find((each) => each.host === host.toLowerCase());
  if (known === undefined) return null;
  return { host: known.host, gateway: gateway.length === 0 ? null : gateway.join('/') };
};
