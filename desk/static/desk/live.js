// The desk works without this file: then pages look for news every few seconds. With it they are
// told at once, say who else is at a ticket, and keep what is being typed.
(() => {
  const { stream, moved } = document.currentScript.dataset;
  const SLOWLY_MS = 45_000;  // how often a page that is told looks all the same
  const AT_MOST_MS = 3_000;  // how often a list is drawn anew
  const BEAT_MS = 6_000;
  const here = document.getElementById("here");

  // -- what looks by itself, and when

  // The progress of an act, every 2 or 5 s, looks by itself all the same: nobody is told of it.
  const LOOKS = "[hx-get]:is([hx-trigger*='every 15s'], [hx-trigger*='every 30s'])";
  const looked = new Map();
  let told = false;
  const nameOf = (one) => one.id || one.getAttribute("hx-get");
  const lists = () => [...document.querySelectorAll(LOOKS)].filter((one) => one.id !== "timeline" && !one.closest(".bell"));

  document.addEventListener("htmx:beforeRequest", (event) => {
    const one = event.detail.elt;
    if (!one.matches(LOOKS)) return;
    const early = Date.now() - (looked.get(nameOf(one)) ?? 0) < SLOWLY_MS;
    const asked = event.detail.requestConfig.triggeringEvent;
    if (told && early && !asked) event.preventDefault();
    else looked.set(nameOf(one), Date.now());
  });

  const look = (one, why = "told") => one && window.htmx.ajax("GET", one.getAttribute("hx-get"), {
    source: one, swap: one.getAttribute("hx-swap"), event: new Event(why),
  });
  const lookAtBell = () => look(document.querySelector(`.bell ${LOOKS}`));

  // -- a press is whole: nothing that looks by itself is drawn between its two halves

  const held = new Map();
  let pressed = false, letting = 0;
  const release = () => {
    pressed = false;
    held.forEach((why, one) => one.isConnected && look(one, why));
    held.clear();
  };
  // The click comes a little after the pointer is up.
  const letGo = () => { clearTimeout(letting); letting = setTimeout(release, 100); };
  addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    clearTimeout(letting);
    pressed = true;
  }, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, letGo, true);
  addEventListener("blur", letGo);  // of the window: a field is left by the press itself
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { elt: one, triggeringEvent: why } = event.detail.requestConfig;
    if (!pressed || !one.matches("[hx-get][hx-trigger*='every ']")) return;
    event.detail.shouldSwap = false;
    held.set(one, why?.type ?? "told");
  });

  // -- lists: drawn anew, but not under somebody's hand; what offers it lies over the page, in the
  // half where the hand is not, and moves nothing

  const button = Object.assign(document.createElement("button"), { className: "moved", textContent: moved, hidden: true });
  const inHand = (list) => list.matches(":hover") || list.contains(document.activeElement);
  let next = 0, timer = 0, offeredAt = 0;

  const drawLists = (why) => {
    button.hidden = true;
    next = Date.now() + AT_MOST_MS;
    lists().forEach((list) => look(list, why));
  };
  const handOn = (list) => [...list.querySelectorAll(":hover")].at(-1) ?? document.activeElement;
  const offer = (list) => {
    offeredAt = Date.now();
    if (!button.hidden) return;
    button.classList.toggle("above", handOn(list).getBoundingClientRect().top > innerHeight / 2);
    list.before(button);
    button.hidden = false;
  };
  const listsMoved = () => {
    const inTheHand = lists().find(inHand);
    if (inTheHand) offer(inTheHand);
    else {
      clearTimeout(timer);
      timer = setTimeout(() => (lists().some(inHand) ? listsMoved() : drawLists("told")), Math.max(0, next - Date.now()));
    }
  };
  button.addEventListener("click", () => drawLists("asked"));
  // The hand may have come since the list was asked for: what it is about to press stays where it is.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { elt: list, triggeringEvent: why } = event.detail.requestConfig;
    if (!event.detail.shouldSwap || why?.type === "asked" || !lists().includes(list) || !inHand(list)) return;
    event.detail.shouldSwap = false;
    offer(list);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const list = event.target;
    // What moved since this answer was asked for is still to be shown.
    if (list.matches?.(LOOKS) && offeredAt <= (looked.get(nameOf(list)) ?? 0)) button.hidden = true;
  });

  // -- the ticket

  const timeline = () => document.getElementById("timeline");
  const ticketMoved = (newest) => {
    const shown = new URL(timeline().getAttribute("hx-get"), location).searchParams.get("after");
    if (newest > Number(shown)) look(timeline());
  };
  // What somebody has opened stays open.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    const [shown, fresh] = [target, fragment].map((one) => [...one.querySelectorAll("details")]);
    if (shown.length === fresh.length) fresh.forEach((one, at) => { one.open = shown[at].open; });
  });
  // Whoever writes to the customer is told of what has come since the page was drawn.
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target?.id !== "timeline") return;
    for (const hint of document.querySelectorAll(".late")) {
      const form = hint.closest("form");
      const newer = [...timeline().querySelectorAll("li.theirs, li.ours")]
        .some((entry) => Number(entry.dataset.number) > Number(form.elements.seen.value));
      hint.hidden = !(newer && form.elements.body.value.trim());
    }
  });

  // -- the stream

  let source = null, wasTold = false, again = 0;
  const everything = () => { if (here) look(timeline()); listsMoved(); lookAtBell(); };

  // Marked on the page, so that it can be seen from outside.
  const mark = (is) => { told = is; document.documentElement.toggleAttribute("data-told", is); };
  const hangUp = () => { source?.close(); source = null; mark(false); clearTimeout(again); };
  const listen = () => {
    if (!stream || source || document.hidden) return;
    const wanted = new URLSearchParams(here ? { ticket: here.dataset.ref } : {});
    if (lists().length) wanted.set("lists", "1");
    source = new EventSource(`${stream}?${wanted}`, { withCredentials: true });
    source.onopen = () => {
      if (wasTold) everything();
      wasTold = true;
      mark(true);
    };
    source.onerror = () => {
      mark(false);
      if (source?.readyState !== EventSource.CLOSED) return;  // it connects anew by itself
      hangUp();
      again = setTimeout(listen, 30_000);
    };
    source.addEventListener("ticket", (event) => ticketMoved(JSON.parse(event.data).newest));
    source.addEventListener("queue", listsMoved);
    source.addEventListener("bell", async () => {
      if (here) await post(here.dataset.read);  // what it rings for may stand on this very page
      lookAtBell();
    });
    source.addEventListener("here", () => beat());
  };

  // -- who is here

  let verb = "", typedAt = 0;
  const said = (facts) => new URLSearchParams({ csrfmiddlewaretoken: here.dataset.token, ...facts });
  const post = (address, facts) => fetch(address, {
    method: "POST", body: said(facts), headers: { "HX-Request": "true" },
  }).catch(() => null);
  const beat = async () => {
    if (!here || document.hidden) return;
    if (Date.now() - typedAt > BEAT_MS) verb = "";
    const answer = await post(here.dataset.beat, { verb });
    const words = answer?.ok ? (await answer.text()).trim() : "";
    // Said again only when it has changed, or a screen reader would repeat it.
    if (words !== here.innerHTML.trim()) here.innerHTML = words;
  };
  const goAway = () => here && navigator.sendBeacon(here.dataset.beat, said({ gone: "1" }));
  if (here) {
    beat();
    setInterval(beat, BEAT_MS);
  }

  // -- drafts

  const unsaved = new Map(), under = new Map();
  const keepLater = (form, ms) => {
    if (!unsaved.has(form)) unsaved.set(form, setTimeout(() => keep(form), ms));
  };
  const keeperOf = (form) => form?.querySelector("[data-keeps]");
  // One after the other, so that the last words are the last kept.
  const keep = (form, { discard = false, leaving = false } = {}) => {
    clearTimeout(unsaved.get(form));
    unsaved.delete(form);
    const next = () => sendDraft(form, discard, leaving), last = under.get(form);
    under.set(form, last && !leaving ? last.then(next, next) : next());
  };
  const sendDraft = async (form, discard, leaving) => {
    const keeper = keeperOf(form), facts = new FormData(form);
    if (discard) facts.set("body", "");
    facts.delete("upload");  // kept by itself, as soon as it is chosen
    const answer = await fetch(keeper.dataset.keeps, {
      method: "POST", body: facts, headers: { "HX-Request": "true" }, keepalive: leaving,
      signal: AbortSignal.timeout(20_000),
    }).catch(() => null);
    if (!answer || answer.status >= 500) return keepLater(form, 5_000);
    if (![200, 422].includes(answer.status)) return;
    keeper.querySelector("[role=status]").innerHTML = await answer.text();
    keeper.querySelector("button").hidden = !keeper.querySelector("time");
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form"), keeper = keeperOf(form);
    if (!keeper || event.target.name !== "body") return;
    clearTimeout(unsaved.get(form));
    unsaved.delete(form);
    keepLater(form, 1_000);
    const typed = keeper.dataset.keeps.split("/").pop(), begins = verb !== typed;
    typedAt = Date.now();
    verb = typed;
    if (begins) beat();
  });
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-keeps] button");
    if (!pressed) return;
    event.preventDefault();
    const form = pressed.closest("form");
    form.elements.body.value = "";
    form.querySelector(".enclosed")?.replaceChildren();
    keep(form, { discard: true });
    form.elements.body.focus();
  });
  const keepAll = () => [...unsaved.keys()].forEach((form) => keep(form, { leaving: true }));

  // -- coming and going

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      keepAll();
      goAway();
      hangUp();
    } else {
      listen();
      beat();
    }
  });
  addEventListener("pagehide", () => { keepAll(); goAway(); hangUp(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { listen(); beat(); } });
  listen();
})();
