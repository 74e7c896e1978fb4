/** Reads a request and writes an answer. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answers.ts';

/** The JSON object in the body; an empty one when there is none. */
export const readBody = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

/** Every answer carries a trace id; support asks for it. `hang` leaves the request open. */
export const writeAnswer = (response: ServerResponse, answer: Answer): void => {
  if (answer.kind === 'hang') return;
  const traceId = randomUUID().replaceAll('-', '');
  response.setHeader('X-Tps-trace-ID', traceId);
  response.statusCode = answer.status;
  if (answer.body === undefined) {
    response.end();
  } else if (typeof answer.body === 'string') {
    response.setHeader('content-type', 'text/html');
    response.end(answer.body);
  } else {
    const body = answer.body as Record<string, unknown>;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify('err_code' in body ? { ...body, trace_id: traceId } : body));
  }
};
