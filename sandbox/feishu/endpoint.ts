/** The endpoint call, which hands out the address of the long connection, and its tickets. */
import type { App, Apps } from './apps.ts';
import type { ClientConfig } from './client-config.ts';
import type { Body, Reply } from './http.ts';
import { newId, stableId } from './ids.ts';
import { record } from './records.ts';

export interface Endpoint {
  answer(body: Body): Reply;
  /** The app that a ticket was given to; each ticket opens one connection. */
  redeem(url: URL): App | null;
}

export interface EndpointOptions {
  readonly apps: Apps;
  readonly clientConfig: ClientConfig;
  readonly host: () => string;
  readonly now: () => number;
}

const DATA = { empty: { data: {} }, absent: {}, null: { data: null } } as const;

const json = (body: object): Reply => ({ kind: 'json', status: 200, body });

export const createEndpoint = ({ apps, clientConfig, host, now }: EndpointOptions): Endpoint => {
  const tickets = new Map<string, App>();

  const address = (app: App): string => {
    const ticket = newId('');
    tickets.set(ticket, app);
    // device_id and service_id must not come first: the Node SDK loses the first parameter (docs/facts/feishu.md 1.2).
    const query = new URLSearchParams({
      fpid: '493',
      aid: '552564',
      device_id: '7000000000000000001',
      access_key: stableId('', app.account.appId),
      service_id: '33554678',
      ticket,
    });
    return `ws://${host()}/ws/v2?${query.toString()}`;
  };

  const replyTo = (app: App): Reply => {
    const { endpoint: fault, clientConfig: changed } = app.faults;
    switch (fault?.kind) {
      case 'hang':
        return { kind: 'hang' };
      case 'status':
        return { kind: 'html', status: fault.status };
      case 'code':
        return json({ code: fault.code, msg: 'a fault set by the sandbox', ...DATA[fault.data] });
      case undefined:
        return json({ code: 0, msg: '', data: { URL: address(app), ClientConfig: { ...clientConfig, ...changed } } });
    }
  };

  return {
    answer: (body) => {
      const app = apps.login(body.json['AppID'], body.json['AppSecret']);
      if (!app) return json({ code: 514, msg: 'auth failed', data: {} });
      const reply = replyTo(app);
      const answered = app.faults.endpoint?.kind === 'code' ? app.faults.endpoint.code : 0;
      const code = reply.kind === 'json' ? answered : null;
      record(app.records.calls, {
        api: 'ws.endpoint',
        at: now(),
        status: 'status' in reply ? reply.status : null,
        code,
      });
      return reply;
    },
    redeem: (url) => {
      const ticket = url.searchParams.get('ticket') ?? '';
      const app = tickets.get(ticket) ?? null;
      tickets.delete(ticket);
      return app;
    },
  };
};
