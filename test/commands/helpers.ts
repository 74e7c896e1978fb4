import { vi } from 'vitest';
import { commands } from '../../commands/index.ts';
import { whichGatewayReply } from '../../src/chat/arguments/argument-replies.ts';
import type {
  Command,
  CommandContext,
  GatewayPort,
  GatewayReport,
  LifelineReport,
} from '../../src/chat/command/command.ts';
import type { Message } from '../../src/chat/message/message.ts';
import { parseCommand } from '../../src/chat/bus/parse-command.ts';
import { readArguments } from '../../src/chat/arguments/read-arguments.ts';
import type { Suspect } from '../../src/diagnosis/evidence.ts';
import type { GatewayVerdict, LinkVerdict } from '../../src/diagnosis/verdict.ts';
import type { TreatmentResult, TreatmentPlan } from '../../src/healing/treatment.ts';
import type { Supervisor } from '../../src/supervisors/supervisor.ts';

/** 10:31:05 in the zone of the tests. */
export const NOW = Date.parse('2026-11-21T10:31:05+08:00');
export const HOUR = 3_600_000;

export const gatewayVerdict = (
  condition: GatewayVerdict['condition'],
  more: Partial<GatewayVerdict> = {},
): GatewayVerdict => ({
  gateway: 'main',
  link: null,
  condition,
  cause: 'fine',
  remedy: 'none',
  since: NOW - HOUR,
  at: NOW,
  evidence: [],
  ...more,
});

export const linkVerdict = (
  link: string,
  condition: LinkVerdict['condition'],
  more: Partial<LinkVerdict> = {},
): LinkVerdict => ({
  ...gatewayVerdict('healthy'),
  ...more,
  link,
  condition,
});

export const report = (more: Partial<GatewayReport> = {}): GatewayReport => ({
  verdicts: [gatewayVerdict('healthy'), linkVerdict('qqbot', 'up'), linkVerdict('feishu', 'up')],
  process: { pid: 123, startTime: 1, startedAt: NOW - 3 * HOUR },
  memoryBytes: null,
  restarts: { lastHour: 1, perHour: 3, lastDay: 2, perDay: 8 },
  incident: null,
  decision: { act: 'nothing', why: 'well' },
  supervisorChoice: null,
  choiceProblem: null,
  refused: [],
  judgedAt: NOW - 5_000,
  problems: [],
  logDoubts: [],
  ...more,
});

export const treatment = (more: Partial<TreatmentResult> = {}): TreatmentResult => ({
  outcome: 'recovered',
  remedy: 'restart',
  requestedBy: 'me',
  startedAt: NOW,
  endedAt: NOW + 37_000,
  before: { pid: 123, startTime: 1, startedAt: NOW - 3 * HOUR },
  after: { pid: 456, startTime: 2, startedAt: NOW + 5_000 },
  stepsTaken: ['graceful'],
  actions: [],
  missing: [],
  problem: null,
  ...more,
});

const UNUSED = (): never => {
  throw new Error('a command asks the gateway, never its supervisor');
};

export const supervisor = (name: Supervisor['name'], unit: string): Supervisor => ({
  name,
  unit,
  status: UNUSED,
  start: UNUSED,
  restart: UNUSED,
  stop: UNUSED,
  kill: UNUSED,
  reset: UNUSED,
  command: (action) => `systemctl --user ${action} ${unit}`,
});

export const plan = (more: Partial<TreatmentPlan> = {}): TreatmentPlan => ({
  remedy: 'restart',
  choice: { supervisor: supervisor('systemd-user', 'hermes-gateway.service'), why: 'holds_process', rivals: [] },
  steps: [
    { step: 'graceful', commands: ['hermes gateway restart'] },
    { step: 'supervisor', commands: ['systemctl --user restart hermes-gateway.service'] },
  ],
  before: { pid: 123, startTime: 1, startedAt: NOW - 3 * HOUR },
  links: ['qqbot', 'feishu'],
  condition: 'healthy',
  target: null,
  held: null,
  maintenanceUntil: null,
  dryRun: false,
  turns: null,
  ...more,
});

export const suspect = (pid: number, startTime = 1): Suspect => ({
  pid,
  startTime,
  startedAt: NOW - HOUR,
  command: 'hermes gateway run',
});

export const port = (name: string, more: Partial<GatewayPort> = {}): GatewayPort => ({
  name,
  isTreatable: true,
  restartsLinks: true,
  report: () => Promise.resolve(report()),
  logs: () =>
    Promise.resolve({
      lines: [],
      older: null,
      scanned: { bytes: 0, lines: 0 },
      cutOff: false,
      usedUp: false,
      refused: [],
    }),
  doctor: () => Promise.resolve([]),
  plan: () => Promise.resolve(plan()),
  planLink: (link) => Promise.resolve(plan({ remedy: 'restart_link', links: [link] })),
  planEnd: (pid, startTime) =>
    Promise.resolve(
      plan({
        remedy: 'end_process',
        target: suspect(pid, startTime ?? 1),
        steps: [{ step: 'end', commands: [`kill -TERM ${pid}`] }],
      }),
    ),
  treat: () => true,
  ...more,
});

export const LIFELINE: LifelineReport = {
  version: '0.1.0',
  startedAt: NOW - 2 * HOUR,
  channels: [
    { name: 'feishu', link: 'connected', since: NOW - HOUR, problem: null },
    { name: 'qq', link: 'waiting', since: NOW - 60_000, problem: 'HTTP 500' },
  ],
  undelivered: 0,
};

export const context = (more: Partial<CommandContext> = {}): CommandContext & { readonly said: readonly Message[] } => {
  const said: Message[] = [];
  return {
    locale: 'zh-CN',
    now: NOW,
    operator: { name: 'me', role: 'admin', ids: { qq: 'ME' } },
    gateways: [port('main')],
    commands,
    lifeline: () => LIFELINE,
    incidents: { open: () => [], since: () => [], get: () => null, blips: () => [], watched: () => [] },
    silences: { active: () => [], until: () => null },
    plans: { pending: () => [] },
    carryOut: UNUSED,
    actOutside: UNUSED,
    audit: { recent: () => [] },
    settings: () => [],
    reload: () => ({ kind: 'begun' }),
    by: 'typed',
    // The command instead of the word that the bus gives out for it.
    confirm: (question, command, label) => ({ ...question, buttons: [{ label, style: 'danger', command }] }),
    origin: { channel: 'qq', user: 'ME', replyTo: 'm1' },
    say: vi.fn(async (message: Message) => void said.push(message)),
    said,
    ...more,
  };
};

/** The command as it is typed after its name, read by its schema. @throws UserError as the reading does. */
export const type = async (command: Command, here: CommandContext, typed = ''): Promise<Message | null> => {
  const parsed = parseCommand(`/${command.id} ${typed}`, [command]);
  if (parsed.kind !== 'command') throw new Error(`no command: ${typed}`);
  const read = readArguments(command, parsed.args, { ...here, quoted: parsed.quoted });
  return read.kind === 'values' ? command.run(here, read.values) : whichGatewayReply(command, read, here.locale);
};

/** The same of a command that answers at once. */
export const answerOf = async (command: Command, here: CommandContext, typed = ''): Promise<Message> => {
  const message = await type(command, here, typed);
  if (message === null) throw new Error('there is no answer');
  return message;
};

export const named = (id: string): Command => {
  const found = commands.find((command) => command.id === id);
  if (!found) throw new Error(`no command ${id}`);
  return found;
};
