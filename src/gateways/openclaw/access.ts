/**
 * With what a client may ask the gateway (docs/facts/openclaw.md 4.3): the secret that it and its own command line
 * share.
 */
import { section, type Section } from '../../base/parsed-section.ts';
import { wordOf } from './config-file.ts';

export type Credential = { readonly token: string } | { readonly password: string };

/**
 * Why nothing can be asked. `none`: without a secret it wants a paired device. `proxy`: it trusts what a proxy says.
 * `missing`: no secret is set where it can be seen. `reference`: the secret lies where only the gateway gets it.
 */
export type NoAccess = 'none' | 'proxy' | 'missing' | 'reference';

export type GatewayAccess = { readonly credential: Credential } | { readonly credential: null; readonly why: NoAccess };

/** @param env the environment of the gateway, as far as it is known */
export const accessOf = (root: Section, env: ReadonlyMap<string, string>): GatewayAccess => {
  const auth = section(section(root['gateway'])['auth']);
  const mode =
    wordOf(auth['mode']) ?? (auth['token'] === undefined && auth['password'] !== undefined ? 'password' : 'token');
  if (mode === 'none') return { credential: null, why: 'none' };
  if (mode === 'trusted-proxy') return { credential: null, why: 'proxy' };
  const kind = mode === 'password' ? 'password' : 'token';
  const secret = secretOf(auth[kind], env) ?? env.get(`OPENCLAW_GATEWAY_${kind.toUpperCase()}`) ?? null;
  if (secret !== null) return { credential: kind === 'password' ? { password: secret } : { token: secret } };
  return { credential: null, why: isReference(auth[kind]) ? 'reference' : 'missing' };
};

/** `${NAME}`, or `{ source: "env", id: "NAME" }`. */
const variableIn = (value: unknown): string | null => {
  if (typeof value === 'string') return /^\$\{(\w+)\}$/.exec(value.trim())?.[1] ?? null;
  const { source, id } = section(value);
  return source === 'env' ? wordOf(id) : null;
};

/** Whether a value stands somewhere else than in the file. */
export const isReference = (value: unknown): boolean =>
  variableIn(value) !== null ||
  (typeof value === 'object' && value !== null && typeof section(value)['source'] === 'string');

const secretOf = (value: unknown, env: ReadonlyMap<string, string>): string | null => {
  const variable = variableIn(value);
  return variable === null ? wordOf(value) : (env.get(variable) ?? null);
};
