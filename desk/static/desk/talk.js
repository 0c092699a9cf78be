// The desk works without this file. With it, an @ in a note offers the colleagues who may see the
// ticket: arrows choose, Enter or Tab takes, Escape leaves.
(() => {
  const offered = (list) => [...list.options].map((one) => ({ name: one.value, handle: one.label }));
  const typed = (box) => /(?:^|[^\w.+@/-])@([\p{L}\p{N}._ +-]{0,40})$/u.exec(box.value.slice(0, box.selectionStart));

  function matching(people, said) {
    const wanted = said.toLowerCase();
    const begins = (one) => one.name.toLowerCase().startsWith(wanted) || one.handle.startsWith(wanted);
    return people.filter(begins).slice(0, 6);
  }

  function complete(box) {
    const people = offered(document.getElementById(box.dataset.mentions));
    const list = document.createElement("ul");
    list.id = `${box.id}-offered`;
    list.className = "offered";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.dataset.mentioned);
    list.hidden = true;
    box.after(list);
    box.setAttribute("aria-controls", list.id);
    box.setAttribute("aria-autocomplete", "list");
    let chosen = 0;

    function close() {
      list.hidden = true;
      box.removeAttribute("aria-activedescendant");
    }

    function mark() {
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
      box.setAttribute("aria-activedescendant", list.children[chosen].id);
    }

    function take(name) {
      const found = typed(box);
      if (!found) return close();
      const start = box.selectionStart - found[1].length;
      box.setRangeText(`${name} `, start, box.selectionStart, "end");
      close();
      box.focus();
    }

    function offer() {
      const found = typed(box);
      const names = found ? matching(people, found[1]) : [];
      if (!names.length) return close();
      list.replaceChildren(...names.map((one, at) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${at}`;
        item.setAttribute("role", "option");
        item.textContent = `${one.name} @${one.handle}`;
        item.addEventListener("mousedown", (event) => { event.preventDefault(); take(one.name); });
        item.dataset.name = one.name;
        return item;
      }));
      chosen = 0;
      list.hidden = false;
      mark();
    }

    box.addEventListener("input", offer);
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      if (event.key === "Escape") close();
      else if (event.key === "ArrowDown") chosen = (chosen + 1) % list.children.length;
      else if (event.key === "ArrowUp") chosen = (chosen + list.children.length - 1) % list.children.length;
      else if (event.key === "Enter" || event.key === "Tab") return take(list.children[chosen].dataset.name, event.preventDefault());
      else return;
      event.preventDefault();
      if (!list.hidden) mark();
    });
  }

  document.querySelectorAll("textarea[data-mentions]").forEach(complete);
})();
