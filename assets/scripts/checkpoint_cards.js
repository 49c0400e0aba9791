// Buttons of the checkpoint cards. The cards are drawn anew at each search, so their place listens.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const { act, name } = button.dataset;
  if (act === "chat") trigger("chat", { name });
  else trigger("pick", { name });
});
