// Draws the charts when they come near the screen, in the page's light or dark look; for paper all of
// them, in the light one.
(() => {
  const templates = JSON.parse(document.getElementById("templates").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const still = { displaylogo: false, responsive: true };
  const paper = { narrow: 680, wide: 1000 };
  const charts = [...document.querySelectorAll("script[data-chart]")].map((script) => ({
    script,
    place: document.getElementById(script.dataset.chart),
    wide: script.closest(".chart").classList.contains("wide"),
    drawn: false,
  }));

  function draw(chart, look, width) {
    const figure = JSON.parse(chart.script.textContent);
    const layout = { ...figure.layout, template: templates[look] };
    if (width) layout.width = width;
    Plotly.react(chart.place, figure.data, layout, width ? { ...still, responsive: false } : still);
    chart.drawn = true;
  }
  const look = () => (dark.matches ? "dark" : "light");

  const watch = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const chart = charts.find((one) => one.place === entry.target);
        if (entry.isIntersecting && !chart.drawn) draw(chart, look());
      }
    },
    { rootMargin: "600px" },
  );
  charts.forEach((chart) => watch.observe(chart.place));
  dark.addEventListener("change", () =>
    charts.filter((chart) => chart.drawn).forEach((chart) => draw(chart, look())),
  );

  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((one) => (one.open = true));
    charts.forEach((chart) => draw(chart, "light", chart.wide ? paper.wide : paper.narrow));
  });
  window.addEventListener("afterprint", () => {
    folded.forEach((one) => (one.open = false));
    charts.forEach((chart) => draw(chart, look()));
  });
})();
