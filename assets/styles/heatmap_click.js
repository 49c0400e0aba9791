// Plotly's clicks never reach Gradio's events by themselves. A pointer passes over the heat
// map before it can click, so that is when the chart is bound, however often it is redrawn.
const bind = (event) => {
  const chart = event.target.closest?.("#compare-heatmap .js-plotly-plot");
  if (!chart || chart.dataset.picks) return;
  chart.dataset.picks = "yes";
  chart.on("plotly_click", ({ points }) => {
    const [row, language] = points[0].customdata;
    trigger("pick", { row, language });
    document.getElementById("compare-answers")?.scrollIntoView({ behavior: "smooth" });
  });
};
document.addEventListener("pointerover", bind);
