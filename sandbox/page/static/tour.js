/**
 * The tour: six steps from a fault to a stranger, each with what to look at. It looks on only: whatever it does, a person
 * could do on the page, and it can be left or begun anew at any moment.
 */
import { byId, make, post } from './dom.js';
import { word } from './words.js';

const FAULT = 'qq_gives_up';
const SILENCE_MS = 4_000;

/** `act`: what its button does; `done`: what must have been seen; `look`: the panel to look at. */
const STEPS = [
  { name: 'break', look: 'gateway', act: () => post('/break', { fault: FAULT }), done: ({ broken }) => broken },
  { name: 'alert', look: 'feishu', done: ({ alert }) => alert },
  { name: 'restart', look: 'gateway', done: ({ restarted }) => restarted },
  { name: 'proof', look: 'feishu', done: ({ recovered }) => recovered },
  {
    name: 'command',
    look: 'qq',
    role: 'operator',
    act: () => post('/say', { phone: 'qq', as: 'operator', text: '/status' }),
    done: ({ answered }) => answered,
  },
  {
    name: 'stranger',
    look: 'qq',
    role: 'stranger',
    act: () => post('/say', { phone: 'qq', as: 'stranger', text: '/restart' }),
    done: ({ refused }) => refused,
  },
];

const nothingSeen = () => ({
  broken: false,
  alert: false,
  restarted: false,
  recovered: false,
  answered: false,
  refused: false,
});

/** `onStep` hears which panel to look at, and as whom. */
export const createTour = (onStep) => {
  const place = byId('tour');
  const start = byId('tour-start');
  let step = -1;
  let seen = nothingSeen();
  let pid = null;
  let acted = false;
  let failed = '';

  const current = () => STEPS[step];
  const go = (next) => {
    step = next;
    acted = false;
    failed = '';
    const now = current();
    if (now) onStep(now.look, now.role ?? null);
    draw();
  };

  const act = async () => {
    acted = true;
    failed = '';
    draw();
    try {
      await current().act();
      if (current()?.name === 'stranger') setTimeout(silent, SILENCE_MS);
    } catch (error) {
      acted = false;
      failed = `${word('failed')}${error.message}`;
      draw();
    }
  };

  /** A stranger is answered once an hour: silence is an answer, too. */
  const silent = () => {
    if (current()?.name !== 'stranger' || !acted) return;
    seen.refused = true;
    draw();
  };

  /** What a fault or a silence is left behind is ended; the phones begin empty. */
  const reset = async () => {
    await post('/reset', {}).catch(() => undefined);
    seen = nothingSeen();
    // The last step has left the phone to the stranger.
    onStep('qq', 'operator');
    go(0);
  };

  const button = (className, text, onClick) => {
    const element = make('button', className, text);
    element.type = 'button';
    element.addEventListener('click', onClick);
    return element;
  };

  const draw = () => {
    const now = current();
    place.hidden = now === undefined;
    start.hidden = now !== undefined;
    for (const panel of document.querySelectorAll('main .panel'))
      panel.classList.toggle('tour-look', now !== undefined && panel.id === `panel-${now.look}`);
    if (!now) return;
    const done = now.done(seen);
    const waits = !done && (now.act === undefined || acted);
    const last = step === STEPS.length - 1;
    place.replaceChildren(
      make('span', 'tour-count', `${step + 1} / ${STEPS.length}`),
      make(
        'div',
        'tour-words',
        make('strong', '', word(`tour-${now.name}`)),
        make('p', '', word(`tour-${now.name}-about`)),
        ...(failed ? [make('p', 'problem', failed)] : []),
      ),
      make(
        'div',
        'tour-buttons',
        ...(now.act && !done && !acted ? [button('primary', word(`tour-${now.name}-do`), () => void act())] : []),
        ...(waits ? [make('span', 'tour-waits', word('tourWaits'))] : []),
        ...(done && !last ? [button('primary', word('tourNext'), () => go(step + 1))] : []),
        ...(done && last ? [button('primary', word('tourAgain'), () => void reset())] : []),
        ...(last && done ? [] : [button('', word('tourReset'), () => void reset())]),
        button('', word('tourLeave'), () => go(-1)),
      ),
    );
  };

  start.addEventListener('click', () => void reset());

  return {
    state: ({ gateway }) => {
      if (step < 0) {
        pid = gateway.pid;
        return;
      }
      if (gateway.fault === FAULT) seen.broken = true;
      if (seen.broken && gateway.pid !== null && pid !== null && gateway.pid !== pid) seen.restarted = true;
      if (!seen.broken) pid = gateway.pid;
      draw();
    },
    hear: (role, { from, text }) => {
      if (step < 0 || from !== 'bot') return;
      if (role === 'stranger') seen.refused = seen.refused || (current().name === 'stranger' && acted);
      else if (text.startsWith('🔴')) seen.alert = seen.broken = true;
      else if (text.startsWith('🟢') && seen.alert && text.includes('#')) seen.recovered = seen.restarted = true;
      else if (current().name === 'command' && acted) seen.answered = true;
      if (current().name === 'command' && acted && role === 'operator') seen.answered = true;
      draw();
    },
    relabel: () => {
      start.textContent = word('tour');
      draw();
    },
  };
};
