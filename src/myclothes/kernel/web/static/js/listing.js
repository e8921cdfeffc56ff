// Filters that answer at once: the server renders the list, this swaps it in and keeps the address true.
import { ask, piece, Refused } from './ask.js';
import { say } from './say.js';
import { swap } from './swap.js';

class ShopListing extends HTMLElement {
  #asking = null;

  connectedCallback() {
    this.addEventListener('change', (event) => {
      const form = event.target.form;
      if (form?.matches('[data-filters]')) this.#go(addressOf(form));
    });
    this.addEventListener('submit', (event) => {
      event.preventDefault();
      this.dataset.filters = '';
      this.#go(addressOf(event.target));
    });
    this.addEventListener('click', (event) => this.#onClick(event));
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.dataset.filters === 'open') this.#sheet(false);
    });
    addEventListener('popstate', () => this.#show(location.href));
  }

  #onClick(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest('a');
    if (link?.matches('[data-filters-open], [data-filters-close]')) {
      event.preventDefault();
      this.#sheet(link.matches('[data-filters-open]'));
    } else if (link?.matches('[data-swap]')) {
      event.preventDefault();
      this.#go(link.href, link.rel === 'next' || link.rel === 'prev');
    }
  }

  #sheet(open) {
    this.dataset.filters = open ? 'open' : '';
    this.querySelector(open ? '[data-filters-close]' : '[data-filters-open]')?.focus();
  }

  async #go(address, top = false) {
    if (await this.#show(address)) {
      history.pushState(null, '', address);
      if (top) this.scrollIntoView();
    }
  }

  async #show(address) {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    this.setAttribute('aria-busy', 'true');
    try {
      const html = await ask(piece(address, 'listing'), { signal: asking.signal });
      swap(this, html, '[data-total]');
      say(this.querySelector('[data-total]')?.textContent);
      return true;
    } catch (error) {
      // What the shop refused or what could not be fetched is the ordinary page's to explain.
      if (error instanceof Refused) location.assign(address);
      return false;
    } finally {
      if (this.#asking === asking) this.removeAttribute('aria-busy');
    }
  }
}

function addressOf(form) {
  const url = new URL(form.action);
  url.search = '';
  for (const [name, value] of new FormData(form)) if (value) url.searchParams.append(name, value);
  return url.href;
}

customElements.define('shop-listing', ShopListing);
