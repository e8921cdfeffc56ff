// Choosing a colour changes pictures and sizes in place; each colour also has an address of its own.
import { say } from './say.js';
import { softly } from './swap.js';

class ProductPicker extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', (event) => {
      const swatch = event.target.closest('a.swatch');
      if (!swatch || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      history.replaceState(null, '', swatch.href);
      softly(() => this.#choose(swatch));
    });
    this.addEventListener('change', () => this.#price());
    this.#watchButton();
  }

  #choose(swatch) {
    const size = this.querySelector('.size input:checked')?.dataset.size;
    const colour = swatch.dataset.colour;
    for (const other of this.querySelectorAll('a.swatch')) other.removeAttribute('aria-current');
    swatch.setAttribute('aria-current', 'true');
    for (const part of this.querySelectorAll('[data-of-colour]')) {
      part.hidden = part.dataset.ofColour !== colour;
      if (part.matches('fieldset')) part.disabled = part.hidden;
    }
    for (const name of this.querySelectorAll('[data-colour-name]')) name.textContent = swatch.dataset.name;
    const sizes = this.querySelector('fieldset:not([hidden])');
    const choices = [...sizes.querySelectorAll('input:not(:disabled)')];
    const same = choices.find((input) => input.dataset.size === size) ?? (choices.length === 1 ? choices[0] : null);
    if (same) same.checked = true;
    for (const button of this.querySelectorAll('[data-add]')) {
      button.disabled = choices.length === 0;
      button.textContent = choices.length ? button.dataset.add : button.dataset.soldOut;
    }
    this.#price();
    say(swatch.dataset.name);
  }

  #price() {
    const chosen = this.querySelector('fieldset:not([hidden]) input:checked');
    if (!chosen?.dataset.now) return;
    for (const price of this.querySelectorAll('[data-price]')) price.textContent = chosen.dataset.now;
  }

  // The bar at the foot of a small screen stands in for the button while that is out of sight.
  #watchButton() {
    const bar = this.querySelector('.buy-bar');
    const button = this.querySelector('.buy__row .button');
    if (!bar || !button) return;
    new IntersectionObserver(([seen]) => {
      bar.toggleAttribute('data-shown', !seen.isIntersecting);
    }).observe(button);
  }
}

customElements.define('product-picker', ProductPicker);
