// Arrow keys move through a list of radio buttons, as they do where the buttons share a name;
// Gradio gives each one its own. props.list is the id of the list's component.
const steps = { ArrowDown: 1, ArrowUp: -1 };
document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.(`#${props.list}`);
  if (!list || !(event.key in steps)) return;
  const buttons = [...list.querySelectorAll("input[type=radio]")];
  const next = buttons[buttons.indexOf(event.target) + steps[event.key]];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
});
