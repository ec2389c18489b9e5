// Runs once for each panel (gr.HTML): clicks, forms and sliders in it become one event, `act`, with their data.
let labelled = false;
const sliders = () => Object.fromEntries(
  [...element.querySelectorAll('input[type=range][data-act]')].map((s) => [s.dataset.name, Number(s.value)]));
const act = (data) => trigger('act', { ...data });

element.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-open]');
  if (opener) {
    const card = document.getElementById(opener.dataset.open);
    card.open = true;
    card.querySelector('summary').focus();
    card.scrollIntoView({ block: 'nearest' });
    return;
  }
  const button = event.target.closest('button[data-act]');
  if (!button) return;
  if (button.dataset.act === 'share') {
    navigator.clipboard.writeText(location.href).then(() => { button.textContent = button.dataset.said; });
    return;
  }
  labelled = button.dataset.act === 'label';
  act({ ...button.dataset, values: sliders() });
});

element.addEventListener('submit', (event) => {
  event.preventDefault();
  act({ ...event.target.dataset, ...Object.fromEntries(new FormData(event.target)) });
});

element.addEventListener('input', (event) => {
  const slider = event.target.closest('input[type=range][data-act]');
  if (!slider) return;
  slider.nextElementSibling.textContent = `${Math.round(slider.value * 100)}%`;
  act({ act: slider.dataset.act, values: sliders() });
});

element.addEventListener('change', (event) => {
  if (event.target.matches('select[data-act]')) act({ ...event.target.dataset, value: event.target.value });
});

// Keys 1, 2 and 0 label the pair in sight, unless somebody types.
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select')) return;
  const button = element.querySelector(`.blind [data-shortcut="${CSS.escape(event.key)}"]`);
  if (!button || !button.offsetParent) return;
  event.preventDefault();
  button.click();
});
watch('value', () => { if (labelled) element.querySelector('.blind')?.focus({ preventScroll: true }); });
