// Keeps answers unfolded while the grid goes on: each new look at it folds them again.
const unfolded = new Set();
let shown = null;

element.addEventListener("click", (event) => {
  const details = event.target.closest("summary")?.parentElement;
  const cell = details?.closest(".wb-grid-cell");
  if (!cell) return;
  // The click has not had its effect yet.
  if (details.open) unfolded.delete(cell.id);
  else unfolded.add(cell.id);
});

watch("value", () => {
  const key = element.querySelector(".wb-grid-head")?.dataset.key;
  if (key !== shown) {
    shown = key;
    unfolded.clear();
    // On a phone the answers begin below the form.
    const progress = document.querySelector("#grid-progress");
    if (key && element.getBoundingClientRect().top > 0.7 * innerHeight)
      progress?.scrollIntoView({ block: "start" });
  }
  for (const id of unfolded) {
    const details = document.getElementById(id)?.querySelector("details");
    if (details) details.open = true;
  }
});
