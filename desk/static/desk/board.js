// The board refreshes itself, but not under the hands of somebody who is just giving a ticket away.
(() => {
  document.addEventListener("htmx:beforeRequest", (event) => {
    const board = event.detail.elt;
    if (board.id === "board" && board.querySelector("form.give")) event.preventDefault();
  });
})();
