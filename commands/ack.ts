/** `/ack`: somebody knows of what is open; nobody is reminded of it any more, and its end is still told. */
import { UserError } from '../src/base/errors.ts';
import { defineCommand, type CommandContext } from '../src/chat/command/command.ts';
import type { Message } from '../src/chat/message/message.ts';
import { currentOf } from '../src/incidents/fold.ts';
import type { Incident } from '../src/incidents/incident.ts';
import { commandText } from '../src/text/commands/commands.ts';
import { incidentWords } from '../src/text/commands/incident-events.ts';
import { INCIDENT_HELP, incidentTexts } from '../src/text/commands/incidents.ts';
import { formatAgo, formatTime } from '../src/text/common/time.ts';
import { fitting } from './shared/fit.ts';

const MOST = 10;

/** @throws UserError for a number that there is not, or that is another gateway's. */
const byNumber = ({ incidents, locale }: CommandContext, id: number, name: string | null): Incident => {
  const text = incidentTexts(locale);
  const found = incidents.get(id);
  if (!found) throw new UserError('NO_SUCH_INCIDENT', text.noSuchIncident(id, incidents.since(0)[0]?.id ?? null));
  if (name !== null && found.gateway !== name) throw new UserError('OTHER_GATEWAY', text.notOfGateway(id, name));
  // The button of a link's alert counts for the gateway's trouble that came of it.
  return currentOf(found, incidents.open());
};

const answer = (acknowledged: readonly Incident[], { locale, now }: CommandContext): Message => {
  const text = incidentTexts(locale);
  const words = acknowledged.map((incident) =>
    commandText(locale).subject(`#${incident.id} ${incident.gateway}`, incidentWords(incident, locale)),
  );
  const [only, ...more] = words;
  if (only !== undefined && more.length === 0) return { tone: 'info', title: text.acked(only), note: text.ackNote() };
  const { shown, left } = fitting(
    acknowledged.map(({ since }, index) =>
      commandText(locale).since(words[index] ?? '', formatTime(since, locale, now)),
    ),
    MOST,
  );
  return {
    tone: 'info',
    title: text.ackedSeveral(words.length),
    lines: [...shown, ...(left > 0 ? [text.more(left)] : [])],
    note: text.ackNote(),
  };
};

export const ack = defineCommand({
  id: 'ack',
  aliases: ['知道了', '收到', '确认故障'],
  // It silences reminders for everybody, which is not for those who may only look.
  role: 'operator',
  effects: 'changes',
  args: { id: { kind: 'incident' }, gateway: { kind: 'gateway', missing: 'all' } },
  help: INCIDENT_HELP.ack,
  examples: ['/ack', '/ack 12', '/ack main'],
  async run(context, { id, gateway }) {
    const { incidents, operator, locale, now } = context;
    const text = incidentTexts(locale);
    const name = gateway?.name ?? null;
    const asked =
      id === null
        ? incidents.open().filter((incident) => name === null || incident.gateway === name)
        : [byNumber(context, id, name)];
    const open = asked.filter(({ closedAt }) => closedAt === null);
    if (open.length === 0) return { tone: 'good', title: id === null ? text.nothingToAck(name) : text.alreadyOver(id) };
    return context.carryOut((changes) => {
      const acknowledged = changes.acknowledge(
        open.map((incident) => incident.id),
        operator.name,
      );
      if (acknowledged.length > 0) return answer(acknowledged, context);
      const before = open.find((incident) => incident.acknowledged)?.acknowledged;
      return {
        tone: 'info',
        title: before ? text.alreadyAcked(before.by, formatAgo(before.at, locale, now)) : text.nothingToAck(name),
      };
    });
  },
});
