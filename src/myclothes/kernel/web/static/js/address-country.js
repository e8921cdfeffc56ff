// Another country asks for other fields: they come as soon as it is chosen, and what was typed stays.
// Without this there is a button for it.

for (const choice of document.querySelectorAll('[data-country]')) {
  const { form } = choice;
  const button = form?.querySelector('[data-country-button]');
  if (!button) continue;
  form.dataset.countryReady = '';
  choice.addEventListener('change', () => renew(form, button));
}

async function renew(form, button) {
  const fields = new URLSearchParams(new FormData(form, button));
  try {
    const answer = await fetch(form.action, { method: 'POST', body: fields, headers: { Accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('[data-address]');
    if (!answer.ok || !fresh) throw new Error('no fields came');
    // An answer that was overtaken by another choice is of no use.
    if (fields.get('country') === new FormData(form).get('country')) {
      form.querySelector('[data-address]').replaceWith(fresh);
    }
  } catch {
    form.requestSubmit(button);
  }
}
