// Rules are written and ordered without this file too: by buttons. With it, what was chosen changes
// the fields at once, and rules are drawn to their place by the pointer.
(() => {
  const editor = document.querySelector("form[data-looks]");
  // What decides which fields there are draws them anew; all else changes the sentence alone, so
  // that nobody's next word is lost.
  editor?.addEventListener("change", (event) => {
    const anew = event.target.matches("#conditions :is([name$='.fact'], [name$='.op'], [name$='.mode'])");
    editor.querySelector(`button[value="${anew ? "look" : "say"}"]`).click();
  });

  // Who has typed on since it was asked for is asked about anew, not overwritten.
  const said = () => new URLSearchParams(new FormData(editor)).toString();
  const asked = new WeakMap();
  editor?.addEventListener("htmx:beforeRequest", (event) => asked.set(event.detail.xhr, said()));
  editor?.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "conditions" || said() === asked.get(event.detail.xhr)) return;
    event.detail.shouldSwap = false;
    editor.querySelector('button[value="look"]').click();
  });

  const list = document.querySelector("[data-drags]");
  if (!list) return;
  const form = document.getElementById(list.dataset.drags);
  let drawn = null;

  for (const row of list.children) row.draggable = true;
  list.addEventListener("dragstart", (event) => {
    drawn = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
    drawn.classList.add("drawn");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!drawn || !over) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    const below = event.clientY > box.top + box.height / 2;
    if (over !== drawn) over[below ? "after" : "before"](drawn);
  });
  list.addEventListener("dragend", () => {
    drawn?.classList.remove("drawn");
    drawn = null;
    for (const [index, row] of Array.from(list.children).entries()) row.querySelector(".place").textContent = index + 1;
    form.elements.rules.value = Array.from(list.children, (row) => row.dataset.rule).join(",");
    form.hidden = false;
  });
})();
