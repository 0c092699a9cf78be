/*! cxloop widget VERSION, Apache-2.0 */
(() => {
  "use strict";
  const me = document.currentScript, early = window.cxloop;
  if (!me || early?.version) return;
  const said = me.dataset, at = new URL(me.src).origin;
  const language = said.language || document.documentElement.lang || navigator.language || "en";
  const my = { at, said, language, key: said.key, facts: {}, events: [], customer: null, stores: said.storage !== "off" };
  let loading;
  const CSS = `:host{all:initial;--a:var(--cxloop-accent,#1d4ed8);--i:var(--cxloop-on-accent,#fff)}
@media(prefers-color-scheme:dark){:host(:not([theme=light])){--a:var(--cxloop-accent,#93b4ff);--i:var(--cxloop-on-accent,#0b1220)}}
:host([theme=dark]){--a:var(--cxloop-accent,#93b4ff);--i:var(--cxloop-on-accent,#0b1220)}
button{position:fixed;inset-block-end:20px;inset-inline-end:20px;z-index:2147483000;min-height:44px;padding:0 18px;border:0;border-radius:22px;background:var(--a);color:var(--i);font:600 15px/1 var(--cxloop-font,system-ui,sans-serif);box-shadow:0 2px 12px #0004;cursor:pointer}
button:focus-visible{outline:3px solid var(--a);outline-offset:3px}
@media print{button{display:none}}`;

  // For pages that demand trusted types; those that list their policies must list this one.
  let policy;
  const trusted = (address) => {
    if (!window.trustedTypes) return address;
    policy ??= trustedTypes.createPolicy("cxloop", { createScriptURL: (one) => one });
    return policy.createScriptURL(address);
  };

  my.load = (name, integrity) => new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: trusted(`${at}/w/VERSION/${name}.js`), integrity, crossOrigin: "anonymous" });
    script.onload = done;
    script.onerror = () => { script.remove(); failed(Error("cxloop cannot be reached")); };
    document.head.append(script);
  });
  // The form comes when somebody wants it, and not before.
  const load = () => loading ??= my.load("form", "INTEGRITY").then(() => my.form, (error) => { loading = null; throw error; });

  const verbs = {
    open: (how) => load().then((form) => form.open(how)),
    close: () => my.form?.close(),
    set: (facts) => { Object.assign(my.facts, facts); },
    identify: (customer) => { my.customer = customer; },
    storage: (may) => { my.stores = !!may; },
    track: (event) => { my.events.push(event); my.heard?.(event); },
    why: () => load().then((form) => form.why()),
  };
  // Nothing that goes wrong here may stop the page that we are a guest of.
  const cxloop = (verb, ...rest) => {
    try {
      if (!verbs[verb]) throw Error(`cxloop knows no "${verb}"`);
      Promise.resolve(verbs[verb](...rest)).catch((error) => console.warn(error));
    } catch (error) { console.warn(error); }
  };
  cxloop.version = "VERSION";
  cxloop.my = my;
  window.cxloop = cxloop;

  // As the page itself: dark only where it says that it can be.
  const shades = getComputedStyle(document.documentElement).colorScheme;
  my.theme = said.theme || (/dark/.test(shades) ? (/light/.test(shades) ? "auto" : "dark") : "light");
  my.dress = (root, css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  };

  // Beside the body: pages that replace theirs keep it, and nothing in it moves.
  const tab = () => {
    const host = document.createElement("cxloop-tab"), button = document.createElement("button");
    const root = host.attachShadow({ mode: "open" });
    host.setAttribute("theme", my.theme);
    my.dress(root, CSS);
    button.type = "button";
    button.lang = language;
    button.textContent = said.label || (/^ko\b/.test(language) ? "의견 보내기" : "Feedback");
    button.setAttribute("aria-haspopup", "dialog");
    button.onclick = () => cxloop("open", { beside: true, from: button });
    root.append(button);
    document.documentElement.append(host);
  };

  const begin = async () => {
    (early?.q || []).forEach((one) => cxloop(...one));
    if ((said.mode || "tab") === "tab") tab();
    if (said.mode === "ask") load().then((form) => form.watch()).catch(console.warn);
    const place = said.into && document.querySelector(said.into);
    if (said.mode === "inline" && place) load().then((form) => form.stand(place)).catch(console.warn);
    // What could not be sent from an earlier page leaves from this one.
    const kept = my.stores && await indexedDB.databases();
    if (kept && kept.some((one) => one.name === "cxloop")) await load();
  };
  const start = () => begin().catch(() => {});
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start); else start();
})();
