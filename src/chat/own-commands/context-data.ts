/** What a TypeScript command may ask of Lifeline, answered as plain data. */
import { z } from 'zod';
import { within } from '../../base/time-limit.ts';
import type { CommandContext, GatewayPort } from '../command/command.ts';
import { cleanText, shortened } from './clean-text.ts';
import { ownMessage } from './own-message.ts';
import type { Answering } from './script-process.ts';
import type { OwnGateway } from './types.ts';

/** A gateway that cannot be looked at keeps nobody waiting. */
const LOOK_MS = 20_000;
const MAX_LINES = 200;
const MAX_LINE = 2_000;
/** A platform takes only a few answers to one message. */
const MOST_SAID = 3;

const QUERY = z.object({
  lines: z.number().int().min(1).max(MAX_LINES).default(20),
  text: z.string().max(500).nullish(),
  level: z.enum(['debug', 'info', 'warning', 'error', 'critical']).nullish(),
  sinceMs: z.number().positive().nullish(),
});

const NOT_SEEN = {
  condition: 'unknown',
  cause: 'no_evidence',
  since: null,
  links: [],
  pid: null,
  memoryBytes: null,
  restarts: { lastHour: 0, lastDay: 0 },
  incident: null,
} as const;

const look = async (gateway: GatewayPort): Promise<OwnGateway> => {
  const report = await within(gateway.report(), LOOK_MS).catch(() => null);
  const own = report?.verdicts.find(({ link }) => link === null);
  if (!report || !own) return { name: gateway.name, ...NOT_SEEN };
  return {
    name: gateway.name,
    condition: own.condition,
    cause: own.cause,
    since: own.since,
    links: report.verdicts.flatMap(({ link, condition, cause, since }) =>
      link === null ? [] : [{ name: link, condition, cause, since }],
    ),
    pid: report.process?.pid ?? null,
    memoryBytes: report.memoryBytes,
    restarts: { lastHour: report.restarts.lastHour, lastDay: report.restarts.lastDay },
    incident: report.incident?.id ?? null,
  };
};

const logsOf = async ({ gateways, now }: CommandContext, name: unknown, query: unknown): Promise<readonly string[]> => {
  const gateway = gateways.find((each) => each.name === name);
  if (!gateway)
    throw new Error(
      `logs: there is no gateway ${JSON.stringify(name)}; there are: ${gateways.map((each) => each.name).join(', ')}`,
    );
  const read = QUERY.safeParse(query ?? {});
  if (!read.success)
    throw new Error(
      `logs: ${read.error.issues[0]?.path.join('.') ?? 'the query'} is not what it may be; lines is at most ${MAX_LINES}`,
    );
  const { lines, text, level, sinceMs } = read.data;
  const page = await gateway.logs({
    count: lines,
    text: text ?? null,
    pattern: null,
    least: level ?? null,
    since: sinceMs == null ? null : now - sinceMs,
    context: 0,
    before: null,
  });
  return page.lines.map((line) => shortened(cleanText(line.text), MAX_LINE));
};

/** @param onSaid it has said something itself. */
export const answering = (name: string, context: CommandContext, onSaid: () => void): Answering => {
  let said = 0;
  return async (method, args) => {
    switch (method) {
      case 'gateways':
        return Promise.all(context.gateways.map(look));
      case 'logs':
        return logsOf(context, args[0], args[1]);
      case 'say': {
        const message = ownMessage(name, args[0], context.locale);
        if (message === null) throw new Error('say: neither text nor a message with a title');
        onSaid();
        said += 1;
        if (said <= MOST_SAID) await context.say(message);
        return null;
      }
    }
  };
};
