/** The few things this page does to the document. Text only ever goes in as text, never as markup. */
export const byId = (id) => document.getElementById(id);

/** @returns a new element with this class and these children, strings or elements. */
export const make = (tag, className, ...children) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
};

/**
 * Keeps a scrolling box at its end while the reader is there, and leaves it alone while they read further up.
 * `change` adds to the box; the answer tells whether the end is in sight.
 */
export const followEnd = (box, change) => {
  const atEnd = isAtEnd(box);
  change();
  if (atEnd) scrollToEnd(box);
  return atEnd;
};

export const isAtEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 48;

export const scrollToEnd = (box) => {
  box.scrollTop = box.scrollHeight;
};

/** Sends JSON to the demo. @returns its answer. @throws Error with the server's own sentence. */
export const post = async (path, body) => {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.ok) return response.json();
  const { error } = await response.json().catch(() => ({ error: `HTTP ${response.status}` }));
  throw new Error(error);
};
