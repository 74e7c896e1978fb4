/**
 * The gateway's agent: it repeats what one says, so that a person sees at once whether the gateway still hears and
 * speaks.
 */
import type { IncomingMessage, Link, LinkContext } from './link.ts';

/** As Python's `%r` writes a short text; keeps a line break out of the log. */
const quoted = (text: string): string =>
  `'${JSON.stringify(text.slice(0, 80)).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

const sessionOf = (message: IncomingMessage): string => `agent:main:${message.chat.slice(-8)}`;

export const answer = async ({ log }: LinkContext, link: Link, message: IncomingMessage): Promise<void> => {
  const where = `platform=${link.name}`;
  log(
    'INFO',
    'gateway.run',
    `inbound message: ${where} user=${message.user} chat=${message.chat} msg=${quoted(message.text)}`,
  );
  const text = `(agent) you said: ${message.text}`;
  log(
    'INFO',
    'gateway.run',
    `response ready: ${where} chat=${message.chat} time=0.0s api_calls=1 response=${text.length} chars`,
    {
      session: sessionOf(message),
    },
  );
  log('INFO', 'gateway.platforms.base', `${link.tag} Sending response (${text.length} chars) to ${message.chat}`);
  await link.send(text, message);
};
