/** One phone: its header, the conversation of whoever holds it, and the box to write in. */
import { byId, followEnd, isAtEnd, make, post, scrollToEnd } from './dom.js';
import { messageElement, summaryOf } from './message.js';
import { createOverlay } from './overlay.js';
import { createQuoting } from './quoting.js';
import { clockTime, either, groupPlaceholder, newer, placeholder, word } from './words.js';

const CHIPS = ['/status', '/logs 20', '/restart', '/help'];
/** A pause this long gets a time of its own between the messages, as the real apps do. */
const PAUSE_MS = 60_000;

/**
 * `onNews` hears of messages and buzzes, to mark them where this phone is not looked at; `onSwap`, if there is another in
 * its place, of the wish to see that one. With `group` the phone shows a
 * group chat: one for all, and whoever holds it writes there.
 */
export const createPhone = ({ phone: name, channel, bot, people, group }, { onNews, onSwap }) => {
  const place = byId('phone').content.firstElementChild.cloneNode(true);
  const part = (selector) => place.querySelector(selector);
  const box = part('.messages');
  const input = part('textarea');
  const overlay = createOverlay(part('.phone'));
  const quoting = createQuoting(part('.quoting'));
  const roles = [...place.querySelectorAll('[data-role]')];
  const messages = { operator: [], stranger: [] };
  let role = 'operator';
  let online = false;
  let unseen = 0;

  place.id = `panel-${name}`;
  place.classList.add(channel);
  part('.swap').hidden = onSwap === undefined;
  part('.swap').addEventListener('click', () => onSwap?.());
  part('.badge').hidden = group !== undefined;
  const chat = (whose) => messages[group ? 'operator' : whose];
  const isShown = (whose) => group !== undefined || whose === role;

  const relabel = () => {
    place.setAttribute('aria-label', word(name));
    part('.bot-name').textContent = group ? either(group) : bot;
    part('.swap .label').textContent = word(group ? 'toPrivate' : 'toGroup');
    part('.app-name').textContent = word(channel);
    part('.online').textContent = word(online ? 'online' : 'offline');
    part('.online').classList.toggle('yes', online);
    for (const button of roles)
      button.textContent = word(group ? `${button.dataset.role}InGroup` : button.dataset.role);
    input.placeholder = group ? groupPlaceholder(bot) : placeholder(bot);
    input.setAttribute('aria-label', input.placeholder);
    showUnseen();
  };

  const showUnseen = () => {
    part('.newer').hidden = unseen === 0;
    part('.newer').textContent = newer(unseen);
  };

  const append = (message, previous) => {
    box.querySelector('.empty')?.remove();
    if (!previous || message.at - previous.at > PAUSE_MS) {
      box.append(make('div', 'pause', clockTime(message.at).slice(0, 5)));
    }
    box.append(draw(message));
  };

  const draw = (message) => {
    const whose = role;
    const writer = message.by ?? role;
    const by =
      message.from === 'user'
        ? { name: either(people[writer]), look: writer, mine: writer === role }
        : { name: bot, look: 'bot', mine: false };
    const quoted = message.quotes && chat(whose).find(({ id }) => id === message.quotes);
    const reply = () => {
      quoting.begin(message);
      input.focus();
    };
    return messageElement(message, by, quoted, {
      press: (button, element) => void press(whose, message.id, button, element),
      reply,
    });
  };

  const press = async (whose, id, button, element) => {
    if (button.confirm && !(await overlay.confirm(button.confirm))) return;
    element.disabled = true;
    element.classList.add('waiting');
    try {
      const { answered, toast } = await post('/press', { phone: name, as: whose, message: id, button: button.id });
      if (toast || !answered) overlay.toast(toast ?? word('unanswered'), answered);
    } catch (error) {
      overlay.toast(`${word('failed')}${error.message}`, false);
    }
    element.disabled = false;
    element.classList.remove('waiting');
  };

  const redraw = () => {
    box.replaceChildren();
    const list = chat(role);
    if (list.length === 0) box.append(make('p', 'empty', word('empty')));
    list.forEach((message, index) => append(message, list[index - 1]));
    unseen = 0;
    showUnseen();
    scrollToEnd(box);
  };

  const hear = (whose, message) => {
    const list = chat(whose);
    const index = list.findIndex(({ id }) => id === message.id);
    const buzz = (message.buzzes ?? 0) > (list[index]?.buzzes ?? 0);
    if (index < 0) add(whose, message);
    else change(whose, index, message, buzz);
    if (message.from === 'user' || (index >= 0 && !buzz)) return;
    if (isShown(whose))
      overlay.notify({ app: word(channel), bot: group ? either(group) : bot, text: summaryOf(message), buzz });
    onNews();
  };

  const add = (whose, message) => {
    const list = chat(whose);
    list.push(message);
    if (!isShown(whose)) return;
    const followed = followEnd(box, () => {
      append(message, list.at(-2));
      box.lastElementChild.classList.add('fresh');
    });
    if (message.from === 'user') scrollToEnd(box);
    else if (!followed) unseen += 1;
    showUnseen();
  };

  /** A message that was edited, buzzed or withdrawn keeps its place. */
  const change = (whose, index, message, buzz) => {
    chat(whose)[index] = message;
    const old = isShown(whose) && box.querySelector(`[data-message="${CSS.escape(message.id)}"]`);
    if (!old) return;
    followEnd(box, () => {
      const drawn = draw(message);
      drawn.classList.add(buzz ? 'buzzing' : 'changed');
      old.replaceWith(drawn);
    });
  };

  const send = async (text) => {
    if (!text.trim()) return;
    try {
      await post('/say', { phone: name, as: role, text, ...quoting.take() });
    } catch (error) {
      box.append(make('p', 'problem', `${word('failed')}${error.message}`));
      scrollToEnd(box);
    }
  };

  const as = (whose) => {
    role = whose;
    for (const button of roles) button.setAttribute('aria-pressed', String(button.dataset.role === role));
    place.classList.toggle('as-stranger', role === 'stranger');
    quoting.end();
    redraw();
  };
  for (const button of roles) button.addEventListener('click', () => as(button.dataset.role));
  for (const command of CHIPS) {
    const text = group ? `@${bot} ${command}` : command;
    const chip = make('button', '', text);
    chip.type = 'button';
    chip.addEventListener('click', () => void send(text));
    part('.chips').append(chip);
  }
  box.addEventListener('scroll', () => {
    if (!isAtEnd(box)) return;
    unseen = 0;
    showUnseen();
  });
  part('.newer').addEventListener('click', () => scrollToEnd(box));
  const submit = () => {
    void send(input.value);
    input.value = '';
    fit(input);
  };
  part('form').addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  input.addEventListener('input', () => fit(input));
  input.addEventListener('keydown', (event) => {
    // Enter while an input method is composing chooses a word; it does not send.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });

  return {
    place,
    name,
    as,
    hear,
    relabel: () => {
      relabel();
      redraw();
    },
    load: (all) => {
      Object.assign(messages, structuredClone(all));
      redraw();
    },
    setOnline: (value) => {
      online = value;
      relabel();
    },
    /** How many messages there are on the phone that this one hides. */
    hides: (count) => {
      part('.swap .news').textContent = count === 0 ? '' : String(count);
    },
    /** The list has no height while its tab is hidden, so its end is found again when it is shown. */
    shown: () => scrollToEnd(box),
    tick: (now) => {
      part('.clock').textContent = clockTime(now).slice(0, 5);
    },
  };
};

/** The box grows with its text, up to the height that the style allows. */
const fit = (input) => {
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight}px`;
};
