// What the modules of this folder hand each other; for `tsc` alone, never served.

/** What Streamlit calls a component with, at each change of it. */
export interface Call<Data = Uint8Array> {
  data: Data;
  parentElement: HTMLElement | ShadowRoot;
  setStateValue(name: string, value: unknown): void;
  setTriggerValue(name: string, value: unknown): void;
}

/** Traces, layouts and their parts, as plotly.js takes them. */
export type Json = Record<string, any>;

export interface Picture {
  data: Json[];
  layout: Json;
}

/** What plotly.js offers to everybody, as far as it is used here. */
export interface PlotlyJs {
  react(gd: HTMLElement, data: Json[], layout: Json, config: Json): Promise<Plot>;
  newPlot(gd: HTMLElement, data: Json[], layout: Json, config: Json): Promise<Plot>;
  relayout(gd: HTMLElement, changes: Json): Promise<Plot>;
  toImage(gd: HTMLElement, options: Json): Promise<string>;
  purge(gd: HTMLElement): void;
}

/** An element that plotly.js draws in; it has the rest once something is drawn. */
export interface Plot extends HTMLElement {
  data: Json[];
  layout: Json;
  on(event: string, listener: (event: any) => void): void;
}

export interface Theme {
  text: string;
  line: string;
  grid: string;
  card: string;
  back: string;
  font: string;
  accent?: string;
  dark?: boolean;
}

/** The sheet of all pictures; see `dashboard.figures.mosaic.sheet`. */
export interface Sheet {
  source: string;
  columns: number;
  width: number;
  height: number;
}

export interface Link {
  group: string;
  says: string[][];
  rows: Record<string, number[]>;
  curves: Record<string, number[]>;
  points: boolean;
}

/** A trace that is drawn above the points; of `marker` and `line`, that of its mode. */
export interface Mark {
  mode: "lines" | "markers" | "text";
  name: string;
  x: (number | null)[];
  y: number[];
  text?: string[];
  showlegend?: boolean;
  line: { color: string; width: number; dash: string };
  marker: { symbol: string; size: number; color: string; line: { color: string; width: number } };
}

/** The points whose words come first, whether these are bold, and those that come last. */
export interface Labelling {
  first: number[];
  last?: number[];
  bold?: boolean;
}

/** A word that has found room, at its point. */
export interface Label {
  x: number;
  y: number;
  word: string;
  plain: string;
  bold: boolean;
}

/** A point that a hand moves; `turn`: the number of its report that Python heard last. */
export interface Grip {
  x: number;
  y: number;
  label: string;
  turn: number;
}

/** Words of plotly.js in a language, and how it writes numbers. */
export interface Locale {
  name: string;
  dictionary: Record<string, string>;
  format: { percent: string };
}

/** What `show_figure` of figure.py sends beside the picture. */
export interface Options {
  src: string;
  problem: string;
  height: number;
  alt: string;
  filename: string;
  dim: boolean;
  token: string;
  clicks: boolean;
  selects: boolean;
  windows: boolean;
  no_webgl: string;
  follow: string | null;
  locale?: Locale;
  pictures?: Sheet;
  link?: Link;
  shape?: number;
  marks?: Mark[];
  labels?: Labelling;
  grip?: Grip;
  key?: string;
  kept?: string[];
  coming?: boolean[];
  /** Whether `kept` holds a cloud of points: see cloud.js. */
  cloud: boolean;
}

/** A figure on the page: what it shows, and what was drawn last. */
export interface View {
  host: FigureHost;
  gd: Plot;
  options: Options;
  /** The picture as JSON. */
  fig: string;
  theme: Theme;
  drawn: Json;
  labels: Label[];
  /** The names that a linked figure lights up. */
  lit?: string[];
  /** The selection that Python was told last, as JSON. */
  chosen: string;
  stale: boolean;
  busy: boolean;
  gone: boolean;
  setStateValue: Call["setStateValue"];
  setTriggerValue: Call["setTriggerValue"];
  unlink?: () => void;
  /** Ends what listens to the pointer among the points of a cloud. */
  leave?: () => void;
  grip?: import("./grip.js").Handle;
  remove(): void;
}

export interface FigureHost extends HTMLElement {
  view?: View;
}

declare global {
  interface Window {
    Plotly?: PlotlyJs;
  }
  interface History {
    vectorscope?: boolean;
  }
}
