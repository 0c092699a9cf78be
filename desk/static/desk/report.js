// Draws what the table of the report says, from that very table; without this file the table stands
// alone. Colours are the page's own, in its light and its dark theme.
(() => {
  const figure = document.querySelector("[data-chart]");
  if (!figure || typeof uPlot === "undefined") return;
  const rows = [...figure.querySelectorAll("tbody tr")];
  const number = (text) => (text === "" ? null : Number(text));
  const column = (name) => rows.map((row) => number(row.dataset[name]));
  const days = rows.map((_, index) => index);
  const rate = [days, column("low"), column("high"), column("share")];
  const cases = [days, column("cases")];
  const drawn = figure.querySelector(".drawn");
  const said = figure.querySelector(".readout");
  const newest = rows.length - 1;
  const words = (index) => {
    const row = rows[index];
    const share = row.dataset.share === "" ? "–" : `${Math.round(row.dataset.share)} %`;
    const band = row.dataset.share === "" ? "" : ` (${Math.round(row.dataset.low)} – ${Math.round(row.dataset.high)} %)`;
    const of = figure.dataset;
    return `${row.cells[0].textContent.trim()} · ${of.share}: ${share}${band} · ${of.cases}: ${row.dataset.cases}`;
  };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const font = () => `12px ${getComputedStyle(document.body).fontFamily}`;

  const shared = (height, labelled) => ({
    width: Math.max(drawn.clientWidth, 200),
    height,
    padding: [10, 12, labelled ? 0 : 10, 0],
    legend: { show: false },
    cursor: { sync: { key: "report" }, y: false, drag: { x: false, y: false } },
    hooks: {
      setCursor: [(plot) => {
        const index = plot.cursor.idx;
        said.textContent = words(index == null ? newest : index);
      }],
    },
  });
  const across = (labelled) => ({
    show: labelled,
    stroke: colour("--quiet"),
    font: font(),
    grid: { show: false },
    ticks: { stroke: colour("--line"), size: 4 },
    space: 64,
    incrs: [1, 2, 7, 14, 28, 56, 112],
    values: (_, splits) => splits.map((at) => (rows[at] ? rows[at].dataset.day : "")),
  });
  const up = (values, more) => ({
    stroke: colour("--quiet"),
    font: font(),
    size: 52,
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    values,
    ...more,
  });

  const drawRate = () => new uPlot({
    ...shared(270, false),
    scales: { x: { time: false, range: [-0.5, newest + 0.5] }, y: { range: [0, 100] } },
    axes: [across(false), up((_, splits) => splits.map((at) => `${at} %`), { incrs: [25, 50] })],
    series: [
      {},
      { stroke: null, points: { show: false } },
      { stroke: null, points: { show: false } },
      { stroke: colour("--accent"), width: 2, points: { show: true, size: 6, fill: colour("--accent") } },
    ],
    bands: [{ series: [2, 1], fill: colour("--tint") }],
  }, rate, drawn);
  const drawCases = () => new uPlot({
    ...shared(110, true),
    scales: { x: { time: false, range: [-0.5, newest + 0.5] }, y: { range: (_, low, high) => [0, Math.max(high, 1)] } },
    axes: [across(true), up((_, splits) => splits.map((at) => at.toLocaleString()), { space: 24, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] })],
    series: [
      {},
      { fill: colour("--strong-line"), stroke: null, paths: uPlot.paths.bars({ size: [0.6, 24] }), points: { show: false } },
    ],
  }, cases, drawn);

  let plots = [];
  const draw = () => {
    plots.forEach((plot) => plot.destroy());
    plots = [drawRate(), drawCases()];
    plots[0].root.setAttribute("role", "img");
    plots[0].root.setAttribute("aria-label", figure.dataset.title);
    plots[1].root.setAttribute("aria-hidden", "true");
    said.textContent = words(newest);
  };

  drawn.hidden = said.hidden = false;
  figure.querySelector("details").open = false;
  draw();
  let width = drawn.clientWidth;
  new ResizeObserver(() => {
    if (drawn.clientWidth === width) return;
    width = drawn.clientWidth;
    plots.forEach((plot) => plot.setSize({ width, height: plot.height }));
  }).observe(drawn);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
