// Tells a screen reader what changed on the page.

export function say(text) {
  const region = document.getElementById('said');
  if (!region || !text) return;
  region.textContent = '';
  // A new text in the same turn would not be noticed.
  setTimeout(() => { region.textContent = text; }, 60);
}
