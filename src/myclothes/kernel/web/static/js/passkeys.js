// Passkeys: the browser asks its owner for a finger, a face or a key, and the answer is sent with the form.
// Where the browser cannot do that, nothing of it is offered.

const CAN = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.hidden = !CAN;
  form.addEventListener('submit', (event) => begin(event, form));
}
for (const missing of document.querySelectorAll('[data-passkey-missing]')) missing.classList.toggle('is-told', !CAN);

async function begin(event, form) {
  const answer = form.elements.credential;
  if (answer.value) return;
  event.preventDefault();
  tell(form, '');
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch(form.dataset.options, { method: 'POST', body, headers: { Accept: 'application/json' } });
    const options = await response.json();
    if (!response.ok) return tell(form, options.detail || options.title);
    const credential = await ask(form.dataset.passkey, options);
    answer.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch (error) {
    // Whoever closes the browser's question has decided; everything else is told the same way.
    answer.value = '';
    tell(form, form.dataset.failed);
  }
}

function ask(purpose, options) {
  if (purpose === 'create') {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

function tell(form, text) {
  const place = form.querySelector('[data-passkey-said]');
  place.textContent = text;
  place.hidden = !text;
}
