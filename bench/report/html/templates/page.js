// Extras only: without this the page says the same.
"use strict";
(() => {
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  const number = (text) => {
    const found = /^[~+]?(-?[\d,]*\.?\d+)\s*(ms|s|%|x|k|M)?/.exec(text.trim());
    if (!found) return null;
    const unit = { ms: 1e-3, k: 1e3, M: 1e6 }[found[2]] || 1;
    return parseFloat(found[1].replace(/,/g, "")) * unit;
  };
  const sort = (table, column, heading) => {
    const descending = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows].map((row, n) => {
      const text = row.cells[column].textContent;
      return { row, n, text, value: number(text) };
    });
    rows.sort((a, b) => {
      if ((a.value === null) !== (b.value === null)) return a.value === null ? 1 : -1;
      const by = a.value === null ? a.text.localeCompare(b.text) : a.value - b.value;
      return (descending ? -by : by) || a.n - b.n;
    });
    table.tBodies[0].append(...rows.map((one) => one.row));
  };
  // A table gets its buttons when it is first seen: there may be thousands.
  const equip = (table) => {
    if (table.dataset.equipped || table.tBodies[0].rows.length < 2) return;
    table.dataset.equipped = "yes";
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      if (heading.classList.contains("plain") || !heading.textContent) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sort(table, column, heading));
      heading.append(button);
    });
  };
  const within = (element) => element.querySelectorAll("table.sortable").forEach((table) => {
    const closed = table.closest("details:not([open])");
    if (!closed) equip(table);
  });
  document.addEventListener("toggle", (event) => event.target.open && within(event.target), true);
  within(document);

  const command = document.getElementById("command");
  if (command && navigator.clipboard) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", () => navigator.clipboard.writeText(command.textContent).then(
      () => { button.textContent = "Copied"; }, () => { button.textContent = "Not copied"; }));
    command.after(button);
  }
})();
