// Checkout follows what is chosen: another country, way of delivery or voucher, and the rest of the form is as it should
// be a moment later. What is typed of a card is sent by Pay alone. Without this there are buttons for it.
import { ask, piece, Refused } from './ask.js';
import { say } from './say.js';
import { swap } from './swap.js';

const ALWAYS = ['shipping', 'summary', 'follow'];
const RENEWS = { country: 'delivery', address: 'delivery' }; // which more has to come anew, by the field that changed

for (const form of document.querySelectorAll('form[data-checkout]')) start(form);

function start(form) {
  form.dataset.ready = '';
  let asking;
  const renew = (step) => {
    asking?.abort();
    asking = new AbortController();
    follow(form, step, asking.signal);
  };
  form.addEventListener('change', ({ target }) => {
    if (['country', 'region', 'address', 'shipping'].includes(target.name)) renew(target.name);
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target.name !== 'voucher') return;
    event.preventDefault();
    renew('voucher');
  });
  form.addEventListener('submit', (event) => {
    if (event.submitter?.name === 'step') {
      event.preventDefault();
      renew(event.submitter.value);
    } else if ('paying' in form.dataset) {
      event.preventDefault();
    } else {
      paying(form, true);
    }
  });
  // Back from the bank or the next page: the button works again.
  addEventListener('pageshow', () => paying(form, false));
}

async function follow(form, step, signal) {
  const body = new URLSearchParams(new FormData(form));
  for (const name of ['card_number', 'card_expiry', 'card_cvc']) body.delete(name);
  body.set('step', step);
  const summary = part(form, 'summary');
  summary.setAttribute('aria-busy', 'true');
  try {
    const html = await ask(piece(form.action, 'form'), { method: 'POST', body, signal, offline: form.dataset.offline });
    const fresh = new DOMParser().parseFromString(html, 'text/html');
    const changed = [...ALWAYS, RENEWS[step]].filter(Boolean);
    changed.forEach((name) => replace(part(form, name), part(fresh, name)));
    say(form.querySelector('#voucher-wrong')?.textContent ?? form.querySelector('[data-total]').dataset.total);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Refused)) throw error;
    const trouble = form.querySelector('[data-trouble]');
    trouble.textContent = error.message;
    trouble.hidden = false;
  } finally {
    if (!signal.aborted) summary.removeAttribute('aria-busy');
  }
}

/** What has been typed since the answer was asked for stays. */
function replace(old, fresh) {
  const typed = new Map([...old.querySelectorAll('input.input')].map((input) => [input.id, input.value]));
  swap(old, fresh.innerHTML, 'input, select');
  for (const [id, value] of typed) {
    const input = old.querySelector(`input#${id}`);
    if (input && value) input.value = value;
  }
}

function part(within, name) {
  return within.querySelector(`[data-part="${name}"]`);
}

function paying(form, busy) {
  if (busy) form.dataset.paying = '';
  else delete form.dataset.paying;
  form.querySelector('#pay')?.setAttribute('aria-busy', String(busy));
}
