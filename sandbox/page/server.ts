/** The phone page: a small web server on loopback that shows a Stage and lets a person move it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorText, UserError } from '../../src/base/errors.ts';
import { breakGateway, changeLink, liftFault, press, say, speak } from './actions.ts';
import { createFeed, type Feed } from './feed.ts';
import { readJson, Refusal, requireOwnOrigin, SECURITY_HEADERS } from './guard.ts';
import type { Stage } from './stage.ts';
import { loadStaticFiles, type StaticFile } from './static-files.ts';

export interface PhonePage {
  readonly url: string;
  /** Ends every connection and the server; the stage goes on. */
  stop(): Promise<void>;
}

/** @throws UserError `PORT_UNAVAILABLE` when the wanted port cannot be had. */
export const startPhonePage = async (stage: Stage, options: { readonly port?: number } = {}): Promise<PhonePage> => {
  const files = loadStaticFiles();
  const feed = createFeed(stage);
  try {
    const server = createServer(serve(createAnswer(stage, feed, files)));
    await listen(server, options.port ?? 0);
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      stop: () =>
        new Promise((resolve) => {
          feed.stop();
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    };
  } catch (thrown) {
    // A page that did not start must not go on looking at the stage.
    feed.stop();
    throw thrown;
  }
};

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const serve =
  (answer: Answer) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((thrown: unknown) => refuse(response, thrown));
  };

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (thrown: unknown): void =>
      reject(
        new UserError(
          'PORT_UNAVAILABLE',
          `The page cannot listen on port ${port}: ${errorText(thrown)}. Choose another with --port.`,
        ),
      );
    server.once('error', fail);
    try {
      server.listen(port, '127.0.0.1', resolve);
    } catch (thrown) {
      // A number that is no port is refused at once.
      fail(thrown);
    }
  });

const createAnswer = (stage: Stage, feed: Feed, files: ReadonlyMap<string, StaticFile>): Answer => {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    requireOwnOrigin(request);
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    switch (`${request.method} ${path}`) {
      case 'GET /events':
        return feed.connect(response);
      case 'POST /say':
        return sendJson(response, 200, say(stage, await readJson(request)));
      case 'POST /press':
        return sendJson(response, 200, await press(stage, await readJson(request)));
      case 'POST /break':
        return sendJson(response, 200, await breakGateway(stage, await readJson(request)));
      case 'POST /lift':
        return sendJson(response, 200, await liftFault(stage, await readJson(request)));
      case 'POST /link':
        return sendJson(response, 200, await changeLink(stage, await readJson(request)));
      case 'POST /language':
        return sendJson(response, 200, await speak(stage, await readJson(request)));
      case 'POST /reset':
        await readJson(request);
        await liftFault(stage);
        feed.reset();
        return sendJson(response, 200, {});
      default: {
        const file = request.method === 'GET' ? files.get(path) : undefined;
        if (!file) throw new Refusal(404, 'There is nothing here.');
        response.writeHead(200, { 'content-type': file.type }).end(file.body);
      }
    }
  };
};

const refuse = (response: ServerResponse, thrown: unknown): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The rest of a refused body is not read, so the connection cannot be used again.
  response.setHeader('connection', 'close');
  sendJson(response, thrown instanceof Refusal ? thrown.status : 500, { error: errorText(thrown) });
};

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
};
