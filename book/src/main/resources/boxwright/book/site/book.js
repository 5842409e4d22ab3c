// The book's only script: theme, contents on a phone, copying, search. Without it every page can still be read.
(function () {
  "use strict";
  var root = document.documentElement;
  var say = function (words) { document.getElementById("said").textContent = words; };

  // The theme: as the system, light, dark.
  var themes = ["", "light", "dark"];
  var names = { "": "as the system", light: "light", dark: "dark" };
  var button = document.querySelector(".theme");
  function show() { button.setAttribute("aria-label", "Theme: " + names[root.dataset.theme || ""]); button.title = button.getAttribute("aria-label"); }
  button.addEventListener("click", function () {
    var dark = matchMedia("(prefers-color-scheme: dark)").matches;
    // The first click always changes what is seen.
    var order = dark ? ["", "light", "dark"] : ["", "dark", "light"];
    var next = order[(order.indexOf(root.dataset.theme || "") + 1) % themes.length];
    if (next) root.dataset.theme = next; else delete root.dataset.theme;
    try { if (next) localStorage.setItem("boxwright-theme", next); else localStorage.removeItem("boxwright-theme"); } catch (e) { /* private window */ }
    show();
    say("Theme: " + names[next]);
  });
  show();

  // Contents.
  var menu = document.querySelector(".menu");
  var contents = document.getElementById("contents");
  function open(yes) { contents.classList.toggle("open", yes); menu.setAttribute("aria-expanded", yes); }
  menu.addEventListener("click", function () { open(!contents.classList.contains("open")); });
  contents.addEventListener("click", function (e) { if (e.target.closest("a")) open(false); });
  var links = Array.from(contents.querySelectorAll(".sections a"));
  var heads = links.map(function (a) { return document.getElementById(decodeURIComponent(a.hash.slice(1))); });
  if (heads.length && "IntersectionObserver" in window) {
    var mark = function () {
      var at = 0;
      heads.forEach(function (h, i) { if (h && h.getBoundingClientRect().top < 140) at = i + 1; });
      links.forEach(function (a, i) { a.classList.toggle("here", i === at - 1); });
    };
    var watch = new IntersectionObserver(mark, { rootMargin: "-100px 0px -60% 0px" });
    heads.forEach(function (h) { if (h) watch.observe(h); });
  }

  // Copying: of a console the commands alone.
  function text(figure) {
    var typed = figure.querySelectorAll(".cmd");
    if (figure.classList.contains("console")) {
      return Array.from(typed, function (c) { return c.textContent.replace(/\s+# exits with \d+$/, ""); }).join("\n") + "\n";
    }
    return figure.querySelector("pre").textContent;
  }
  function put(words) {
    if (navigator.clipboard && navigator.clipboard.writeText) return navigator.clipboard.writeText(words);
    var area = document.createElement("textarea");
    area.value = words; document.body.append(area); area.select();
    document.execCommand("copy"); area.remove();
    return Promise.resolve();
  }
  document.querySelectorAll("figure.code").forEach(function (figure) {
    var copy = document.createElement("button");
    copy.type = "button"; copy.className = "copy"; copy.textContent = "Copy";
    copy.setAttribute("aria-label", figure.classList.contains("console") ? "Copy the commands" : "Copy the code");
    copy.addEventListener("click", function () {
      put(text(figure)).then(function () { copy.textContent = "Copied"; say("Copied"); setTimeout(function () { copy.textContent = "Copy"; }, 1500); },
        function () { say("Could not copy"); });
    });
    figure.querySelector("figcaption").append(copy);
  });

  // A link into a fold opens it.
  function unfold() {
    var at = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var up = at; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
  }
  addEventListener("hashchange", unfold); unfold();

  // Search: lunr and the index are loaded when somebody wants to search.
  var input = document.getElementById("search");
  var results = document.getElementById("results");
  var index = null, loading = null, chosen = -1;
  function script(src) {
    return new Promise(function (done, failed) {
      var s = document.createElement("script"); s.src = src; s.onload = done; s.onerror = failed; document.head.append(s);
    });
  }
  function load() {
    loading = loading || Promise.all([script("lunr.js"), script("search-index.js")]).then(function () {
      lunr.tokenizer.separator = /[\s\-(),.:;"'`\[\]{}|=\/<>]+/;
      index = lunr(function () {
        this.ref("i"); this.field("t", { boost: 8 }); this.field("c", { boost: 4 }); this.field("b");
        window.BOOK_INDEX.forEach(function (d, i) { this.add({ i: i, t: d.t, c: d.c, b: d.b }); }, this);
      });
    });
    return loading;
  }
  function find(words) {
    var terms = words.toLowerCase().split(lunr.tokenizer.separator).filter(Boolean);
    if (!terms.length) return [];
    return index.query(function (q) {
      terms.forEach(function (t) {
        q.term(lunr.tokenizer(t), { boost: 10 });
        q.term(t, { wildcard: lunr.Query.wildcard.TRAILING, usePipeline: false });
      });
    }).slice(0, 12).map(function (r) { return window.BOOK_INDEX[r.ref]; });
  }
  function escape(s) { return s.replace(/[&<>"]/g, function (c) { return { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }[c]; }); }
  function excerpt(body, words) {
    var term = words.trim().split(/\s+/)[0].toLowerCase();
    var at = body.toLowerCase().indexOf(term);
    if (at < 0) return escape(body.slice(0, 110)) + "…";
    var from = Math.max(0, at - 45);
    return (from ? "…" : "") + escape(body.slice(from, at)) + "<mark>" + escape(body.slice(at, at + term.length)) + "</mark>" + escape(body.slice(at + term.length, at + 75)) + "…";
  }
  function close() { results.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); chosen = -1; }
  function draw() {
    var words = input.value.trim();
    if (!words) { close(); return; }
    load().then(function () {
      var found = find(words);
      results.innerHTML = found.length ? found.map(function (d, i) {
        return '<a role="option" aria-selected="false" tabindex="-1" id="result-' + i + '" href="' + d.u + '"><strong>' + escape(d.t || d.c) + "</strong><small>" + escape(d.c) + " · " + excerpt(d.b, words) + "</small></a>";
      }).join("") : "<p>Nothing found for “" + escape(words) + "”.</p>";
      results.hidden = false; chosen = -1; input.setAttribute("aria-expanded", "true");
      say(found.length + " found");
    }, function () { say("The search could not be loaded"); });
  }
  function choose(i) {
    var all = results.querySelectorAll("a");
    if (!all.length) return;
    chosen = (i + all.length) % all.length;
    all.forEach(function (a, n) { a.setAttribute("aria-selected", n === chosen); });
    all[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", all[chosen].id);
  }
  input.addEventListener("focus", load);
  input.addEventListener("input", draw);
  input.addEventListener("keydown", function (e) {
    if (e.key === "ArrowDown") { choose(chosen + 1); e.preventDefault(); }
    else if (e.key === "ArrowUp") { choose(chosen - 1); e.preventDefault(); }
    else if (e.key === "Enter") { var a = results.querySelectorAll("a")[Math.max(chosen, 0)]; if (a) { location.href = a.href; close(); input.blur(); } }
    else if (e.key === "Escape") { close(); input.blur(); }
  });
  document.addEventListener("click", function (e) { if (!e.target.closest(".search")) close(); });
  document.addEventListener("keydown", function (e) {
    if (e.key === "/" && !e.ctrlKey && !e.metaKey && !/INPUT|TEXTAREA/.test(document.activeElement.tagName)) { input.focus(); e.preventDefault(); }
    if (e.key === "Escape") open(false);
  });
})();
