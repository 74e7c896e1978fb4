/**
 * What the operator's phone hears of each kind of incident: a story on the left, on the right each notice with its
 * time. Lifeline looks every ten seconds of the story, so that whatever is not in the list was not said.
 */
import { expect, test } from 'vitest';
import type { Decision } from '../../src/healing/decision.ts';
import type { Missing, TreatmentResult } from '../../src/healing/treatment.ts';
import type { IncidentPolicy } from '../../src/incidents/incident-policy.ts';
import {
  createStory,
  failed,
  gateway,
  hold,
  link,
  MINUTE,
  result,
  SECOND,
  T0,
  tell,
  TREAT,
  WAITING,
  WELL,
  type Story,
  type VerdictAt,
} from './helpers.ts';

const LOOK_MS = 10 * SECOND;

/** How things stand from a moment on. */
interface Scene {
  readonly verdicts: readonly VerdictAt[];
  readonly decision: Decision;
}

type Event =
  | { readonly is: 'scene'; readonly scene: Scene }
  | { readonly is: 'deed'; readonly does: (story: Story, at: number) => void };

const scene = (decision: Decision, ...verdicts: readonly VerdictAt[]): Event => ({
  is: 'scene',
  scene: { verdicts, decision },
});
const deed = (does: (story: Story, at: number) => void): Event => ({ is: 'deed', does });

const START: Decision = { ...TREAT, remedy: 'start', links: [] };
const BOTH: Decision = { ...TREAT, links: ['qqbot', 'feishu'] };
const DRY_RUN: Decision = { act: 'tell', why: 'dry_run', commands: ['systemctl --user restart hermes'] };
const NO_BUS: Decision = { act: 'tell', why: 'supervisor_out_of_reach', problem: 'no bus' };
const PAUSE = hold('pause');

const UP = gateway('healthy');
const well = scene(WELL, UP, link('qqbot', 'up'), link('feishu', 'up'));
const dead = (decision: Decision = START): Event =>
  scene(decision, gateway('stopped'), link('qqbot', 'unknown'), link('feishu', 'unknown'));
const deaf = (decision: Decision = TREAT): Event => scene(decision, UP, link('qqbot', 'down'), link('feishu', 'up'));
const banned = (decision: Decision = tell('not_curable')): Event =>
  scene(decision, UP, link('qqbot', 'rejected'), link('feishu', 'up'));
const bothDeaf = (decision: Decision = BOTH): Event =>
  scene(decision, UP, link('qqbot', 'down'), link('feishu', 'down'));

const restarted = (change: Partial<TreatmentResult> = {}): Event =>
  deed((story, at) => story.treated(at, result(at - 5 * SECOND, change)));
const inVain = (
  next: Decision,
  missing: readonly Missing[] = [{ what: 'process' }],
  change: Partial<TreatmentResult> = {},
): Event => deed((story, at) => story.treated(at, failed(at - 5 * SECOND, missing, change), next));
const muted = deed((story) => story.silence(true));
const unmuted = deed((story) => story.silence(false));
const acknowledged = deed((story, at) => story.acknowledged(at, 'me', ...story.open().map(({ id }) => id)));
const unwatched = deed((story, at) => story.unwatched(at));

/** Ill, and a verified restart at once: so goes each of the `times`, from then on. */
const comesAndGoes = (
  times: number,
  from: number,
  everyMs: number,
  illness: Event,
): readonly (readonly [string, ...Event[]])[] =>
  Array.from({ length: times }, (_each, index) => [
    [stamp(from + index * everyMs), illness] as const,
    [stamp(from + index * everyMs + 20 * SECOND), restarted(), well] as const,
  ]).flat();

interface Row {
  readonly what: string;
  readonly policy?: Partial<IncidentPolicy>;
  /** What happens at `h:mm:ss`; the story begins with all well. */
  readonly story: readonly (readonly [string, ...Event[]])[];
  readonly until: string;
  readonly said: readonly string[];
}

const ms = (time: string): number => time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * SECOND;
const stamp = (at: number): string => {
  const seconds = Math.round(at / SECOND);
  return [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part, index) => String(part).padStart(index === 0 ? 1 : 2, '0'))
    .join(':');
};

