// The desk works without this file. With it, a page that can no longer refresh itself says so,
// and choosing a filter applies it.
(() => {
  const stale = document.getElementById("stale");
  const lost = () => { if (stale) stale.hidden = false; };
  const found = () => { if (stale) stale.hidden = true; };
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:responseError", lost);
  document.addEventListener("htmx:afterOnLoad", found);
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-sends-itself]");
    if (form && event.target.matches("select")) form.requestSubmit();
  });
})();
