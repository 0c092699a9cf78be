// The desk works without this file. With it, an @ in a note offers the colleagues who may see the
// ticket: arrows choose, Enter or Tab takes, Escape leaves. Files are sent as soon as they are chosen,
// dropped on the form or pasted into it.
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

(() => {
  const MOST_BYTES = 25 * 1024 * 1024;

  // Files are sent one after the other: each shows how far it has come, and one that fails is named.
  function send(room, file, told) {
    const facts = new FormData();
    facts.append("csrfmiddlewaretoken", room.closest("form").elements.csrfmiddlewaretoken.value);
    facts.append("upload", file, file.name);
    return new Promise((done) => {
      const call = new XMLHttpRequest();
      call.open("POST", room.dataset.upload);
      call.setRequestHeader("HX-Request", "true");
      call.upload.onprogress = (event) => event.lengthComputable && told(event.loaded / event.total);
      call.onload = () => done([200, 422].includes(call.status) ? call.responseText : "");
      call.onerror = () => done("");
      call.send(facts);
    });
  }

  function fault(room, words) {
    const line = Object.assign(document.createElement("p"), { className: "fault", textContent: words });
    room.querySelector(".faults").append(line);
    room.failed = true;
  }

  function show(room, answer) {
    const found = new DOMParser().parseFromString(answer, "text/html");
    const list = room.querySelector(".enclosed");
    for (const item of found.querySelectorAll("li[data-file]")) {
      if (!list.querySelector(`[data-file="${item.dataset.file}"]`)) list.append(ready(item));
    }
    for (const line of found.querySelectorAll(".fault")) fault(room, line.textContent);
  }

  async function take(room, files) {
    const bar = room.querySelector("progress");
    room.querySelector(".faults").replaceChildren();
    for (const file of files) {
      if (file.size > MOST_BYTES) {
        fault(room, `${file.name}: ${room.dataset.tooLarge}`);
        continue;
      }
      bar.hidden = false;
      bar.value = 0;
      const answer = await send(room, file, (share) => { bar.value = share; });
      bar.hidden = true;
      if (answer) show(room, answer);
      else fault(room, `${file.name}: ${room.dataset.failed}`);
    }
  }

  function ready(item) {
    const button = item.querySelector("[data-take-away]");
    button.hidden = false;
    return item;
  }

  function furnish(room) {
    const form = room.closest("form"), input = room.querySelector("[name=upload]");
    room.querySelectorAll("li[data-file]").forEach(ready);
    let under = Promise.resolve(), waits = false;
    const enqueue = (files) => { under = under.then(() => take(room, [...files])); };
    input.addEventListener("change", () => {
      const chosen = [...input.files];
      input.value = "";  // they are sent by themselves, and not with the words once more
      enqueue(chosen);
    });
    if (input.files.length) input.dispatchEvent(new Event("change"));  // chosen before this ran
    form.addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      enqueue(event.clipboardData.files);
    });
    form.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      room.classList.add("over");
    });
    form.addEventListener("dragleave", () => room.classList.remove("over"));
    form.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      room.classList.remove("over");
      enqueue(event.dataTransfer.files);
    });
    room.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-take-away]");
      if (!button) return;
      const facts = new FormData();
      facts.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      const answer = await fetch(button.dataset.takeAway, { method: "POST", body: facts, headers: { "HX-Request": "true" } }).catch(() => null);
      if (answer && (answer.ok || answer.status === 404)) {
        button.closest("li").remove();
        input.focus();
      } else {
        fault(room, room.dataset.failed);
      }
    });
    // Words do not leave while a file that belongs to them is still on its way, nor without it.
    form.addEventListener("submit", (event) => {
      if (room.querySelector("progress").hidden) return;
      event.preventDefault();
      if (waits) return;
      const pressed = event.submitter;
      waits = true;
      room.failed = false;
      under.then(() => {
        waits = false;
        if (room.failed) room.scrollIntoView({ block: "nearest" });
        else form.requestSubmit(pressed);
      });
    });
  }

  document.querySelectorAll("[data-upload]").forEach(furnish);
})();
