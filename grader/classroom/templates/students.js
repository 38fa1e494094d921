"use strict";
// Without this script the table is complete and readable; with it a click on a heading sorts, and the box filters by name.
const table = document.getElementById("students");
if (table) {
  const body = table.tBodies[0], rows = [...body.rows];
  const value = (row, column) => {
    const text = row.cells[column].textContent, number = parseFloat(text);
    return row.cells[column].className === "n" && !isNaN(number) ? number : text;
  };
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const turn = head.ariaSort === "ascending" ? -1 : 1;
      [...table.tHead.rows[0].cells].forEach(other => other.removeAttribute("aria-sort"));
      head.ariaSort = turn === 1 ? "ascending" : "descending";
      rows.sort((a, b) => turn * compare(value(a, column), value(b, column)));
      body.append(...rows);
    });
  });
  const box = document.getElementById("filter");
  box.parentElement.hidden = false;
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
  });
}
