// Keys and buttons of the Rate tab. Each act names what was on the screen, and waits until the
// one before has been answered: however fast somebody types, no value lands on another answer.
const waiting = [];
let pending = null;
let answer = null;
let focused = null;

const frame = () => element.querySelector(".wb-rating");

const pump = () => {
  const shown = frame();
  if (pending || !shown || !waiting.length) return;
  const act = waiting.shift();
  const criterion = act.criterion ?? shown.dataset.criterion;
  if (act.act === "value" && !criterion) return pump();
  const active = document.activeElement;
  focused = element.contains(active) && active.dataset.act ? active.dataset : null;
  // What is not answered within this time was refused; what was typed after it is void.
  pending = setTimeout(() => { pending = null; waiting.length = 0; }, 5000);
  trigger("act", { value: -1, ...act, criterion, turn: Number(shown.dataset.turn) });
};
const ask = (act) => { waiting.push(act); pump(); };

const help = () => document.querySelector("#rate-keys dialog")?.showModal();

const guide = (criterion) => {
  const all = document.querySelector("#rate-guidelines details");
  if (!all) return;
  if (!all.dataset.seen) {
    all.dataset.seen = "yes";
    all.open = matchMedia("(min-width: 900px)").matches;
  }
  for (const part of all.querySelectorAll("details[data-key]")) {
    const current = part.dataset.key === criterion;
    if (current !== part.classList.contains("wb-current")) part.open = current;
    part.classList.toggle("wb-current", current);
  }
};

const remember = (link) => {
  const address = new URL(location.href);
  for (const key of [...address.searchParams.keys()])
    if (key.startsWith("rate-")) address.searchParams.delete(key);
  for (const [key, value] of new URLSearchParams(link)) address.searchParams.set(key, value);
  if (address.href !== location.href) history.replaceState(history.state, "", address);
};

const arrived = () => {
  clearTimeout(pending);
  pending = null;
  const shown = frame();
  if (!shown) return;
  remember(shown.dataset.link);
  if (focused && document.activeElement === document.body) {
    const same = [...element.querySelectorAll("[data-act]")].find(
      (b) => ["act", "criterion", "value"].every((key) => b.dataset[key] === focused[key]));
    same?.focus({ preventScroll: true });
  }
  const { criterion } = shown.dataset;
  const moved = answer !== shown.dataset.answer;
  answer = shown.dataset.answer;
  // The guidelines and the answer are other components, which arrive a little later.
  setTimeout(() => {
    guide(criterion);
    const item = document.querySelector("#rate-item");
    if (moved && item?.getBoundingClientRect().top < 0) item.scrollIntoView({ block: "start" });
  }, 80);
  pump();
};
watch("value", arrived);
arrived();

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const { act, criterion, value } = button.dataset;
  if (act === "help") return help();
  ask({ act, ...(criterion && { criterion }), ...(value && { value: Number(value) }) });
});

// A click with a pointer leaves no focus behind: Enter goes on to the next answer afterwards.
const release = (event) => {
  if (!element.isConnected) return document.removeEventListener("click", release);
  if (event.detail && event.target.closest("#rate-content")?.contains(document.activeElement) &&
    event.target.closest("button, summary")) document.activeElement.blur();
};
document.addEventListener("click", release);

// Letters of other keyboards go by their place; digits too, as some need Shift for them.
const keyOf = (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (/^[012su?]$/.test(key) || event.key.length > 1) return key;
  if (!event.shiftKey && /^(Digit|Numpad)[012]$/.test(event.code)) return event.code.at(-1);
  return /^[a-z]$/.test(key) ? "" : { KeyS: "s", KeyU: "u" }[event.code] ?? "";
};
const ACTS = { Enter: "next", ArrowRight: "next", ArrowLeft: "back", s: "skip", u: "undo" };

const press = (event) => {
  if (!element.isConnected) return document.removeEventListener("keydown", press);
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (!frame()?.checkVisibility() || document.querySelector("dialog[open]")) return;
  const target = event.target;
  if (target.isContentEditable || target.closest("input, textarea, select, [role=tab]")) return;
  const key = keyOf(event);
  // Enter on a link or another button does what that button says; on a value it goes on.
  const own = target.closest("button, summary, a");
  if (key === "Enter" && own && own.dataset.act !== "value") return;
  if (key === "?") help();
  else if (/^[012]$/.test(key)) ask({ act: "value", value: Number(key) });
  else if (ACTS[key]) ask({ act: ACTS[key] });
  else return;
  event.preventDefault();
};
document.addEventListener("keydown", press);
