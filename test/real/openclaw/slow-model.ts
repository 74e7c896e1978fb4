/** A language model that thinks until it is told to answer, spoken to as OpenAI's are (`/v1/chat/completions`). */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SlowModel {
  /** What makes it the model of an OpenClaw (`gateway/local-models.md` in the documents of OpenClaw). */
  readonly config: Readonly<Record<string, unknown>>;
  /** How many questions wait for an answer. */
  readonly waiting: () => number;
  /** Answers what waits, and from now on at once. */
  readonly answer: () => void;
  stop(): Promise<void>;
}

/** @param text what it says to everything */
export const openSlowModel = async (text: string): Promise<SlowModel> => {
  const asked = new Set<ServerResponse>();
  let answers = false;
  const reply = (response: ServerResponse): void => {
    const chunk = (choice: object): string =>
      `data: ${JSON.stringify({ id: 'answer', object: 'chat.completion.chunk', created: 0, model: 'slow', choices: [{ index: 0, ...choice }] })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      `${chunk({ delta: { role: 'assistant', content: text }, finish_reason: null })}${chunk({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`,
    );
  };
  const server = createServer((request, response) => {
    request.resume();
    response.on('close', () => asked.delete(response));
    if (answers) reply(response);
    else asked.add(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    config: {
      agents: { defaults: { model: { primary: 'slow/slow' } } },
      models: {
        providers: {
          slow: {
            baseUrl: `http://127.0.0.1:${port}/v1`,
            apiKey: 'none',
            api: 'openai-completions',
            models: [
              {
                id: 'slow',
                name: 'Slow',
                reasoning: false,
                input: ['text'],
                cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
                contextWindow: 131_072,
                maxTokens: 8_192,
              },
            ],
          },
        },
      },
    },
    waiting: () => asked.size,
    answer: () => {
      answers = true;
      for (const response of asked) reply(response);
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
