/** Server-sent events: a snapshot for each browser that connects, then messages, state and log lines as they change. */
import type { ServerResponse } from 'node:http';
import { pageMessage, readLog, readState, snapshotOf } from './snapshot.ts';
import { roleOn, type Stage } from './stage.ts';

const POLL_MS = 400;
/** A comment now and then, so that a browser that went away without a word is noticed. */
const KEEPALIVE_MS = 15_000;

export interface Feed {
  /** Serves one browser until it goes away. */
  connect(response: ServerResponse): Promise<void>;
  /** The phones begin empty; what was said before is not shown any more. */
  reset(): void;
  stop(): void;
}

export const createFeed = (stage: Stage): Feed => {
  const browsers = new Set<ServerResponse>();
  const last = { state: '', log: '' };
  let polling = false;
  let shownFrom = 0;

  const send = (event: string, data: unknown): void => {
    for (const browser of browsers) browser.write(frame(event, data));
  };

  const sendWhenChanged = (event: 'state' | 'log', data: unknown): void => {
    const text = JSON.stringify(data);
    if (text === last[event]) return;
    last[event] = text;
    send(event, data);
  };

  const poll = async (): Promise<void> => {
    if (polling || browsers.size === 0) return;
    polling = true;
    try {
      const [state, log] = await Promise.all([readState(stage), readLog(stage)]);
      sendWhenChanged('state', state);
      sendWhenChanged('log', log);
    } catch {
      // A file of the gateway was being replaced or its process went: the next round sees the new one.
    } finally {
      polling = false;
    }
  };

  const unsubscribe = stage.phones.map((phone) =>
    phone.platform.onMessage((appId, message) => {
      const role = roleOn(phone, message);
      if (appId === phone.bot.appId && role)
        send('message', { phone: phone.name, role, message: pageMessage(phone, message) });
    }),
  );
  const timers = [
    setInterval(() => void poll(), POLL_MS),
    setInterval(() => browsers.forEach((browser) => browser.write(': still here\n\n')), KEEPALIVE_MS),
  ];

  return {
    connect: async (response) => {
      const [state, log] = await Promise.all([readState(stage), readLog(stage)]);
      if (response.closed) return;
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(`retry: 1000\n${frame('snapshot', snapshotOf(stage, state, log, shownFrom))}`);
      browsers.add(response);
      response.on('close', () => browsers.delete(response));
      // What changed while the snapshot was read must not count as sent.
      last.state = last.log = '';
    },
    reset: () => {
      shownFrom = Date.now();
      send('reset', {});
    },
    stop: () => {
      unsubscribe.forEach((end) => end());
      timers.forEach((timer) => clearInterval(timer));
      browsers.forEach((browser) => browser.end());
    },
  };
};

const frame = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
