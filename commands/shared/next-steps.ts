/** The buttons under `/status`: what is needed next, by how the gateway is. */
import type { CommandContext, GatewayPort, GatewayReport } from '../../src/chat/command/command.ts';
import type { Button } from '../../src/chat/message/message.ts';
import { toneOf, worstOf } from '../../src/chat/message/tone.ts';
import { actsFor, NO_ACTS, startButton, type Acts } from '../../src/chat/message/treatment-messages.ts';
import { stageOf } from '../../src/incidents/timeline.ts';
import { silenceText } from '../../src/text/commands/silences.ts';
import { ackLabel, logsLabel, muteLabel, whyLabel } from '../../src/text/notices/notice-lines.ts';

/** Feishu shows no more. */
const MOST = 6;

const plain = (label: string, command: string): Button => ({ label, style: 'plain', command });

/** In these there is no process to restart. */
const DOWN: ReadonlySet<string> = new Set(['stopped', 'stopped_on_purpose']);

const actButtons = (
  { name, isTreatable }: Pick<GatewayPort, 'name' | 'isTreatable'>,
  { verdicts }: GatewayReport,
  { locale }: CommandContext,
): Acts => {
  if (!isTreatable) return NO_ACTS;
  const itself = verdicts.find(({ link }) => link === null);
  if (itself !== undefined && DOWN.has(itself.condition)) return { ...NO_ACTS, first: [startButton(name, locale)] };
  const ill = verdicts.filter((verdict) => toneOf(verdict) !== 'good' && verdict.remedy !== 'wait');
  return ill.length === 0 ? NO_ACTS : actsFor(name, ill, locale);
};

const endOfSilence = (name: string, { silences, locale, now }: CommandContext): readonly Button[] =>
  (['mute', 'maintenance'] as const).flatMap((kind) => {
    const active = silences
      .active(now)
      .filter((silence) => silence.kind === kind && (silence.gateway === null || silence.gateway === name));
    if (active.length === 0) return [];
    // What is for all gateways can only be ended for all.
    const scope = active.some(({ gateway }) => gateway === null) ? '' : ` ${name}`;
    return [plain(silenceText(locale).endButton(kind), `${kind === 'mute' ? '/unmute' : '/maintenance end'}${scope}`)];
  });

/** @param report null: it could not be looked at. */
export const nextSteps = (
  gateway: Pick<GatewayPort, 'name' | 'isTreatable'>,
  report: GatewayReport | null,
  context: CommandContext,
): readonly Button[] => {
  const { locale } = context;
  const { name } = gateway;
  const logs = plain(logsLabel(locale), `/logs ${name}`);
  if (report === null) return [logs];
  const ends = endOfSilence(name, context);
  if (worstOf(report.verdicts) === 'good') return ends;
  const { incident } = report;
  const isOpen = incident !== null && incident.closedAt === null && stageOf(incident) === 'ill';
  const acts = actButtons(gateway, report, context);
  const all = [
    ...acts.first,
    logs,
    plain(whyLabel(locale), `/why ${name}`),
    ...acts.last,
    ...(ends.length > 0 || !isOpen ? ends : [plain(muteLabel(locale), `/mute 1h ${name}`)]),
    ...(isOpen && incident.acknowledged === null ? [plain(ackLabel(locale), `/ack ${incident.id}`)] : []),
  ];
  return all.slice(0, MOST);
};

/** Of several: one look closer at each that is ill. */
export const closerLooks = (ill: readonly string[]): readonly Button[] =>
  ill.slice(0, MOST).map((name) => {
    const signs = [...name];
    return plain(
      signs.length > 10 ? `${signs.slice(0, 4).join('')}…${signs.slice(-5).join('')}` : name,
      `/status ${name}`,
    );
  });
