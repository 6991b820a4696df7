// The matrix by keyboard, by range and by popover: shortens what the cells' links and forms already do. app.js, before it, moves between the cells.
if ($("table.matrix[data-edit]") && window.htmx) {
  const grid = $("table.matrix[data-edit]"), { draft } = grid.dataset, editor = $("#editor"), bulk = $("#bulk"), byId = id => document.getElementById(id), on = (what, name, act) => what.addEventListener(name, act);
  const HOURS = { 1: "BUSINESS", 2: "AFTER", 3: "ALWAYS" };

  let stopped = null, chosen = []; // ids, because cells are replaced

  // One tab stop: the grid is a grid only where this script runs.
  const settle = () => {
    const first = stop() || byId(stopped) || $(".cell", grid);
    for (const link of $$(".cell a", grid)) link.tabIndex = -1;
    for (const cell of $$(".cell", grid)) { cell.tabIndex = cell === first ? 0 : -1; if (chosen.includes(cell.id)) cell.ariaSelected = "true"; }
  };
  const stop = () => $(".cell[tabindex='0']", grid);
  const cellOf = e => e.target.closest?.(".cell"), rowOf = cell => cell.closest("tr"), mainOf = row => byId(row.dataset.of) || row, lineOf = row => row.dataset.href.split("/").at(-2), placeOf = row => row.dataset.place || "";

  // Edits wait for each other: each is decided on the cell as it then is. `choose` returns the address and its values, or words.
  let last = Promise.resolve(), repeat = null;
  const post = (address, values, target = $("#grid-body")) => htmx.ajax("POST", address, { source: grid, target, swap: "innerHTML", values });
  const then = (work, id) => { last = last.then(work).catch(() => byId(id)?.classList.add("unsaved")); };
  const edit = (id, choose) => then(() => {
    const cell = byId(id), row = rowOf(cell), [verb, values] = [choose(cell.dataset.held)].flat();
    if (!$("a", cell)) return say("This row stands for several places. Show each to change one.");
    if (!values) return say(verb);
    repeat = [verb, values];
    return post(row.dataset.href + verb + "/", { party: cell.dataset.party, seen: row.dataset.stamp, place: placeOf(row), ...values }, mainOf(row));
  }, id);
  const NO_R = "No R in this cell, press r first.";

  // A range lies in one column; the bar writes to all of it in one act.
  let anchor = null;
  const picked = () => $$(".cell[aria-selected='true']", grid);
  const inColumn = cell => `.cell[data-party="${cell.dataset.party}"]`, column = cell => $$(`tr:not([hidden]) ${inColumn(cell)}:has(a)`, grid);
  const unmark = () => picked().forEach(cell => { cell.ariaSelected = null; });
  const drop = () => { unmark(); chosen = []; anchor = null; bulk.hidden = true; };
  const pick = cell => {
    const from = byId(anchor) || cell, all = column(from), to = all.indexOf($(inColumn(from), rowOf(cell)));
    if (to < 0) return null;
    const [low, high] = [all.indexOf(from), to].sort((a, b) => a - b);
    unmark();
    chosen = all.slice(low, high + 1).map(other => (other.ariaSelected = "true", other.id));
    anchor = from.id;
    bulk.hidden = high === low;
    $("#bulk-count").textContent = chosen.length;
    $("#bulk-party").textContent = $$("thead th", grid)[from.cellIndex].innerText;
    $$("[data-of-party]", bulk).forEach(label => { label.hidden = label.dataset.ofParty !== from.dataset.party; });
    if (high > low) say(`${chosen.length} cells selected.`);
    return all[to];
  };
  const all = values => {
    const party = byId(anchor)?.dataset.party, ids = chosen;
    if (party) then(() => post(draft + "bulk/", { ...values, party, cell: ids.map(byId).filter(Boolean).map(rowOf).map(row => `${lineOf(row)}|${placeOf(row)}|${row.dataset.stamp}`) }));
  };

  // The popover holds the same form that the cell's link leads to.
  let owner = null;
  const fit = () => { editor.style.top = Math.max(8, Math.min(parseFloat(editor.style.top), innerHeight - editor.offsetHeight - 8)) + "px"; };
  new ResizeObserver(fit).observe(editor); // it grows by More and by every letter
  const open = cell => {
    owner = cell.id;
    htmx.ajax("GET", $("a", cell).href, { target: "#editor-form", swap: "innerHTML" }).then(() => {
      const at = byId(owner).getBoundingClientRect();
      if (!editor.matches(":popover-open")) editor.showPopover();
      const high = editor.offsetHeight + 4, below = at.bottom + high < innerHeight;
      editor.style.left = Math.max(8, Math.min(at.left, innerWidth - editor.offsetWidth - 12)) + "px";
      editor.style.top = (below ? at.bottom + 4 : at.top - high) + "px";
      fit();
      $("button", editor)?.focus();
    });
  };

  grid.role = "grid";
  grid.ariaMultiSelectable = "true";
  settle();
  on(editor, "beforetoggle", e => { if (e.newState === "closed" && owner) { stand(byId(owner)); owner = null; } });
  on(grid, "click", e => {
    const cell = cellOf(e);
    if (!cell || !$("a", cell) || chorded(e)) return;
    e.preventDefault();
    if (e.shiftKey) { anchor ||= stop()?.id; return stand(pick(cell)); }
    if (dragged) { dragged = false; return; }
    drop(); stand(cell); open(cell);
  });
  // Drag down a column; what it does, Shift and the arrows do too.
  let pressedOn = null, dragged = false;
  on(window, "pointerdown", e => { pressedOn = e.pointerType === "mouse" && !e.shiftKey && !e.button ? cellOf(e) : null; dragged = false; });
  on(grid, "dragstart", e => { if (cellOf(e)) e.preventDefault(); });
  on(grid, "pointerover", e => {
    const cell = pressedOn && e.buttons === 1 && cellOf(e);
    if (!cell || (cell === pressedOn && !dragged)) return;
    if (!dragged) { drop(); anchor = pressedOn.id; dragged = true; }
    stand(pick(cell));
  });
  on(bulk, "click", e => {
    const { bulk: values, bulkEnd } = e.target.closest("button")?.dataset || {};
    if (values) all(JSON.parse(values));
    if (bulkEnd !== undefined) { drop(); stand(stop()); }
  });
  on(bulk, "change", e => { if (e.target.matches("[data-bulk-who]")) { all({ verb: "who", letter: "R", who: e.target.value.replace("whole", "") }); e.target.selectedIndex = 0; } });
  on(window, "keydown", e => {
    if ((e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && /^z$/i.test(e.key) && !typing(e)) { e.preventDefault(); then(() => post(draft + "undo/", {})); }
  });
  const make = (tag, what) => Object.assign(document.createElement(tag), what);
  on(window, "paste", e => {
    const cell = cellOf(e), text = e.clipboardData?.getData("text/plain");
    if (!cell || !text) return;
    e.preventDefault();
    const row = rowOf(cell), form = make("form", { method: "post", action: draft + "paste/", hidden: true });
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    const values = { csrfmiddlewaretoken: token, text, line: lineOf(row), party: cell.dataset.party, place: placeOf(row) };
    for (const [name, value] of Object.entries(values)) form.append(make("textarea", { name, value }));
    document.body.append(form); form.submit();
  });
  on(grid, "keydown", e => {
    const cell = cellOf(e);
    if (!cell || e.target !== cell || chorded(e)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (e.shiftKey && step) {
      anchor ||= cell.id;
      const cells = column(cell), next = cells[cells.indexOf(cell) + step];
      e.preventDefault(); e.stopPropagation();
      return next && stand(pick(next));
    }
    if (e.key === "Escape" && picked().length) { drop(); return e.preventDefault(); }
    if (/^(Arrow|Home|End|Page)/.test(e.key)) return drop();
    if (root.dataset.keys === "off") return;
    const key = e.key.toLowerCase(), letter = key.toUpperCase(), hours = HOURS[key];
    const write = (values, choose) => picked().length > 1 ? all(values) : edit(cell.id, choose), does = (...what) => held => held.includes("r") ? what : NO_R;
    if (/^[rasci]$/.test(key)) write({ verb: "letter", letter }, held => [held.includes(key) ? "clear" : "letter", { letter }]);
    else if (hours) write({ verb: "work", hours }, does("hours", { hours }));
    else if (key === "l") write({ verb: "lead" }, does("lead", {}));
    else if (key === "delete" || key === "backspace") write({ verb: "clear" }, held => held ? ["clear", {}] : "This cell is already empty.");
    else if (key === ".") edit(cell.id, () => repeat || "Nothing to repeat yet.");
    else if (key === "t" || key === "m") {
      const link = $("th a[href*='/matrix/']", rowOf(cell));
      link ? location.assign(link.href + (key === "m" ? "#comments" : "")) : say("This row has no page of its own. Stand on one of its duties.");
    }
    else if (key === "]" || key === "[") {
      const here = mainOf(rowOf(cell)), side = key === "]" ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
      const ahead = $$("tr.fix", grid).map(mainOf).filter(row => row !== here && here.compareDocumentPosition(row) & side), row = ahead.at(key === "]" ? 0 : -1);
      row ? stand($(".cell", row)) : say("No more findings this way.");
    } else return;
    e.preventDefault();
  });
  on(document, "click", e => { if (e.target.closest("[data-dismiss]")) { e.preventDefault(); const fix = e.target.closest("tr.fix"); fix.remove(); stand($(".cell", mainOf(fix))); say("Theirs is kept."); } });

  // Lines come back with their fixes and places: the old ones go, focus stays on its cell.
  let back = null, pressed = null, more = false;
  on(document, "htmx:beforeSwap", e => {
    const row = e.detail.target, active = document.activeElement;
    if (!grid.contains(row) || !e.detail.shouldSwap) return;
    const fixing = active?.closest("tr.fix");
    pressed = active?.dataset.focus;
    more = !!$("details[open]", editor);
    stopped = stop()?.id;
    back = grid.contains(active) ? active.closest(".cell")?.id || (fixing && $(".cell", mainOf(fixing))?.id) : null;
    if (row.matches("tr")) $$(`tr[data-of="${CSS.escape(row.id)}"]`, grid).forEach(other => { other.dataset.old = ""; });
  });
  // Only now: a form that is gone from the page loses what htmx would swap beside its row.
  on(document, "htmx:afterSwap", () => {
    $$("tr[data-old]", grid).forEach(row => row.remove());
    settle();
    if (more) $("details", editor)?.setAttribute("open", "");
    more = false;
    if (editor.matches(":popover-open")) { if (document.activeElement === document.body) ($(`[data-focus="${pressed}"]`, editor) || $("button", editor))?.focus(); }
    else if (back) stand(byId(back));
    back = null;
  });
}
