// Stripe's payment element, and what its bank asks for. The only module that talks to anybody but the shop.
class StripePay extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form');
    this.button = this.querySelector('button');
    this.trouble = this.querySelector('[role="alert"]');
    if (!window.Stripe) {
      this.say(this.dataset.trouble);
      this.querySelector('.pay__element').hidden = true;
      this.button.hidden = true;
      return;
    }
    this.stripe = window.Stripe(this.dataset.key, { locale: this.dataset.language });
    if ('asks' in this.dataset) this.answerBank();
    else this.showElement();
  }

  showElement() {
    this.elements = this.stripe.elements({ clientSecret: this.dataset.secret });
    const element = this.elements.create('payment');
    element.on('ready', () => { this.button.disabled = false; });
    element.on('loaderror', () => this.say(this.dataset.trouble));
    element.mount(this.querySelector('.pay__element'));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.pay();
    });
  }

  async pay() {
    this.button.disabled = true;
    this.say('');
    const { error } = await this.stripe.confirmPayment({
      elements: this.elements,
      confirmParams: { return_url: this.dataset.back },
    });
    this.say(error?.message ?? this.dataset.trouble);
    this.button.disabled = false;
  }

  async answerBank() {
    const { error } = await this.stripe.handleNextAction({ clientSecret: this.dataset.secret });
    if (!error) {
      window.location.assign(this.dataset.back);
      return;
    }
    this.say(error.message ?? this.dataset.trouble);
    this.showElement();
  }

  say(text) {
    this.trouble.textContent = text;
  }
}

customElements.define('stripe-pay', StripePay);
