// The desk works without this file. With it, a page that can no longer refresh itself says so,
// and choosing a filter applies it.
(() => {
  const stale = document.getElementById("stale");
  document.addEventListener("htmx:afterRequest", (event) => {
    if (stale) stale.hidden = event.detail.successful;
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-sends-itself]");
    if (form && event.target.matches("select")) form.requestSubmit();
  });
})();
