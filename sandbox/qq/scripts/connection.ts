/** Connections that are closed, refused, or left hanging. */
import { NO_FAULTS, type BotFaults, type LoginFault } from '../faults.ts';
import { NOTHING_TO_UNDO, type End, type Script, type ScriptStage } from './script.ts';

const CODES = [1000, 4004, 4006, 4007, 4008, 4009, 4013, 4014, 4902, 4903, 4914, 4915];
const REASONS: Readonly<Record<number, string>> = {
  4009: 'Session timed out',
  4902: 'reset by resume',
  4903: 'create session error',
};
const HALF_AN_HOUR = 1_800_000;

/** Sets faults; the end takes exactly these back. */
export const withFaults = ({ platform, appId }: ScriptStage, faults: Partial<BotFaults>): End => {
  platform.setFaults(appId, faults);
  const undone = Object.fromEntries(
    Object.keys(faults).map((name) => [name, NO_FAULTS[name as keyof BotFaults]]),
  ) as Partial<BotFaults>;
  return () => platform.setFaults(appId, undone);
};

const closing = CODES.map((code): Script => ({
  id: `close_${code}`,
  about: `The connection is closed with ${code}.`,
  start: ({ platform, appId }) => {
    platform.closeSockets(appId, code, REASONS[code]);
    return NOTHING_TO_UNDO;
  },
}));

const refusedResume = (id: string, about: string, resume: LoginFault): Script => ({
  id,
  about,
  start: (stage) => {
    const end = withFaults(stage, { resume });
    stage.platform.closeSockets(stage.appId, 4009, REASONS[4009]);
    return end;
  },
});

/** What hangs in one of these hangs on after the end: only the client's own deadline ends that. */
const halfOpen = (id: string, about: string, faults: Partial<BotFaults>): Script => ({
  id,
  about,
  start: (stage) => {
    const end = withFaults(stage, faults);
    stage.platform.terminateSockets(stage.appId);
    return end;
  },
});

export const CONNECTION_SCRIPTS: readonly Script[] = [
  ...closing,
  {
    id: 'close_1006',
    about: 'The connection is gone without a word.',
    start: ({ platform, appId }) => {
      platform.terminateSockets(appId);
      return NOTHING_TO_UNDO;
    },
  },
  refusedResume('resume_refused_4902', 'A routine close with 4009; every Resume is refused with 4902.', {
    kind: 'close',
    code: 4902,
  }),
  refusedResume('resume_op9', 'A routine close with 4009; every Resume gets op 9 with d:false, and no close.', {
    kind: 'op9',
    resumable: false,
  }),
  halfOpen('no_upgrade', 'The connection is lost; new ones are taken and never upgraded.', { connect: 'hang' }),
  halfOpen('no_hello', 'The connection is lost; new ones get no Hello.', { connect: 'no_hello' }),
  halfOpen('no_ready', 'The connection is lost; new ones get no answer to Identify or Resume.', {
    identify: { kind: 'silence' },
    resume: { kind: 'silence' },
  }),
  {
    id: 'routine_4009',
    about: 'Closed with 4009 again and again: every half an hour, or `everyMs`.',
    start: ({ platform, appId, timers, options: { everyMs = HALF_AN_HOUR } }) =>
      timers.every(everyMs, () => platform.closeSockets(appId, 4009, REASONS[4009])),
  },
  {
    id: 'op7_answered_4009',
    about: "Op 7; the client's own close comes back as 4009.",
    start: (stage) => {
      const end = withFaults(stage, { closeAnswer: 4009 });
      stage.platform.askToReconnect(stage.appId);
      return end;
    },
  },
];
