/** The growth curves of a report as an SVG: a panel for each thing that was timed, a line for each part of the state. */
import { init, type EChartsOption } from "echarts";
import { AXES, type Axis, type Curve } from "./growth/curve.ts";
import type { Report } from "./report.ts";

/**
 * Neither dark nor light, on no background: a picture that asks for the reader's colour scheme gets the system's, which
 * need not be the one of the page that shows it.
 */
const INK = "#767c85";
const FAINT = "#767c8540";
const COLOURS: Readonly<Record<Axis, string>> = {
  locks: "#2f81f7",
  "own locks": "#c2410c",
  instances: "#2da44e",
  "stale instances": "#a371f7",
  decisions: "#bf8700",
  "decisions today": "#d6409f",
  events: "#0e9aa7",
};
/** Told apart without colours, too. */
const SYMBOLS: Readonly<Record<Axis, string>> = {
  locks: "circle",
  "own locks": "emptyCircle",
  instances: "rect",
  "stale instances": "diamond",
  decisions: "triangle",
  "decisions today": "emptyTriangle",
  events: "emptyRect",
};

const COLUMNS = 3;
/** Pixels. */
const PANEL = { width: 300, height: 150, gapX: 76, gapY: 96 } as const;
const EDGE = { left: 76, top: 150, bottom: 70 } as const;

/** Throws for a report without curves. */
export function picture(report: Report): string {
  const panels = [...Map.groupBy(report.curves, ({ name }) => name).entries()];
  if (panels.length === 0) throw new Error("The report has no curves: npm run bench -- --scale --json FILE");
  const rows = Math.ceil(panels.length / COLUMNS);
  const width = EDGE.left + COLUMNS * (PANEL.width + PANEL.gapX);
  const height = EDGE.top + rows * (PANEL.height + PANEL.gapY) - PANEL.gapY + EDGE.bottom;
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(optionOf(report, panels, height));
    return `${chart.renderToSVGString()}\n`;
  } finally {
    chart.dispose();
  }
}

type Panel = readonly [name: string, curves: readonly Curve[]];

function optionOf(report: Report, panels: readonly Panel[], height: number): EChartsOption {
  const places = panels.map((_, i) => ({
    left: EDGE.left + (i % COLUMNS) * (PANEL.width + PANEL.gapX),
    top: EDGE.top + Math.floor(i / COLUMNS) * (PANEL.height + PANEL.gapY),
  }));
  const axis = { axisLabel: { color: INK, hideOverlap: true }, axisLine: { lineStyle: { color: INK } } };
  return {
    animation: false,
    textStyle: { fontFamily: "system-ui, sans-serif" },
    title: [
      {
        left: EDGE.left,
        top: 10,
        text: "What it takes, by how much is in the state",
        subtext: originOf(report),
        textStyle: { color: INK, fontSize: 18 },
        subtextStyle: { color: INK, fontSize: 12 },
      },
      ...panels.map(([name, curves], i) => ({
        left: places[i]?.left ?? 0,
        top: (places[i]?.top ?? 0) - 42,
        padding: 0,
        itemGap: 4,
        text: name,
        subtext: curves.every((one) => one.expected === "flat") ? "should not grow" : "may grow as n does",
        textStyle: { color: INK, fontSize: 13 },
        subtextStyle: { color: INK, fontSize: 11 },
      })),
    ],
    legend: {
      left: EDGE.left,
      top: 68,
      data: AXES.filter((one) => report.curves.some((curve) => curve.axis === one)),
      textStyle: { color: INK },
      itemGap: 18,
    },
    grid: places.map((place) => ({ ...place, width: PANEL.width, height: PANEL.height })),
    xAxis: panels.map((_, i) => ({
      ...axis,
      type: "log" as const,
      gridIndex: i,
      name: "n",
      nameGap: 8,
      nameTextStyle: { color: INK },
      axisLabel: { ...axis.axisLabel, formatter: (n: number) => n.toLocaleString("en") },
      splitLine: { show: false },
    })),
    yAxis: panels.map((_, i) => ({
      ...axis,
      type: "log" as const,
      gridIndex: i,
      axisLabel: { ...axis.axisLabel, formatter: (ms: number) => `${ms.toLocaleString("en")} ms` },
      splitLine: { lineStyle: { color: FAINT } },
    })),
    series: panels.flatMap(([, curves], i) => curves.map((curve) => lineOf(curve, i))),
    graphic: [
      {
        type: "text",
        left: EDGE.left,
        top: height - 28,
        style: {
          text: "n: how many of these are in the state. Upwards: the median time. Both logarithmic.",
          fill: INK,
        },
      },
    ],
  };
}

function lineOf({ axis, points }: Curve, panel: number) {
  return {
    type: "line" as const,
    name: axis,
    xAxisIndex: panel,
    yAxisIndex: panel,
    symbol: SYMBOLS[axis],
    symbolSize: 7,
    color: COLOURS[axis],
    lineStyle: { width: 1.5 },
    data: points.map(({ n, ms }) => [n, ms]),
  };
}

/** Where the figures come from: no paths, no names. */
function originOf({ coord, commit, at, machine, quick }: Report): string {
  const source = commit === null ? "" : ` (${commit.slice(0, 10)}${commit.endsWith("+") ? "+" : ""})`;
  const where = `Bun ${machine.bun}, ${machine.cores} × ${machine.cpu}, ${machine.disk}`;
  return `coord ${coord}${source}, ${at.slice(0, 10)}, ${where}${quick ? ", quick: not to be trusted" : ""}`;
}
