/** A long connection by hand, to see the frames themselves and to answer them as no SDK would. */
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { CONTROL, DATA, decodeFrame, encodeFrame, headerOf, type Frame } from '../../../sandbox/feishu/frames.ts';
import type { FeishuPlatform } from '../../../sandbox/feishu/platform.ts';
import type { BotAccount } from '../../../sandbox/phone.ts';
import { call } from './fixture.ts';

export interface HandLink {
  readonly socket: WebSocket;
  /** The TCP socket below, which knows why it ended. */
  readonly wire: Socket;
  readonly url: URL;
  readonly frames: readonly Frame[];
  readonly pongs: () => readonly string[];
  readonly pushed: () => readonly Frame[];
  ping(): void;
  /** Sends the frame back with this answer. */
  ack(frame: Frame, answer: string, bizRt?: string): void;
}

export const endpointUrl = async (platform: FeishuPlatform, bot: BotAccount): Promise<string> => {
  const { body } = await call(platform, 'POST', '/callback/ws/endpoint', { AppID: bot.appId, AppSecret: bot.secret });
  return String(body.data?.['URL']);
};

export const openByHand = async (platform: FeishuPlatform, bot: BotAccount): Promise<HandLink> => {
  const url = await endpointUrl(platform, bot);
  const socket = new WebSocket(url);
  onTestFinished(() => socket.terminate());
  const frames: Frame[] = [];
  socket.on('message', (data) => frames.push(decodeFrame(data as Buffer)));
  const wire = await new Promise<Socket>((resolve, reject) =>
    socket.once('upgrade', (response) => resolve(response.socket)).once('error', reject),
  );
  // What ends it later is for the test to see.
  socket.on('error', () => undefined);
  return {
    socket,
    wire,
    url: new URL(url),
    frames,
    pongs: () =>
      frames.filter(({ method }) => method === CONTROL).map(({ payload }) => Buffer.from(payload).toString()),
    pushed: () => frames.filter(({ method }) => method === DATA),
    ping: () =>
      socket.send(
        encodeFrame({
          seqId: 0,
          logId: 0,
          service: 33554678,
          method: CONTROL,
          headers: [{ key: 'type', value: 'ping' }],
          payload: new Uint8Array(),
        }),
      ),
    ack: (frame, answer, bizRt = '-3') =>
      socket.send(
        encodeFrame({
          ...frame,
          headers: [...frame.headers, { key: 'biz_rt', value: bizRt }],
          payload: Buffer.from(answer),
        }),
      ),
  };
};

/** How an upgrade is refused: the HTTP status and the three handshake headers. */
export const refusedUpgrade = async (url: string): Promise<unknown[]> => {
  const socket = new WebSocket(url);
  onTestFinished(() => socket.terminate());
  socket.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    socket.once('open', () => reject(new Error('the upgrade was not refused')));
    socket.once('unexpected-response', (_request, { statusCode, headers }) =>
      resolve([statusCode, headers['handshake-status'], headers['handshake-msg'], headers['handshake-autherrcode']]),
    );
  });
};

/** The event in a frame. */
export const eventIn = (
  frame: Frame,
): {
  readonly header: { readonly event_id: string; readonly event_type: string };
  readonly event: Record<string, unknown>;
} => JSON.parse(Buffer.from(frame.payload).toString()) as ReturnType<typeof eventIn>;

export const headersOf = (frame: Frame, ...keys: readonly string[]): readonly (string | undefined)[] =>
  keys.map((key) => headerOf(frame, key));
