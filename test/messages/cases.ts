/** Every message of an incident that a phone can get: each trouble, each kind of notice, each state of the live card. */
import { HOUR_STATES, type Chart, type Message } from '../../src/chat/message/message.ts';
import type { LinkName } from '../../src/diagnosis/evidence.ts';
import type { Cause, GatewayCondition, LinkCondition, Remedy, Verdict } from '../../src/diagnosis/verdict.ts';
import type { Decision } from '../../src/healing/decision.ts';
import type { Before } from '../../src/incidents/change.ts';
import type { Incident, Notice } from '../../src/incidents/incident.ts';
import { incidentMessage, noticeMessage, supersededMessage } from '../../src/notify/messages/notice.ts';
import { bandText } from '../../src/text/commands/band.ts';
import type { Locale } from '../../src/text/locale.ts';
import { createStory, failed, gateway, link, MINUTE, result, T0, tell, TREAT, WELL } from '../incidents/helpers.ts';

export interface Case {
  readonly name: string;
  readonly message: Message;
}

/** On which link it is; null: the gateway's own. */
type Trouble = readonly [GatewayCondition, Cause, Remedy, null] | readonly [LinkCondition, Cause, Remedy, LinkName];

const TROUBLES: readonly Trouble[] = [
  ['stopped', 'process_gone', 'start', null],
  ['stopped', 'killed_by_signal', 'start', null],
  ['stopped', 'out_of_memory', 'alert', null],
  ['stopped', 'start_blocked', 'alert', null],
  ['stopped', 'container_removed', 'alert', null],
  ['stopped', 'never_seen', 'alert', null],
  ['stopped', 'ended_cleanly', 'alert', null],
  ['stopped', 'restart_never_came_back', 'start', null],
  ['frozen', 'stop_hangs', 'restart', null],
  ['frozen', 'stop_hangs', 'alert', null],
  ['stopped', 'held_by_respawn_brake', 'alert', null],
  ['starting', 'start_too_slow', 'restart', null],
  ['frozen', 'loop_not_answering', 'restart', null],
  ['frozen', 'loop_blocked', 'alert', null],
  ['paused', 'held_still', 'alert', null],
  ['paused', 'stopped_by_signal', 'alert', null],
  ['broken_executor', 'executor_shut_down', 'restart', null],
  ['crash_looping', 'starts_again_and_again', 'alert', null],
  ['crash_looping', 'ended_again_and_again', 'alert', null],
  ['misconfigured', 'config_rejected', 'alert', null],
  ['misconfigured', 'config_not_taken', 'alert', null],
  ['misconfigured', 'config_reverted', 'alert', null],
  ['misconfigured', 'config_ignored', 'alert', null],
  ['misconfigured', 'nothing_connected', 'alert', null],
  ['misconfigured', 'no_platform_enabled', 'alert', null],
  ['misconfigured', 'port_taken', 'alert', null],
  ['duplicate', 'another_instance', 'alert', null],
  ['duplicate', 'several_processes', 'alert', null],
  ['network_down', 'network_unreachable', 'alert', null],
  ['unwell', 'check_fails', 'restart', null],
  ['unkept', 'keeper_silent', 'alert', null],
  ['strained', 'memory_high', 'alert', null],
  ['strained', 'memory_over_limit', 'alert', null],
  ['strained', 'memory_over_limit', 'restart', null],
  ['strained', 'memory_grows', 'alert', null],
  ['strained', 'files_high', 'alert', null],
  ['strained', 'disk_low', 'alert', null],
  ['strained', 'part_out_of_memory', 'alert', null],
  ['strained', 'was_out_of_memory', 'alert', null],
  ['strained', 'perhaps_out_of_memory', 'alert', null],
  ['unanswered', 'provider_key', 'alert', null],
  ['unanswered', 'provider_quota', 'alert', null],
  ['unanswered', 'provider_overloaded', 'alert', null],
  ['unanswered', 'turns_fail', 'alert', null],
  ['unanswered', 'turn_hangs', 'alert', null],
  ['unanswered', 'messages_dropped', 'alert', null],
  ['unanswered', 'jobs_undelivered', 'alert', null],
  ['unknown', 'unproven_process', 'alert', null],
  ['down', 'no_login_after_loss', 'restart', 'qqbot'],
  ['down', 'no_login_after_start', 'restart', 'qqbot'],
  ['down', 'reconnected_without_login', 'alert', 'feishu'],
  ['gave_up', 'attempts_exhausted', 'restart', 'qqbot'],
  ['gave_up', 'reconnecter_dead', 'restart', 'feishu'],
  ['deaf', 'silent_connection', 'restart', 'feishu'],
  ['flapping', 'keeps_dropping', 'restart', 'qqbot'],
  ['flapping', 'kicked_by_another_client', 'alert', 'qqbot'],
  ['rejected', 'platform_refuses', 'alert', 'feishu'],
  ['rejected', 'token_in_use', 'alert', 'telegram'],
  ['rejected', 'credentials_refused', 'alert', 'telegram'],
  ['rejected', 'intents_missing', 'alert', 'discord'],
  ['rejected', 'logged_out', 'alert', 'whatsapp'],
  ['rejected', 'setup_incomplete', 'alert', 'telegram'],
  ['unreachable', 'platform_errors', 'alert', 'qqbot'],
  ['unreachable', 'platform_unreachable', 'alert', 'feishu'],
  ['down', 'held_by_breaker', 'restart', 'feishu'],
  ['rejected', 'failing_for_hours', 'alert', 'feishu'],
  ['unanswered', 'sends_fail', 'alert', 'qqbot'],
  ['unanswered', 'no_reply', 'alert', 'feishu'],
  ['unanswered', 'loop_held_up', 'alert', null],
];

