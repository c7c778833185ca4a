// Small helps; every page works without them. Double submit, idle warning, live lists.
(function () {
  "use strict";

  // One tap, one send. The server refuses a second one anyway (INV-44).
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method.toLowerCase() !== "post" || form.hasAttribute("data-many")) { return; }
    if (form.getAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "yes");
    var buttons = form.querySelectorAll("button[type=submit], button:not([type])");
    for (var i = 0; i < buttons.length; i += 1) { buttons[i].setAttribute("aria-disabled", "true"); }
  });
  window.addEventListener("pageshow", function () {
    var forms = document.querySelectorAll("form[data-sent]");
    for (var i = 0; i < forms.length; i += 1) {
      forms[i].removeAttribute("data-sent");
      var buttons = forms[i].querySelectorAll("button[aria-disabled]");
      for (var j = 0; j < buttons.length; j += 1) { buttons[j].removeAttribute("aria-disabled"); }
    }
  });

  // The first wrong answer is where the reader starts.
  var summary = document.querySelector("[data-error-summary]");
  if (summary) { summary.focus(); }

  // Idle warning (SR-08): shown at data-warn seconds, away to data-out-url at data-end seconds.
  var idle = document.querySelector("[data-idle]");
  if (idle) { watchIdle(idle); }

  function watchIdle(box) {
    var warn = Number(box.getAttribute("data-warn")) * 1000;
    var end = Number(box.getAttribute("data-end")) * 1000;
    var started = Date.now();
    var form = box.querySelector("form");
    var before = null;
    function look() {
      var gone = Date.now() - started;
      if (gone >= end) {
        window.location.replace(box.getAttribute("data-out-url"));
      } else if (gone >= warn && box.hidden) {
        before = document.activeElement;
        box.hidden = false;
        box.querySelector("button").focus();
      }
    }
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      event.stopPropagation();
      fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" })
        .then(function (answer) {
          if (!answer.ok) { throw new Error("ended"); }
          started = Date.now();
          box.hidden = true;
          if (before && before.focus) { before.focus(); }
        })
        .catch(function () { window.location.replace(box.getAttribute("data-out-url")); });
    });
    window.setInterval(look, 5000);
    document.addEventListener("visibilitychange", look);
  }

  // Live lists: <div id data-live-url data-live-every="10" data-live-voice="#id">; the answer is the new inside.
  var lists = document.querySelectorAll("[data-live-url]");
  for (var k = 0; k < lists.length; k += 1) { keepFresh(lists[k]); }

  function keepFresh(box) {
    var every = Math.max(2, Number(box.getAttribute("data-live-every")) || 10) * 1000;
    var voice = document.querySelector(box.getAttribute("data-live-voice") || "[data-live-voice-default]");
    var last = box.innerHTML;
    var busy = false;
    function ask() {
      if (busy || document.hidden || box.querySelector("form:focus-within")) { return; }
      busy = true;
      fetch(box.getAttribute("data-live-url"), { credentials: "same-origin", headers: { "X-Background": "1" } })
        .then(function (answer) {
          if (answer.redirected || answer.status === 403 || answer.status === 404) { window.location.reload(); }
          if (!answer.ok) { throw new Error("no answer"); }
          return answer.text();
        })
        .then(function (text) {
          box.removeAttribute("data-live-stale");
          if (text !== last) { put(box, text, voice); }
          last = text;
        })
        .catch(function () { box.setAttribute("data-live-stale", "yes"); })
        .then(function () { busy = false; });
    }
    window.setInterval(ask, every);
    document.addEventListener("visibilitychange", ask);
  }

  function put(box, text, voice) {
    var focused = box.contains(document.activeElement) ? document.activeElement.id : "";
    var page = new DOMParser().parseFromString(text, "text/html");
    box.replaceChildren.apply(box, Array.prototype.slice.call(page.body.childNodes));
    if (focused && document.getElementById(focused)) { document.getElementById(focused).focus(); }
    var words = box.querySelector("[data-live-words]");
    if (voice && words && voice.textContent !== words.getAttribute("data-live-words")) {
      voice.textContent = words.getAttribute("data-live-words");
    }
  }
})();
