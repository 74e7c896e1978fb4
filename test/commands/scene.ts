/** What the commands about incidents, silences and Lifeline itself find: real stores, incidents in memory. */
import { expect } from 'vitest';
import type {
  CommandEffects,
  Command,
  CommandContext,
  GatewayPort,
  GatewayReport,
  IncidentsPort,
  LifelineReport,
} from '../../src/chat/command/command.ts';
import { plainText, type Message } from '../../src/chat/message/message.ts';
import { readArguments } from '../../src/chat/arguments/read-arguments.ts';
import type { Operator, Role } from '../../src/config/config.ts';
import type { GatewayVerdict, LinkVerdict } from '../../src/diagnosis/verdict.ts';
import type { DoctorFinding } from '../../src/doctor/check.ts';
import type { TreatmentResult } from '../../src/healing/treatment.ts';
import type { Blip } from '../../src/incidents/blips.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { createAudit, type Audit } from '../../src/store/audit.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createPlans } from '../../src/store/planned-maintenance.ts';
import { createSilences, type Silences } from '../../src/store/silences.ts';
import { ack } from '../../commands/ack.ts';
import { audit } from '../../commands/audit.ts';
import { check } from '../../commands/check.ts';
import { config } from '../../commands/config.ts';
import { doctor } from '../../commands/doctor.ts';
import { history } from '../../commands/history.ts';
import { incident as incidentCommand } from '../../commands/incident.ts';
import { maintenance } from '../../commands/maintenance.ts';
import { mute } from '../../commands/mute.ts';
import { unmute } from '../../commands/unmute.ts';
import { version } from '../../commands/version.ts';
import { whoami } from '../../commands/whoami.ts';

export const COMMANDS: readonly Command[] = [
  check,
  history,
  incidentCommand,
  mute,
  unmute,
  ack,
  maintenance,
  doctor,
  config,
  audit,
  whoami,
  version,
];

/** 10:31:05 in the zone of the tests. */
export const NOW = Date.parse('2026-11-21T10:31:05+08:00');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const gatewayVerdict = (
  condition: GatewayVerdict['condition'],
  more: Partial<GatewayVerdict> = {},
): GatewayVerdict => ({
  gateway: 'main',
  link: null,
  condition,
  cause: condition === 'healthy' ? 'fine' : 'process_gone',
  remedy: condition === 'healthy' ? 'none' : 'restart',
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
  gateway: 'main',
  link,
  condition,
  cause: condition === 'up' ? 'fine' : 'no_login_after_loss',
  remedy: condition === 'up' ? 'none' : 'restart',
  since: NOW - HOUR,
  at: NOW,
  evidence: [],
  ...more,
});

export const report = (more: Partial<GatewayReport> = {}): GatewayReport =>
  ({
    verdicts: [gatewayVerdict('healthy'), linkVerdict('qqbot', 'up')],
    process: null,
    restarts: { lastHour: 0, perHour: 3, lastDay: 0, perDay: 8 },
    incident: null,
    decision: { act: 'nothing', why: 'well' },
    supervisorChoice: null,
    choiceProblem: null,
    refused: [],
    judgedAt: NOW,
    problems: [],
    logDoubts: [],
    ...more,
  }) as GatewayReport;

const UNUSED = (): never => {
  throw new Error('this command has no use for it');
};

export const port = (name: string, more: Partial<GatewayPort> = {}): GatewayPort => ({
  name,
  isTreatable: true,
  restartsLinks: false,
  report: () => Promise.resolve(report()),
  logs: UNUSED,
  doctor: () => Promise.resolve([]),
  plan: UNUSED,
  planLink: UNUSED,
  planEnd: UNUSED,
  treat: UNUSED,
  ...more,
});

export const finding = (more: Partial<DoctorFinding> = {}): DoctorFinding => ({
  code: 'unit_restart_no',
  unit: 'hermes-gateway.service',
  gateway: 'main',
  severity: 'warning',
  words: {
    'zh-CN': ['hermes-gateway.service 设了 Restart=no', '网关退出以后，systemd 不会把它拉起来；请改成 Restart=always'],
    en: ['hermes-gateway.service has Restart=no', 'once the gateway ends, systemd does not start it again'],
  },
  commands: [],
  fix: null,
  ...more,
});

export const treatment = (more: Partial<TreatmentResult> = {}): TreatmentResult => ({
  outcome: 'recovered',
  remedy: 'restart',
  requestedBy: 'auto',
  startedAt: NOW - 10 * MINUTE,
  endedAt: NOW - 10 * MINUTE + 37_000,
  before: { pid: 123, startTime: 1, startedAt: NOW - DAY },
  after: { pid: 456, startTime: 2, startedAt: NOW - 10 * MINUTE },
  stepsTaken: ['graceful'],
  actions: [],
  missing: [],
  problem: null,
  ...more,
});

