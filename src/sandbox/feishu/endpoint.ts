/** The endpoint call, which hands out the address of the long connection, and its tickets. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App, Apps } from './apps.ts';
import { readBody, sendHtml, sendJson } from './http.ts';
import { newId, stableId } from './ids.ts';

/** What the platform tells its clients; counts and seconds. */
export interface ClientConfig {
  /** -1: try for ever. */
  readonly ReconnectCount: number;
  readonly ReconnectInterval: number;
  /** A client waits a random part of this before it tries again. */
  readonly ReconnectNonce: number;
  readonly PingInterval: number;
}

export const DEFAULT_CLIENT_CONFIG: ClientConfig = { ReconnectCount: -1, ReconnectInterval: 120, ReconnectNonce: 30, PingInterval: 120 };

export interface Endpoint {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** The app that a ticket was given to; each ticket opens one connection. */
  redeem(url: URL): App | null;
}

export const createEndpoint = (apps: Apps, clientConfig: ClientConfig, host: () => string): Endpoint => {
  const tickets = new Map<string, App>();

  const address = (app: App): string => {
    const ticket = newId('');
    tickets.set(ticket, app);
    // device_id and service_id must not come first: the Node SDK loses the first parameter (facts/feishu.md 1.2).
    const query = new URLSearchParams({ fpid: '493', aid: '552564', device_id: '7000000000000000001', access_key: stableId('', app.account.appId), service_id: '33554678', ticket });
    return `ws://${host()}/ws/v2?${query.toString()}`;
  };

  return {
    answer: async (request, response) => {
      const { json } = await readBody(request);
      const app = apps.login(json['AppID'], json['AppSecret']);
      if (!app) {
        sendJson(response, 200, { code: 514, msg: 'auth failed', data: {} });
        return;
      }
      const fault = app.faults.endpoint;
      if (fault?.kind === 'hang') return;
      if (fault?.kind === 'status') sendHtml(response, fault.status);
      else if (fault?.kind === 'code') sendJson(response, 200, { code: fault.code, msg: 'a fault set by the sandbox', ...(fault.data === 'empty' ? { data: {} } : {}) });
      else sendJson(response, 200, { code: 0, msg: '', data: { URL: address(app), ClientConfig: clientConfig } });
    },
    redeem: (url) => {
      const ticket = url.searchParams.get('ticket') ?? '';
      const app = tickets.get(ticket) ?? null;
      tickets.delete(ticket);
      return app;
    },
  };
};
