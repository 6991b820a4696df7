// A ticket's page while one writes and reads. It shortens what the page's forms do without it; the text one writes is never touched.
const box = $("#write"), text = $("#write-text"), names = $("#names");
const mode = () => box?.elements.mode.value || "private";
const post = (address, more) => {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", box.elements.csrfmiddlewaretoken.value);
  for (const [name, value] of Object.entries(more)) body.append(name, value);
  return fetch(address, { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": box.elements.csrfmiddlewaretoken.value } }).catch(() => {});
};

if (box) {
  // Drafts: a second after the last key, and on leaving; never once the message is on its way.
  let kept = text.value, at = mode(), sent = false, timer = 0;
  const keep = () => {
    clearTimeout(timer);
    if (sent || !box.dataset.draft || (text.value === kept && at === mode())) return;
    const was = at, began = kept;
    kept = text.value; at = mode();
    if (began.trim() || kept.trim()) post(box.dataset.draft, { mode: at, was, text: kept, once: box.elements.once.value });
  };
  text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 1000); });
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  box.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  addEventListener("pageshow", e => { if (e.persisted) sent = false; });

  // What was begun as a private note becomes readable for both sides only when somebody says so.
  let before = mode();
  const ask = $("#ask-share"), radios = $$("[name=mode]", box);
  const choose = value => { radios.find(one => one.value === value).checked = true; before = value; box.elements.began.value = text.value.trim() ? value : ""; keep(); };
  box.addEventListener("change", e => {
    if (e.target.name !== "mode") return;
    const wanted = e.target.value;
    if (before !== "private" || wanted === "private" || !text.value.trim()) return choose(wanted);
    choose("private");
    ask.returnValue = "no";
    ask.showModal();
    ask.addEventListener("close", () => { if (ask.returnValue === "yes") choose(wanted); text.focus(); }, { once: true });
  });

  // Ctrl and Enter sends; Enter alone never does.
  box.addEventListener("keydown", e => {
    if (e.key !== "Enter" || e.defaultPrevented) return;
    if (e.target.type === "radio") { e.preventDefault(); text.focus(); }
    if (e.target === text && (e.ctrlKey || e.metaKey)) { e.preventDefault(); box.requestSubmit($(`[data-send="${mode()}"]`, box)); }
  });

  // Naming people: @ and some letters; arrows choose, Enter takes, Escape leaves. A private note names one's own side alone.
  const people = JSON.parse($("#people").textContent);
  let found = [], chosen = 0;
  const named = () => /(^|[^\w@.])@([\w][^@\n]{0,40}|)$/.exec(text.value.slice(0, text.selectionStart));
  const shut = () => { names.hidden = true; found = []; text.removeAttribute("aria-activedescendant"); };
  const show = () => {
    const word = named()?.[2].toLowerCase();
    found = word === undefined ? [] : people.filter(([name, side]) => name.toLowerCase().startsWith(word) && (mode() !== "private" || side === names.dataset.own)).slice(0, 8);
    if (!found.length) return shut();
    chosen = Math.min(chosen, found.length - 1);
    names.replaceChildren(...found.map(([name], i) => {
      const one = document.createElement("div");
      one.id = `name-${i}`; one.role = "option"; one.textContent = name; one.ariaSelected = String(i === chosen);
      one.addEventListener("mousedown", e => { e.preventDefault(); take(i); });
      return one;
    }));
    names.hidden = false;
    text.setAttribute("aria-activedescendant", `name-${chosen}`);
    say(found.length === 1 ? found[0][0] : `${found.length} people`);
  };
  const take = i => {
    const [whole, , word] = named(), end = text.selectionStart;
    text.setRangeText(`@${found[i][0]} `, end - word.length - 1, end, "end");
    shut(); text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  text.addEventListener("input", e => { if (e.isTrusted) { chosen = 0; show(); } });
  text.addEventListener("blur", shut);
  text.addEventListener("keydown", e => {
    if (names.hidden || e.ctrlKey || e.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) { e.preventDefault(); chosen = (chosen + step + found.length) % found.length; show(); }
    else if (e.key === "Enter" || e.key === "Tab") { e.preventDefault(); take(chosen); }
    else if (e.key === "Escape") { e.preventDefault(); shut(); }
  });

  // A mark that the page is open, while it is looked at.
  const here = () => { if (box.dataset.here && !document.hidden) post(box.dataset.here, {}); };
  here();
  setInterval(here, 25000);
  document.addEventListener("visibilitychange", here);
}

// What is new comes by itself while somebody looks; where nothing is new, nothing is swapped and nothing is said.
let tag = "";
document.addEventListener("htmx:configRequest", e => { if (e.detail.elt.matches("[data-live]") && tag) e.detail.headers["If-None-Match"] = tag; });
document.addEventListener("htmx:beforeRequest", e => { if (e.detail.elt.matches("[data-live]") && document.hidden) e.preventDefault(); });
document.addEventListener("htmx:afterRequest", e => { if (e.detail.elt.matches("[data-live]")) tag = e.detail.xhr.getResponseHeader("ETag") || tag; });
document.addEventListener("htmx:afterSettle", () => {
  const seen = $("[data-live]")?.dataset.seen;
  if (seen) for (const field of $$("input[name=seen]")) field.value = seen;
});
