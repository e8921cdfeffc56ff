// The cart beside the page. Without scripts the same links and forms lead to the cart page.
import { ask, piece, Refused } from './ask.js';
import { say } from './say.js';
import { swap } from './swap.js';

const LAST = 'cart-badge';

class CartDrawer extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector('dialog');
    this.dialog.addEventListener('click', (event) => {
      if (event.target === this.dialog || event.target.closest('[data-close]')) this.dialog.close();
    });
    document.addEventListener('click', (event) => this.#onLink(event));
  }

  #onLink(event) {
    const link = event.target.closest('a[data-cart-link]');
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    // On the cart page itself the drawer would only repeat it.
    if (document.querySelector('[data-cart-view="page"]')) return;
    event.preventDefault();
    this.open(link.href);
  }

  async open(address) {
    try {
      this.show(await ask(piece(address, 'drawer'), { offline: this.dataset.offline }));
    } catch (error) {
      if (error instanceof Refused) location.assign(address);
    }
  }

  /** Shows the drawer with what the shop answered. */
  show(html) {
    const body = this.querySelector('[data-cart-view]');
    swap(body, html, 'h2');
    count(body);
    if (!this.dialog.open) this.dialog.showModal();
  }
}

/** Takes the number of pieces, and what to say, from a piece of cart that has just arrived. */
export function count(body) {
  const news = body.querySelector('[data-count]');
  if (!news) return;
  const { count: pieces, shown, label, said } = news.dataset;
  wear({ pieces, shown, label });
  sessionStorage.setItem(LAST, JSON.stringify({ pieces, shown, label }));
  say(said);
}

function wear({ pieces, shown, label }) {
  document.querySelectorAll('.badge').forEach((badge) => {
    badge.dataset.count = pieces;
    badge.querySelector('[data-number]').textContent = shown;
    badge.querySelector('[data-label]').textContent = label;
  });
}

// A page that comes back as it was left has the number of pieces that there was then.
addEventListener('pageshow', (event) => {
  const last = event.persisted && sessionStorage.getItem(LAST);
  if (last) wear(JSON.parse(last));
});

customElements.define('cart-drawer', CartDrawer);
