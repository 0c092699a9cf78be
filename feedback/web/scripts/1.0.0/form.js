/*! cxloop form VERSION, Apache-2.0 */
(() => {
  "use strict";
  const { my } = window.cxloop, { at, said } = my;
  const WEEK = 7 * 24 * 3600e3, MOST_WAIT = 300e3, PATIENCE = 8e3, PAUSE = 2e3, TURN = 2e3, FRESH = 25 * 60e3;

  const el = (name, facts = {}, ...inside) => {
    const made = document.createElement(name);
    for (const [fact, value] of Object.entries(facts))
      if (value === true) made.setAttribute(fact, "");
      else if (value !== false && value != null) made.setAttribute(fact, value);
    made.append(...inside.filter((one) => one != null && one !== ""));
    return made;
  };

  // What was said and has not left yet. Without storage it lives as long as the page.
  const memory = new Map(), leaving = new Set();
  const store = async (mode, work, makes = false) => {
    if (!my.stores) return null;
    try {
      const db = await new Promise((ok, no) => {
        const asked = indexedDB.open("cxloop", 1);
        asked.onupgradeneeded = () => {
          if (makes) asked.result.createObjectStore("out", { keyPath: "id" });
          else asked.transaction.abort();  // another page has sent all of it, and deleted it, meanwhile
        };
        asked.onsuccess = () => ok(asked.result);
        asked.onerror = asked.onblocked = () => no(asked.error);
      });
      try {
        return await new Promise((ok, no) => {
          const turn = db.transaction("out", mode), wanted = work(turn.objectStore("out"));
          turn.oncomplete = () => ok(wanted.result);
          turn.onerror = turn.onabort = () => no(turn.error);
        });
      } finally { db.close(); }
    } catch { return null; }
  };
  // One tab at a time, or what one keeps would go with the database that another found empty. Nobody is waited
  // for long, and a browser without locks goes without.
  const alone = async (work) => {
    try {
      return await navigator.locks.request("cxloop", { signal: AbortSignal.timeout(TURN) }, work);
    } catch { return work(); }
  };
  const keep = (item) => {
    memory.set(item.id, item);
    return alone(() => store("readwrite", (out) => out.put(item), true));
  };
  const tidy = () => alone(async () => {
    if ((await store("readonly", (out) => out.count())) === 0) indexedDB.deleteDatabase("cxloop");
  });
  const drop = async (id) => {
    memory.delete(id);
    await store("readwrite", (out) => out.delete(id));
    await tidy();
  };
  // Nothing is kept in a browser before somebody has said something, nor once it was heard.
  const hasKept = async () => my.stores && (await indexedDB.databases()).some((one) => one.name === "cxloop");
  const waiting = async () => {
    const kept = await hasKept().catch(() => false) && await store("readonly", (out) => out.getAll());
    if (kept && !kept.length) await tidy();  // the page that emptied it ended before it was deleted
    for (const item of kept || []) memory.set(item.id, item);
    return [...memory.values()];
  };

  // One key a submission: sent again, by whichever tab, it is heard once.
  const post = async (item) => {
    leaving.add(item.id);
    try { return await posted(item); } finally { leaving.delete(item.id); }
  };
  const posted = async (item) => {
    const files = item.files || [], json = { "Content-Type": "application/json" };
    const answer = await fetch(door(item.key), {
      method: "POST",
      body: files.length ? withFiles(item.body, files) : item.body,
      credentials: "omit",
      keepalive: !files.length && item.body.length < 50000,
      headers: { ...(files.length ? {} : json), "Idempotency-Key": item.id },
    });
    const heard = await answer.json().catch(() => ({}));
    if (answer.ok) { await drop(item.id); return { heard }; }
    // Its parts were heard by themselves meanwhile: what was said since is a submission of its own.
    if (item.parts && heard.code === "idempotency_mismatch") {
      await drop(item.id);
      const again = { ...item, id: newId(), parts: false };
      await keep(again);
      return posted(again);
    }
    const refused = [400, 409, 413, 422].includes(answer.status) && heard.code !== "in_progress";
    // A picture that cannot be taken must not keep back the words beside it.
    if (files.length && (refused || heard.code === "files_cap")) {
      const without = { ...item, files: [] };
      await keep(without);
      return { ...await posted(without), unpictured: true };
    }
    // Refused for what it says, it would be refused for ever; all else may pass.
    if (refused) { await drop(item.id); return { refused: heard }; }
    throw Error(`${answer.status}`);
  };

  const withFiles = (body, files) => {
    const form = new FormData();
    form.append("feedback", body);
    files.forEach((file, at) => form.append(`file${at}`, file, `picture${at || ""}.webp`));
    return form;
  };
  const door = (key) => `${at}/api/v1/feedback?key=${encodeURIComponent(key)}`;

  let wait = 2e3, timer;
  const deliver = async () => {
    clearTimeout(timer);
    let left = 0;
    for (const item of await waiting()) {
      if (Date.now() - item.since > WEEK) await drop(item.id);
      else if (!leaving.has(item.id)) await post(item).catch(() => { left += 1; });
    }
    wait = left ? Math.min(wait * 2, MOST_WAIT) : 2e3;
    if (left) timer = setTimeout(deliver, wait);
  };
  addEventListener("online", deliver);

  const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  const context = () => ({
    url: location.origin + location.pathname,
    referrer: document.referrer.split(/[?#]/)[0] || undefined,
    language: navigator.language,
    viewport: `${innerWidth}x${innerHeight}`,
    widget: "VERSION",
    ...my.facts,
  });

  const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

  // The hours in which one may be called, on the clock of whoever is asked; what is over is none.
  const windows = ({ hours, days }, language) => [...Array(days).keys()].flatMap((later) => hours.map(([begins, ends]) => {
    const [after, before] = [begins, ends].map((said) => {
      const at = new Date(), [hour, minute] = said.split(":");
      at.setDate(at.getDate() + later);
      at.setHours(hour, minute, 0, 0);
      return at;
    });
    const day = after.toLocaleDateString(language, { weekday: "short", month: "short", day: "numeric" });
    return { before, value: `${after.toISOString()}/${before.toISOString()}`, words: `${day}, ${begins}–${ends}` };
  })).filter(({ before }) => before > new Date());

  // As the server reads it: the first score and the first words are the feedback's own.
  const submission = (asked, questions, given) => {
    const body = { answers: {}, scores: [], context: context(), form: asked.form, form_version: asked.version };
    const customer = { ...my.customer };
    for (const one of questions) {
      const values = given.getAll(one.key).filter((value) => value.trim());
      if (one.kind === "contact") {
        const email = (given.get("email") || "").trim();
        if (email) Object.assign(customer, { email, locale: asked.language });
        if (given.get("contact_me")) body.answers.contact_me = true;
      } else if (one.kind === "callback") {
        const phone = (given.get("call-phone") || "").trim(), [after, before] = (given.get("call-at") || "").split("/");
        if (!phone) continue;
        Object.assign(customer, { phone, locale: asked.language });
        body.answers.call_back = { ...(before && { after, before }), zone: zone() };
      } else if (!values.length) continue;
      else if (one.score) {
        const score = { type: one.kind, value: one.kind === "gcr" ? values[0] : +values[0] };
        if (body.score) body.scores.push({ key: one.key, ...score }); else body.score = score;
      } else if (one.kind === "text" && !body.comment) body.comment = values[0];
      else body.answers[one.key] = one.several ? values : values[0];
    }
    if (Object.keys(customer).length) body.customer = customer;
    return body;
  };

  class Form {
    constructor(asked, root, leave) {
      Object.assign(this, { asked, root, leave, words: asked.words });
      this.draw();
      if (!asked.keeps_parts) return;
      this.form.oninput = () => { clearTimeout(this.later); this.later = setTimeout(() => this.part(), PAUSE); };
      addEventListener("pagehide", () => this.part(true));
      document.addEventListener("visibilitychange", () => { if (document.hidden) this.part(true); });
    }

    // What is answered so far, without the address that nobody has sent yet.
    part(leaving) {
      const given = new FormData(this.form), trap = given.get("website");
      for (const name of ["email", "contact_me", "call-phone"]) given.delete(name);
      const body = submission(this.asked, this.questions(), given), words = JSON.stringify(body);
      if (this.sent || this.done || words === this.parted || !(body.score || body.comment)) return;
      if (!this.id || Date.now() - this.since > FRESH) this.id = newId();
      Object.assign(this, { parted: words, since: Date.now() });
      const filled_ms = Math.round(performance.now() - this.drawn);
      const where = `${door(my.key)}&idempotency_key=${this.id}`, said = JSON.stringify({ ...body, trap, filled_ms, partial: true });
      if (leaving) navigator.sendBeacon(where, said);
      else fetch(where, { method: "POST", body: said, credentials: "omit", keepalive: true }).catch(() => { this.parted = null; });
    }

    draw() {
      const { words, asked } = this;
      this.title = el("h2", { id: "title", tabindex: "-1" }, asked.questions[0].ask);
      this.alert = el("p", { class: "alert", role: "alert", hidden: true });
      this.parts = asked.questions.map((one, at) => this.field(one, at));
      this.send = el("button", { class: "send" }, words.send);
      this.pictures = el("div");
      if (asked.pictures) loadPicture().then(({ part }) => this.pictures.replaceWith(part({
        el, words, hide: () => this.hide(), told: (blob) => { this.picture = blob; },
      }))).catch(console.warn);
      // People do not see it; programs fill it in, and in no time.
      const trap = el("div", { class: "unseen", "aria-hidden": "true" }, el("label", { for: "website" }, words.leave_empty),
        el("input", { id: "website", name: "website", tabindex: "-1", autocomplete: "off" }));
      this.form = el("form", { novalidate: true }, this.alert, ...this.parts, this.pictures, trap, this.send, el("p", { class: "hint" }, words.privacy, asked.keeps_parts ? ` ${words.parts}` : ""));
      this.drawn = performance.now();
      this.form.onsubmit = (event) => { event.preventDefault(); this.submit(); };
      this.form.onchange = () => this.branch();
      this.form.onclick = (event) => this.goOn(event);
      this.root.replaceChildren(this.title, this.form);
      this.branch();
    }

    // While a picture of the page is taken, this is no part of it.
    hide() {
      const hosts = [...document.querySelectorAll("cxloop-form,cxloop-tab")].filter((host) => host.parentNode === document.documentElement);
      const inside = this.root.getRootNode().host;
      const hidden = hosts.includes(inside) ? hosts : [...hosts, inside];
      hidden.forEach((host) => host.style.setProperty("visibility", "hidden", "important"));
      return () => hidden.forEach((host) => host.style.removeProperty("visibility"));
    }

    field(one, at) {
      const label = at ? one.ask : null, hint = one.hint && el("p", { class: "hint", id: `${one.key}-hint` }, one.hint);
      const fault = el("p", { class: "fault", id: `${one.key}-fault`, hidden: true });
      const told = `${one.hint ? `${one.key}-hint ` : ""}${one.key}-fault`;
      if (one.choices.length) {
        const kind = one.several ? "checkbox" : "radio";
        const choices = one.choices.map(([value, words], number) => el("label", {},
          el("input", { type: kind, name: one.key, value }),
          el("span", {}, one.kind === "stars" ? `${words} ★` : words, this.end(one, number))));
        const ends = one.low || one.high ? el("p", { class: "ends", "aria-hidden": "true" }, el("span", {}, one.low), el("span", {}, one.high)) : null;
        const css = one.score ? `scores of-${choices.length}` : "options";
        return el("fieldset", { "aria-describedby": told, "aria-labelledby": at ? null : "title" },
          label && el("legend", {}, label), hint, el("div", { class: css }, ...choices), ends, fault);
      }
      if (one.kind === "callback") {
        const phone = el("input", { id: "call-phone", name: "call-phone", type: "tel", autocomplete: "tel", maxlength: 40, "aria-describedby": told });
        const times = windows(one, this.asked.language).map(({ value, words }) => el("option", { value }, words));
        const when = el("select", { id: "call-at", name: "call-at" }, el("option", { value: "" }, this.words.call_any), ...times);
        return el("div", { class: "field" }, el("label", { for: "call-phone" }, one.ask), hint, phone, fault,
          el("label", { for: "call-at" }, this.words.call_at), when);
      }
      const id = `q-${one.key}`, facts = { id, name: one.key, "aria-describedby": told, "aria-required": one.required ? "true" : null };
      if (!at) facts["aria-labelledby"] = "title";
      const field = one.kind === "text"
        ? el("textarea", { ...facts, rows: 4, maxlength: 10000 })
        : el("input", { ...facts, name: "email", type: "email", autocomplete: "email" });
      const wish = one.kind === "contact" && el("label", { class: "check" }, el("input", { type: "checkbox", name: "contact_me", value: "on" }), el("span", {}, this.words.contact_me));
      return el("div", { class: "field" }, label && el("label", { for: id }, label), hint, field, fault, wish || null);
    }

    end(one, number) {
      const words = number ? number === one.choices.length - 1 && one.high : one.low;
      return words ? el("i", {}, ` ${words}`) : null;
    }

    questions() {
      return this.asked.questions.filter((_, at) => !this.parts[at].hidden);
    }

    branch() {
      this.asked.questions.forEach(({ when }, at) => {
        if (!when) return;
        const before = this.asked.questions.findIndex((one) => one.key === when.question);
        const chosen = new FormData(this.form).getAll(when.question);
        this.parts[at].hidden = this.parts[before].hidden || !chosen.some((value) => when.values.includes(value));
      });
    }

    // Whoever chose by hand goes on with the words that follow: a tap less. By keys nobody is moved.
    goOn({ target, detail }) {
      const at = this.asked.questions.findIndex((one) => one.score && one.key === target.name);
      if (!detail || at < 0) return;
      const next = this.asked.questions.findIndex((_, later) => later > at && !this.parts[later].hidden);
      const field = next > 0 && this.parts[next].querySelector("textarea");
      if (field && !field.value) field.focus();
    }

    faults(given) {
      const found = new Map();
      for (const one of this.questions()) {
        const values = given.getAll(one.key).filter((value) => value.trim());
        const email = (given.get("email") || "").trim();
        if (one.kind === "contact") {
          const wanted = one.required || given.get("contact_me");
          if (email ? !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) : wanted) found.set(one.key, "email");
        } else if (one.kind === "callback") {
          const digits = (given.get("call-phone") || "").replace(/\D/g, "").length;
          if (digits < 5 && (digits || one.required || given.get("call-at"))) found.set(one.key, "phone");
        } else if (one.required && !values.length) found.set(one.key, "required");
      }
      return found;
    }

    async submit() {
      const given = new FormData(this.form), faults = this.faults(given);
      const body = submission(this.asked, this.questions(), given);
      this.show(faults);
      if (faults.size) return;
      if (!body.score && !body.comment) return this.warn(this.words.faults.said);
      const item = this.once(body, given.get("website"));
      this.send.disabled = this.sent = true;
      await keep(item);
      const patience = new Promise((done) => setTimeout(done, PATIENCE, {}));
      const answer = await Promise.race([post(item).catch(() => ({})), patience]);
      this.send.disabled = false;
      if (answer.refused) {
        Object.assign(this, { sent: false, id: item.parts && item.id });
        return this.refuse(answer.refused);
      }
      noteAsked(this.asked.form);
      this.thank(answer.heard, answer.unpictured);
      if (!answer.heard) deliver();
    }

    // The same words sent again, after an answer that never came, are the same submission.
    once(body, trap) {
      const words = JSON.stringify(body);
      if (this.said !== words || this.sentPicture !== this.picture) {
        const filled_ms = Math.round(performance.now() - this.drawn);
        const parts = !!this.id && Date.now() - this.since < FRESH;
        this.item = { id: parts ? this.id : newId(), parts, key: my.key, since: Date.now(), body: JSON.stringify({ ...body, trap, filled_ms }), files: this.picture ? [this.picture] : [] };
      }
      this.said = words;
      this.sentPicture = this.picture;
      this.id = null;
      return this.item;
    }

    show(faults) {
      this.alert.hidden = true;
      let first;
      this.asked.questions.forEach((one, at) => {
        const code = faults.get(one.key), part = this.parts[at], line = part.querySelector(".fault");
        line.hidden = !code;
        line.textContent = code ? this.words.faults[code] : "";
        for (const field of part.querySelectorAll("input:not([type=checkbox]),textarea")) field.setAttribute("aria-invalid", !!code);
        if (code && !first) first = part.querySelector("input,textarea,select");
      });
      first?.focus();
    }

    warn(words) {
      this.alert.textContent = words;
      this.alert.hidden = false;
    }

    refuse(problem) {
      const email = (problem.errors || []).some((one) => one.pointer === "/customer/email");
      const contact = this.asked.questions.find((one) => one.kind === "contact");
      if (email && contact) this.show(new Map([[contact.key, "email"]])); else this.warn(this.words.refused);
    }

    thank(heard, unpictured) {
      const { words, asked } = this, title = el("h2", { id: "title", tabindex: "-1" }, words.thanks[0]);
      const link = heard?.status_url && el("a", { href: heard.status_url, target: "_blank", rel: "noopener noreferrer" }, words.keep);
      const text = heard ? asked.thanks || words.thanks[1] : words.kept;
      this.root.replaceChildren(title, el("p", { role: "status" }, text, unpictured ? ` ${words.no_picture}` : ""), link ? el("p", {}, link) : "");
      title.focus();
      this.done = true;
    }
  }

  let picturing;
  const loadPicture = () => picturing ??= my.load("picture", "PICTURE").then(() => my.picture);

  const ask = async (form) => {
    const wanted = new URLSearchParams({ key: my.key, language: my.language, form: form || said.form || "" });
    const answer = await fetch(`${at}/w/config?${wanted}`, { credentials: "omit" });
    if (!answer.ok) throw Error(`cxloop: ${(await answer.json().catch(() => ({}))).detail || answer.status}`);
    return answer.json();
  };

  const box = (name) => {
    const host = el(name, { theme: my.theme }), root = host.attachShadow({ mode: "open" });
    my.dress(root, CSS);
    return { host, root };
  };

  let shown;
  const close = () => shown?.dialog.close();
  const open = async ({ form, beside = false, unasked = false, from = document.activeElement } = {}) => {
    if (shown?.dialog.open) return shown.dialog.focus();
    if (!shown || shown.form.done || shown.name !== form || !shown.host.isConnected) shown = await made(form);
    shown.from = from;
    document.documentElement.append(shown.host);
    shown.dialog.className = beside ? "beside" : "";
    if (beside) shown.dialog.show(); else shown.dialog.showModal();
    // Whoever was not asked whether it may come goes on with what they do.
    if (!unasked) return shown.form.title.focus();
    shown.dialog.getRootNode().activeElement?.blur();
    from?.focus({ preventScroll: true });
    setTimeout(() => { shown.told.textContent = shown.form.title.textContent; }, 100);
  };
  const made = async (name) => {
    shown?.host.remove();
    const asked = await ask(name), { host, root } = box("cxloop-form");
    const body = el("div", { lang: asked.language, dir: "auto" });
    const shut = el("button", { class: "shut", type: "button", "aria-label": asked.words.close }, "×");
    const dialog = el("dialog", { "aria-labelledby": "title" }, shut, body);
    shut.onclick = () => dialog.close();
    dialog.onkeydown = (event) => { if (event.key === "Escape") { event.stopPropagation(); dialog.close(); } };
    dialog.onclose = () => shown?.from?.focus?.();
    const told = el("p", { class: "unseen", role: "status" });
    root.append(dialog, told);
    return { name, host, dialog, told, form: new Form(asked, body) };
  };

  // What this browser remembers of having been asked. Where nothing may be stored, the page does.
  let known = { asked: {}, die: Math.random() };
  const remember = () => {
    try { if (my.stores) localStorage.setItem("cxloop", JSON.stringify(known)); } catch { /* nobody's loss */ }
  };
  const recall = () => {
    try { known = { ...known, ...(my.stores && JSON.parse(localStorage.getItem("cxloop"))) }; } catch { /* as new */ }
  };
  const noteAsked = (form) => { known.asked[form] = Date.now(); remember(); onRecord(form, true).catch(() => {}); };
  // Whoever this page's server signs for is known to ours: also in a browser that remembers nothing.
  const onRecord = async (form, shows) => {
    const { id, proof } = my.customer || {};
    if (!proof) return {};
    const answer = await fetch(`${at}/w/shown?key=${encodeURIComponent(my.key)}`, {
      method: "POST", credentials: "omit", keepalive: true, body: JSON.stringify({ form, customer: { id, proof }, shows }),
    });
    return answer.ok ? answer.json() : {};
  };
  // Why somebody is not asked again yet, by what is remembered here or there.
  const tooSoon = ({ form, shows }, told) => {
    const here = Object.values(known.asked), latest = (...times) => Math.max(0, ...times.filter(Boolean).map((one) => +new Date(one)));
    const ago = (time) => (Date.now() - time) / 864e5;
    const same = ago(latest(known.asked[form], told.form)), any = ago(latest(...here, told.any));
    if (same < shows.every_days) return `asked ${Math.floor(same)} days ago, and again after ${shows.every_days}`;
    if (any < shows.rest_days) return `asked something else ${Math.floor(any)} days ago, with ${shows.rest_days} days of rest`;
  };

  const fits = (pattern) => RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`).test(location.pathname);
  const reasons = [];
  const because = (why) => {
    if (reasons.at(-1) !== why) reasons.push(why);
    if (said.debug != null) console.info(`cxloop: ${why}`);
  };
  let watching;
  const watch = () => watching = arm();
  const why = async () => {
    await watching;
    console.info(`cxloop: ${reasons.join("; ") || "nothing comes here by itself: data-mode=\"ask\" does"}`);
  };

  // Armed once: pages that change without loading are looked at each second, and when they change.
  const arm = async () => {
    const asked = await ask(), when = asked.shows;
    if (!when) return because(`the form ${asked.form} is not asked by itself`);
    recall();
    if (when.percent < 100) remember();
    const soon = tooSoon(asked, {});
    if (soon) return because(soon);
    if (known.die * 100 >= when.percent) return because(`only ${when.percent} % are asked`);
    let seconds = 0;
    const here = () => !when.pages.length || when.pages.some(fits);
    let coming;
    const come = (how) => coming ??= comes(how).finally(() => { coming = null; });
    const comes = async (how) => {
      if (!here()) return because(`${location.pathname} is none of ${when.pages.join(", ")}`);
      if (shown?.dialog.open) return because("it is open already");
      const soon = tooSoon(asked, await onRecord(asked.form, false).catch(() => ({})));
      if (leave.signal.aborted) return;
      leave.abort();
      clearInterval(clock);
      my.heard = null;
      if (soon) return because(soon);
      because(`asked: ${how}`);
      noteAsked(asked.form);
      open({ form: asked.form, beside: true, unasked: true }).catch(console.warn);
    };
    const leave = new AbortController(), { signal } = leave;
    const clock = setInterval(() => {
      seconds = here() ? seconds + 1 : 0;
      if (when.after_s != null && seconds >= when.after_s) come(`${seconds} s on the page`);
    }, 1000);
    if (when.scrolled_percent) addEventListener("scroll", () => {
      const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
      if ((scrollTop + clientHeight) * 100 >= scrollHeight * when.scrolled_percent) come(`${when.scrolled_percent} % of the page`);
    }, { passive: true, signal });
    if (when.leaving) document.documentElement.addEventListener("mouseleave", (event) => {
      if (event.clientY <= 0) come("leaving");
    }, { signal });
    my.heard = (event) => { if (event === when.event) come(`the event ${event}`); };
    because("armed");
    my.events.forEach((event) => my.heard?.(event));
  };

  const stand = async (place) => {
    const asked = await ask(), { host, root } = box("cxloop-form");
    const body = el("section", { lang: asked.language, dir: "auto", "aria-labelledby": "title" });
    root.append(body);
    place.append(host);
    new Form(asked, body);
  };

  const CSS = `:host{all:initial;--a:var(--cxloop-accent,#1d4ed8);--i:var(--cxloop-on-accent,#fff);--t:var(--cxloop-text,#1a1f2b);--b:var(--cxloop-background,#fff);--l:var(--cxloop-line,#767d8a);--q:#586070;--w:#b3261e;--r:var(--cxloop-radius,10px);display:contents;color-scheme:light}
@media(prefers-color-scheme:dark){:host(:not([theme=light])){--a:var(--cxloop-accent,#93b4ff);--i:var(--cxloop-on-accent,#0b1220);--t:var(--cxloop-text,#e7eaf0);--b:var(--cxloop-background,#171b24);--l:var(--cxloop-line,#8a92a3);--q:#a9b1c1;--w:#ff9d94;color-scheme:dark}}
:host([theme=dark]){--a:var(--cxloop-accent,#93b4ff);--i:var(--cxloop-on-accent,#0b1220);--t:var(--cxloop-text,#e7eaf0);--b:var(--cxloop-background,#171b24);--l:var(--cxloop-line,#8a92a3);--q:#a9b1c1;--w:#ff9d94;color-scheme:dark}
*{box-sizing:border-box}
dialog,section{font:16px/1.5 var(--cxloop-font,system-ui,sans-serif);color:var(--t);background:var(--b);border-radius:var(--r)}
section{display:block;max-width:36em;background:none}
dialog{position:fixed;width:min(26em,100vw - 32px);max-height:calc(100dvh - 32px);overflow:auto;margin:auto;padding:20px;border:1px solid var(--l);box-shadow:0 8px 40px #0005;z-index:2147483001;word-break:keep-all;overflow-wrap:anywhere}
dialog.beside{inset:auto 20px 20px auto;margin:0}
dialog::backdrop{background:#0007}
h2{font-size:1.15em;line-height:1.35;margin:0 2em 12px 0}
h2:focus{outline:0}
fieldset{border:0;margin:0 0 16px;padding:0;min-width:0}
legend,.field>label:not(.check){font-weight:600;padding:0;margin-block-end:4px;display:block}
.field>label~label:not(.check){margin-block-start:12px}
.field{margin-block-end:16px}
.hint{color:var(--q);font-size:.875em;margin:0 0 6px}
.scores{display:grid;grid-template-columns:repeat(auto-fit,minmax(44px,1fr));gap:6px}
.of-10,.of-11{grid-template-columns:repeat(6,1fr)}
.scores label{position:relative}
.scores span{display:flex;align-items:center;justify-content:center;min-height:44px;padding:0 4px;border:1px solid var(--l);border-radius:calc(var(--r)*.7);cursor:pointer}
.scores input{position:absolute;inset:0;opacity:0;width:100%;height:100%;margin:0;cursor:pointer}
.scores input:checked+span{background:var(--a);color:var(--i);border-color:var(--a);font-weight:600}
.scores input:focus-visible+span{outline:3px solid var(--a);outline-offset:2px}
i,.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.ends{display:flex;justify-content:space-between;gap:1em;color:var(--q);font-size:.875em;margin:4px 0 0}
.options label,.check{display:flex;gap:10px;align-items:center;min-height:44px;cursor:pointer}
.options input,.check input{width:20px;height:20px;flex:none;accent-color:var(--a)}
textarea,select,.field>input{width:100%;min-height:44px;padding:10px;font:inherit;color:inherit;background:transparent;border:1px solid var(--l);border-radius:calc(var(--r)*.7)}
textarea{resize:vertical}
:focus-visible{outline:3px solid var(--a);outline-offset:2px}
.fault,.alert{color:var(--w);margin:4px 0;font-weight:600}
.offer{display:flex;flex-wrap:wrap;gap:8px}
.plain{display:inline-flex;align-items:center;min-height:44px;padding:0 14px;border:1px solid var(--l);border-radius:calc(var(--r)*.7);background:none;color:inherit;font:inherit;cursor:pointer}
input:focus-visible+.plain{outline:3px solid var(--a);outline-offset:2px}
.shown canvas{display:block;max-width:100%;max-height:180px;margin-block-end:8px;border:1px solid var(--l)}
.send{min-height:44px;padding:0 22px;border:0;border-radius:calc(var(--r)*.7);background:var(--a);color:var(--i);font:inherit;font-weight:600;cursor:pointer}
.send:disabled{opacity:.6;cursor:progress}
.send+.hint{margin-block-start:10px}
.shut{position:absolute;inset-block-start:8px;inset-inline-end:8px;width:44px;height:44px;border:0;background:none;color:inherit;font:24px/1 sans-serif;cursor:pointer}
a{color:var(--a)}
[hidden]{display:none!important}
@media(min-width:640px){section .of-10,section .of-11{grid-template-columns:repeat(11,1fr)}}
@media(max-width:480px){dialog,dialog.beside{inset:auto 0 0;width:100%;max-width:100%;max-height:90dvh;margin:0;border-radius:var(--r) var(--r) 0 0}}`;

  my.form = { open, close, stand, watch, why };
  deliver();
})();
