// Draws the watch over a fix from its very table; without this file the table stands alone.
(() => {
  const figure = document.querySelector("[data-watch]");
  if (!figure || typeof uPlot === "undefined") return;
  const rows = [...figure.querySelectorAll("tbody tr")];
  const column = (name) => rows.map((row) => Number(row.dataset[name]));
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const drawn = figure.querySelector(".drawn");
  const last = rows.length - 1;
  const data = [rows.map((_, index) => index), column("had"), column("expected"), column("most")];
  const axis = (more) => ({
    stroke: colour("--quiet"), font, grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, ...more,
  });
  // A signal is marked in its own colour, and by a larger point: not by colour alone.
  const mark = (plot, at) => {
    if (rows[at].dataset.signal === "") return;
    const [x, y] = [plot.valToPos(at, "x", true), plot.valToPos(data[1][at], "y", true)];
    plot.ctx.fillStyle = colour("--bad");
    plot.ctx.beginPath();
    plot.ctx.arc(x, y, 6 * devicePixelRatio, 0, 2 * Math.PI);
    plot.ctx.fill();
  };
  let plot = null;
  const draw = () => {
    if (plot) plot.destroy();
    plot = new uPlot({
      width: Math.max(drawn.clientWidth, 200),
      height: 200,
      padding: [10, 12, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [-0.5, last + 0.5] },
        y: { range: (_, low, high) => [0, Math.max(high * 1.1, 1)] },
      },
      axes: [
        axis({ size: 34, grid: { show: false }, space: 64, incrs: [1, 2, 5, 10, 20, 50], values: (_, splits) => splits.map((at) => (rows[at] ? rows[at].dataset.day : "")) }),
        axis({ size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }),
      ],
      series: [
        {},
        { stroke: colour("--accent"), width: 2, points: { show: true, size: 7, fill: colour("--accent") } },
        { stroke: colour("--quiet"), width: 1, points: { show: false } },
        { stroke: colour("--bad"), width: 1.5, dash: [6, 4], points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }) },
      ],
      hooks: { draw: [(made) => rows.forEach((_, at) => mark(made, at))] },
    }, data, drawn);
    plot.root.setAttribute("role", "img");
    plot.root.setAttribute("aria-label", figure.dataset.title);
  };
  drawn.hidden = false;
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
