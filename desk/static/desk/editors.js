// The editors of the house work without this file. With it, rows are moved without losing one's
// place on the page, and the forecast beside a policy follows what is typed.
(() => {
  const busy = new WeakMap();
  let later;

  const ask = async (form, name, value) => {
    const body = new FormData(form);
    body.set(name, value);
    busy.get(form)?.abort();
    const stop = new AbortController();
    busy.set(form, stop);
    const answer = await fetch(form.action, { method: "POST", body, signal: stop.signal });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  };

  const put = (page, id) => {
    const old = document.getElementById(id);
    const fresh = page?.getElementById(id);
    if (old && fresh) old.replaceWith(fresh);
    return Boolean(old && fresh);
  };

  // Whatever goes wrong, the button does what it does without scripts.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest('form[data-editor] button[name="rearrange"]');
    if (!button) return;
    event.preventDefault();
    clearTimeout(later); // a forecast begun now would break this off
    const { name, value, form } = button;
    try {
      if (!put(await ask(form, name, value), form.id)) throw new Error("no such form");
      const [rows, way, place] = value.split("-");
      const list = document.getElementById(rows);
      const to = way === "add" ? list.querySelectorAll("[data-row]").length : Math.max(1, Number(place) + (way === "up" ? 0 : way === "down" ? 2 : 1));
      const row = list.querySelector(`[data-row="${to}"]`) ?? list.querySelector("[data-row]");
      row?.querySelector("input:not([type=hidden]), select")?.focus();
    } catch (error) {
      if (error.name !== "AbortError") form.requestSubmit(button);
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-foresees]");
    if (!form) return;
    clearTimeout(later);
    later = setTimeout(() => ask(form, "foresee", "1").then((page) => put(page, "forecast")).catch(() => {}), 400);
  });
})();
