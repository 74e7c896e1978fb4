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
  if (SHARED.includes(panel)) showShared(panel);
  const phone = phoneOf(panel);
  if (role) phone?.as(role);
});

/** In a window that has no room for both, these two share a place. */
const SHARED = ['feishu', 'group'];
const hidden = { by: 'feishu', count: 0 };
const phoneOf = (name) => phones.find((phone) => phone.name === name);

/** What comes on the other one is counted on the one that is shown. */
const hide = (by, count) => {
  if (hidden.by !== by) return;
  hidden.count = count;
  phoneOf(by)?.hides(count);
};

const showShared = (name) => {
  Object.assign(hidden, { by: name, count: 0 });
  document.querySelector('main').dataset.shared = name;
  phoneOf(name)?.hides(0);
  phoneOf(name)?.shown();
};

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
  const shared = SHARED.every((name) => snapshot.phones.some(({ phone }) => phone === name));
  phones = snapshot.phones.map((phone) => {
    const other = shared ? SHARED.find((name) => SHARED.includes(phone.phone) && name !== phone.phone) : undefined;
    return createPhone(phone, {
      onNews: () => {
        tabs?.news(phone.phone);
        if (other && !phoneOf(phone.phone).place.checkVisibility()) hide(other, hidden.count + 1);
      },
      ...(other && { onSwap: () => showShared(other) }),
    });
  });
  document.querySelector('main').prepend(...phones.map(({ place }) => place));
  // In a narrow window the faults come first: the phones have nothing to show before.
  tabs = createTabs(['gateway', ...phones.map(({ name }) => name)], (name) => (phoneOf(name) ?? gateway).shown());
};

const showState = (state) => {
  if (state.language !== currentLanguage()) {
    speak(state.language);
    relabel();
  }
  tour.state(state);
  gateway.setState(state.gateway);
  phones.forEach((phone) => phone.setOnline(state.online[phone.name] === true));
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
  message: ({ phone: name, role, message }) => {
    phoneOf(name)?.hear(role, message);
    // Its steps are told on the phones; the group has the same once more.
    if (name !== 'group') tour.hear(role, message);
  },
  reset: () => {
    phones.forEach((phone) => phone.load({ operator: [], stranger: [] }));
    if (hidden.count > 0) showShared(hidden.by);
  },
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
