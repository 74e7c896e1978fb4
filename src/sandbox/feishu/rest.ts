/** The REST side: token, bot information and messages, with the token checked on every call. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App, Apps } from './apps.ts';
import type { CallFault } from './faults.ts';
import { ApiError, readBody, sendError, sendHtml, sendJson, type Body } from './http.ts';
import type { Messages } from './messages.ts';

type Handler = (app: App, call: { readonly id: string; readonly query: URLSearchParams; readonly body: Body }) => object;

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly run: Handler;
}

const MESSAGES = '/open-apis/im/v1/messages';

const routesOf = (messages: Messages): readonly Route[] => [
  {
    method: 'GET',
    path: /^\/open-apis\/bot\/v3\/info$/,
    // This old call has its answer in `bot`, not in `data`.
    run: (app) => ({ bot: { activate_status: 2, app_name: app.account.name, avatar_url: '', ip_white_list: [], open_id: app.openId } }),
  },
  { method: 'POST', path: new RegExp(`^${MESSAGES}$`), run: (app, { query, body }) => ({ data: messages.create(app, query.get('receive_id_type'), body) }) },
  { method: 'POST', path: new RegExp(`^${MESSAGES}/([^/]+)/reply$`), run: (app, { id, body }) => ({ data: messages.reply(app, id, body) }) },
  { method: 'PATCH', path: new RegExp(`^${MESSAGES}/([^/]+)$`), run: (app, { id, body }) => ({ data: messages.patch(app, id, body) }) },
  { method: 'GET', path: new RegExp(`^${MESSAGES}/([^/]+)$`), run: (app, { id }) => ({ data: messages.get(app, id) }) },
];

const authorised = (apps: Apps, request: IncomingMessage): App => {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (!token) throw new ApiError(99991661, 'Missing access token for authorization. Please make a request with token attached.');
  const app = apps.byToken(token);
  if (!app) throw new ApiError(99991663, 'Invalid access token for authorization. Please make a request with token attached.');
  return app;
};

/** Answers with the fault; true when the call is to go on to its handler. */
const applyFault = (fault: CallFault | undefined, response: ServerResponse): boolean => {
  switch (fault?.kind) {
    case 'code':
      throw new ApiError(fault.code, 'a fault set by the sandbox', fault.status, fault.headers);
    case 'html':
      sendHtml(response, fault.status);
      return false;
    case 'hang':
      return false;
    case 'lost-answer':
    case undefined:
      return true;
  }
};

const tokenCall = (apps: Apps, body: Body, response: ServerResponse): void => {
  const app = apps.login(body.json['app_id'], body.json['app_secret']);
  if (!app) throw new ApiError(10014, 'app secret invalid');
  const { token, expireS } = apps.token(app);
  sendJson(response, 200, { code: 0, msg: 'ok', tenant_access_token: token, expire: expireS });
};

export type RestHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

export const createRest = (apps: Apps, messages: Messages): RestHandler => {
  const routes = routesOf(messages);
  const answer: RestHandler = async (request, response, url) => {
    const body = await readBody(request);
    if (request.method === 'POST' && url.pathname === '/open-apis/auth/v3/tenant_access_token/internal') {
      tokenCall(apps, body, response);
      return;
    }
    const app = authorised(apps, request);
    const fault = app.faults.calls.shift();
    if (!applyFault(fault, response)) return;
    for (const { method, path, run } of routes) {
      const match = path.exec(url.pathname);
      if (!match || method !== request.method) continue;
      const result = run(app, { id: decodeURIComponent(match[1] ?? ''), query: url.searchParams, body });
      if (fault?.kind === 'lost-answer') response.destroy();
      else sendJson(response, 200, { code: 0, msg: 'success', ...result });
      return;
    }
    sendHtml(response, 404);
  };
  return async (request, response, url) => {
    try {
      await answer(request, response, url);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sendError(response, error);
    }
  };
};
