/**
 * Lines of OpenClaw's log that name what somebody must mend (docs/facts/openclaw.md 1.5, 3.2, 5, 7; codes:
 * docs/facts/feishu.md, docs/facts/qq.md).
 */
import { redact } from '../../base/redact/redact.ts';
import type { LinkName } from '../../diagnosis/evidence.ts';
import { SAID_LENGTH, type Symptom, type SymptomReader, type SymptomSeen } from '../symptom.ts';
import { channelOfSubsystem, type JudgedChannel, type LinkNames } from './accounts.ts';
import { STALLED_SESSION, UNHANDLED } from './conversation-grammar.ts';
import { parseLogLine } from './log-line.ts';

interface Rule {
  readonly message: RegExp;
  readonly until: SymptomSeen['until'];
  readonly symptom: (said: string, link: LinkName) => Symptom;
}

type OfLink = Extract<Symptom, { readonly link: LinkName; readonly said: string }>['code'];
type OfGateway = Exclude<Extract<Symptom, { readonly said: string }>['code'], OfLink>;

const ofLink = (message: string, until: Rule['until'], code: OfLink): Rule => ({
  message: new RegExp(message, 's'),
  until,
  symptom: (said, link) => ({ code, link, said }),
});
const ofGateway = (message: string, until: Rule['until'], code: OfGateway): Rule => ({
  message: new RegExp(message, 's'),
  until,
  symptom: (said) => ({ code, said }),
});

/** The end of a start that came to nothing, the brake, its own memory and its stops. */
const GATEWAY: readonly Rule[] = [
  ofGateway(
    '^Gateway (?:failed to start|start blocked): |^gateway startup failed: |^Refusing to run automatic gateway startup migrations|^Missing config\\. ',
    'ready',
    'log_refuses_start',
  ),
  ofGateway('^Config auto-restored from ', 'taken', 'log_config_reverted'),
  ofGateway(
    '^config reload skipped \\(invalid config\\): |^Gateway aborted: config is invalid',
    'taken',
    'log_config_skipped',
  ),
  ofGateway('^configured channel warning: ', 'start', 'log_parked'),
  ofGateway('restart-loop breaker tripped: ', 'start', 'log_brake'),
  ofGateway(
    '(?:stopped after|received) SIG\\w+ \\d+ times in 5 min: another supervisor',
    'time',
    'log_other_supervisor',
  ),
  ofGateway('^shutdown deadline reached; ', 'time', 'log_drain_cut'),
  ofGateway('memory pressure: level=critical ', 'start', 'log_memory'),
  ofGateway(STALLED_SESSION.source, 'start', 'log_stuck_session'),
];

const CHANNEL: readonly Rule[] = [
  ofLink('channel stop exceeded \\d+ms after abort|stopAccount exceeded \\d+ms', 'start', 'log_stuck_channel'),
];

const code = (...numbers: readonly number[]): string => `(?<![\\d_])(?:${numbers.join('|')})(?![\\d_])`;

/** A login of Feishu has no line that could end what refused it; a start that is refused again says so again. */
const FEISHU: readonly Rule[] = [
  ofLink(`pullConnectConfig failed: code=${code(1000040350)}`, 'start', 'log_app_in_use'),
  ofLink(`pullConnectConfig failed: code=${code(403, 514, 10003, 10014, 1000040344)}`, 'start', 'log_credentials'),
  ofLink(`${code(99991672, 230027)}|scopes? (?:is|are) required`, 'time', 'log_permission'),
  ofLink(UNHANDLED.feishu.source, 'start', 'log_unanswered'),
  ...CHANNEL,
];

const SDK: readonly Rule[] = [ofLink("'invalid appId: ", 'start', 'log_credentials'), ...FEISHU];

const QQ: readonly Rule[] = [
  ofLink('Bot is (?:offline|banned)|Gateway disconnected: (?:offline/sandbox-only|banned)', 'login', 'log_banned'),
  ofLink(`WebSocket closed: ${code(4013, 4014)}`, 'login', 'log_intents'),
  ofLink(`${code(11298, 40023002)}|源IP不在白名单`, 'login', 'log_address'),
  ofLink(
    `${code(100007, 100016, 10004)}|invalid appid or secret|Connection failed: Failed to get access_token: \\*\\*\\*|QQBot not configured`,
    'login',
    'log_credentials',
  ),
  ofLink(code(40034102, 40034105, 40054004, 40054013), 'time', 'log_push_refused'),
  ofLink('Too many quick disconnects', 'time', 'log_permission'),
  // As `@openclaw/qqbot` 2026.7.35 under OpenClaw 2026.9.6: `formatInboundEnvelope is not a function`.
  ofLink(UNHANDLED.qqbot.source, 'start', 'log_unanswered'),
  ...CHANNEL,
];

const RULES: Readonly<Record<string, readonly Rule[]>> = { qqbot: QQ, feishu: FEISHU };

/** A channel's subsystem is below it, and passes on what its children say, such as signal-cli. */
const OWN = /^gateway(?:\/(?!channels\/)|$)|^(?:lifecycle|diagnostic|reload|shutdown|plugins?)(?:\/|$)|^channels$/;

const rulesFor = (
  subsystem: string | null,
  message: string,
): { readonly rules: readonly Rule[]; readonly channel: JudgedChannel } => {
  if (subsystem === null) return { rules: message.startsWith('[') ? SDK : GATEWAY, channel: 'feishu' };
  const channel = channelOfSubsystem(subsystem);
  if (channel !== null) return { rules: RULES[channel] ?? CHANNEL, channel };
  return { rules: OWN.test(subsystem) ? GATEWAY : [], channel: 'feishu' };
};

/** Lines of the channels' own that tell what a user wrote. */
const CHAT =
  /received message from|dispatching to agent|dispatch complete|Feishu\[[^[\]]*\] (?:DM from|message in group) |Processing message from /;

export const openClawSymptom =
  (names: LinkNames): SymptomReader =>
  (text) => {
    const line = parseLogLine(text);
    if (!line || CHAT.test(line.message)) return null;
    const { rules, channel } = rulesFor(line.subsystem, line.message);
    const account = /^(?:feishu)?\[(?:qqbot:)?([^\]:]*)\]/.exec(line.message)?.[1] ?? null;
    for (const { message, until, symptom } of rules) {
      if (message.test(line.message))
        return {
          at: line.at,
          until,
          symptom: symptom(
            redact(line.message.replace(/\s+/g, ' ')).slice(0, SAID_LENGTH).trim(),
            names.of(channel, line.subsystem === null ? null : account) ?? channel,
          ),
        };
    }
    return null;
  };
