// The board refreshes itself, but not under the hands of somebody who is giving a ticket away: not
// while they do, nor by an answer that was asked for before.
(() => {
  const keep = (event) => {
    const board = event.detail.elt;
    if (board.id === "board" && board.querySelector("form.give, .give.htmx-request")) event.preventDefault();
  };
  document.addEventListener("htmx:beforeRequest", keep);
  document.addEventListener("htmx:beforeSwap", keep);
})();
