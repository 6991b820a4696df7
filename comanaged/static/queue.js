// The queue by keyboard: shortens what the buttons and links of the list already do. app.js, before it, walks and finds the letters.
if ($("[data-queue]")) {
  const body = () => $("#rows"), at = () => $("tr[aria-selected=true]", body()), boxes = () => $$("[name=ticket]:checked", body());
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"], many = $("#act").dataset.many || "";
  const can = (row, verb) => row.dataset.can.split(" ").includes(verb), subject = row => $(".subj", row);
  const parsed = html => Object.assign(document.createElement("template"), { innerHTML: html }).content;
  const choose = row => {
    if (!row) return;
    for (const other of $$("tr", body())) other.setAttribute("aria-selected", other === row);
    row.scrollIntoView({ block: "nearest" });
    subject(row).focus({ preventScroll: true });
    look();
  };

  // One row comes back from each act, as it is now.
  const put = (row, fresh) => {
    const box = $("[name=ticket]", row), held = row.contains(document.activeElement);
    if (row.ariaSelected) fresh.ariaSelected = row.ariaSelected;
    if (box?.checked && $("[name=ticket]", fresh)) $("[name=ticket]", fresh).checked = true;
    row.replaceWith(fresh);
    if (held) subject(fresh).focus({ preventScroll: true });
    if (fresh.ariaSelected === "true") look();
    count();
    return fresh;
  };
  let acts = 0;
  const act = async (row, verb, values = {}) => {
    acts++;
    row.setAttribute("aria-busy", "true");
    let answer;
    try { answer = await fetch(`${row.dataset.href}row/${verb}/`, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams({ seen: row.dataset.seen, once: crypto.randomUUID?.() || "", many, ...values }), redirect: "manual" }); } catch { answer = null; }
    row.removeAttribute("aria-busy");
    const fresh = answer && [200, 409, 422].includes(answer.status) && $("tr", parsed(await answer.text()));
    if (!fresh) { say(answer?.status === 403 ? "This is not yours to do. Open the ticket to see who may." : "Not saved. Check the connection, then try again."); return null; }
    const now = put(document.getElementById(row.id) || row, fresh); // the row may have been replaced while we waited
    if (!answer.ok) { say($("[role=alert]", now)?.textContent || ""); return null; }
    tell(now);
    return now;
  };
  const tell = row => {
    const toast = Object.assign(document.createElement("div"), { className: "toast" }), text = document.createElement("span");
    text.textContent = row.dataset.said;
    toast.append(text);
    if (row.dataset.undo) {
      const { id, dataset: { undo } } = row, back = Object.assign(document.createElement("button"), { className: "btn fine", type: "button", innerHTML: "Undo <kbd>z</kbd>" });
      back.dataset.act = "z";
      back.onclick = () => { toast.remove(); const now = document.getElementById(id); if (now) act(now, undo).then(choose); };
      toast.append(back);
    }
    $("#toasts").replaceChildren(toast);
    toasts();
  };
  const onward = row => choose(row.nextElementSibling || row);
  const take = row => act(row, "take").then(now => now && onward(now));

  // What solved it is asked in the row.
  const ask = row => {
    if (!can(row, "resolve")) return act(row, "resolve");
    const form = $("#solved");
    $(".last", row).append(form);
    form.hidden = false;
    form.text.focus();
  };
  const shut = () => { const form = $("#solved"), row = form.closest("tr"); form.hidden = true; $("#act").after(form); return row; };
  $("#solved").addEventListener("submit", async e => {
    e.preventDefault();
    const form = e.target, row = form.closest("tr"), text = form.text.value;
    shut();
    const now = await act(row, "resolve", { text });
    if (now) { form.reset(); onward(now); } else ask(document.getElementById(row.id));
  });
  $("#solved").addEventListener("keydown", e => { if (e.key === "Escape") { e.preventDefault(); const row = shut(); if (row) subject(row).focus(); } });

  // Selected tickets: only what is possible for all of them.
  const bar = $("#bulk");
  const count = () => {
    if (!bar) return;
    const rows = boxes().map(box => box.closest("tr")), mixed = new Set(rows.map(row => row.dataset.href.split("/")[1])).size > 1, why = [];
    bar.hidden = !rows.length;
    $("#chosen").textContent = rows.length;
    for (const button of $$("[data-move], [data-each]", bar)) {
      const verb = button.dataset.move || button.dataset.each, not = rows.filter(row => !can(row, verb)).length;
      const no = mixed && button.dataset.mixed === undefined && !button.dataset.each ? "several clients" : not ? `${not} of them not now` : "";
      no ? button.setAttribute("aria-disabled", "true") : button.removeAttribute("aria-disabled");
      if (no) why.push(`${button.firstChild.textContent.trim()}: ${no}`);
    }
    $("#why-not").textContent = why.join(". ");
  };
  const each = async () => { for (const box of boxes()) { const now = await act(box.closest("tr"), "take"); if (now) { $("[name=ticket]", now).checked = false; } } count(); };
  bar?.addEventListener("click", e => {
    const button = e.target.closest("button");
    if (button?.getAttribute("aria-disabled")) { e.preventDefault(); say($("#why-not").textContent); }
    else if (button?.dataset.each) each();
  });

  // Beside the list: the ticket one stands on, each version of it read once.
  const side = $("#peek"), read = new Map(), wide = matchMedia("(min-width: 85.01rem)");
  let soon;
  const look = () => {
    clearTimeout(soon);
    soon = setTimeout(async () => {
      const row = at();
      if (!row || !wide.matches) return;
      const key = row.id + row.dataset.seen;
      if (!read.has(key)) { const answer = await fetch(`${row.dataset.href}peek/`).catch(() => null); if (answer?.ok && !answer.redirected) read.set(key, await answer.text()); }
      if (at() === row && read.has(key)) side.replaceChildren(parsed(read.get(key)));
    }, 150);
  };

  // Every ten seconds the list looks again. Rows never move while somebody points at them or stands among them.
  let mark = "", waiting = null;
  const busy = () => body().matches(":hover") || body().contains(document.activeElement) || boxes().length || !$("#solved").hidden;
  const show = fresh => {
    const chosen = at()?.id, ticked = boxes().map(box => box.closest("tr").id), here = body().contains(document.activeElement);
    body().replaceWith(fresh);
    waiting = null; $("#newer").hidden = true;
    for (const id of ticked) { const row = document.getElementById(id), box = row && $("[name=ticket]", row); if (box) box.checked = true; }
    const row = document.getElementById(chosen);
    if (row) { row.ariaSelected = "true"; if (here) subject(row).focus({ preventScroll: true }); }
    count();
  };
  const again = async () => {
    if (document.hidden) return;
    const before = acts, answer = await fetch(location.href, { headers: { "X-Rows": "1", ...(mark && { "If-None-Match": mark }) }, cache: "no-store" }).catch(() => null);
    if (!answer?.ok || answer.redirected || acts !== before) return; // what was read before an act is old
    const fresh = $("#rows", parsed(`<table>${await answer.text()}</table>`));
    if (!fresh) return;
    mark = answer.headers.get("ETag") || "";
    const ids = el => $$("tr", el).map(row => row.id).join(), known = new Set($$("tr", body()).map(row => row.id));
    if (!known.size && $("tr", fresh)) return location.reload();
    if (!busy()) return show(fresh);
    if (ids(fresh) !== ids(body())) {
      const count = $$("tr", fresh).filter(row => !known.has(row.id)).length;
      waiting = fresh.cloneNode(true);
      $("#newer").hidden = false;
      $("#newer").textContent = count ? `${count} new, show` : "The order changed, show";
    }
    for (const row of $$("tr", fresh)) {
      const old = document.getElementById(row.id);
      if (!old || old.contains($("#solved"))) continue;
      if (old.dataset.seen !== row.dataset.seen || old.cells[2].innerHTML !== row.cells[2].innerHTML) put(old, row);
      else if (old.cells[1].innerHTML !== row.cells[1].innerHTML) old.cells[1].replaceWith(row.cells[1]);
    }
  };
  $("#newer").addEventListener("click", () => { if (waiting) show(waiting); const row = at() || $("tr", body()); choose(row); });
  setInterval(again, 10000);

  document.addEventListener("submit", e => {
    const row = e.target.id === "act" && e.submitter?.closest("tr");
    if (row) { e.preventDefault(); choose(row); take(row); }
  });
  document.addEventListener("click", e => {
    const row = e.target.closest("#rows tr");
    if (row && !e.target.closest("a, button, input, label, form")) choose(row);
    if (e.target.closest("[data-solve]") && at()) { e.preventDefault(); ask(at()); }
  });
  document.addEventListener("change", e => { if (e.target.name === "ticket") count(); });
  addEventListener("keydown", e => {
    if (typing(e) || chorded(e) || $("dialog[open]") || root.dataset.keys === "off") { if (e.key === "Escape" && e.target.type === "search") $("#rows .subj")?.focus(); return; }
    const row = at(), go = where => location.assign(row.dataset.href + where);
    if (e.key === "j" || e.key === "k") return look();
    if (e.key === "z") { const back = $("#toasts [data-act=z]"); if (back) { e.preventDefault(); back.click(); } return; }
    if (!row) return;
    const does = {
      t: () => take(row), e: () => ask(row), y: () => act(row, "accept").then(now => now && onward(now)),
      x: () => { const box = $("[name=ticket]", row); if (box) { box.checked = !box.checked; count(); say(`${boxes().length} selected`); } },
      r: () => go("?mode=public#write-text"), n: () => go("?mode=private#write-text"), h: () => go("#handover"),
    }[e.key];
    if (does) { e.preventDefault(); does(); }
  });
  count();
}
