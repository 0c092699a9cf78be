// One box for all of the page; without scripts there is none.
(() => {
  const all = document.querySelector("[data-picks]");
  if (!all) return;
  const boxes = [...document.querySelectorAll(`input[name="${all.dataset.picks}"]`)];
  const show = () => {
    const on = boxes.filter((box) => box.checked).length;
    all.checked = on > 0 && on === boxes.length;
    all.indeterminate = on > 0 && on < boxes.length;
  };
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
})();
