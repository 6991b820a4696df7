// The matrix by keyboard, by range and by popover: shortens what the cells' links and forms already do. app.js moves between the cells.
{
  const $ = (q, el = document) => el.querySelector(q), $$ = (q, el = document) => [...el.querySelectorAll(q)];
  const grid = $("table.matrix[data-edit]"), editor = $("#editor"), bulk = $("#bulk"), say = text => { $("#live").textContent = text; };
  const HOURS = { 1: "BUSINESS", 2: "AFTER", 3: "ALWAYS" };

  let stop = null, chosen = []; // ids, because cells are replaced

  // One tab stop: the grid is a grid only where this script runs.
  const settle = () => {
    for (const cell of $$(".cell", grid)) { if (!cell.hasAttribute("tabindex")) cell.tabIndex = -1; $("a", cell)?.setAttribute("tabindex", "-1"); }
    if (!$(".cell[tabindex='0']", grid)) { const first = document.getElementById(stop) || $(".cell", grid); if (first) first.tabIndex = 0; }
    chosen.map(id => document.getElementById(id)).forEach(cell => cell?.setAttribute("aria-selected", "true"));
  };
  const stand = cell => { $$(".cell[tabindex='0']", grid).forEach(other => { other.tabIndex = -1; }); if (cell) { cell.tabIndex = 0; cell.focus(); cell.scrollIntoView({ block: "nearest" }); } };
  const rowOf = cell => cell.closest("tr"), mainOf = row => document.getElementById(row.dataset.of) || row;

  // Edits wait for each other: each is decided on the cell as it then is. `choose` returns the address and its values, or words.
  let last = Promise.resolve(), repeat = null;
  const post = (address, values, target = $("#grid-body")) => htmx.ajax("POST", address, { source: grid, target, swap: "innerHTML", values });
  const then = (work, id) => { last = last.then(work).catch(() => document.getElementById(id)?.classList.add("unsaved")); };
  const edit = (id, choose) => then(() => {
    const cell = document.getElementById(id), row = rowOf(cell), [verb, values] = [choose(cell.dataset.held)].flat();
    if (!$("a", cell)) return say("This row stands for several places. Show each to change one.");
    if (!values) return say(verb);
    repeat = [verb, values];
    return post(row.dataset.href + verb + "/", { party: cell.dataset.party, seen: row.dataset.stamp, place: row.dataset.place || "", ...values }, mainOf(row));
  }, id);
  const undo = () => then(() => post(grid.dataset.draft + "undo/", {}));
  const NO_R = "No R in this cell, press r first.";

  // A range lies in one column; the bar writes to all of it in one act.
  let anchor = null;
  const picked = () => $$(".cell[aria-selected='true']", grid);
  const column = cell => $$(`tr:not([hidden]) .cell[data-party="${cell.dataset.party}"]:has(a)`, grid);
  const drop = () => { picked().forEach(cell => cell.removeAttribute("aria-selected")); chosen = []; anchor = null; bulk.hidden = true; };
  const pick = cell => {
    const from = document.getElementById(anchor) || cell, all = column(from), to = all.indexOf(cell.dataset.party === from.dataset.party ? cell : $(`.cell[data-party="${from.dataset.party}"]`, rowOf(cell)));
    if (to < 0) return null;
    const start = all.indexOf(from), [low, high] = [Math.min(start, to), Math.max(start, to)];
    picked().forEach(other => other.removeAttribute("aria-selected"));
    chosen = all.slice(low, high + 1).map(other => (other.setAttribute("aria-selected", "true"), other.id));
    anchor = from.id;
    const many = high > low;
    bulk.hidden = !many;
    $("#bulk-count").textContent = high - low + 1;
    $("#bulk-party").textContent = $$("thead th", grid)[from.cellIndex].textContent.trim();
    $$("[data-of-party]", bulk).forEach(label => { label.hidden = label.dataset.ofParty !== from.dataset.party; });
    if (many) say(`${high - low + 1} cells selected.`);
    return all[to];
  };
  const all = values => {
    const cells = picked(), party = cells[0]?.dataset.party, ids = cells.map(cell => cell.id);
    if (!party) return;
    then(() => post(grid.dataset.draft + "bulk/", { ...values, party, cell: ids.map(id => document.getElementById(id)).filter(Boolean).map(cell => { const row = rowOf(cell); return `${row.dataset.href.split("/").at(-2)}|${row.dataset.place || ""}|${row.dataset.stamp}`; }) }));
  };

  // The popover holds the same form that the cell's link leads to.
  let owner = null;
  const open = cell => {
    owner = cell.id;
    htmx.ajax("GET", $("a", cell).href, { target: "#editor-form", swap: "innerHTML" }).then(() => {
      const at = document.getElementById(owner).getBoundingClientRect();
      if (!editor.matches(":popover-open")) editor.showPopover();
      const high = editor.offsetHeight, below = at.bottom + high + 4 < innerHeight;
      editor.style.left = Math.max(8, Math.min(at.left, innerWidth - editor.offsetWidth - 12)) + "px";
      editor.style.top = (below ? at.bottom + 4 : Math.max(8, at.top - high - 4)) + "px";
      $("button", editor)?.focus();
    });
  };

  if (grid && editor && window.htmx) {
    grid.setAttribute("role", "grid");
    grid.setAttribute("aria-multiselectable", "true");
    settle();
    editor.addEventListener("toggle", e => { if (e.newState === "closed" && owner) { stand(document.getElementById(owner)); owner = null; } });
    grid.addEventListener("click", e => {
      const cell = e.target.closest(".cell");
      if (!cell || !$("a", cell) || e.ctrlKey || e.metaKey || e.button) return;
      e.preventDefault();
      if (e.shiftKey) { anchor ||= $(".cell[tabindex='0']", grid)?.id; const to = pick(cell); if (to) stand(to); return; }
      if (dragged) { dragged = false; return; }
      drop(); stand(cell); open(cell);
    });
    // Drag down a column; what it does, Shift and the arrows do too.
    let pressedOn = null, dragged = false;
    grid.addEventListener("pointerdown", e => { pressedOn = e.pointerType === "mouse" && !e.shiftKey && !e.button ? e.target.closest(".cell") : null; dragged = false; });
    grid.addEventListener("dragstart", e => { if (e.target.closest(".cell")) e.preventDefault(); });
    grid.addEventListener("pointerover", e => {
      const cell = pressedOn && e.buttons === 1 && e.target.closest(".cell");
      if (!cell || (cell === pressedOn && !dragged)) return;
      if (!dragged) { drop(); anchor = pressedOn.id; dragged = true; }
      const to = pick(cell); if (to) stand(to);
    });
    addEventListener("pointerup", () => { pressedOn = null; });
    bulk.addEventListener("click", e => {
      const button = e.target.closest("[data-bulk]");
      if (button) all(JSON.parse(button.dataset.bulk));
      if (e.target.closest("[data-bulk-end]")) { const cell = $(".cell[tabindex='0']", grid); drop(); stand(cell); }
    });
    bulk.addEventListener("change", e => { if (e.target.matches("[data-bulk-who]")) { all({ verb: "who", letter: "R", who: e.target.value === "whole" ? "" : e.target.value }); e.target.selectedIndex = 0; } });
    addEventListener("keydown", e => {
      if ((e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && e.key.toLowerCase() === "z" && !e.target.closest?.("input, textarea, select")) { e.preventDefault(); undo(); }
    });
    addEventListener("paste", e => {
      const cell = e.target.closest?.(".cell"), text = e.clipboardData?.getData("text/plain");
      if (!cell || !text) return;
      e.preventDefault();
      const row = rowOf(cell), form = document.createElement("form");
      form.method = "post"; form.action = grid.dataset.draft + "paste/"; form.hidden = true;
      const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
      for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, text, line: row.dataset.href.split("/").at(-2), party: cell.dataset.party, place: row.dataset.place || "" })) {
        const field = document.createElement("textarea"); field.name = name; field.value = value; form.append(field);
      }
      document.body.append(form); form.submit();
    });
    grid.addEventListener("keydown", e => {
      const cell = e.target.closest(".cell");
      if (!cell || e.target !== cell || e.ctrlKey || e.metaKey || e.altKey) return;
      if (e.shiftKey && (e.key === "ArrowDown" || e.key === "ArrowUp")) {
        anchor ||= cell.id;
        const cells = column(cell), next = cells[cells.indexOf(cell) + (e.key === "ArrowDown" ? 1 : -1)];
        e.preventDefault(); e.stopPropagation();
        if (next) { pick(next); stand(next); }
        return;
      }
      if (e.key === "Escape" && picked().length) { drop(); return e.preventDefault(); }
      if (/^(Arrow|Home|End|Page)/.test(e.key)) return drop();
      if (document.documentElement.dataset.keys === "off") return;
      const key = e.key.toLowerCase(), many = picked().length > 1;
      if (/^[rasci]$/.test(key)) many ? all({ verb: "letter", letter: key.toUpperCase() }) : edit(cell.id, held => [held.includes(key) ? "clear" : "letter", { letter: key.toUpperCase() }]);
      else if (HOURS[key]) many ? all({ verb: "work", hours: HOURS[key] }) : edit(cell.id, held => held.includes("r") ? ["hours", { hours: HOURS[key] }] : NO_R);
      else if (key === "l") many ? all({ verb: "lead" }) : edit(cell.id, held => held.includes("r") ? ["lead", {}] : NO_R);
      else if (key === "delete" || key === "backspace") many ? all({ verb: "clear" }) : edit(cell.id, held => held ? ["clear", {}] : "This cell is already empty.");
      else if (key === ".") edit(cell.id, () => repeat || "Nothing to repeat yet.");
      else if (key === "t") location.assign(rowOf(cell).dataset.href);
      else if (key === "m") location.assign(rowOf(cell).dataset.href + "#comments");
      else if (key === "]" || key === "[") {
        const here = mainOf(rowOf(cell)), broken = [...new Set($$("tr.fix", grid).map(fix => document.getElementById(fix.dataset.of)))].filter(row => row && row !== here);
        const side = key === "]" ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
        const ahead = broken.filter(row => here.compareDocumentPosition(row) & side);
        const row = key === "]" ? ahead[0] : ahead.at(-1);
        row ? stand($(".cell", row)) : say("No more findings this way.");
      } else return;
      e.preventDefault();
    });
    document.addEventListener("click", e => { if (e.target.closest("[data-dismiss]")) { e.preventDefault(); const fix = e.target.closest("tr.fix"), row = document.getElementById(fix.dataset.of); fix.remove(); stand($(".cell", row)); say("Theirs is kept."); } });

    // Lines come back with their fixes and places: the old ones go, focus stays on its cell.
    let back = null, pressed = null;
    document.addEventListener("htmx:beforeSwap", e => {
      const row = e.detail.target, active = document.activeElement;
      if (!grid.contains(row) || !e.detail.shouldSwap) return;
      const fixing = active?.closest?.("tr.fix");
      pressed = active?.dataset?.focus;
      stop = $(".cell[tabindex='0']", grid)?.id;
      back = grid.contains(active) ? active.closest(".cell")?.id || (fixing && $(".cell", document.getElementById(fixing.dataset.of))?.id) : null;
      if (row.matches("tr")) $$(`tr[data-of="${CSS.escape(row.id)}"]`, grid).forEach(other => { other.dataset.old = ""; });
    });
    // Only now: a form that is gone from the page loses what htmx would swap beside its row.
    document.addEventListener("htmx:afterSwap", () => $$("tr[data-old]", grid).forEach(row => row.remove()));
    document.addEventListener("htmx:afterSwap", () => {
      settle();
      if (editor.matches(":popover-open")) { if (document.activeElement === document.body) ($(`[data-focus="${pressed}"]`, editor) || $("button", editor))?.focus(); }
      else if (back) stand(document.getElementById(back));
      back = null;
    });
  }
}
