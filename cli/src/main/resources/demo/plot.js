// Line plots on a canvas: time to the right, values upward, the scale follows the values.

/** Rounds up to 1, 2 or 5 times a power of ten. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const digits = value / power;
  return (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : 10) * power;
}

/** How a number is written beside an axis. */
function label(value) {
  if (value === 0) return '0';
  return value < 1 ? String(Number(value.toPrecision(2))) : String(Math.round(value * 10) / 10);
}

/** Fits a canvas to its place on the screen; gives the context in CSS pixels. */
function fit(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const columns = Math.max(1, Math.round(width * ratio));
  const rows = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return {context, width, height};
}

function colors() {
  const style = getComputedStyle(document.documentElement);
  const read = name => style.getPropertyValue(name).trim();
  return {
    a: read('--a'), b: read('--b'), aWash: read('--a-wash'), bWash: read('--b-wash'),
    soft: read('--soft'), line: read('--line'), ink: read('--ink'), card: read('--card'),
    font: read('--sans'),
  };
}

/** Calls draw at most once a frame, and again when size or theme change. */
function repainter(canvas, draw) {
  let asked = false;
  const ask = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
  new ResizeObserver(ask).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ask);
  return ask;
}

/**
 * A plot of one or more series.
 *
 * options.unit names the values; options.least is the smallest top of the scale; options.from and
 * options.to give the range of time, in seconds; options.tick how a time is written; options.empty
 * what is said while there is nothing to see.
 */
export class Plot {
  constructor(canvas, options) {
    this.canvas = canvas;
    this.options = options;
    this.series = [];
    this.paint = repainter(canvas, () => this.draw());
    this.paint();
  }

  /** Shows these: [{tone: 'a' or 'b', points: [[seconds, value or null], ...]}, ...]. */
  show(series) {
    this.series = series;
    this.paint();
  }

  draw() {
    const {context, width, height} = fit(this.canvas);
    const palette = colors();
    const {unit, least, from, to, tick, empty} = this.options;
    const values = this.series.flatMap(one => one.points.map(point => point[1] ?? 0));
    const highest = values.reduce((a, b) => Math.max(a, b), least);
    const lines = Math.max(3, Math.min(8, Math.round((height - 46) / 50)));
    const step = nice(highest * 1.04 / lines);
    const top = Math.max(step, Math.ceil(highest * 1.04 / step) * step);

    context.font = `12px ${palette.font}`;
    const scale = [];
    for (let value = 0; value <= top + step / 2; value += step) scale.push(value);
    const left = Math.ceil(Math.max(...scale.map(value => context.measureText(label(value)).width))) + 12;
    const area = {x: left, y: 22, width: width - left - 8, height: height - 46};
    const x = time => area.x + (time - from) / (to - from) * area.width;
    const y = value => area.y + area.height - value / top * area.height;

    context.fillStyle = palette.soft;
    context.textBaseline = 'alphabetic';
    context.textAlign = 'left';
    context.fillText(unit, 0, 11);
    context.lineWidth = 1;
    context.strokeStyle = palette.line;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const value of scale) {
      const row = Math.round(y(value)) + 0.5;
      context.beginPath();
      context.moveTo(area.x, row);
      context.lineTo(area.x + area.width, row);
      context.stroke();
      context.fillText(label(value), left - 8, row);
    }
    context.textBaseline = 'alphabetic';
    const ticks = area.width < 380 ? 2 : 4;
    for (let i = 0; i <= ticks; i++) {
      const time = from + (to - from) * i / ticks;
      context.textAlign = i === 0 ? 'left' : i === ticks ? 'right' : 'center';
      context.fillText(tick(time), x(time), height - 4);
    }
    if (values.length === 0) {
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.font = `14px ${palette.font}`;
      const room = context.measureText(empty).width + 24;
      context.fillStyle = palette.card;
      context.fillRect(area.x + (area.width - room) / 2, area.y + area.height / 2 - 12, room, 24);
      context.fillStyle = palette.soft;
      context.fillText(empty, area.x + area.width / 2, area.y + area.height / 2);
      return;
    }
    context.save();
    context.beginPath();
    context.rect(area.x, 0, area.width + 6, height - 22);
    context.clip();
    for (const one of this.series) this.line(context, palette, one, x, y);
    context.restore();
  }

  line(context, palette, {tone, points}, x, y) {
    const strong = palette[tone];
    let run = [];
    const flush = () => {
      if (run.length === 0) return;
      context.beginPath();
      run.forEach(([time, value], i) => i ? context.lineTo(x(time), y(value)) : context.moveTo(x(time), y(value)));
      context.lineJoin = 'round';
      context.lineWidth = 2;
      context.strokeStyle = strong;
      context.stroke();
      context.lineTo(x(run[run.length - 1][0]), y(0));
      context.lineTo(x(run[0][0]), y(0));
      context.closePath();
      context.fillStyle = palette[`${tone}Wash`];
      context.fill();
      run = [];
    };
    for (const point of points) {
      if (point[1] === null) flush();
      else run.push(point);
    }
    flush();
    const last = points[points.length - 1];
    if (last && last[1] !== null) {
      context.beginPath();
      context.arc(x(last[0]), y(last[1]), 4, 0, Math.PI * 2);
      context.fillStyle = strong;
      context.fill();
      context.lineWidth = 2;
      context.strokeStyle = palette.card;
      context.stroke();
    }
  }
}

/** The line between the two ends, with a bead for each message that is on its way. */
export class Rope {
  constructor(canvas) {
    this.canvas = canvas;
    this.beads = [];
    this.up = false;
    this.still = matchMedia('(prefers-reduced-motion: reduce)');
    this.paint = repainter(canvas, () => this.draw());
    this.paint();
  }

  /** Whether the two are connected. */
  connect(up) {
    this.up = up;
    if (!up) this.beads = [];
    this.paint();
  }

  /** A message leaves and comes back; it is shown far slower than it was. */
  bead() {
    if (this.still.matches || document.hidden || this.beads.length > 8) return;
    this.beads.push(performance.now());
    this.paint();
  }

  draw() {
    const {context, width, height} = fit(this.canvas);
    const palette = colors();
    const middle = height / 2;
    const ends = context.createLinearGradient(0, 0, width, 0);
    ends.addColorStop(0, palette.a);
    ends.addColorStop(1, palette.b);
    context.lineWidth = 2.5;
    context.lineCap = 'round';
    context.strokeStyle = this.up ? ends : palette.line;
    context.setLineDash(this.up ? [] : [3, 8]);
    context.beginPath();
    context.moveTo(6, middle);
    context.lineTo(width - 6, middle);
    context.stroke();
    context.setLineDash([]);
    const now = performance.now();
    this.beads = this.beads.filter(born => now - born < 1400);
    for (const born of this.beads) {
      const phase = (now - born) / 1400;
      const way = phase < 0.5 ? phase * 2 : 2 - phase * 2;
      const eased = way * way * (3 - 2 * way);
      context.beginPath();
      context.arc(6 + eased * (width - 12), middle, 5.5, 0, Math.PI * 2);
      context.fillStyle = phase < 0.5 ? palette.a : palette.b;
      context.fill();
      context.lineWidth = 2.5;
      context.strokeStyle = palette.card;
      context.stroke();
    }
    if (this.beads.length) this.paint();
  }
}
