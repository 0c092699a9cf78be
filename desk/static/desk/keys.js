// Keys for those who live here: single letters, a palette on Ctrl or Cmd K, a sheet on "?".
// Everything they do is also a link or a button. Whoever wants no single letters switches them off.
(() => {
  const hands = document.getElementById("hands");
  if (!hands) return;
  const first = (what) => document.querySelector(what);
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  const lettersAct = () => localStorage.getItem("letters") !== "off";

  const follow = (what) => first(what)?.click();
  const say = (verb) => {
    const radio = document.getElementById(`say-${verb}`);
    if (!radio) return;
    radio.click();
    first(`.say-${verb} :is(textarea, select, input:not([type="hidden"]))`)?.focus();
  };
  const step = (by) => {
    const rows = all(".queue .what a, .said .text a, .news button");
    const here = rows.indexOf(document.activeElement);
    rows[here < 0 ? 0 : Math.min(Math.max(here + by, 0), rows.length - 1)]?.focus();
  };

  // The dialogs are fetched when they are first wanted.
  // Whoever types on meanwhile loses nothing: it is settled at once, so that htmx hears the words
  // that are put in.
  let fetched = null;
  let ahead = null; // the keys pressed meanwhile
  const open = async (name) => {
    ahead = name === "palette" ? ahead ?? [] : null; // pressed again, since nothing happened yet
    let pressed = null;
    try {
      fetched ??= htmx.ajax("GET", hands.dataset.from, { target: hands, swap: "innerHTML settle:0ms" }).then(furnish);
      await fetched;
    } catch {
      fetched = null; // the connection is lost, or they are signed out: the next key tries again
    } finally {
      [pressed, ahead] = [ahead ?? [], null];
    }
    const dialog = document.getElementById(name);
    if (!dialog || dialog.open || pressed.includes("Escape")) return;
    dialog.showModal();
    const said = dialog.querySelector("input[type='search']");
    said?.select();
    if (pressed.length) type(said, pressed);
  };
  const type = (said, keys) => {
    const words = [];
    for (const key of keys) {
      if (key === "Backspace") words.pop();
      else if (key.length === 1) words.push(key);
    }
    said.value = words.join("");
    said.dispatchEvent(new Event("input", { bubbles: true }));
    if (!keys.includes("Enter")) return;
    said.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  };

  const LETTERS = {
    j: () => step(1),
    k: () => step(-1),
    x: () => document.activeElement.closest("tr")?.querySelector('input[type="checkbox"]')?.click(),
    "/": () => first(".find input[type='search']").focus(),
    "?": () => open("keys"),
    u: () => follow(".path a"),
    "[": () => follow('a[rel="prev"]'),
    "]": () => follow('a[rel="next"]'),
    r: () => say("reply"),
    n: () => say("note"),
    l: () => say("log-contact"),
    w: () => say("wait"),
    e: () => say("resolve"),
    c: () => say("close"),
    m: () => say("merge"),
    i: () => follow(".take button[data-take]"),
    a: () => first("#assign-assignee")?.focus(),
    t: () => first("#tag-add")?.focus(),
    z: () => follow(".undo:not(.gone) button"),
  };
  const PLACES = { q: "queue", b: "board", f: "feedback", n: "news", s: "settings" };
  let going = false;

  const NO_TYPING = "input:is([type='checkbox'], [type='radio'])";
  const typing = (element) =>
    element.matches("input, textarea, select, [contenteditable]") && !element.matches(NO_TYPING);
  document.addEventListener("keydown", (event) => {
    const held = event.ctrlKey || event.metaKey;
    if (held && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open("palette");
    } else if (held && event.key === "Enter") {
      event.target.closest("textarea")?.form.requestSubmit();
    }
    if (held || event.altKey || event.isComposing) return;
    if (ahead !== null) {
      event.preventDefault();
      ahead.push(event.key);
      return;
    }
    if (!lettersAct()) return;
    if (typing(event.target) || first("dialog[open]")) return;
    if (going) {
      going = false;
      if (PLACES[event.key]) location.assign(`/${PLACES[event.key]}`);
    } else if (event.key === "g") {
      going = true;
      setTimeout(() => (going = false), 1500);
    } else if (LETTERS[event.key]) {
      event.preventDefault();
      LETTERS[event.key]();
    }
  });
  for (const opener of all("[data-opens]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => open(opener.dataset.opens));
  }

  // Places and acts are narrowed here; tickets and customers are looked for while somebody types.
  const furnish = () => {
    const palette = document.getElementById("palette");
    const letters = document.getElementById("single-letters");
    letters.checked = lettersAct();
    letters.addEventListener("change", () =>
      localStorage.setItem("letters", letters.checked ? "on" : "off"),
    );
    for (const act of all("[data-say]", palette)) {
      const isHere = document.getElementById(`say-${act.dataset.say}`) !== null;
      act.closest("li").toggleAttribute("data-not-here", !isHere);
      act.addEventListener("click", () => {
        palette.close();
        say(act.dataset.say);
      });
    }
    const said = palette.querySelector("input[type='search']");
    const found = document.getElementById("found");
    let waits = false; // Enter was pressed before what they typed was looked for
    const rows = () => all("a, button[data-say]", palette).filter((row) => row.offsetParent);
    said.addEventListener("htmx:afterRequest", (event) => {
      if (!event.detail.successful) return;
      const { q } = event.detail.requestConfig.parameters;
      found.dataset.said = q;
      if (waits && q === said.value) {
        waits = false;
        rows()[0]?.click();
      }
      if (document.activeElement === document.body) said.focus();
    });
    said.addEventListener("input", () => {
      waits = false;
      const words = said.value.toLowerCase();
      for (const place of all("[data-place]", palette)) {
        place.hidden = !place.textContent.toLowerCase().includes(words);
      }
    });
    palette.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const shown = rows();
      if (by) {
        event.preventDefault();
        const next = shown.indexOf(document.activeElement) + by;
        (next < 0 ? said : shown[Math.min(next, shown.length - 1)])?.focus();
      } else if (event.key === "Enter" && event.target === said) {
        // What was found for fewer letters is not what they mean.
        const isOld = said.value !== (found.dataset.said ?? "");
        const meant = shown.find((row) => !isOld || !found.contains(row));
        waits = isOld && !meant;
        if (meant || waits) event.preventDefault();
        meant?.click();
      }
    });
    for (const dialog of all("dialog", hands)) {
      dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    }
  };
})();