const decisionOf = (remedy: Remedy): Decision => {
  if (remedy === 'alert') return tell('not_curable');
  return remedy === 'start' ? { ...TREAT, remedy: 'start', links: [] } : TREAT;
};

const numbered = (notice: Notice, id: number): Notice => ({ ...notice, incident: { ...notice.incident, id } });

const opened = ([condition, cause, remedy, name]: Trouble, locale: Locale, index: number): Case => {
  const verdict: (at: number) => Verdict =
    name === null ? gateway(condition, { cause, remedy }) : link(name, condition, { cause, remedy });
  const healthy = name === null ? [] : [gateway('healthy')];
  const [notice] = createStory().judged(T0, decisionOf(remedy), ...healthy, verdict);
  if (!notice) throw new Error(`${cause} is told nobody`);
  return { name: `${condition} · ${cause}`, message: noticeMessage(numbered(notice, index + 1), locale, T0) };
};

/** The life of one incident, told in every way. */
const life = (locale: Locale): readonly Case[] => {
  const [first] = createStory().judged(T0, TREAT, gateway('healthy'), link('qqbot', 'down'));
  if (!first) throw new Error('nothing was said');
  const incident: Incident = { ...first.incident, id: 12 };
  const now = T0 + 12 * MINUTE;
  const failure = failed(T0, [{ what: 'login', link: 'qqbot' }]);
  const cured: Incident = {
    ...incident,
    wellSince: T0 + 2 * MINUTE,
    closedAt: T0 + 3 * MINUTE,
    treatments: [result(T0 + MINUTE)],
    timeline: [
      ...incident.timeline,
      { at: T0 + MINUTE, what: 'treated', index: 0 },
      { at: T0 + 2 * MINUTE, what: 'well', loginAt: T0 + 2 * MINUTE },
      { at: T0 + 3 * MINUTE, what: 'closed', why: 'recovered' },
    ],
  };
  const { closedAt: _closed, ...open } = cured;
  const notices: readonly Notice[] = [
    { kind: 'opened', incident, decision: tell('heal_ask') },
    { kind: 'again', incident: { ...incident, outages: 2 }, decision: TREAT },
    { kind: 'needs_operator', incident, decision: tell('tried') },
    { kind: 'out_of_budget', incident: { ...incident, treatments: [failure, failure, failure] } },
    { kind: 'treatment_failed', incident, result: failure, decision: TREAT },
    { kind: 'reminder', incident, decision: tell('heal_off') },
    { kind: 'recovered', incident: cured },
  ];
  return [
    ...notices.map((notice) => ({ name: `notice · ${notice.kind}`, message: noticeMessage(notice, locale, now) })),
    { name: 'live · ill', message: incidentMessage(incident, TREAT, locale, now) },
    {
      name: 'live · seen',
      message: incidentMessage({ ...incident, acknowledged: { by: 'ann', at: T0 + MINUTE } }, TREAT, locale, now),
    },
    {
      name: 'live · coming back',
      message: incidentMessage({ ...open, closedAt: null, timeline: open.timeline.slice(0, -1) }, WELL, locale, now),
    },
    { name: 'live · over', message: incidentMessage(cured, null, locale, now) },
    {
      name: 'older card',
      message: supersededMessage(noticeMessage({ ...first, incident }, locale, T0).title, T0 + 2 * MINUTE, locale, now),
    },
  ];
};

/** Answers that show a day with every state of an hour. */
export const bands = (locale: Locale): readonly Case[] => {
  const hours = HOUR_STATES.flatMap((state) => Array.from({ length: state === 'well' ? 16 : 2 }, () => state));
  const rows = (names: readonly string[]): Chart['rows'] => names.map((name) => ({ name, hours }));
  const shown = (names: readonly string[]): Message => ({
    tone: 'good',
    title: locale === 'en' ? 'main: running' : 'main：正常运行',
    code: [
      ...names.map((name) => `▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▅▅▂▂▁▁░░ ${name}`),
      locale === 'en' ? 'Well: 24 h 87.50%' : '正常：24 小时 87.50%',
    ],
    chart: {
      rows: rows(names),
      hoursFrom: hours.map((_, index) => T0 - (hours.length - index) * 60 * MINUTE),
      names: bandText(locale).state,
      lines: names.length,
    },
  });
  return [
    { name: 'band · one', message: shown(['main']) },
    { name: 'band · several', message: shown(['main', 'work']) },
  ];
};

const changedBefore = (locale: Locale): Case => {
  const before: Before = {
    changes: [
      { what: 'config', at: T0 - MINUTE, file: 'config.yaml' },
      { what: 'version', at: T0 - 2 * MINUTE, from: '2026.9.5', to: '2026.9.6' },
      { what: 'reboot', at: T0 - 20 * MINUTE },
    ],
    lastGoodAt: T0 - 5 * MINUTE,
  };
  const [told] = createStory().judged(T0, TREAT, gateway('healthy'), link('qqbot', 'down'));
  if (!told) throw new Error('nothing was said');
  const { incident } = told;
  const timeline = incident.timeline.map((each) => (each.what === 'opened' ? { ...each, before } : each));
  const notice: Notice = { kind: 'opened', decision: TREAT, incident: { ...incident, timeline } };
  return { name: 'notice · what was changed', message: noticeMessage(numbered(notice, 12), locale, T0) };
};

export const cases = (locale: Locale): readonly Case[] => [
  ...life(locale),
  changedBefore(locale),
  ...TROUBLES.map((trouble, index) => opened(trouble, locale, index)),
];
