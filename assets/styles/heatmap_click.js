// Plotly's clicks never reach Gradio's events by themselves. A pointer passes over the heat
// map before it can click, so that is when the chart is bound, however often it is redrawn.
// props.chart is the id of the chart's component, props.answers that of the heading below it.
const bind = (event) => {
  const chart = event.target.closest?.(`#${props.chart} .js-plotly-plot`);
  if (!chart || chart.dataset.picks) return;
  chart.dataset.picks = "yes";
  chart.on("plotly_click", ({ points }) => {
    const [row, language, , sign] = points[0].customdata;
    trigger("pick", { row, language, sign });
    document.getElementById(props.answers)?.scrollIntoView({ behavior: "smooth" });
  });
};
document.addEventListener("pointerover", bind);
