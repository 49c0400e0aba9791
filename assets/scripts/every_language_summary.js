// A mark of the summary leads to the answer that it stands for. A link would: but the page is
// served with a base address, to which a link to a place on it goes.
element.addEventListener("click", (event) => {
  const cell = document.getElementById(event.target.closest("[data-cell]")?.dataset.cell);
  cell?.scrollIntoView({ block: "center" });
  cell?.focus({ preventScroll: true });
});
