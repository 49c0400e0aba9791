// Keys and tooltips of a tab. props.tips has a text by the id of a button, props.stop the id of the
// button that Escape presses; empty for none.
const listen = (kind, handle) => {
  const heard = (event) =>
    element.isConnected ? handle(event) : document.removeEventListener(kind, heard);
  document.addEventListener(kind, heard);
};

// Buttons may be drawn anew at any time: they get their tooltip when it is about to be needed.
const tell = (event) => {
  const button = event.target.closest?.("button[id]");
  const tip = button && props.tips[button.id];
  if (tip && button.title !== tip) button.title = tip;
};
listen("mouseover", tell);
listen("focusin", tell);

listen("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const stop = document.getElementById(props.stop);
  if (!stop?.checkVisibility() || stop.disabled || document.querySelector("dialog[open]")) return;
  // A list that is open is closed by the same key.
  if (event.target.getAttribute?.("aria-expanded") === "true") return;
  stop.click();
});
