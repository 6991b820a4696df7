// A ticket's page while one writes and reads. It shortens what the page's forms do without it; what one writes is never touched.
const box = $("#write"), text = $("#write-text"), names = $("#names");

if (box) {
  const field = box.elements, mode = () => field.mode.value || "private", token = field.csrfmiddlewaretoken.value;
  const post = (address, said) => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, ...said })) body.append(name, value);
    fetch(address, { method: "POST", body, keepalive: true }).catch(() => {});
  };

  // Drafts: a second after the last key, and on leaving; never once the message is on its way.
  let kept = text.value, at = mode(), sent = false, timer = 0;
  const keep = () => {
    clearTimeout(timer);
    if (sent || !box.dataset.draft || (text.value === kept && at === mode())) return;
    const said = { was: at, mode: mode(), text: text.value, once: field.once.value }, worth = kept.trim() || said.text.trim();
    [kept, at] = [said.text, said.mode];
    if (worth) post(box.dataset.draft, said);
  };
  text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 1000); });
  box.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  addEventListener("pagehide", keep);
  addEventListener("pageshow", () => { sent = false; });

  // A mark that the page is open, while it is looked at.
  const here = () => { if (document.hidden) keep(); else if (box.dataset.here) post(box.dataset.here); };
  here();
  setInterval(here, 25000);
  document.addEventListener("visibilitychange", here);

  // What was begun as a private note becomes readable for both sides only when somebody says so.
  let before = mode();
  const ask = $("#ask-share");
  const choose = value => { field.mode.value = before = value; field.began.value = text.value.trim() && value; keep(); };
  box.addEventListener("change", e => {
    const wanted = e.target.value;
    if (e.target.name !== "mode") return;
    if (before !== "private" || !text.value.trim()) return choose(wanted);
    choose("private");
    ask.returnValue = "";
    ask.showModal();
    ask.addEventListener("close", () => { if (ask.returnValue === "yes") choose(wanted); text.focus(); }, { once: true });
  });

  // Naming people: @ and some letters; arrows choose, Enter takes, Escape leaves. A private note names one's own side alone.
  const people = JSON.parse($("#people").textContent);
  let found = [], chosen = 0;
  const named = () => /(?:^|[^\w@.])@(\w[^@\n]{0,40}|)$/.exec(text.value.slice(0, text.selectionStart))?.[1];
  const shut = () => { names.hidden = true; text.removeAttribute("aria-activedescendant"); };
  const show = () => {
    const word = named()?.toLowerCase();
    found = word === undefined ? [] : people.filter(([name, side]) => name.toLowerCase().startsWith(word) && (mode() !== "private" || side === names.dataset.own)).slice(0, 8);
    if (!found.length) return shut();
    names.replaceChildren(...found.map(([name], i) => Object.assign(document.createElement("div"), { id: `name-${i}`, role: "option", textContent: name, ariaSelected: i === chosen, onmousedown: e => { e.preventDefault(); take(i); } })));
    names.hidden = false;
    text.setAttribute("aria-activedescendant", `name-${chosen}`);
    say(found[chosen][0]);
  };
  const take = i => {
    const end = text.selectionStart;
    text.setRangeText(`@${found[i][0]} `, end - named().length - 1, end, "end");
    shut(); text.dispatchEvent(new Event("input"));
  };
  text.addEventListener("input", e => { if (e.isTrusted) { chosen = 0; show(); } });
  text.addEventListener("blur", shut);

  // Ctrl and Enter sends; Enter alone never does.
  box.addEventListener("keydown", e => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key], enter = e.key === "Enter", choosing = e.target === text && !names.hidden;
    if (enter && e.target === text && (e.ctrlKey || e.metaKey)) box.requestSubmit($(`[data-send="${mode()}"]`, box));
    else if (enter && e.target.type === "radio") text.focus();
    else if (choosing && step) { chosen = (chosen + step + found.length) % found.length; show(); }
    else if (choosing && (enter || e.key === "Tab")) take(chosen);
    else if (choosing && e.key === "Escape") shut();
    else return;
    e.preventDefault();
  });
}

// What is new comes by itself while somebody looks; where nothing is new, nothing is swapped and nothing is said.
let tag = "";
const live = (name, act) => document.addEventListener(`htmx:${name}`, e => { if (e.detail.elt.matches("[data-live]")) act(e.detail, e); });
live("configRequest", ({ headers }) => { if (tag) headers["If-None-Match"] = tag; });
live("beforeRequest", (_, e) => { if (document.hidden) e.preventDefault(); });
live("afterRequest", ({ xhr }) => {
  tag = xhr.getResponseHeader("ETag") || tag;
  const seen = $("[data-live]")?.dataset.seen;
  if (seen) for (const one of $$("input[name=seen]")) one.value = seen;
});
