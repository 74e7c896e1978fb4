/** The gateway's panel: what it is, what is wrong with it, its log, and a switch for each fault. */
import { byId, followEnd, make, post } from './dom.js';
import { createLinks } from './links.js';
import { logLine } from './log-line.js';
import { clockTime, duration, either, isFleet, word } from './words.js';

const LINK_WORDS = { qqbot: 'qq', qq: 'qq', feishu: 'feishu', wecom: 'wecom', email: 'email' };
const LINK_NAMES = { discord: 'Discord', slack: 'Slack', signal: 'Signal', matrix: 'Matrix' };
const linkName = (name) => (name in LINK_WORDS ? word(LINK_WORDS[name]) : (LINK_NAMES[name] ?? name));

/** How long the page says what a switch did. */
const SAID_MS = 10_000;

/** The groups of faults, by what it takes to be well again. */
const CURES = ['restart', 'itself', 'human'];

export const createGateway = () => {
  const log = byId('log');
  const said = byId('said');
  const about = byId('about');
  let faults = [];
  let view = null;
  let lines = [];
  let silence = 0;
  /** The fault that was current when the line below the switches was last written for it. */
  let toldOf;

  const say = (text, className = 'said') => {
    said.className = className;
    said.textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => (said.textContent = ''), SAID_MS);
  };

  const links = createLinks(linkName, (text, failed) => say(text, failed ? 'said problem' : 'said'));

  /** A fault that outlives the process is ended by its own switch. */
  const toggle = async (fault) => {
    const lifts = fault.ends === 'lifted' && isOn(fault.id);
    say(word(lifts ? 'lifting' : 'breaking'));
    try {
      if (lifts) await post('/lift', isFleet() ? { fault: fault.id } : {});
      else await post('/break', { fault: fault.id });
      say(`${word(lifts ? 'lifted' : 'broken')}${either(fault.label)}`);
    } catch (error) {
      say(`${word('failed')}${error.message}`, 'said problem');
    }
  };

  const isOn = (id) => (view?.fleet ? view.fleet.faults.includes(id) : view?.fault === id);
  const current = () => faults.find(({ id }) => isOn(id));

  /** In a wide window the switches are short, and what each does stands below them. */
  const tellAbout = (fault) => {
    about.textContent = fault ? either(fault.about) : word('point');
  };

  const drawFaults = () => {
    const switchOf = (fault) => {
      const button = make(
        'button',
        fault.ill ? '' : 'harmless',
        make('strong', '', either(fault.label)),
        make('small', '', either(fault.about)),
      );
      button.type = 'button';
      button.title = either(fault.about);
      button.dataset.fault = fault.id;
      button.addEventListener('click', () => void toggle(fault));
      for (const event of ['mouseenter', 'focus']) button.addEventListener(event, () => tellAbout(fault));
      for (const event of ['mouseleave', 'blur']) button.addEventListener(event, () => tellAbout(current()));
      return button;
    };
    const group = (cure) => {
      const switches = make('div', 'switches', ...faults.filter((fault) => fault.cure === cure).map(switchOf));
      return make('section', '', make('h4', '', word(cure)), switches);
    };
    byId('faults').replaceChildren(...CURES.map(group));
    tellAbout(current());
  };

  const drawState = () => {
    if (!view) return;
    byId('gateway-name').textContent = view.name;
    const pill = byId('gateway-pill');
    pill.textContent = word(view.pid === null ? 'stopped' : 'running');
    pill.className = view.pid === null ? 'pill bad' : 'pill good';
    const rows = view.fleet ? view.fleet.members.map(memberFact) : [fact(word('process'), processText())];
    const further = view.links.filter(({ connections }) => connections === null);
    for (const link of view.links)
      if (link.connections !== null) rows.push(fact(linkName(link.name), ...linkText(link)));
    if (further.length > 0) rows.push(fact(word('further'), ...further.map(furtherText)));
    links.show(further.map(({ name }) => name));
    const fault = current();
    const lifts = fault?.ends === 'lifted' ? [endButton(fault)] : [];
    rows.push(fact(word('suffers'), fault ? make('span', 'mark bad', either(fault.label)) : word('none'), ...lifts));
    if (view.fault !== toldOf) tellAbout(fault);
    toldOf = view.fault;
    byId('facts').replaceChildren(...rows.flat());
    for (const button of byId('faults').querySelectorAll('button'))
      button.classList.toggle('on', isOn(button.dataset.fault));
  };

  const memberFact = ({ name, pid, good, words }) =>
    fact(
      name,
      make('span', good ? 'mark good' : 'mark bad', either(words)),
      make('span', 'claim', pid === null ? '' : `pid ${pid}`),
    );

  /** The way out of what no restart cures. */
  const endButton = (fault) => {
    const button = make('button', 'end-fault', word('end'));
    button.type = 'button';
    button.addEventListener('click', () => void toggle(fault));
    return button;
  };

  const processText = () => {
    if (view.pid === null) return make('span', 'mark bad', word('none'));
    if (view.startedAt === null) return `pid ${view.pid}`;
    const age = make('span', 'age', `(${duration(Date.now() - view.startedAt)})`);
    return make('span', '', `pid ${view.pid} · ${word('since')} ${clockTime(view.startedAt)} `, age);
  };

  const linkText = ({ says, connections }) => {
    const claim = `${word('says')} ${says ?? word('silent')}`;
    const loggedIn = connections > 0;
    const wrong = (says === 'connected') !== loggedIn;
    return [
      make('span', loggedIn ? 'mark good' : 'mark bad', word(loggedIn ? 'loggedIn' : 'notLoggedIn')),
      make('span', wrong ? 'claim wrong' : 'claim', claim),
    ];
  };

  /** They share a row: of each its name, and what was made of it. */
  const furtherText = ({ name, made }) =>
    make('span', made ? 'mark bad' : 'mark good', made ? `${linkName(name)} ${word(`made-${made}`)}` : linkName(name));

  const drawLog = () => {
    followEnd(log, () =>
      log.replaceChildren(...(lines.length > 0 ? lines.map(logLine) : [make('p', 'empty', word('noLog'))])),
    );
  };

  return {
    load: (offered) => {
      faults = offered;
      drawFaults();
      drawState();
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
