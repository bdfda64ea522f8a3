"use strict";
(() => {
  const numbers = (text) => (text ? text.split(" ").map(Number) : []);
  const compact = (v) => {
    const units = ["", "k", "M", "G", "T"];
    let unit = 0;
    while (Math.abs(v) >= 1000 && unit < 4) { v /= 1000; unit++; }
    return (Math.abs(v) < 1e-3 && v !== 0 ? v.toExponential(2) : String(Number(v.toPrecision(4)))) + units[unit];
  };
  const formats = { count: compact, percent: (v) => (100 * v).toFixed(2) + "%" };

  const place = (plot) => {
    const from = Number(plot.dataset.from), to = Number(plot.dataset.to), format = formats[plot.dataset.format];
    const series = [...plot.querySelectorAll(".series")].map((g) => ({
      name: g.dataset.name, colour: [...g.classList].find((c) => /^c\d$/.test(c)), steps: g.dataset.kind === "steps",
      x: numbers(g.dataset.x), y: numbers(g.dataset.y), lo: numbers(g.dataset.lo), hi: numbers(g.dataset.hi),
    }));
    const cursor = document.createElement("div"), tip = document.createElement("div");
    cursor.className = "cursor"; tip.className = "tip"; tip.setAttribute("role", "status");
    let at = 0.5;

    const nearest = (s, x) => {
      let low = 0, high = s.x.length - 1;
      while (low < high) { const mid = (low + high + 1) >> 1; if (s.x[mid] <= x) low = mid; else high = mid - 1; }
      return !s.steps && low + 1 < s.x.length && s.x[low + 1] - x < x - s.x[low] ? low + 1 : low;
    };
    const row = (s, x) => {
      const i = nearest(s, x), line = document.createElement("div"), mark = document.createElement("i"), value = document.createElement("b");
      mark.className = s.colour;
      value.textContent = format(s.y[i]);
      const name = document.createElement("span"), range = document.createElement("small");
      name.textContent = s.name;
      if (s.lo.length && s.lo[i] < s.hi[i]) range.textContent = format(s.lo[i]) + " – " + format(s.hi[i]);
      line.append(mark, name, value, range);
      return line;
    };
    const show = (fraction) => {
      at = Math.min(1, Math.max(0, fraction));
      const x = from + at * (to - from), head = document.createElement("b");
      const across = plot.dataset.across;
      head.textContent = across === "step" ? "step " + Math.round(x).toLocaleString("en") : Number(x.toPrecision(4)) + " " + across;
      tip.replaceChildren(head, ...series.map((s) => row(s, x)));
      cursor.style.left = 100 * at + "%";
      tip.style.left = at < 0.5 ? `calc(${100 * at}% + 10px)` : "auto";
      tip.style.right = at < 0.5 ? "auto" : `calc(${100 * (1 - at)}% + 10px)`;
      if (!tip.isConnected) plot.append(cursor, tip);
    };
    const hide = () => { cursor.remove(); tip.remove(); };
    plot.addEventListener("pointermove", (e) => { const box = plot.getBoundingClientRect(); show((e.clientX - box.left) / box.width); });
    plot.addEventListener("pointerleave", hide);
    plot.addEventListener("focus", () => { if (plot.matches(":focus-visible")) show(at); });
    plot.addEventListener("blur", hide);
    plot.addEventListener("keydown", (e) => {
      const move = { ArrowLeft: -0.01, ArrowRight: 0.01 }[e.key];
      if (move) { show(at + move); e.preventDefault(); }
      if (e.key === "Escape") hide();
    });
  };
  document.querySelectorAll(".plot").forEach(place);
})();
