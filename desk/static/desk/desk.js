// The desk works without this file. With it, a page that can no longer refresh itself says so,
// choosing a filter applies it, what can be taken back is offered no longer than it can, and what was
// refused is brought before the eyes, wherever on the page it stands.
(() => {
  const refusals = document.querySelectorAll("main :is(.field.wrong, .refused[role=alert], .banner.error[role=alert])");
  const refused = [...refusals].find((one) => one.offsetParent);
  if (refused) {
    refused.scrollIntoView({ block: "center" });
    refused.querySelector("input:not([type=hidden]), select, textarea")?.focus({ preventScroll: true });
  }
  const stale = document.getElementById("stale");
  const warn = (lost) => { if (stale) stale.hidden = !lost; };
  // What was broken off, since somebody typed on, says nothing of the connection.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful !== undefined) warn(!event.detail.successful);
  });
  document.addEventListener("htmx:sendError", () => warn(true));
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-sends-itself]");
    if (form && event.target.matches("select")) form.requestSubmit();
  });
  document.addEventListener("htmx:load", (event) => {
    // Counted from when the page was drawn: on a slow way some of it is over.
    const [page] = performance.getEntriesByType("navigation"), isPage = event.detail.elt === document.body;
    const over = isPage && page ? performance.now() - page.responseStart : 0;
    for (const offer of event.detail.elt.querySelectorAll("[data-gone-in]")) {
      // Its place stays: what stands beneath is being pressed or typed in.
      setTimeout(() => offer.classList.add("gone"), Number(offer.dataset.goneIn) - over);
    }
  });
})();
