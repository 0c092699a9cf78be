/*! cxloop picture VERSION, Apache-2.0 */
(() => {
  "use strict";
  const { my } = window.cxloop;
  const WIDEST = 1600, QUALITY = 0.85, LARGEST = 10 * 1024 * 1024;
  // What somebody typed, what the page says is private, and what other pages show inside this one.
  const PRIVATE = "input:not([type=button],[type=submit],[type=reset],[type=checkbox],[type=radio],[type=range]),textarea,select,[contenteditable]:not([contenteditable=false]),[data-private],iframe,object,embed";

  const privateParts = (root) => [
    ...root.querySelectorAll(PRIVATE),
    ...[...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot && !/^cxloop-/.test(one.localName) ? privateParts(one.shadowRoot) : [])),
  ];

  // Laid over them before anything is taken, so that no picture of them is ever made.
  const cover = () => {
    const host = document.createElement("cxloop-cover"), root = host.attachShadow({ mode: "closed" });
    my.dress(root, ":host{all:initial}i{position:fixed;background:#000;border-radius:3px;z-index:2147483647}b{position:fixed;width:1px;height:1px;animation:a .1s steps(2) infinite}@keyframes a{to{background:#000}}");
    root.append(document.createElement("b")); // a page in which nothing moves sends no frames
    for (const one of privateParts(document)) {
      const { left, top, width, height } = one.getBoundingClientRect();
      if (!width || !height) continue;
      const box = document.createElement("i");
      Object.assign(box.style, { left: `${left - 1}px`, top: `${top - 1}px`, width: `${width + 2}px`, height: `${height + 2}px` });
      root.append(box);
    }
    document.documentElement.append(host);
    return () => host.remove();
  };

  // Of what was taken before the covers were painted nothing is drawn. What is laid on a page is
  // painted a frame or two later.
  const painted = async () => {
    for (let left = 4; left; left--) await new Promise(requestAnimationFrame);
    return performance.now();
  };
  const frameSince = (video, at) => new Promise((done, fail) => {
    const look = (now, { captureTime = now }) => (captureTime > at ? done() : video.requestVideoFrameCallback(look));
    video.requestVideoFrameCallback(look);
    setTimeout(fail, 10e3, Error("cxloop: the page was not painted in time"));
  });

  const drawn = (source, width, height) => {
    const scale = Math.min(1, WIDEST / width), canvas = document.createElement("canvas");
    Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
    canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
    return canvas;
  };

  // Of this page alone: which tab is shown is told by a handle, and of another nothing is taken.
  const canShoot = () => !!navigator.mediaDevices?.setCaptureHandleConfig;
  const shoot = async (hide) => {
    const handle = crypto.randomUUID();
    navigator.mediaDevices.setCaptureHandleConfig({ handle, permittedOrigins: [location.origin] });
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { displaySurface: "browser" }, audio: false, preferCurrentTab: true, selfBrowserSurface: "include", surfaceSwitching: "exclude",
    });
    const [track] = stream.getVideoTracks();
    const showAgain = hide(), uncover = cover();
    try {
      if (track.getCaptureHandle?.()?.handle !== handle) throw Error("cxloop: another tab or window was chosen");
      const video = document.createElement("video");
      Object.assign(video, { srcObject: stream, muted: true });
      await video.play();
      await frameSince(video, await painted());
      return drawn(video, video.videoWidth, video.videoHeight);
    } finally {
      track.stop();
      uncover();
      showAgain();
      navigator.mediaDevices.setCaptureHandleConfig({});
    }
  };

  // Drawn anew, so that what else stands in a photo, such as where it was taken, stays at home.
  const chosen = async (file) => {
    const image = await createImageBitmap(file);
    return drawn(image, image.width, image.height);
  };

  const blobOf = (canvas) => new Promise((done) => canvas.toBlob(done, "image/webp", QUALITY));

  // The part of the form; `told` hears each picture that is chosen, and null where none is.
  const part = ({ el, words, hide, told }) => {
    const choose = el("input", { type: "file", id: "cxloop-picture", accept: "image/*", class: "unseen" });
    const pick = el("label", { for: "cxloop-picture", class: "plain" }, words.picture);
    const take = canShoot() ? el("button", { type: "button", class: "plain" }, words.shot) : null;
    const fault = el("p", { class: "fault", role: "alert", hidden: true }), shown = el("div", { class: "shown", role: "status" });
    const offer = el("div", { class: "offer" }, choose, pick, take);
    const show = async (making) => {
      fault.hidden = true;
      try {
        const canvas = await making, blob = await blobOf(canvas);
        if (!blob || blob.size > LARGEST) throw Error("cxloop: this picture is too large");
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", words.pictured);
        const drop = el("button", { type: "button", class: "plain" }, words.unpicture);
        drop.onclick = () => { told(null); shown.replaceChildren(); offer.hidden = false; choose.value = ""; pick.scrollIntoView?.({ block: "nearest" }); choose.focus(); };
        shown.replaceChildren(canvas, drop);
        offer.hidden = true;
        told(blob);
        drop.focus();
      } catch (error) {
        if (error.name === "NotAllowedError") return; // they changed their mind
        console.warn(error);
        fault.textContent = words.no_picture;
        fault.hidden = false;
      }
    };
    choose.onchange = () => { if (choose.files[0]) show(chosen(choose.files[0])); };
    if (take) take.onclick = () => show(shoot(hide));
    return el("div", { class: "field picture" }, offer, take && el("p", { class: "hint" }, words.covered), shown, fault);
  };

  my.picture = { part, canShoot, privateParts };
})();
