/** Joins the parts of the page to the demo's stream of events. */
import { byId, post } from './dom.js';
import { createGateway } from './gateway.js';
import { createPhone } from './phone.js';
import { createTabs } from './tabs.js';
import { createTour } from './tour.js';
import { currentLanguage, isFleet, otherLanguage, showFleet, speak, translate, word } from './words.js';

const gateway = createGateway();
let phones = [];
let tabs = null;
const tour = createTour((panel, role) => {
  tabs?.show(panel);
  const phone = phones.find(({ channel }) => channel === panel);
  if (role) phone?.as(role);
});

const relabel = () => {
  byId('language').textContent = word('language');
  translate();
  tabs?.relabel();
  gateway.relabel();
  tour.relabel();
  phones.forEach((phone) => phone.relabel());
  // The tour is through one gateway.
  if (isFleet()) byId('tour-start').hidden = true;
};

const build = (snapshot) => {
  phones = snapshot.phones.map((phone) => createPhone(phone, () => tabs?.news(phone.channel)));
  document.querySelector('main').prepend(...phones.map(({ place }) => place));
  // In a narrow window the faults come first: the phones have nothing to show before.
  tabs = createTabs(['gateway', ...phones.map(({ channel }) => channel)], (name) =>
    (phones.find(({ channel }) => channel === name) ?? gateway).shown(),
  );
};

const showState = (state) => {
  if (state.language !== currentLanguage()) {
    speak(state.language);
    relabel();
  }
  tour.state(state);
  gateway.setState(state.gateway);
  phones.forEach((phone) => phone.setOnline(state.online[phone.channel] === true));
};

const tick = () => {
  gateway.tick();
  phones.forEach((phone) => phone.tick(Date.now()));
};

const on = {
  snapshot: (snapshot) => {
    showFleet(snapshot.state.gateway.fleet !== undefined);
    if (phones.length === 0) build(snapshot);
    gateway.load(snapshot.faults);
    showState(snapshot.state);
    gateway.setLog(snapshot.log);
    relabel();
    snapshot.phones.forEach(({ messages }, index) => phones[index].load(messages));
    tick();
  },
  state: showState,
  log: (lines) => gateway.setLog(lines),
  message: ({ channel, role, message }) => {
    phones.find((phone) => phone.channel === channel)?.hear(role, message);
    tour.hear(role, message);
  },
  reset: () => phones.forEach((phone) => phone.load({ operator: [], stranger: [] })),
};

relabel();
byId('language').addEventListener('click', () => {
  // The bot speaks the same from now on; the next state says so to every browser.
  void post('/language', { language: otherLanguage() }).catch(() => undefined);
});
setInterval(tick, 1000);

const events = new EventSource('/events');
events.addEventListener('open', () => (byId('lost').hidden = true));
events.addEventListener('error', () => (byId('lost').hidden = false));
for (const [name, handle] of Object.entries(on)) events.addEventListener(name, ({ data }) => handle(JSON.parse(data)));
