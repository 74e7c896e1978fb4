/** In a narrow window one panel is shown at a time, chosen by a tab. A wide window shows all; the style decides. */
import { make } from './dom.js';
import { word } from './words.js';

export const createTabs = (names, onShow) => {
  const list = document.querySelector('.tabs');
  const buttons = names.map((name) => {
    const button = make('button', '', make('span', 'label'), make('span', 'news'));
    button.type = 'button';
    button.role = 'tab';
    button.id = `tab-${name}`;
    button.setAttribute('aria-controls', `panel-${name}`);
    button.addEventListener('click', () => show(name));
    return button;
  });
  list.replaceChildren(...buttons);
  let shown = '';

  const show = (name) => {
    shown = name;
    document.body.dataset.shown = name;
    buttons.forEach((button, index) => {
      const chosen = names[index] === name;
      button.setAttribute('aria-selected', String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (chosen) button.querySelector('.news').textContent = '';
    });
    onShow(name);
  };

  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const index = (names.indexOf(shown) + step + names.length) % names.length;
    show(names[index]);
    buttons[index].focus();
  });

  show(names[0]);
  return {
    show,
    relabel: () =>
      buttons.forEach((button, index) => (button.querySelector('.label').textContent = word(names[index]))),
    /** Marks a tab whose panel is not the one shown. */
    news: (name) => {
      if (name === shown) return;
      const mark = buttons[names.indexOf(name)].querySelector('.news');
      mark.textContent = String(Number(mark.textContent) + 1);
    },
  };
};
