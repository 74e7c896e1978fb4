/** What can be made of the links of further platforms: choose one, lose it, have it refused, bring it back. */
import { byId, make, post } from './dom.js';
import { word } from './words.js';

const ACTS = ['lost', 'refused', 'back'];

/** @param nameOf what a link is called; @param say tells what came of it, and whether it failed. */
export const createLinks = (nameOf, say) => {
  const place = byId('links');
  const choice = make('select', '');
  let shown = '';

  const act = async (state) => {
    const link = choice.value;
    say(word('breaking'), false);
    try {
      await post('/link', { link, state });
      say(`${nameOf(link)}: ${word(`link-${state}`)}`, false);
    } catch (error) {
      say(`${word('failed')}${error.message}`, true);
    }
  };

  const draw = (names) => {
    const chosen = choice.value;
    choice.setAttribute('aria-label', word('further'));
    choice.replaceChildren(
      ...names.map((name) => {
        const option = make('option', '', nameOf(name));
        option.value = name;
        return option;
      }),
    );
    if (names.includes(chosen)) choice.value = chosen;
    const buttons = ACTS.map((state) => {
      const button = make('button', '', word(`link-${state}`));
      button.type = 'button';
      button.dataset.act = state;
      button.addEventListener('click', () => void act(state));
      return button;
    });
    place.replaceChildren(make('h4', '', word('further')), make('div', 'switches', choice, ...buttons));
    place.hidden = names.length === 0;
  };

  return {
    /** Draws only what is new, so that an open list stays open. */
    show: (names) => {
      const now = `${word('further')} ${names.join()}`;
      if (now === shown) return;
      shown = now;
      draw(names);
    },
  };
};
