// The desk works without this file: then pages look for news every few seconds. With it they are
// told at once, say who else is at a ticket, and keep what is being typed.
(() => {
  const { stream, moved } = document.currentScript.dataset;
  const SLOWLY_MS = 45_000;  // how often a page that is told looks all the same
  const AT_MOST_MS = 3_000;  // how often a list is drawn anew
  const BEAT_MS = 6_000;
  const here = document.getElementById("here");

  // -- what looks by itself, and when

  const LOOKS = "[hx-get][hx-trigger*='every']";
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

  const look = (one) => one && window.htmx.ajax("GET", one.getAttribute("hx-get"), {
    source: one, swap: one.getAttribute("hx-swap"), event: new Event("told"),
  });
  const lookAtBell = () => look(document.querySelector(`.bell ${LOOKS}`));

  // -- lists: drawn anew, but not under somebody's hand

  const button = Object.assign(document.createElement("button"), { className: "moved", textContent: moved, hidden: true });
  const inHand = (list) => list.matches(":hover") || list.contains(document.activeElement);
  let next = 0, timer = 0;

  const drawLists = () => {
    button.hidden = true;
    next = Date.now() + AT_MOST_MS;
    lists().forEach(look);
  };
  const listsMoved = () => {
    const held = lists().find(inHand);
    if (held) {
      held.before(button);
      button.hidden = false;
    } else {
      clearTimeout(timer);
      timer = setTimeout(() => (lists().some(inHand) ? listsMoved() : drawLists()), Math.max(0, next - Date.now()));
    }
  };
  button.addEventListener("click", drawLists);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.matches?.(LOOKS)) button.hidden = true;
  });

  // -- the ticket

  const timeline = () => document.getElementById("timeline");
  const ticketMoved = (newest) => {
    const shown = new URL(timeline().getAttribute("hx-get"), location).searchParams.get("after");
    if (newest > Number(shown)) look(timeline());
  };
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

  const unsaved = new Map();
  const keeperOf = (form) => form?.querySelector("[data-keeps]");
  const keep = async (form, { discard = false, leaving = false } = {}) => {
    clearTimeout(unsaved.get(form));
    unsaved.delete(form);
    const keeper = keeperOf(form), facts = new FormData(form);
    if (discard) facts.set("body", "");
    facts.delete("upload");  // kept by itself, as soon as it is chosen
    const answer = await fetch(keeper.dataset.keeps, {
      method: "POST", body: facts, headers: { "HX-Request": "true" }, keepalive: leaving,
    }).catch(() => null);
    if (!answer || ![200, 422].includes(answer.status)) return;
    keeper.querySelector("[role=status]").innerHTML = await answer.text();
    keeper.querySelector("button").hidden = !keeper.querySelector("time");
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form"), keeper = keeperOf(form);
    if (!keeper || event.target.name !== "body") return;
    clearTimeout(unsaved.get(form));
    unsaved.set(form, setTimeout(() => keep(form), 1_000));
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
