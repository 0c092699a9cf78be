// Draws curves of how many had it by then from the very table that says so; without this file the
// table stands alone. Colours are the page's own, in its light and its dark theme.
(() => {
  const figure = document.querySelector("[data-curves]");
  if (!figure || typeof uPlot === "undefined") return;
  const table = figure.querySelector(".marks");
  const rows = [...table.querySelectorAll("tbody tr")];
  if (!rows.length) return;
  const lines = [...table.querySelectorAll("thead [data-line]")].map((cell) => ({
    name: cell.dataset.line,
    words: cell.textContent.trim(),
  }));
  const number = (text) => (text ? Number(text) : null);
  const marks = [rows.map((_, index) => index)];
  for (const line of lines) marks.push(rows.map((row) => number(row.dataset[line.name])));
  const drawn = figure.querySelector(".drawn");
  const said = figure.querySelector(".readout");
  const newest = rows.length - 1;
  const words = (index) => {
    const shares = lines.map((line, place) => {
      const share = marks[place + 1][index];
      return `${line.words}: ${share == null ? "–" : `${Math.round(share)} %`}`;
    });
    return [rows[index].dataset.at, ...shares].join(" · ");
  };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const font = () => `12px ${getComputedStyle(document.body).fontFamily}`;
  // Told apart by their strokes too, for who does not tell colours apart.
  const strokes = [
    { stroke: "--quiet", dash: [3, 4] },
    { stroke: "--accent", dash: [] },
    { stroke: "--ink", dash: [9, 4] },
  ];

  const drawCurves = () => new uPlot({
    width: Math.max(drawn.clientWidth, 200),
    height: 270,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    hooks: {
      setCursor: [(plot) => {
        const index = plot.cursor.idx;
        said.textContent = words(index == null ? newest : index);
      }],
    },
    scales: { x: { time: false, range: [-0.25, newest + 0.25] }, y: { range: [0, 100] } },
    axes: [
      {
        stroke: colour("--quiet"),
        font: font(),
        grid: { show: false },
        ticks: { stroke: colour("--line"), size: 4 },
        space: 48,
        incrs: [1, 2, 4],
        values: (_, splits) => splits.map((at) => (rows[at] ? rows[at].dataset.at : "")),
      },
      {
        stroke: colour("--quiet"),
        font: font(),
        size: 52,
        grid: { stroke: colour("--line"), width: 1 },
        ticks: { show: false },
        incrs: [25, 50],
        values: (_, splits) => splits.map((at) => `${at} %`),
      },
    ],
    series: [
      {},
      ...lines.map((line, place) => ({
        label: line.words,
        stroke: colour(strokes[place].stroke),
        dash: strokes[place].dash,
        width: 2,
        points: { show: true, size: 5, fill: colour(strokes[place].stroke) },
      })),
    ],
  }, marks, drawn);

  let plot;
  const draw = () => {
    plot?.destroy();
    plot = drawCurves();
    plot.root.setAttribute("role", "img");
    plot.root.setAttribute("aria-label", figure.dataset.title);
    said.textContent = words(newest);
  };

  drawn.hidden = said.hidden = false;
  figure.querySelector("details").open = false;
  draw();
  let width = drawn.clientWidth;
  new ResizeObserver(() => {
    if (drawn.clientWidth === width) return;
    width = drawn.clientWidth;
    plot.setSize({ width, height: plot.height });
  }).observe(drawn);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
