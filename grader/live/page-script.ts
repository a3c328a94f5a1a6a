/**
 * Runs on the live page: asks for the page again whenever it is told of a newer one, and takes over its content.
 *
 * What the reader has opened stays open, and where they were they stay.
 */
export const PAGE_SCRIPT = `'use strict';
const line = document.getElementById('live');
let shown = line.dataset.version;
let wanted = shown;
let isAsking = false;

function say(text, isLost) {
  if (line.textContent !== text) line.textContent = text;
  line.classList.toggle('lost', Boolean(isLost));
}

// Names that stand for the same thing in the next version: counts in the texts may change.
function nameIn(root, selector) {
  const names = new Map();
  const seen = new Map();
  for (const element of root.querySelectorAll(selector)) {
    const home = element.closest('[id]');
    const text = element.getAttribute('href') || element.getAttribute('aria-label') || element.id ||
      (element.querySelector('summary') || element).textContent.replace(/\\d+/g, '#').slice(0, 200);
    const base = [home ? home.id : '', element.tagName, text].join('|');
    const times = seen.get(base) || 0;
    seen.set(base, times + 1);
    names.set(element, base + '|' + times);
  }
  return names;
}

const FOCUSABLE = 'a, summary, button, input, select, [tabindex]';

function takeOver(next) {
  const main = document.querySelector('main');
  const incoming = next.querySelector('main');
  const open = new Set();
  const closed = new Set();
  for (const [details, name] of nameIn(main, 'details')) (details.open ? open : closed).add(name);
  const focused = nameIn(main, FOCUSABLE).get(document.activeElement);
  const { scrollX, scrollY } = window;
  for (const [details, name] of nameIn(incoming, 'details')) {
    if (open.has(name)) details.open = true;
    else if (closed.has(name)) details.open = false;
  }
  main.className = incoming.className;
  main.replaceChildren(...incoming.childNodes);
  document.title = next.title;
  if (focused !== undefined) {
    for (const [element, name] of nameIn(main, FOCUSABLE)) {
      if (name === focused) element.focus({ preventScroll: true });
    }
  }
  window.scrollTo({ left: scrollX, top: scrollY, behavior: 'instant' });
}

async function refresh() {
  if (isAsking) return;
  isAsking = true;
  try {
    while (shown !== wanted) {
      const answer = await fetch(location.pathname, { cache: 'no-store' });
      if (!answer.ok) throw new Error();
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      shown = next.getElementById('live').dataset.version;
      // The page may be newer than the word of it.
      if (Number(shown) > Number(wanted)) wanted = shown;
      takeOver(next);
    }
    say('up to date');
  } catch {
    lose();
  } finally {
    isAsking = false;
  }
}

function lose() {
  say('connection lost; is watch still running?', true);
}

const events = new EventSource('events');
events.addEventListener('grading', () => say('grading\\u2026'));
events.addEventListener('report', ({ data }) => {
  wanted = data;
  refresh();
});
events.addEventListener('error', lose);
`;
