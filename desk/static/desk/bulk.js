// Choosing many rows of the queue: it lasts over pages, refreshes and filters, until it is used.
(() => {
  const form = document.getElementById("many");
  if (!form) return;
  const chosen = new Set(JSON.parse(sessionStorage.getItem("chosen") ?? "[]"));
  const boxes = () => [...document.querySelectorAll('input[name="ticket"][form="many"]')];
  let last = null;

  const show = () => {
    for (const box of boxes()) box.checked = chosen.has(box.value);
    const all = document.getElementById("choose-page");
    if (all) {
      const on = boxes().filter((box) => box.checked).length;
      all.checked = on > 0 && on === boxes().length;
      all.indeterminate = on > 0 && on < boxes().length;
    }
    form.hidden = chosen.size === 0;
    form.querySelector("[data-number]").textContent = chosen.size;
    sessionStorage.setItem("chosen", JSON.stringify([...chosen]));
  };
  const set = (box, on) => (on ? chosen.add(box.value) : chosen.delete(box.value));

  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.form !== form) return;
    const rows = boxes();
    const [here, there] = [rows.indexOf(box), rows.findIndex((row) => row.value === last)];
    const range = event.shiftKey && there >= 0;
    const [from, to] = range ? [Math.min(here, there), Math.max(here, there)] : [here, here];
    if (here < 0) return;
    for (const row of rows.slice(from, to + 1)) set(row, box.checked);
    last = box.value;
    show();
  });
  document.addEventListener("change", (event) => {
    if (event.target.id !== "choose-page") return;
    for (const box of boxes()) set(box, event.target.checked);
    show();
  });
  form.addEventListener("formdata", (event) => {
    event.formData.delete("ticket");
    event.formData.set("ticket", [...chosen].join(","));
    sessionStorage.removeItem("chosen");
  });
  form.querySelector("[data-none]").addEventListener("click", () => {
    chosen.clear();
    show();
  });
  document.addEventListener("htmx:afterSwap", show);
  show();
})();
