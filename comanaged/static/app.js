// The portal's own script: it shortens what links and forms already do. Every page works without it.
const $ = (q, el = document) => el.querySelector(q), $$ = (q, el = document) => [...el.querySelectorAll(q)];
const root = document.documentElement;
const say = text => { const live = $("#live"); if (live) live.textContent = text; };
const typing = e => e.target.closest?.("input:not([type=checkbox],[type=radio],[type=range]), textarea, select, [contenteditable]");
const chorded = e => e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented;
const asked = () => document.activeElement === document.body || !document.activeElement;

// What needs this script is hidden until it runs.
const wake = el => $$("[data-needs-script]", el).forEach(part => { part.hidden = false; });
wake(document);

// Theme and density: the server reads the cookies, so that no page flashes.
document.addEventListener("click", e => {
  const set = e.target.closest("[data-set]"), shown = e.target.closest("[data-open]");
  if (shown) $("#" + shown.dataset.open)?.showModal();
  if (e.target.closest("[data-print]")) print();
  if (set) {
    const [name, a, b] = set.dataset.set.split(" ");
    const now = root.dataset[name] || (name === "theme" && matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : b);
    root.dataset[name] = now === a ? b : a;
    document.cookie = `${name}=${root.dataset[name]}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  }
  for (const menu of $$("details.menu[open]")) if (!menu.contains(e.target)) menu.open = false;
});
document.addEventListener("keydown", e => {
  const menu = e.key === "Escape" && e.target.closest?.("details.menu[open]");
  if (menu) { menu.open = false; $("summary", menu).focus(); }
});

// Client switcher: type to filter, arrows to move, Enter follows the link.
for (const box of $$("[data-filter-links]")) {
  const links = $$("a", box.closest("details")), shown = () => links.filter(a => !a.hidden);
  box.closest("details").addEventListener("toggle", e => { if (e.target.open) box.focus(); });
  box.addEventListener("input", () => links.forEach(a => { a.hidden = !a.textContent.toLowerCase().includes(box.value.trim().toLowerCase()); }));
  box.closest("details").addEventListener("keydown", e => {
    const at = shown().indexOf(document.activeElement), step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) { e.preventDefault(); (shown()[at + step] || box).focus(); }
    if (e.key === "Enter" && e.target === box) { e.preventDefault(); shown()[0]?.click(); }
  });
}

// Tables that filter as one types.
for (const box of $$("[data-filter-rows]")) box.addEventListener("input", () => {
  const word = box.value.trim().toLowerCase();
  for (const row of $$("tbody tr:not(.group)", $(box.dataset.filterRows))) row.hidden = !row.textContent.toLowerCase().includes(word);
});

// htmx: a refused form is an answer too. Focus comes back by its key when what held it was replaced.
let held = null;
document.addEventListener("htmx:beforeSwap", () => {
  const el = document.activeElement;
  held = el?.closest("[data-focus]")?.dataset.focus || el?.id || null;
});
document.addEventListener("htmx:afterSettle", e => {
  wake(document);
  const status = e.detail.xhr?.status;
  if (status === 422) return ($("[aria-invalid=true], .wrongs", e.detail.elt) || $("[aria-invalid=true], .wrongs"))?.focus();
  if (held && asked()) ($(`[data-focus="${CSS.escape(held)}"]`) || document.getElementById(held))?.focus({ preventScroll: true });
  toasts();
});
document.addEventListener("htmx:beforeRequest", e => e.detail.elt.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", e => e.detail.elt.removeAttribute("aria-busy"));
for (const name of ["htmx:sendError", "htmx:responseError"]) document.addEventListener(name, e => {
  if (e.detail.elt.matches("[data-live]")) return;
  e.detail.elt.closest(".cell, form")?.classList.add("unsaved");
  say("Not saved. Check the connection, then try again.");
});

// Toasts go after eight seconds, later while someone looks at them.
function toasts() {
  for (const toast of $$(".toast:not([data-timed])")) {
    toast.dataset.timed = "";
    const go = () => setTimeout(() => toast.matches(":hover, :focus-within") ? go() : toast.remove(), 8000);
    go();
  }
}
toasts();
if (document.activeElement === document.body) $(".wrongs")?.focus(); // not from under the hands of whoever writes already

// Copy a secret that is shown once.
document.addEventListener("click", async e => {
  const button = e.target.closest("[data-copy]");
  if (!button) return;
  try { await navigator.clipboard.writeText($(button.dataset.copy).textContent.trim()); say("Copied."); button.textContent = "Copied"; }
  catch { getSelection().selectAllChildren($(button.dataset.copy)); }
});

// Grids: one tab stop, arrows move between the cells, Enter follows the cell's link.
const stand = cell => {
  if (!cell) return;
  $$(".cell[tabindex='0']", cell.closest("[role=grid]")).forEach(other => { other.tabIndex = -1; });
  cell.tabIndex = 0; cell.focus(); cell.scrollIntoView({ block: "nearest" });
};
document.addEventListener("keydown", e => {
  const cell = e.target.closest?.("[role=grid] .cell");
  if (!cell || e.target !== cell || chorded(e)) return;
  const all = $$("tr", cell.closest("[role=grid]")).filter(tr => !tr.hidden).map(tr => $$(".cell", tr)).filter(cells => cells.length);
  const y = all.findIndex(cells => cells.includes(cell)), row = all[y], x = row.indexOf(cell), last = all.length - 1;
  const to = { ArrowUp: () => all[y - 1]?.[x], ArrowDown: () => all[y + 1]?.[x], ArrowLeft: () => row[x - 1], ArrowRight: () => row[x + 1], Home: () => row[0], End: () => row.at(-1), PageDown: () => all[Math.min(y + 10, last)][x], PageUp: () => all[Math.max(y - 10, 0)][x] }[e.key];
  if (to) { e.preventDefault(); const next = to(); if (next) stand(next); }
  else if (e.key === "Enter" || e.key === "F2") { e.preventDefault(); $("a", cell)?.click(); }
});

// Lists: j and k walk, Enter opens. Everywhere: ? shows the keys, / filters, g then a letter goes.
let going = 0;
const rows = () => $$("[data-queue] tbody tr");
const walk = step => {
  const all = rows(), at = all.findIndex(row => row.getAttribute("aria-selected") === "true");
  const row = all[Math.max(0, Math.min(at + step, all.length - 1))];
  if (!row) return;
  all.forEach(other => other.setAttribute("aria-selected", other === row));
  row.scrollIntoView({ block: "nearest" });
  $(".subj, a", row)?.focus({ preventScroll: true });
};
addEventListener("keydown", e => {
  if (typing(e) || chorded(e) || e.target.closest?.("[role=grid]") || $("dialog[open]") || root.dataset.keys === "off") return;
  const target = Date.now() - going < 1500 && $(`[data-go="${CSS.escape(e.key)}"]`);
  going = 0;
  if (target) { e.preventDefault(); target.click(); }
  else if (e.key === "g") going = Date.now();
  else if (e.key === "?") $("#keys")?.showModal();
  else if (e.key === "/") { const box = $("main [type=search]"); if (box) { e.preventDefault(); box.focus(); } }
  else if (e.key === "j" || e.key === "k") walk(e.key === "j" ? 1 : -1);
  else if (/^[a-z]$/.test(e.key)) {
    const act = $(`${$("[data-queue]") ? "[data-queue] tr[aria-selected=true]" : "main"} [data-act="${e.key}"]`);
    if (act) { e.preventDefault(); act.click(); if (act.type === "radio") $("textarea", act.form)?.focus(); }
  }
});
