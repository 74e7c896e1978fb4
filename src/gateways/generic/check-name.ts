/** What a check is called in messages, without a secret. */
import { redact } from '../../base/redact/redact.ts';
import type { LivenessCheck } from './settings.ts';

/** An address without who logs in and without what is asked there, which often holds a key. */
export const shownUrl = (given: string): string => {
  const url = new URL(given);
  const user = url.username || url.password ? '***@' : '';
  return redact(`${url.protocol}//${user}${url.host}${url.pathname}${url.search ? '?***' : ''}`);
};

export const checkName = (check: LivenessCheck): string => {
  switch (check.kind) {
    case 'http':
      return `GET ${shownUrl(check.url)}`;
    case 'tcp':
      return `tcp ${check.host.includes(':') ? `[${check.host}]` : check.host}:${check.port}`;
    case 'file':
      return `file ${check.path}`;
    case 'log':
      return `log "${redact(check.pattern)}"`;
  }
};

/** @returns one name for each; the second of the same name has a number. */
export const checkNames = (checks: readonly LivenessCheck[]): readonly string[] => {
  const names = checks.map(checkName);
  return names.map((name, at) => {
    const before = names.slice(0, at).filter((other) => other === name).length;
    return before === 0 ? name : `${name} #${before + 1}`;
  });
};
