/** The gateway's panel: what it is, what is wrong with it, its log, and a switch for each fault. */
import { byId, followEnd, make, post } from './dom.js';
import { logLine } from './log-line.js';
import { clockTime, duration, either, word } from './words.js';

const LINK_WORDS = { qqbot: 'qq', qq: 'qq', feishu: 'feishu' };
const linkName = (name) => (name in LINK_WORDS ? word(LINK_WORDS[name]) : name);

/** How long the page says what a switch did. */
const SAID_MS = 10_000;

export const createGateway = () => {
  const log = byId('log');
  const said = byId('said');
  let faults = [];
  let view = null;
  let lines = [];
  let silence = 0;

  const say = (text, className = 'said') => {
    said.className = className;
    said.textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => (said.textContent = ''), SAID_MS);
  };

  const breakIt = async (fault) => {
    say(word('breaking'));
    try {
      await post('/break', { fault: fault.id });
      say(`${word('broken')}${either(fault.label)}`);
    } catch (error) {
      say(`${word('failed')}${error.message}`, 'said problem');
    }
  };

  const drawFaults = () => {
    byId('faults').replaceChildren(
      ...faults.map((fault) => {
        const button = make('button', fault.ill ? '' : 'harmless', make('strong', '', either(fault.label)), make('small', '', either(fault.about)));
        button.type = 'button';
        button.dataset.fault = fault.id;
        button.addEventListener('click', () => void breakIt(fault));
        return button;
      }),
    );
  };

  const drawState = () => {
    if (!view) return;
    byId('gateway-name').textContent = view.name;
    const pill = byId('gateway-pill');
    pill.textContent = word(view.pid === null ? 'stopped' : 'running');
    pill.className = view.pid === null ? 'pill bad' : 'pill good';
    const rows = [fact(word('process'), processText())];
    for (const link of view.links) rows.push(fact(linkName(link.name), ...linkText(link)));
    const fault = faults.find(({ id }) => id === view.fault);
    rows.push(fact(word('suffers'), fault ? make('span', 'mark bad', either(fault.label)) : word('none')));
    byId('facts').replaceChildren(...rows.flat());
    for (const button of byId('faults').children) button.classList.toggle('on', button.dataset.fault === view.fault);
  };

  const processText = () => {
    if (view.pid === null) return make('span', 'mark bad', word('none'));
    if (view.startedAt === null) return `pid ${view.pid}`;
    const age = make('span', 'age', `(${duration(Date.now() - view.startedAt)})`);
    return make('span', '', `pid ${view.pid} · ${word('since')} ${clockTime(view.startedAt)} `, age);
  };

  const linkText = ({ says, connections }) => {
    const loggedIn = connections > 0;
    const wrong = (says === 'connected') !== loggedIn;
    return [
      make('span', loggedIn ? 'mark good' : 'mark bad', word(loggedIn ? 'loggedIn' : 'notLoggedIn')),
      make('span', wrong ? 'claim wrong' : 'claim', `${word('says')} ${says ?? word('silent')}`),
    ];
  };

  const drawLog = () => {
    followEnd(log, () => log.replaceChildren(...(lines.length > 0 ? lines.map(logLine) : [make('p', 'empty', word('noLog'))])));
  };

  return {
    load: (offered) => {
      faults = offered;
      drawFaults();
    },
    setState: (state) => {
      view = state;
      drawState();
    },
    setLog: (latest) => {
      lines = latest;
      drawLog();
    },
    relabel: () => {
      said.textContent = '';
      drawFaults();
      drawState();
      drawLog();
    },
    shown: () => {
      log.scrollTop = log.scrollHeight;
    },
    tick: () => {
      const age = document.querySelector('.facts .age');
      if (age && view?.startedAt) age.textContent = `(${duration(Date.now() - view.startedAt)})`;
    },
  };
};

const fact = (name, ...values) => [make('dt', '', name), make('dd', '', ...values)];
