/** The apps (bots) on the platform, their tokens and their faults. */
import type { BotAccount } from '../phone.ts';
import { noFaults, type AppFaults } from './faults.ts';
import { newId, stableId } from './ids.ts';
import { noRecords, type Records } from './records.ts';

const TOKEN_LIFE_MS = 7_200_000;
/** With more than this left the same token is handed out again (docs/facts/feishu.md 4). */
const TOKEN_KEEP_MS = 1_800_000;

export interface App {
  readonly account: BotAccount;
  /** The bot's own id among people. */
  readonly openId: string;
  readonly faults: AppFaults;
  readonly records: Records;
}

export interface Apps {
  add(account: BotAccount): void;
  /** @throws Error when no such bot was added. */
  get(appId: string): App;
  /** The app, when id and secret are right. */
  login(appId: unknown, secret: unknown): App | null;
  /** A tenant access token and how many seconds it is good for. */
  token(app: App): { readonly token: string; readonly expireS: number };
  byToken(token: string): App | null;
  /** Makes every token given out so far invalid. */
  revokeTokens(appId: string): void;
}

export const createApps = (now: () => number): Apps => {
  const apps = new Map<string, App>();
  const tokens = new Map<string, { readonly app: App; readonly until: number }>();
  return {
    add: (account) => {
      apps.set(account.appId, {
        account,
        openId: stableId('ou_', account.appId),
        faults: noFaults(),
        records: noRecords(),
      });
    },
    get: (appId) => {
      const app = apps.get(appId);
      if (!app) throw new Error(`no bot ${appId} on this platform; add it with addBot first`);
      return app;
    },
    login: (appId, secret) => {
      const app = apps.get(String(appId));
      return app && app.account.secret === secret ? app : null;
    },
    token: (app) => {
      for (const [token, held] of tokens) {
        const leftMs = held.until - now();
        if (held.app === app && leftMs > TOKEN_KEEP_MS) return { token, expireS: Math.floor(leftMs / 1000) };
      }
      const token = newId('t-');
      tokens.set(token, { app, until: now() + TOKEN_LIFE_MS });
      return { token, expireS: TOKEN_LIFE_MS / 1000 };
    },
    byToken: (token) => {
      const held = tokens.get(token);
      return held && held.until > now() ? held.app : null;
    },
    revokeTokens: (appId) => {
      for (const [token, held] of tokens) if (held.app.account.appId === appId) tokens.delete(token);
    },
  };
};
