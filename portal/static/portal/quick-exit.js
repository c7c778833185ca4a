// Quick exit (SR-01). The link works without this file; with it the page is covered at once,
// the neutral site takes this page's place in the history, and Shift three times does the same.
(function () {
  "use strict";
  var root = document.documentElement;
  var link = document.querySelector("[data-quick-exit]");
  if (!link) { return; }
  var PRESSES = 3;
  var PAUSE_MS = 5000;
  var voice = document.querySelector("[data-quick-exit-voice]");

  function leave() {
    root.className += " leaving";
    document.title = "\u200b";
    var neutral = link.getAttribute("data-quick-exit");
    var sent = false;
    try {
      sent = Boolean(navigator.sendBeacon && navigator.sendBeacon(link.href));
    } catch (error) {
      sent = false;
    }
    // Without a beacon the server route ends the session and redirects by itself.
    window.location.replace(sent && neutral ? neutral : link.href);
  }

  link.addEventListener("click", function (event) {
    event.preventDefault();
    leave();
  });

  // A lone Shift counts; Shift held for a capital letter does not.
  var count = 0;
  var alone = false;
  var timer = null;
  function forget() {
    count = 0;
    window.clearTimeout(timer);
    if (voice) { voice.textContent = ""; }
  }
  document.addEventListener("keydown", function (event) {
    if (event.key === "Shift") {
      if (!event.repeat) { alone = true; }
    } else {
      alone = false;
      forget();
    }
  });
  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift" || !alone) { return; }
    alone = false;
    count += 1;
    window.clearTimeout(timer);
    if (count >= PRESSES) {
      leave();
      return;
    }
    timer = window.setTimeout(forget, PAUSE_MS);
    if (voice) { voice.textContent = voice.getAttribute("data-left-" + (PRESSES - count)) || ""; }
  });

  // A page kept for Back is never shown from memory: ask the server, which knows whether the session lives.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      root.className += " leaving";
      window.location.reload();
    }
  });
  window.addEventListener("pagehide", function () {
    if (/\bleaving\b/.test(root.className)) { document.body.textContent = ""; }
  });
})();
