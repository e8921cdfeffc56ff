// The picture of a card grows into the picture of the piece, where the browser can do that between pages.

let pressed = null;

addEventListener('click', (event) => {
  pressed = event.target.closest?.('.card')?.querySelector('img') ?? null;
}, { capture: true });

addEventListener('pageswap', (event) => {
  if (!event.viewTransition || !pressed) return;
  // A name may stand for one element only.
  for (const img of document.querySelectorAll('.gallery img')) img.style.viewTransitionName = 'none';
  pressed.style.viewTransitionName = 'piece';
});

addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  if (pressed) pressed.style.viewTransitionName = '';
  for (const img of document.querySelectorAll('.gallery img')) img.style.viewTransitionName = '';
});
