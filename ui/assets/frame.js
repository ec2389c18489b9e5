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
// The address asks for a conversation until the server has answered it: only then it names the one that is shown.
let answered = false;
let shown = null;
window.showAddress = (id) => {
  shown = id || shown;
  if (answered && shown) history.replaceState(null, '', `?c=${encodeURIComponent(shown)}`);
};
new MutationObserver((_, observer) => {
  if (!document.querySelector('#status [data-turn]')) return;
  observer.disconnect();
  answered = true;
  window.showAddress();
}).observe(document, { childList: true, subtree: true });
window.showLanguage = (code) => { document.documentElement.lang = code || 'en'; };

// Gradio calls the examples a list and fills it with buttons, which a screen reader then cannot count.
new MutationObserver(() => document.querySelectorAll('#chat .examples[role=list]')
  .forEach((list) => list.setAttribute('role', 'group'))).observe(document, { childList: true, subtree: true });
