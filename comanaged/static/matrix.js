// The matrix by keyboard and by popover: shortens what the cells' links and forms already do. app.js moves between the cells.
{
  const $ = (q, el = document) => el.querySelector(q), $$ = (q, el = document) => [...el.querySelectorAll(q)];
  const grid = $("table.matrix[data-edit]"), editor = $("#editor"), say = text => { $("#live").textContent = text; };
  const HOURS = { 1: "BUSINESS", 2: "AFTER", 3: "ALWAYS" };

  // One tab stop: the grid is a grid only where this script runs.
  const settle = () => {
    for (const cell of $$(".cell", grid)) { if (!cell.hasAttribute("tabindex")) cell.tabIndex = -1; $("a", cell)?.setAttribute("tabindex", "-1"); }
    if (!$(".cell[tabindex='0']", grid)) { const first = $(".cell", grid); if (first) first.tabIndex = 0; }
  };
  const stand = cell => { $$(".cell[tabindex='0']", grid).forEach(other => { other.tabIndex = -1; }); if (cell) { cell.tabIndex = 0; cell.focus(); cell.scrollIntoView({ block: "nearest" }); } };

  // Edits wait for each other: each is decided on the cell as it then is. `choose` returns the address and its values, or words.
  let last = Promise.resolve();
  const edit = (id, choose) => {
    last = last.then(() => {
      const cell = document.getElementById(id), row = cell.parentElement, [verb, values] = [choose(cell.dataset.held)].flat();
      if (!values) return say(verb);
      return htmx.ajax("POST", row.dataset.href + verb + "/", { target: row, swap: "outerHTML", values: { party: cell.dataset.party, seen: row.dataset.stamp, ...values } });
    }).catch(() => document.getElementById(id)?.classList.add("unsaved"));
  };
  const NO_R = "No R in this cell, press r first.";

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
    settle();
    editor.addEventListener("toggle", e => { if (e.newState === "closed" && owner) { stand(document.getElementById(owner)); owner = null; } });
    grid.addEventListener("click", e => {
      const cell = e.target.closest(".cell");
      if (!cell || !$("a", cell) || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
      e.preventDefault();
      stand(cell); open(cell);
    });
    grid.addEventListener("keydown", e => {
      const cell = e.target.closest(".cell");
      if (!cell || e.target !== cell || e.ctrlKey || e.metaKey || e.altKey || document.documentElement.dataset.keys === "off") return;
      const key = e.key.toLowerCase();
      if (/^[rasci]$/.test(key)) edit(cell.id, held => [held.includes(key) ? "clear" : "letter", { letter: key.toUpperCase() }]);
      else if (HOURS[key]) edit(cell.id, held => held.includes("r") ? ["hours", { hours: HOURS[key] }] : NO_R);
      else if (key === "l") edit(cell.id, held => held.includes("r") ? ["lead", {}] : NO_R);
      else if (key === "delete" || key === "backspace") edit(cell.id, held => held ? ["clear", {}] : "This cell is already empty.");
      else if (key === "t") location.assign(cell.parentElement.dataset.href);
      else if (key === "]" || key === "[") {
        const broken = $$("tr.fix", grid).map(fix => document.getElementById(fix.dataset.of)).filter(row => row && row !== cell.parentElement);
        const side = key === "]" ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
        const ahead = broken.filter(row => cell.parentElement.compareDocumentPosition(row) & side);
        const row = key === "]" ? ahead[0] : ahead.at(-1);
        row ? stand($(".cell", row)) : say("No more findings this way.");
      } else return;
      e.preventDefault();
    });

    // A row comes back with its fix rows: the old ones go, focus stays on its cell.
    let back = null, pressed = null;
    document.addEventListener("htmx:beforeSwap", e => {
      const row = e.detail.target;
      if (!row?.matches?.("tr[data-stamp]") || !e.detail.shouldSwap) return;
      const fixing = document.activeElement?.closest?.("tr.fix");
      pressed = document.activeElement?.dataset?.focus;
      back = row.contains(document.activeElement) ? document.activeElement.closest(".cell")?.id : fixing?.dataset.of === row.id ? $(".cell", row)?.id : null;
      $$(`tr.fix[data-of="${CSS.escape(row.id)}"]`, grid).forEach(fix => { fix.dataset.old = ""; });
    });
    // Only now: a form that is gone from the page loses what htmx would swap beside its row.
    document.addEventListener("htmx:afterSwap", () => $$("tr.fix[data-old]", grid).forEach(fix => fix.remove()));
    document.addEventListener("htmx:afterSwap", () => {
      settle();
      if (editor.matches(":popover-open")) { if (document.activeElement === document.body) ($(`[data-focus="${pressed}"]`, editor) || $("button", editor))?.focus(); }
      else if (back) stand(document.getElementById(back));
      back = null;
    });
  }
}
