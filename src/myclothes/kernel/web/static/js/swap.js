// Puts a new piece of page in the place of an old one without losing the shopper's place.

/** Replaces what `host` holds by `html`; the focus stays on the element with the same id, else goes to `fallback`. */
export function swap(host, html, fallback) {
  const focused = host.contains(document.activeElement) ? document.activeElement : null;
  const id = focused?.id;
  const scrolled = [...host.querySelectorAll('[data-keep-scroll]')].map((part) => part.scrollTop);
  host.innerHTML = html;
  host.querySelectorAll('[data-keep-scroll]').forEach((part, index) => { part.scrollTop = scrolled[index] ?? 0; });
  if (!focused) return;
  const again = id && document.getElementById(id);
  const target = again && !again.disabled ? again : host.querySelector(fallback);
  target?.focus({ preventScroll: Boolean(again) });
}

/** Runs `change` as a soft transition where the browser can and the shopper does not mind. */
export function softly(change) {
  if (!document.startViewTransition || matchMedia('(prefers-reduced-motion: reduce)').matches) {
    change();
    return;
  }
  document.startViewTransition(change);
}