const ROWS: readonly Row[] = [
  { what: 'all is well', story: [], until: '3:00:00', said: [] },
  {
    what: 'a link is lost and is back within its grace',
    story: [
      ['0:01:00', scene(WAITING, UP, link('qqbot', 'reconnecting'))],
      ['0:02:30', well],
    ],
    until: '1:00:00',
    said: [],
  },
  {
    what: 'somebody stops the gateway on purpose and starts it later',
    story: [
      ['0:01:00', scene(WELL, gateway('stopped_on_purpose'), link('qqbot', 'unknown'))],
      ['3:00:00', scene(WAITING, gateway('starting'), link('qqbot', 'unknown'))],
      ['3:00:30', well],
    ],
    until: '4:00:00',
    said: [],
  },
  {
    what: 'a deaf link, healed by the first restart',
    story: [
      ['0:01:00', deaf()],
      ['0:01:40', restarted(), well],
    ],
    until: '3:00:00',
    said: ['0:01:00 opened qqbot', '0:01:40 recovered qqbot'],
  },
  {
    what: 'a dead gateway, healed by the first start',
    story: [
      ['0:01:00', dead()],
      ['0:01:40', restarted({ remedy: 'start' }), well],
    ],
    until: '3:00:00',
    said: ['0:01:00 opened main', '0:01:40 recovered main'],
  },
  {
    what: 'a dead gateway, healed by the second start',
    story: [
      ['0:01:00', dead()],
      ['0:02:00', inVain(PAUSE), dead(PAUSE)],
      ['0:04:00', dead()],
      ['0:04:30', restarted({ remedy: 'start' }), well],
    ],
    until: '3:00:00',
    said: ['0:01:00 opened main', '0:02:00 treatment_failed main', '0:04:30 recovered main'],
  },
  {
    what: 'three starts in vain, then out of budget, then mended by hand',
    story: [
      ['0:01:00', dead()],
      ['0:02:00', inVain(PAUSE), dead(PAUSE)],
      ['0:04:00', inVain(PAUSE)],
      ['0:14:00', inVain(tell('out_of_budget')), dead(tell('out_of_budget'))],
      ['1:00:00', well],
    ],
    until: '2:00:00',
    said: [
      '0:01:00 opened main',
      '0:02:00 treatment_failed main',
      '0:04:00 treatment_failed main',
      '0:14:00 out_of_budget main',
      '1:01:00 recovered main',
    ],
  },
  {
    what: 'out of budget, and in between tries as old ones leave the budget',
    story: [
      ['0:01:00', dead()],
      ['0:02:00', inVain(tell('out_of_budget')), dead(tell('out_of_budget'))],
      ['1:00:00', dead()],
      ['1:01:00', inVain(PAUSE), dead(PAUSE)],
      ['1:10:00', dead(tell('out_of_budget'))],
    ],
    until: '1:50:00',
    said: ['0:01:00 opened main', '0:02:00 out_of_budget main'],
  },
  {
    what: 'the budget was spent before',
    story: [
      ['0:01:00', dead(tell('out_of_budget'))],
      ['1:00:00', well],
    ],
    until: '2:00:00',
    said: ['0:01:00 opened main', '1:01:00 recovered main'],
  },
  {
    what: 'heal: ask, and the operator restarts it at the second attempt',
    story: [
      ['0:01:00', deaf(tell('heal_ask'))],
      ['0:05:00', inVain(tell('heal_ask'), [{ what: 'login', link: 'qqbot' }], { requestedBy: 'me' })],
      ['0:10:00', restarted({ requestedBy: 'me' }), well],
    ],
    until: '2:00:00',
    said: ['0:01:00 opened qqbot', '0:10:00 recovered qqbot'],
  },
  {
    what: 'heal: off, and it recovers by itself',
    story: [
      ['0:01:00', deaf(tell('heal_off'))],
      ['0:10:00', well],
    ],
    until: '2:00:00',
    said: ['0:01:00 opened qqbot', '0:11:00 recovered qqbot'],
  },
  {
    what: 'a window in which nothing is healed, and after it heal: ask, which wavers',
    story: [
      ['0:01:00', deaf(hold('maintenance'))],
      ['0:30:00', deaf(tell('heal_ask'))],
      ['0:40:00', deaf(hold('maintenance'))],
      ['0:50:00', deaf(tell('heal_ask'))],
    ],
    until: '1:30:00',
    said: ['0:01:00 opened qqbot', '0:30:00 needs_operator qqbot'],
  },
  {
    what: 'somebody else is at work on it, and after that heal: off',
    story: [
      ['0:01:00', deaf(hold('update_in_progress'))],
      ['0:05:00', deaf(tell('heal_off'))],
      ['0:20:00', well],
    ],
    until: '1:30:00',
    said: ['0:01:00 opened qqbot', '0:05:00 needs_operator qqbot', '0:21:00 recovered qqbot'],
  },
  {
    what: 'it was to be healed, and turns out to be what no restart mends',
    story: [
      ['0:01:00', deaf(PAUSE)],
      ['0:03:00', banned()],
      ['0:05:00', deaf(PAUSE)],
      ['0:07:00', banned()],
    ],
    until: '1:30:00',
    said: ['0:01:00 opened qqbot', '0:03:00 needs_operator qqbot'],
  },
  {
    what: 'what no restart mends turns into what one might, which fails until the budget is spent',
    story: [
      ['0:01:00', banned()],
      ['0:10:00', deaf()],
      ['0:11:00', inVain(PAUSE), deaf(PAUSE)],
      ['0:20:00', deaf(tell('out_of_budget'))],
      ['0:30:00', banned()],
    ],
    until: '1:30:00',
    said: ['0:01:00 opened qqbot', '0:20:00 out_of_budget qqbot'],
  },
  {
    what: 'the supervisor is out of reach now and then',
    story: [
      ['0:01:00', deaf(PAUSE)],
      ['0:02:00', deaf(NO_BUS)],
      ['0:03:00', deaf(PAUSE)],
      ['0:04:00', deaf(NO_BUS)],
    ],
    until: '1:30:00',
    said: ['0:01:00 opened qqbot', '0:02:00 needs_operator qqbot'],
  },
  {
    what: 'a failed restart after which heal is off',
    story: [
      ['0:01:00', deaf()],
      ['0:02:00', inVain(tell('heal_off')), deaf(tell('heal_off'))],
    ],
    until: '1:30:00',
    said: ['0:01:00 opened qqbot', '0:02:00 treatment_failed qqbot'],
  },
  {
    what: 'a dry run',
    story: [
      ['0:01:00', deaf(PAUSE)],
      ['0:02:00', deaf(DRY_RUN)],
      ['0:10:00', well],
    ],
    until: '1:00:00',
    said: ['0:01:00 opened qqbot', '0:11:00 recovered qqbot'],
  },
  {
    what: 'two links, one restart that brings back one of them',
    story: [
      ['0:01:00', bothDeaf()],
      ['0:02:00', inVain(PAUSE, [{ what: 'login', link: 'qqbot' }]), deaf(PAUSE)],
      ['0:05:00', deaf()],
      ['0:05:30', restarted(), well],
    ],
    until: '1:00:00',
    said: [
      '0:01:00 opened qqbot',
      '0:01:00 opened feishu',
      '0:02:00 treatment_failed qqbot',
      '0:02:00 recovered feishu',
      '0:05:30 recovered qqbot',
    ],
  },
  {
    what: 'two links, and a restart after which nothing runs',
    story: [
      ['0:01:00', bothDeaf()],
      ['0:02:00', inVain(tell('out_of_budget')), dead(tell('out_of_budget'))],
      ['0:30:00', well],
    ],
    until: '1:00:00',
    said: [
      '0:01:00 opened qqbot',
      '0:01:00 opened feishu',
      '0:02:00 out_of_budget qqbot',
      '0:02:00 opened main',
      '0:31:00 recovered main',
    ],
  },
  {
    what: 'a deaf link, and then the whole gateway dies',
    story: [
      ['0:01:00', deaf(PAUSE)],
      ['0:03:00', dead()],
      ['0:03:40', restarted({ remedy: 'start' }), well],
    ],
    until: '1:00:00',
    said: ['0:01:00 opened qqbot', '0:03:00 opened main', '0:03:40 recovered main'],
  },
  {
    what: 'this machine has no network',
    story: [
      [
        '0:01:00',
        scene(
          tell('not_curable'),
          gateway('network_down', { remedy: 'alert', cause: 'network_unreachable' }),
          link('qqbot', 'down'),
          link('feishu', 'down'),
        ),
      ],
      ['0:20:00', well],
    ],
    until: '1:00:00',
    said: ['0:01:00 opened main', '0:21:00 recovered main'],
  },
  {
    what: 'the platform refuses the bot',
    story: [
      ['0:01:00', banned()],
      ['0:30:00', well],
    ],
    until: '1:00:00',
    said: ['0:01:00 opened qqbot', '0:31:00 recovered qqbot'],
  },
  {
    what: 'two processes of one home, of which an operator ends one',
    story: [
      [
        '0:01:00',
        scene(
          tell('not_curable'),
          gateway('duplicate', { cause: 'several_processes', remedy: 'alert' }),
          link('qqbot', 'up'),
        ),
      ],
      ['0:01:20', restarted({ remedy: 'end_process', requestedBy: 'me' }), well],
    ],
    until: '1:00:00',
    said: ['0:01:00 opened main', '0:01:20 recovered main'],
  },
  {
    what: 'two processes of one home, of which nobody ends one',
    story: [
      [
        '0:01:00',
        scene(
          tell('not_curable'),
          gateway('duplicate', { cause: 'several_processes', remedy: 'alert' }),
          link('qqbot', 'up'),
        ),
      ],
    ],
    until: '1:00:00',
    said: ['0:01:00 opened main'],
  },
  {
    what: 'a link that is ill and then is taken out of the gateway',
    story: [
      ['0:01:00', banned()],
      ['0:10:00', scene(WELL, UP, link('feishu', 'up'))],
    ],
    until: '1:55:00',
    said: ['0:01:00 opened qqbot'],
  },
  {
    what: 'a gateway that is taken out of the configuration while it is dead',
    story: [
      ['0:01:00', dead(tell('heal_off'))],
      ['0:10:00', unwatched, well],
    ],
    until: '3:00:00',
    said: ['0:01:00 opened main'],
  },
  {
    what: 'nobody knows for hours whether it is well again',
    story: [
      ['0:01:00', deaf()],
      ['0:05:00', scene(WELL, gateway('unknown'), link('qqbot', 'unknown'))],
    ],
    until: '9:00:00',
    said: ['0:01:00 opened qqbot'],
  },

  // Silence.
  {
    what: 'muted, and it is over before that ends',
    story: [
      ['0:01:00', muted],
      ['0:02:00', dead()],
      ['0:03:00', inVain(PAUSE), dead(PAUSE)],
      ['0:20:00', well],
      ['0:30:00', unmuted],
    ],
    until: '1:00:00',
    said: [],
  },
  {
    what: 'muted, and it is still ill when that ends',
    story: [
      ['0:01:00', muted],
      ['0:02:00', dead()],
      ['0:30:00', unmuted],
      ['0:40:00', restarted({ remedy: 'start' }), well],
    ],
    until: '1:30:00',
    said: ['0:30:00 opened main', '0:40:00 recovered main'],
  },
  {
    what: 'muted, and when that ends it is just coming back',
    story: [
      ['0:01:00', muted],
      ['0:02:00', dead()],
      ['0:29:30', well],
      ['0:30:00', unmuted],
    ],
    until: '1:30:00',
    said: [],
  },
  {
    what: 'muted, and the budget is spent when that ends',
    story: [
      ['0:01:00', muted],
      ['0:02:00', dead()],
      ['0:10:00', inVain(tell('out_of_budget')), dead(tell('out_of_budget'))],
      ['0:30:00', unmuted],
    ],
    until: '1:30:00',
    said: ['0:30:00 opened main'],
  },
  {
    what: 'unmuted just when a start fails: that it is dead comes before that the start failed',
    story: [
      ['0:01:00', muted],
      ['0:02:00', dead()],
      ['0:10:00', unmuted, inVain(PAUSE), dead(PAUSE)],
    ],
    until: '1:30:00',
    said: ['0:10:00 opened main'],
  },
  {
    what: 'told, then muted, and it recovers in the silence',
    story: [
      ['0:01:00', dead()],
      ['0:02:00', muted],
      ['0:10:00', restarted({ remedy: 'start' }), well],
      ['0:30:00', unmuted],
    ],
    until: '1:30:00',
    said: ['0:01:00 opened main', '0:10:00 recovered main'],
  },
  {
    what: "told, then muted, and it becomes the operator's in the silence",
    story: [
      ['0:01:00', deaf()],
      ['0:02:00', muted],
      ['0:05:00', inVain(PAUSE), deaf(PAUSE)],
      ['0:10:00', deaf(tell('heal_off'))],
      ['0:30:00', unmuted],
    ],
    until: '1:30:00',
    said: ['0:01:00 opened qqbot', '0:30:00 needs_operator qqbot'],
  },
  {
    what: 'told, then muted, and out of budget in the silence',
    story: [
      ['0:01:00', deaf()],
      ['0:02:00', muted],
      ['0:10:00', inVain(tell('out_of_budget')), deaf(tell('out_of_budget'))],
      ['0:30:00', unmuted],
    ],
    until: '1:30:00',
    said: ['0:01:00 opened qqbot', '0:30:00 out_of_budget qqbot'],
  },
  {
    what: "a deaf link was told, and then the gateway dies and comes back in silence: the link's alert gets its end",
    story: [
      ['0:01:00', deaf(PAUSE)],
      ['0:02:00', muted],
      ['0:03:00', dead()],
      ['0:10:00', restarted({ remedy: 'start' }), well],
      ['0:30:00', unmuted],
    ],
    until: '1:30:00',
    said: ['0:01:00 opened qqbot', '0:10:00 recovered main'],
  },
  {
    what: 'a deaf link was told, and then the gateway dies in silence and stays dead',
    story: [
      ['0:01:00', deaf(PAUSE)],
      ['0:02:00', muted],
      ['0:03:00', dead()],
      ['0:30:00', unmuted],
      ['0:40:00', restarted({ remedy: 'start' }), well],
    ],
    until: '1:30:00',
    said: ['0:01:00 opened qqbot', '0:30:00 opened main', '0:40:00 recovered main'],
  },

  // It comes and goes.
  {
    what: 'dead five times in half an hour, each time back by a start',
    story: comesAndGoes(5, MINUTE, 6 * MINUTE, dead()),
    until: '3:00:00',
    said: ['0:01:00 opened main', '0:01:20 recovered main', '0:07:00 again main', '0:40:20 recovered main'],
  },
  {
    what: 'deaf fifty times in five hours',
    policy: { remindMs: null },
    story: comesAndGoes(50, MINUTE, 6 * MINUTE, deaf()),
    until: '9:00:00',
    said: ['0:01:00 opened qqbot', '0:01:20 recovered qqbot', '0:07:00 again qqbot', '5:10:20 recovered qqbot'],
  },
  {
    what: 'back eleven minutes after it was over',
    story: comesAndGoes(2, MINUTE, 11 * MINUTE + 20 * SECOND, dead()),
    until: '3:00:00',
    said: ['0:01:00 opened main', '0:01:20 recovered main', '0:12:20 opened main', '0:12:40 recovered main'],
  },
  {
    what: 'a third time after it was lastingly over, healed at once',
    story: [...comesAndGoes(2, MINUTE, 5 * MINUTE, dead()), ...comesAndGoes(1, 25 * MINUTE, 0, dead())],
    until: '3:00:00',
    said: ['0:01:00 opened main', '0:01:20 recovered main', '0:06:00 again main', '0:21:20 recovered main'],
  },
  {
    what: 'a third time after it was lastingly over, and a start that fails',
    story: [
      ...comesAndGoes(2, MINUTE, 5 * MINUTE, dead()),
      ['0:25:00', dead()],
      ['0:26:00', inVain(PAUSE), dead(PAUSE)],
      ['0:28:00', inVain(PAUSE)],
      ['0:36:00', restarted({ remedy: 'start' }), well],
    ],
    until: '3:00:00',
    said: [
      '0:01:00 opened main',
      '0:01:20 recovered main',
      '0:06:00 again main',
      '0:21:20 recovered main',
      '0:26:00 treatment_failed main',
      '0:51:00 recovered main',
    ],
  },
  {
    what: "a third time after it was lastingly over, and now it is the operator's",
    story: [...comesAndGoes(2, MINUTE, 5 * MINUTE, deaf()), ['0:25:00', banned()], ['0:40:00', well]],
    until: '3:00:00',
    said: [
      '0:01:00 opened qqbot',
      '0:01:20 recovered qqbot',
      '0:06:00 again qqbot',
      '0:21:20 recovered qqbot',
      '0:25:00 needs_operator qqbot',
      '0:55:00 recovered qqbot',
    ],
  },
  {
    what: 'the second time starts fail: only that the budget is spent is told',
    story: [
      ...comesAndGoes(1, MINUTE, 0, dead()),
      ['0:05:00', dead()],
      ['0:06:00', inVain(PAUSE), dead(PAUSE)],
      ['0:16:00', inVain(tell('out_of_budget')), dead(tell('out_of_budget'))],
      ['0:30:00', well],
    ],
    until: '3:00:00',
    said: [
      '0:01:00 opened main',
      '0:01:20 recovered main',
      '0:05:00 again main',
      '0:16:00 out_of_budget main',
      '0:45:00 recovered main',
    ],
  },
  {
    what: "one that was the operator's from the first: the second time says so too, those after it not",
    story: [
      ['0:01:00', banned()],
      ['0:05:00', well],
      ['0:10:00', banned()],
      ['0:15:00', well],
      ['0:20:00', banned()],
      ['0:25:00', well],
    ],
    until: '3:00:00',
    said: ['0:01:00 opened qqbot', '0:06:00 recovered qqbot', '0:10:00 again qqbot', '0:40:00 recovered qqbot'],
  },
  {
    what: 'back in silence, and still ill after it',
    story: [
      ...comesAndGoes(1, MINUTE, 0, dead()),
      ['0:04:00', muted],
      ['0:05:00', dead()],
      ['0:30:00', unmuted],
      ['0:40:00', well],
    ],
    until: '3:00:00',
    said: ['0:01:00 opened main', '0:01:20 recovered main', '0:30:00 again main', '0:55:00 recovered main'],
  },
  {
    what: 'back three times in silence, and well after it',
    story: [
      ...comesAndGoes(1, MINUTE, 0, dead()),
      ['0:04:00', muted],
      ...comesAndGoes(3, 5 * MINUTE, 4 * MINUTE, dead()),
      ['0:14:00', unmuted],
    ],
    until: '3:00:00',
    said: ['0:01:00 opened main', '0:01:20 recovered main'],
  },
  {
    what: 'a gateway that comes and goes, and a link that the platform refuses in between: the link is told without waiting for the gateway to be steady',
    story: [
      ...comesAndGoes(2, MINUTE, 5 * MINUTE, dead()),
      ['0:08:00', banned()],
      ['0:12:00', dead()],
      ['0:12:30', restarted({ remedy: 'start' }), well],
    ],
    until: '3:00:00',
    said: [
      '0:01:00 opened main',
      '0:01:20 recovered main',
      '0:06:00 again main',
      '0:08:00 opened qqbot',
      '0:27:30 recovered main',
    ],
  },
  {
    what: 'the restart for a deaf link fails while its gateway proves to be steady: only the link is called failed',
    story: [
      ...comesAndGoes(2, MINUTE, 5 * MINUTE, dead()),
      ['0:08:00', deaf()],
      ['0:09:00', inVain(PAUSE, [{ what: 'login', link: 'qqbot' }]), deaf(PAUSE)],
      ['0:11:00', restarted(), well],
    ],
    until: '3:00:00',
    said: [
      '0:01:00 opened main',
      '0:01:20 recovered main',
      '0:06:00 again main',
      '0:08:00 opened qqbot',
      '0:09:00 treatment_failed qqbot',
      '0:11:00 recovered qqbot',
      '0:21:20 recovered main',
    ],
  },
  {
    what: "the budget is spent on a deaf link while its gateway proves to be steady: only the link is the operator's",
    story: [
      ...comesAndGoes(2, MINUTE, 5 * MINUTE, dead()),
      ['0:08:00', deaf()],
      ['0:09:00', inVain(tell('out_of_budget'), [{ what: 'login', link: 'qqbot' }]), deaf(tell('out_of_budget'))],
    ],
    until: '1:00:00',
    said: [
      '0:01:00 opened main',
      '0:01:20 recovered main',
      '0:06:00 again main',
      '0:08:00 opened qqbot',
      '0:09:00 out_of_budget qqbot',
      '0:21:20 recovered main',
    ],
  },
  {
    what: "a third time after it was lastingly over, while a link of it was told as deaf: the link's alert gets its end",
    story: [
      ...comesAndGoes(2, MINUTE, 5 * MINUTE, dead()),
      ['0:23:00', deaf(PAUSE)],
      ['0:25:00', dead()],
      ['0:25:20', restarted(), well],
    ],
    until: '3:00:00',
    said: [
      '0:01:00 opened main',
      '0:01:20 recovered main',
      '0:06:00 again main',
      '0:21:20 recovered main',
      '0:23:00 opened qqbot',
      '0:40:20 recovered main',
    ],
  },

  // Nobody says that they know.
  {
    what: 'open for five hours',
    story: [
      ['0:01:00', banned()],
      ['5:00:00', well],
    ],
    until: '9:00:00',
    said: ['0:01:00 opened qqbot', '2:01:00 reminder qqbot', '4:01:00 reminder qqbot', '5:01:00 recovered qqbot'],
  },
  {
    what: 'reminders are counted from whatever was said last',
    story: [
      ['0:01:00', deaf(PAUSE)],
      ['1:30:00', deaf(tell('heal_ask'))],
    ],
    until: '5:00:00',
    said: ['0:01:00 opened qqbot', '1:30:00 needs_operator qqbot', '3:30:00 reminder qqbot'],
  },
  {
    what: 'an operator who wants no reminders',
    policy: { remindMs: null },
    story: [['0:01:00', banned()]],
    until: '9:00:00',
    said: ['0:01:00 opened qqbot'],
  },
  {
    what: 'an operator who knows',
    story: [
      ['0:01:00', banned()],
      ['0:10:00', acknowledged],
      ['7:00:00', well],
    ],
    until: '9:00:00',
    said: ['0:01:00 opened qqbot', '7:01:00 recovered qqbot'],
  },
  {
    what: 'an operator who knows, and then the budget is spent',
    story: [
      ['0:01:00', deaf()],
      ['0:02:00', acknowledged],
      ['0:10:00', deaf(tell('out_of_budget'))],
    ],
    until: '5:00:00',
    said: ['0:01:00 opened qqbot', '0:10:00 out_of_budget qqbot'],
  },
  {
    what: 'an operator who knew of the first time is reminded of the second',
    story: [
      ['0:01:00', banned()],
      ['0:02:00', acknowledged],
      ['0:05:00', well],
      ['0:10:00', banned()],
    ],
    until: '3:00:00',
    said: ['0:01:00 opened qqbot', '0:06:00 recovered qqbot', '0:10:00 again qqbot', '2:10:00 reminder qqbot'],
  },
  {
    what: 'a reminder that falls into a silence waits for its end',
    story: [
      ['0:01:00', banned()],
      ['1:00:00', muted],
      ['3:30:00', unmuted],
    ],
    until: '6:00:00',
    said: ['0:01:00 opened qqbot', '3:30:00 reminder qqbot', '5:30:00 reminder qqbot'],
  },
  {
    what: 'no reminder while it is coming back',
    story: [
      ['0:01:00', banned()],
      ['2:00:30', well],
    ],
    until: '6:00:00',
    said: ['0:01:00 opened qqbot', '2:01:30 recovered qqbot'],
  },
  {
    what: 'healing goes on for hours: that it is still open is told all the same',
    story: [['0:01:00', dead(PAUSE)]],
    until: '3:00:00',
    said: ['0:01:00 opened main', '2:01:00 reminder main'],
  },
];

test.each(ROWS)('$what', ({ policy, story: events, until, said }) => {
  const story = createStory(policy ? { policy } : {});
  const due = [...events];
  let current: Scene = { decision: WELL, verdicts: [UP, link('qqbot', 'up'), link('feishu', 'up')] };
  let since = -MINUTE;
  for (let at = 0; at <= ms(until); at += LOOK_MS) {
    for (let next = due[0]; next && ms(next[0]) <= at; next = due[0]) {
      due.shift();
      for (const event of next.slice(1) as Event[]) {
        if (event.is === 'deed') event.does(story, T0 + at);
        else {
          current = event.scene;
          since = at;
        }
      }
    }
    const begun = since;
    story.judged(
      T0 + at,
      current.decision,
      ...current.verdicts.map((make): VerdictAt => (when) => ({ ...make(when), since: T0 + begun })),
    );
  }
  expect(due).toEqual([]);
  expect(
    story.notices.map(({ at, kind, incident }) => `${stamp(at - T0)} ${kind} ${incident.link ?? incident.gateway}`),
  ).toEqual(said);
});
