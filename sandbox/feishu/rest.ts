/** The REST side: which call goes where, with token, rate, quota and faults checked on every one. */
import type { IncomingMessage } from 'node:http';
import type { App, Apps } from './apps.ts';
import type { Buzzes, BuzzWay } from './buzzes.ts';
import type { MessageChanges } from './changes.ts';
import type { ClickTokens } from './click-tokens.ts';
import type { Context } from './content.ts';
import { takeCallFault, type CallFault } from './faults.ts';
import { ApiError, ok, orRefusal, readBody, refusal, type Body, type Reply } from './http.ts';
import { API_LIMITS } from './limits.ts';
import type { Messages } from './messages.ts';
import { record } from './records.ts';

interface Call {
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: Body;
}

interface Route {
  readonly api: string;
  readonly method: string;
  readonly path: RegExp;
  readonly run: (app: App, call: Call) => object | Promise<object>;
}

export interface RestParts {
  readonly apps: Apps;
  readonly context: Context;
  readonly messages: Messages;
  readonly changes: MessageChanges;
  readonly buzzes: Buzzes;
  readonly clickTokens: ClickTokens;
}

const MESSAGES = '/open-apis/im/v1/messages';
const TOKEN_PATH = '/open-apis/auth/v3/tenant_access_token/internal';
const one = (suffix = ''): RegExp => new RegExp(`^${MESSAGES}/([^/]+)${suffix}$`);

const routesOf = ({ context, messages, changes, buzzes, clickTokens }: RestParts): readonly Route[] => [
  {
    api: 'bot.info',
    method: 'GET',
    path: /^\/open-apis\/bot\/v3\/info$/,
    // This old call has its answer in `bot`, not in `data`.
    run: (app) => ({
      bot: { activate_status: 2, app_name: app.account.name, avatar_url: '', ip_white_list: [], open_id: app.openId },
    }),
  },
  {
    api: 'im.message.create',
    method: 'POST',
    path: new RegExp(`^${MESSAGES}$`),
    run: (app, { query, body }) => ({ data: messages.create(app, query.get('receive_id_type'), body) }),
  },
  {
    api: 'im.message.reply',
    method: 'POST',
    path: one('/reply'),
    run: (app, { id, body }) => ({ data: messages.reply(app, id, body) }),
  },
  { api: 'im.message.get', method: 'GET', path: one(), run: (app, { id }) => ({ data: messages.get(app, id) }) },
  {
    api: 'im.message.patch',
    method: 'PATCH',
    path: one(),
    run: (app, { id, body }) => ({ data: changes.patch(app, id, body) }),
  },
  {
    api: 'im.message.update',
    method: 'PUT',
    path: one(),
    run: (app, { id, body }) => ({ data: changes.put(app, id, body) }),
  },
  {
    api: 'im.message.delete',
    method: 'DELETE',
    path: one(),
    run: (app, { id }) => ({ data: changes.remove(app, id) }),
  },
  ...(['app', 'sms', 'phone'] as const satisfies readonly BuzzWay[]).map((way) => ({
    api: `im.message.urgent_${way}`,
    method: 'PATCH',
    path: one(`/urgent_${way}`),
    run: (app: App, { id, query, body }: Call) => ({
      data: buzzes.buzz(app, way, id, query.get('user_id_type'), body),
    }),
  })),
  {
    api: 'im.image.create',
    method: 'POST',
    path: /^\/open-apis\/im\/v1\/images$/,
    run: async (_app, { body }) => ({ data: await context.images.upload(body) }),
  },
  {
    api: 'im.file.create',
    method: 'POST',
    path: /^\/open-apis\/im\/v1\/files$/,
    run: async (app, { body }) => ({ data: await context.files.upload(app.account.appId, body) }),
  },
  {
    api: 'interactive.card.update',
    method: 'POST',
    path: /^\/open-apis\/interactive\/v1\/card\/update$/,
    run: (app, { body }) => clickTokens.update(app, body),
  },
];

const authorised = (apps: Apps, request: IncomingMessage): App => {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (!token)
    throw new ApiError(99991661, 'Missing access token for authorization. Please make a request with token attached.');
  const app = apps.byToken(token);
  if (!app)
    throw new ApiError(99991663, 'Invalid access token for authorization. Please make a request with token attached.');
  return app;
};

/** What the fault puts in place of the answer; null: the call is carried out. */
const faulty = (fault: CallFault | undefined): Reply | null => {
  switch (fault?.kind) {
    case 'code':
      return refusal(new ApiError(fault.code, fault.msg ?? 'a fault set by the sandbox', fault.status, fault.headers));
    case 'html':
    case 'hang':
      return fault;
    case 'lost-answer':
    case undefined:
      return null;
  }
};

/** Carries a call out as the fault allows. */
const withFault = async (fault: CallFault | undefined, run: () => Reply | Promise<Reply>): Promise<Reply> => {
  const instead = faulty(fault);
  if (instead) return instead;
  const reply = await run();
  return fault?.kind === 'lost-answer' ? { kind: fault.how ?? 'cut' } : reply;
};

export const createRest = (parts: RestParts): ((request: IncomingMessage, url: URL) => Promise<Reply>) => {
  const { apps, context } = parts;
  const { limits, rules, now } = context;
  const routes = routesOf(parts);

  const note = (app: App, api: string, reply: Reply): Reply => {
    const code = reply.kind === 'json' ? Number((reply.body as { readonly code?: unknown }).code) : null;
    record(app.records.calls, { api, at: now(), status: 'status' in reply ? reply.status : null, code });
    return reply;
  };

  const token = async (body: Body): Promise<Reply> => {
    const app = apps.login(body.json['app_id'], body.json['app_secret']);
    if (!app) return refusal(new ApiError(10014, 'app secret invalid'));
    const reply = await withFault(takeCallFault(app.faults, 'auth.token'), () => {
      const { token: value, expireS } = apps.token(app);
      return { kind: 'json', status: 200, body: { code: 0, msg: 'ok', tenant_access_token: value, expire: expireS } };
    });
    return note(app, 'auth.token', reply);
  };

  const carryOut = ({ api, run }: Route, app: App, call: Call): Promise<Reply> =>
    orRefusal(() => {
      const waitMs = rules.apiRate ? limits.take(`api ${app.account.appId} ${api}`, ...API_LIMITS) : 0;
      if (waitMs > 0) {
        const headers = { 'x-ogw-ratelimit-limit': '50', 'x-ogw-ratelimit-reset': String(Math.ceil(waitMs / 1_000)) };
        throw new ApiError(99991400, 'request trigger frequency limit', 429, headers);
      }
      if (app.faults.quotaSpent) throw new ApiError(99991403, 'This month’s API call quota has been exceeded.');
      return withFault(takeCallFault(app.faults, api), async () => ok(await run(app, call)));
    });

  const answer = async (request: IncomingMessage, url: URL): Promise<Reply> => {
    const body = await readBody(request);
    if (request.method === 'POST' && url.pathname === TOKEN_PATH) return token(body);
    const app = authorised(apps, request);
    for (const route of routes) {
      const match = route.path.exec(url.pathname);
      if (!match || route.method !== request.method) continue;
      const call = { id: decodeURIComponent(match[1] ?? ''), query: url.searchParams, body };
      return note(app, route.api, await carryOut(route, app, call));
    }
    return { kind: 'html', status: 404 };
  };

  return (request, url) => orRefusal(() => answer(request, url));
};
