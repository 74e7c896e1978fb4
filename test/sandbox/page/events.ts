/** A reader of server-sent events, as a browser's EventSource is one. */

export interface Events {
  /** The next event of this name; others before it are passed over. */
  next(name: string): Promise<{ readonly data: unknown }>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

export const openEvents = async (url: string): Promise<Events> => {
  const closing = new AbortController();
  const response = await fetch(new URL('/events', url), { signal: closing.signal });
  if (!response.body) throw new Error(`no stream: ${response.status}`);
  const arrived: { name: string; data: unknown }[] = [];
  let wake = (): void => undefined;
  const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body) {
      const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const [, name, data] = /event: (.*)\ndata: (.*)/.exec(frame) ?? [];
        if (name && data) arrived.push({ name, data: JSON.parse(data) });
      }
      wake();
    }
  };
  const ended = read(response.body).catch(() => undefined);
  return {
    ended,
    close: () => closing.abort(),
    next: async (name) => {
      for (;;) {
        for (let event = arrived.shift(); event; event = arrived.shift()) if (event.name === name) return event;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
};
