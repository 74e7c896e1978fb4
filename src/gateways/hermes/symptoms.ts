/**
 * Lines of Hermes's log that name what somebody must mend (docs/facts/hermes.md 2; codes: docs/facts/feishu.md 4.2,
 * docs/facts/qq.md 1 to 5).
 */
import type { LinkName } from '../../diagnosis/evidence.ts';
import { redact } from '../../base/redact/redact.ts';
import { SAID_LENGTH, type Symptom, type SymptomReader, type SymptomSeen } from '../symptom.ts';
import { parseLogLine } from './log-line.ts';

interface Rule {
  /** Of what is left of the message behind the adapter's tag. */
  readonly message: RegExp;
  readonly until: SymptomSeen['until'];
  readonly symptom: (said: string, groups: Readonly<Record<string, string | undefined>>) => Symptom;
}

/** A platform's code as a word of its own: any number may stand in an id. */
const code = (...numbers: readonly number[]): string => `(?<![\\d_])(?:${numbers.join('|')})(?![\\d_])`;
const rule = (message: string, until: Rule['until'], symptom: Rule['symptom']): Rule => ({
  message: new RegExp(message),
  until,
  symptom,
});
type Saying =
  | 'log_credentials'
  | 'log_permission'
  | 'log_app_in_use'
  | 'log_intents'
  | 'log_banned'
  | 'log_address'
  | 'log_push_refused';
const saying =
  (name: Saying, link: LinkName): Rule['symptom'] =>
  (said) => ({ code: name, link, said });

const FEISHU: readonly Rule[] = [
  rule(`${code(99991672, 230027)}|scopes? (?:is|are) required`, 'time', saying('log_permission', 'feishu')),
  rule(code(99991403), 'time', () => ({ code: 'log_quota', link: 'feishu' })),
  rule(code(10003, 10014, 1000040344), 'login', saying('log_credentials', 'feishu')),
  rule(
    `${code(1000040350)}|^Another local Hermes gateway is already using this Feishu app_id`,
    'login',
    saying('log_app_in_use', 'feishu'),
  ),
  rule('^lark-oapi not installed', 'login', () => ({ code: 'log_dependency', link: 'feishu', module: 'lark-oapi' })),
];

const QQ: readonly Rule[] = [
  rule('^QQ startup failed: (?<module>aiohttp|httpx) not installed', 'login', (_said, { module = '' }) => ({
    code: 'log_dependency',
    link: 'qqbot',
    module,
  })),
  rule(
    '^(?:WebSocket closed: code=(?:4013|4014)\\b|Bot is (?=.*intent).*Check QQ Open Platform)',
    'login',
    saying('log_intents', 'qqbot'),
  ),
  rule(
    '^(?:WebSocket closed: code=(?:4914|4915)\\b|Bot is (?=.*(?:offline|sandbox|banned)).*Check QQ Open Platform)',
    'login',
    saying('log_banned', 'qqbot'),
  ),
  rule(`${code(100007, 100016, 10004)}|invalid appid or secret`, 'login', saying('log_credentials', 'qqbot')),
  rule(`${code(11298, 40023002)}|源IP不在白名单`, 'login', saying('log_address', 'qqbot')),
  rule(code(40034102, 40034105, 40054004, 40054013), 'time', saying('log_push_refused', 'qqbot')),
];

const RUNNER: readonly Rule[] = [
  rule(
    '^(?:Refusing to start: |Gateway hit a non-retryable startup conflict: |Gateway multiplexer config error: )',
    'ready',
    (said) => ({ code: 'log_refuses_start', said }),
  ),
  rule(
    '^\\d+ (?:configured )?platform\\(s\\) (?:failed to start and are parked|fatally misconfigured and parked)',
    'start',
    (said) => ({ code: 'log_parked', said }),
  ),
  rule('^No user allowlists configured\\. All unauthorized users will be denied', 'start', () => ({
    code: 'log_nobody_allowed',
  })),
  rule('^No messaging platforms enabled', 'start', () => ({ code: 'log_no_platform' })),
  rule('^state\\.db FAILED integrity check', 'time', (said) => ({ code: 'log_database', said })),
  rule('^Previous gateway life (?=.* exited UNCLEANLY).*suspected_oom=(?:[Tt]rue|1)\\b', 'time', () => ({
    code: 'log_out_of_memory',
  })),
  rule('^PID file race lost', 'ready', () => ({ code: 'log_pid_race' })),
  rule('^Gateway \\(re\\)started \\d+ times in ', 'time', (said) => ({ code: 'log_many_starts', said })),
];

const FAILURES = new Set(['WARNING', 'ERROR', 'CRITICAL']);
const RUNNER_LOGGER = /^(?:gateway(?:\.\w+)?|hermes_cli\.gateway)$/;
/** A tool's output may show such lines, too. */
const ADAPTER_LOGGER = /^(?:gateway|plugins|hermes_plugins)(?:\.|$)/;
const TAG = /^\[(Feishu|Lark|QQBot)(?::[^\]]*)?\] /;

/** Only what the gateway itself logs as a failure counts: a chat may quote anything. */
export const hermesSymptom: SymptomReader = (text) => {
  const line = parseLogLine(text);
  if (!line || !FAILURES.has(line.level)) return null;
  const [tag = '', name] = TAG.exec(line.message) ?? [];
  const message = line.message.slice(tag.length);
  for (const { message: pattern, until, symptom } of rulesFor(name, line.logger)) {
    const match = pattern.exec(message);
    if (match)
      return { at: line.at, until, symptom: symptom(redact(message).slice(0, SAID_LENGTH).trim(), match.groups ?? {}) };
  }
  return null;
};

const rulesFor = (tag: string | undefined, logger: string): readonly Rule[] => {
  if (logger === 'Lark') return FEISHU;
  if (tag === undefined) return RUNNER_LOGGER.test(logger) ? RUNNER : [];
  if (!ADAPTER_LOGGER.test(logger)) return [];
  return tag === 'QQBot' ? QQ : FEISHU;
};
