// Cart forms without a reload. Each try of one press carries the same key, so that a lost answer adds nothing twice.
import { ask, piece, Refused } from './ask.js';
import { count } from './cart-drawer.js';
import { say } from './say.js';
import { swap } from './swap.js';

document.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-cart]');
  if (!form) return;
  event.preventDefault();
  send(form, event.submitter);
});

// A number typed into a line counts when the field is left.
document.addEventListener('change', (event) => {
  if (event.target.matches('.stepper__number')) event.target.form.requestSubmit();
});

async function send(form, submitter) {
  if (form.dataset.busy) return;
  form.dataset.busy = 'yes';
  submitter?.setAttribute('aria-busy', 'true');
  const drawer = document.querySelector('cart-drawer');
  const view = form.closest('[data-cart-view]') ?? document.querySelector('[data-cart-view="page"]');
  const name = view?.dataset.cartView ?? 'drawer';
  try {
    const html = await ask(piece(form.action, name), {
      method: 'POST',
      body: new URLSearchParams(new FormData(form, submitter)),
      key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`,
      offline: drawer.dataset.offline,
    });
    if (name === 'drawer') drawer.show(html);
    else {
      swap(view, html, 'h1');
      count(view);
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    explain(form, error.message);
  } finally {
    delete form.dataset.busy;
    submitter?.removeAttribute('aria-busy');
  }
}

function explain(form, message) {
  const place = form.querySelector('[data-error]') ?? form.closest('[data-line]')?.querySelector('[data-error]');
  if (place) {
    place.textContent = message;
    place.hidden = false;
  }
  say(message);
}
