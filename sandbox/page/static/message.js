/** One message of a conversation: who, when, and what in a bubble or on a card. */
import { cardElement } from './card.js';
import { make } from './dom.js';
import { withIcons } from './icons.js';
import { isLogLine, logLine } from './log-line.js';
import { clockTime, word } from './words.js';

/**
 * `look` is `bot`, or the role of the person who wrote it; `mine`: whoever holds the phone wrote it; `quoted` is the message that it answers; `press` hears of
 * tapped buttons, `reply` of the wish to quote it.
 */
export const messageElement = (
  { id, text, card, file, picture, at, editedAt, buzzes },
  { name, look, mine },
  quoted,
  { press, reply },
) => {
  const avatar = make('span', `avatar ${look}`, look === 'bot' ? '' : [...name][0]);
  avatar.setAttribute('aria-hidden', 'true');
  const marks = [
    ...(editedAt ? [' ', make('span', 'edited', `${word('edited')} ${clockTime(editedAt)}`)] : []),
    ...(buzzes ? [' ', make('span', 'buzz-mark', buzzes > 1 ? `${word('buzz')} ×${buzzes}` : word('buzz'))] : []),
  ];
  const meta = make(
    'div',
    'meta',
    make('span', 'sender', name),
    ' ',
    make('time', '', clockTime(at)),
    ...marks,
    ' ',
    replyButton(reply),
  );
  const fileOrText = () => {
    if (picture) return pictureElement(picture, text);
    return file ? fileElement(file) : make('div', 'bubble', ...messageParts(text));
  };
  const bubble = card ? cardElement(card, press) : fileOrText();
  const above = quoted ? [make('div', 'quote', summaryOf(quoted))] : [];
  const message = make(
    'div',
    ['message', ...(mine ? ['mine'] : []), ...(card ? ['with-card'] : [])].join(' '),
    avatar,
    make('div', 'column', meta, ...above, bubble),
  );
  message.dataset.message = id;
  return message;
};

const replyButton = (reply) => {
  const button = make('button', 'reply');
  button.type = 'button';
  button.title = word('reply');
  button.setAttribute('aria-label', word('reply'));
  button.addEventListener('click', reply);
  return button;
};

const pictureElement = (picture, text) => {
  const image = make('img', 'bubble picture');
  image.src = `data:image/png;base64,${picture}`;
  image.alt = text;
  return image;
};

/** Opens where it stands. */
const fileElement = ({ name, text }) =>
  make('details', 'bubble file', make('summary', '', name), make('pre', '', text));

/** What the lock screen shows of it. */
export const summaryOf = ({ card, text }) => card?.summary || text.split('\n').find((line) => line.trim() !== '') || '';

/** A message's text: plain lines as they are, runs of log lines as a block. Returns elements. */
const messageParts = (text) => {
  const parts = [];
  let block = null;
  let plain = [];
  const flush = () => {
    const joined = plain.join('\n').replace(/^\n+|\n+$/g, '');
    if (joined) parts.push(make('div', 'plain', ...withIcons(joined)));
    plain = [];
  };
  for (const line of text.split('\n')) {
    // What follows a log line without a blank in between belongs to it, as a traceback does.
    if (isLogLine(line) || (block && line !== '')) {
      if (!block) {
        flush();
        block = make('div', 'log-block');
        parts.push(block);
      }
      block.append(logLine(line));
    } else {
      block = null;
      plain.push(line);
    }
  }
  flush();
  return parts;
};
