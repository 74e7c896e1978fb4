/** The strip above the box to write in: which message the next one quotes. */
import { make } from './dom.js';
import { summaryOf } from './message.js';
import { word } from './words.js';

export const createQuoting = (strip) => {
  let quoted = null;

  const end = () => {
    quoted = null;
    strip.hidden = true;
    strip.replaceChildren();
  };

  return {
    begin: (message) => {
      quoted = message;
      const cancel = make('button', '', '×');
      cancel.type = 'button';
      cancel.setAttribute('aria-label', word('cancelReply'));
      cancel.addEventListener('click', end);
      strip.replaceChildren(make('span', '', `${word('reply')} ${summaryOf(message)}`), cancel);
      strip.hidden = false;
    },
    /** What goes out with the next message; it quotes only once. */
    take: () => {
      const id = quoted?.id;
      end();
      return id === undefined ? {} : { quotes: id };
    },
    end,
  };
};
