// The slider over one week: says the moment in words, writes it in the address, and asks for the answers alone.
for (const card of document.querySelectorAll("[data-moment]")) {
  const { zone, since, business, ask, into, swap } = card.dataset, slider = card.querySelector("input[type=range]"), form = card.querySelector("form");
  const spans = business.split(" ").filter(Boolean).map(span => span.split("-").map(Number));
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", weekday: "short", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "longOffset" });
  const digits = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  let waiting;
  const move = to => {
    slider.value = to;
    const hour = +slider.value, at = new Date((+since + hour * 3600) * 1000), part = {};
    for (const { type, value } of format.formatToParts(at)) part[type] = value;
    const open = spans.some(([start, end]) => start <= hour && hour < end), local = digits.format(at).replace(" ", "T");
    const text = `${part.weekday} ${part.day} ${part.month} ${part.hour}:${part.minute}, ${open ? "business" : "after"} hours`;
    card.querySelector("#moment-text").textContent = text;
    slider.setAttribute("aria-valuetext", text);
    form.elements.at.value = local;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const words = new URLSearchParams(location.search);
      words.set("at", local + (part.timeZoneName.slice(3) || "+00:00"));
      history.replaceState(history.state, "", "?" + words);
      if (ask) htmx.ajax("GET", ask + "?" + words, { source: slider, target: into, swap });
    }, 150);
  };
  slider.addEventListener("input", () => move(slider.value));
  slider.addEventListener("keydown", e => {
    const days = { PageUp: 24, PageDown: -24 }[e.key];
    if (days) { e.preventDefault(); move(+slider.value + days); }
  });
}
