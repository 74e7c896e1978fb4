/**
 * What lies over a phone's screen for a while: the lock screen's notification, a toast, the question before a tap
 * counts.
 */
import { make } from './dom.js';
import { withIcons } from './icons.js';
import { word } from './words.js';

const NOTICE_MS = 5_000;
const TOAST_MS = 2_600;

/** `phone`: the element of the phone's screen. */
export const createOverlay = (phone) => {
  const notice = phone.querySelector('.notice');
  const toast = phone.querySelector('.toast');
  const hideLater = { notice: 0, toast: 0 };

  const show = (name, element, ms) => {
    element.classList.remove('shown');
    // The animation begins anew also when the last one is still there.
    void element.offsetWidth;
    element.classList.add('shown');
    clearTimeout(hideLater[name]);
    hideLater[name] = setTimeout(() => element.classList.remove('shown'), ms);
  };

  return {
    /** What the lock screen shows of a message; `buzz`: with the mark of an urgent one. */
    notify: ({ app, bot, text, buzz }) => {
      notice.classList.toggle('buzz', buzz);
      const head = make(
        'div',
        'notice-head',
        make('span', 'notice-app', app),
        ...(buzz ? [make('span', 'buzz-mark', word('buzz'))] : []),
        make('span', 'notice-now', word('now')),
      );
      notice.replaceChildren(
        make('span', 'avatar bot'),
        make('div', 'notice-text', head, make('strong', '', bot), make('p', '', ...withIcons(text))),
      );
      show('notice', notice, NOTICE_MS);
    },
    toast: (text, good) => {
      toast.textContent = text;
      toast.classList.toggle('bad', !good);
      show('toast', toast, TOAST_MS);
    },
    /** Resolves with whether the person says yes. */
    confirm: (question) =>
      new Promise((resolve) => {
        const [title, ...lines] = question.split('\n');
        const no = make('button', 'no', word('no'));
        const yes = make('button', 'yes', word('yes'));
        const box = make(
          'dialog',
          'question',
          make('h3', '', title),
          ...(lines.length > 0 ? [make('p', '', lines.join('\n'))] : []),
          make('div', 'answers', no, yes),
        );
        const veil = make('div', 'veil', box);
        const before = document.activeElement;
        const others = [...phone.children];
        const end = (answer) => {
          for (const other of others) other.inert = false;
          veil.remove();
          before?.focus({ preventScroll: true });
          resolve(answer);
        };
        box.setAttribute('role', 'alertdialog');
        box.setAttribute('aria-label', title);
        no.addEventListener('click', () => end(false));
        yes.addEventListener('click', () => end(true));
        veil.addEventListener('click', (event) => event.target === veil && end(false));
        veil.addEventListener('keydown', (event) => event.key === 'Escape' && end(false));
        for (const other of others) other.inert = true;
        phone.append(veil);
        box.show();
        yes.focus({ preventScroll: true });
      }),
  };
};