/** Open since twenty minutes ago, noticed after one; `closedAt` makes it a closed one. */
export const incident = (id: number, more: Partial<Incident> = {}): Incident => {
  const since = more.since ?? NOW - 20 * MINUTE;
  return {
    id,
    gateway: 'main',
    link: null,
    openedAt: since + MINUTE,
    since,
    closedAt: null,
    verdict: gatewayVerdict('stopped'),
    severity: 'critical',
    wellSince: more.closedAt ?? null,
    out: null,
    outages: 1,
    told: 'opened',
    toldTroubles: [],
    toldAt: since + MINUTE,
    acknowledged: null,
    treatments: [],
    timeline: [],
    ...more,
  };
};

/** @param watched when each gateway was watched; by default always. */
export const incidentsIn = (
  all: readonly Incident[],
  blips: readonly Blip[] = [],
  watched: IncidentsPort['watched'] = (_gateway, window) => [window],
): IncidentsPort & Pick<CommandEffects, 'acknowledge'> => {
  const kept = [...all];
  const newestFirst = (): readonly Incident[] => kept.toSorted((a, b) => b.id - a.id);
  return {
    open: () => kept.filter(({ closedAt }) => closedAt === null),
    since: (at) => newestFirst().filter(({ closedAt }) => closedAt === null || closedAt >= at),
    get: (id) => kept.find((each) => each.id === id) ?? null,
    blips: (at) => blips.filter(({ to }) => to >= at),
    watched,
    acknowledge: (ids, by) => {
      const taken = kept.filter(
        ({ id, closedAt, acknowledged }) => ids.includes(id) && closedAt === null && acknowledged === null,
      );
      return taken.map((each) => {
        const now = { ...each, acknowledged: { by, at: NOW } };
        kept[kept.indexOf(each)] = now;
        return now;
      });
    },
  };
};

export const LIFELINE: LifelineReport = { version: '0.1.0', startedAt: NOW - 2 * HOUR, channels: [], undelivered: 0 };

export const OPERATOR: Operator = { name: 'me', role: 'admin', ids: { qq: 'ME' } };

export interface Scene {
  readonly context: CommandContext;
  readonly silences: Silences;
  readonly audit: Audit;
  /** What was said before the answer. */
  readonly said: readonly Message[];
}

export const scene = ({
  incidents = [],
  blips = [],
  watched,
  role = 'admin',
  ...more
}: Partial<Omit<CommandContext, 'incidents'>> & {
  readonly incidents?: readonly Incident[];
  readonly blips?: readonly Blip[];
  readonly watched?: IncidentsPort['watched'];
  readonly role?: Role;
} = {}): Scene => {
  const db = openDatabase(':memory:');
  const silences = createSilences(db);
  const plans = createPlans(db);
  const store = createAudit(db);
  const said: Message[] = [];
  const known = incidentsIn(incidents, blips, watched);
  const context: CommandContext = {
    locale: 'zh-CN',
    now: NOW,
    operator: { ...OPERATOR, role },
    gateways: [port('main')],
    commands: COMMANDS,
    lifeline: () => LIFELINE,
    incidents: known,
    silences,
    plans,
    carryOut: (work) => work({ silences, plans, acknowledge: known.acknowledge }),
    actOutside: UNUSED,
    audit: store,
    settings: () => [],
    reload: () => ({ kind: 'begun' }),
    say: async (message) => void said.push(message),
    origin: { channel: 'qq', user: 'ME', replyTo: 'm1' },
    by: 'typed',
    confirm: UNUSED,
    ...more,
  };
  return { context, silences, audit: store, said };
};

/** What this line typed on the phone is answered; every answer must fit a phone and offer only what can be typed. */
export const type = async (line: string, context: CommandContext): Promise<Message> => {
  const message = await runLine(line, context);
  if (message === null) throw new Error('there is no answer');
  expectPhone(message, context);
  return message;
};

const runLine = (line: string, context: CommandContext): Promise<Message | null> => {
  const [name = '', ...words] = line.replace(/^\//, '').split(' ');
  const command = COMMANDS.find(({ id }) => id === name);
  if (!command) throw new Error(`no command ${name}`);
  const read = readArguments(command, words, context);
  if (read.kind !== 'values') throw new Error('asks for a gateway');
  return command.run(context, read.values);
};

const expectPhone = (message: Message, { locale, gateways }: CommandContext): void => {
  const text = plainText(message);
  expect(text.length).toBeLessThanOrEqual(3_500);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(203);
  expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  // Where this is not Chinese it is not there at all.
  if (locale === 'en') expect(text).not.toMatch(/\p{Script=Han}|[，：。「」；]/u);
  for (const { label, command } of message.buttons ?? []) {
    expect([...label].length).toBeLessThanOrEqual(10);
    const [name = '', ...words] = command.replace(/^\//, '').split(' ');
    const known = COMMANDS.find(({ id }) => id === name);
    if (known) expect(readArguments(known, words, { gateways, commands: COMMANDS, locale }).kind).toBe('values');
  }
};

export const buttonsOf = ({ buttons = [] }: Message): readonly string[] =>
  buttons.map(({ label, command }) => `${label} → ${command}`);
