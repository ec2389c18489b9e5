document.addEventListener('click', (event) => {
  const tab = event.target.closest('#side [role=tab]');
  if (tab && window.innerWidth <= 900) document.getElementById('side').scrollIntoView({ behavior: 'smooth' });
  const menu = document.getElementById('earlier');
  if (menu && menu.open && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener('keydown', (event) => {
  const menu = document.getElementById('earlier');
  if (event.key === 'Escape' && menu && menu.open) { menu.open = false; menu.querySelector('summary').focus(); }
});
window.showAddress = (id) => { if (id) history.replaceState(null, '', `?c=${encodeURIComponent(id)}`); };
window.showLanguage = (code) => { document.documentElement.lang = code || 'en'; };

// Gradio calls the examples a list and fills it with buttons, which a screen reader then cannot count.
new MutationObserver(() => document.querySelectorAll('#chat .examples[role=list]')
  .forEach((list) => list.setAttribute('role', 'group'))).observe(document, { childList: true, subtree: true });
