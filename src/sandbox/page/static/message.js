/** One message of a conversation: who, when, and what in a bubble. */
import { make } from './dom.js';
import { isLogLine, logLine } from './log-line.js';
import { clockTime } from './words.js';

/** `look` is `bot`, or the role of the person who wrote it. */
export const messageElement = ({ text, at }, { name, look }) => {
  const mine = look !== 'bot';
  const avatar = make('span', `avatar ${look}`, mine ? [...name][0] : '');
  avatar.setAttribute('aria-hidden', 'true');
  const meta = make('div', 'meta', make('span', 'sender', name), ' ', make('time', '', clockTime(at)));
  const bubble = make('div', 'bubble', ...messageParts(text));
  return make('div', mine ? 'message mine' : 'message', avatar, make('div', 'column', meta, bubble));
};

/** A message's text: plain lines as they are, runs of log lines as a block. Returns elements. */
const messageParts = (text) => {
  const parts = [];
  let block = null;
  let plain = [];
  const flush = () => {
    const joined = plain.join('\n').replace(/^\n+|\n+$/g, '');
    if (joined) parts.push(make('div', 'plain', joined));
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
