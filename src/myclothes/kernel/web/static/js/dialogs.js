// A link that leads to a page opens the same content as a dialog when the page carries it.

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-dialog]');
  const dialog = link && document.getElementById(link.dataset.dialog);
  if (dialog && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const open = event.target.closest('dialog.dialog[open]');
  if (open && (event.target === open || event.target.closest('[data-close]'))) open.close();
});
