/**
 * The page listens on loopback only, but any web page in the same browser can send requests there, and a name that
 * is rebound to 127.0.0.1 can even read the answers. So only requests that name this very address are served.
 */
import type { IncomingMessage } from 'node:http';

/** The policy sent with every answer: nothing from outside, no inline script, no embedding. */
export const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

const MAX_BODY_BYTES = 16_384;

/** An answer other than success, with a sentence for whoever asked. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** @throws Refusal when the request does not come from this page or from a tool on this machine. */
export const requireOwnOrigin = (request: IncomingMessage): void => {
  const port = request.socket.localPort;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(request.headers.host ?? ''))
    throw new Refusal(403, 'This page answers only under its own address.');
  const { origin } = request.headers;
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`)) {
    throw new Refusal(403, 'This page takes no requests from other pages.');
  }
};

/** @throws Refusal when the body is too large or not JSON. */
export const readJson = async (request: IncomingMessage): Promise<unknown> => {
  // A foreign page can send a form or plain text without asking first, but not this type.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'Send JSON with content-type application/json.');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Refusal(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal(400, 'The body is not JSON.');
  }
};
