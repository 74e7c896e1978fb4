/** A dead man's switch on the loopback that answers as it is told, and what came to it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Came {
  readonly method: string;
  /** Without the id of the run, which `rid` has. */
  readonly path: string;
  readonly rid: string | null;
  readonly body: string;
  readonly agent: string;
}

export type Answer =
  'hang' | 'cut' | 'drip' | { readonly status: number; readonly text?: string; readonly location?: string };

export const ID = '5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278';

/** The first answers go to the first pings; all later ones are taken. */
export const startSwitch = async (...answers: Answer[]) => {
  const came: Came[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://switch');
      came.push({
        method: request.method ?? '',
        path: url.pathname,
        rid: url.searchParams.get('rid'),
        body: Buffer.concat(chunks).toString(),
        agent: request.headers['user-agent'] ?? '',
      });
      const answer = answers.shift() ?? { status: 200 };
      if (answer === 'hang') return;
      if (answer === 'drip') {
        response.write('O');
        return;
      }
      if (answer === 'cut') {
        response.destroy();
        return;
      }
      response
        .writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location })
        .end(answer.text ?? 'OK');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    url: `${origin}/${ID}`,
    came,
    close,
    paths: () => came.map(({ path }) => path.replace(`/${ID}`, '') || '/'),
  };
};
