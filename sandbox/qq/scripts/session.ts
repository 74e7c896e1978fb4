/** Sessions that live on and are ill: heartbeats, events, frames. */
import { withFaults } from './connection.ts';
import { NOTHING_TO_UNDO, type Script, type ScriptStage } from './script.ts';
import type { BotFaults } from '../faults.ts';

const ill = (id: string, about: string, faults: Partial<BotFaults>): Script => ({
  id,
  about,
  start: (stage) => withFaults(stage, faults),
});

const once = (id: string, about: string, happen: (stage: ScriptStage) => void): Script => ({
  id,
  about,
  start: (stage) => {
    happen(stage);
    return NOTHING_TO_UNDO;
  },
});

export const SESSION_SCRIPTS: readonly Script[] = [
  ill('ack_lost_once', 'One heartbeat is not acknowledged.', { acks: 'withheld_once' }),
  ill('acks_withheld', 'No heartbeat is acknowledged; events go on.', { acks: 'withheld' }),
  once(
    'half_dead',
    'Heartbeats are acknowledged, a Resume is accepted, no event comes until a new session begins.',
    ({ platform, appId }) => platform.deafenSessions(appId),
  ),
  ill('events_duplicated', 'Every event comes twice, under the same ids.', { events: 'duplicated' }),
  ill('events_swapped', 'Of every two events the later one comes first.', { events: 'swapped' }),
  {
    id: 'replay_everything',
    about: 'A routine close with 4009; the Resume brings all events of the session again.',
    start: (stage) => {
      const end = withFaults(stage, { replay: 'everything' });
      stage.platform.closeSockets(stage.appId, 4009, 'Session timed out');
      return end;
    },
  },
  once('unknown_event', 'An event of a type that nobody knows.', ({ platform, appId }) =>
    platform.inject(appId, 'SOMETHING_NEW', { surprise: true }),
  ),
  once('unknown_op', 'A frame with an opcode that nobody knows.', ({ platform, appId }) =>
    platform.injectFrame(appId, { op: 99, d: {} }),
  ),
  once('missing_d', 'A message event without its `d`.', ({ platform, appId }) =>
    platform.inject(appId, 'C2C_MESSAGE_CREATE', undefined),
  ),
];
