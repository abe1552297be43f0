/**
 * Measures what canvases show, by their pixels: `window.weakMarks()` lists the texts that are drawn with less than 4.5:1
 * against what is behind them, and the lines and shapes with less than 3:1 against what was there before.
 *
 * From `window.watchMarks()` on it is told of each mark as it is drawn. What a mark has to stand out from is what was
 * there just before; what it shows is its colour, or what is there at the end, as a bar may have a darker edge, and a
 * point a dot. Run before the page.
 */
(() => {
  // Painted by the page, so that it is seen here.
  delete HTMLCanvasElement.prototype.transferControlToOffscreen;

  // Its pixels are read after each mark.
  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (type, options) {
    return getContext.call(this, type, { ...options, willReadFrequently: true });
  };

  const TEXT = 4.5;
  const GRAPHIC = 3;
  /** Of the pixels of a mark: as many have to stand out. */
  const SHARE = 0.02;
  const LEAST = 2;
  /** Fewer pixels than this are a piece of a line, not a mark. */
  const TINY = 4;
  /** What is covered by later marks, all but this share of it, is not to be seen. */
  const SEEN = 0.7;
  /** Marks that are at most as large as this, in CSS pixels, are one with what is drawn in them. */
  const SMALL = 22;
  /** @type {Map<HTMLCanvasElement, any[]>} */
  const marks = new Map();
  const { prototype } = CanvasRenderingContext2D;
  const read = prototype.getImageData;
  let busy = false;
  let watching = false;
  window.watchMarks = () => (watching = true);

  const pixelsOf = (/** @type {CanvasRenderingContext2D} */ context) =>
    read.call(context, 0, 0, context.canvas.width, context.canvas.height).data;

  const luminance = (/** @type {number[]} */ color) => {
    const [r, g, b] = color.map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (/** @type {number[]} */ one, /** @type {number[]} */ other) => {
    const [a, b] = [luminance(one), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };

  const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  /** A colour as numbers, its opacity from 0 to 1. @param {string} style */
  function colorOf(style) {
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = style;
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = probe.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  }
  const over = (/** @type {ArrayLike<number>} */ top, /** @type {number[]} */ below, alpha = 1) => {
    const share = (top[3] / 255) * alpha;
    return [0, 1, 2].map((k) => share * top[k] + (1 - share) * below[k]);
  };

  /** What is behind a canvas: the background of the page, and the canvases below it. */
  function groundOf(/** @type {HTMLCanvasElement} */ canvas) {
    const ground = new OffscreenCanvas(canvas.width, canvas.height);
    const context = ground.getContext("2d", { willReadFrequently: true });
    /** @type {string[]} */
    const backgrounds = [];
    for (let at = canvas.parentElement; at; at = at.parentElement) {
      backgrounds.unshift(getComputedStyle(at).backgroundColor);
    }
    for (const color of backgrounds) {
      context.fillStyle = color;
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    for (const other of canvas.parentElement?.querySelectorAll(":scope > canvas") ?? []) {
      if (other === canvas) break;
      const image = /** @type {HTMLCanvasElement} */ (other);
      if (image.width && image.height) context.drawImage(image, 0, 0, canvas.width, canvas.height);
    }
    return context.getImageData(0, 0, canvas.width, canvas.height).data;
  }

  // --- where a mark may be, so that no more of its canvas is read -----------------------------------

  /** Boxes of paths, in pixels of their canvas; null where it is not known. @type {WeakMap<object, number[] | null>} */
  const paths = new WeakMap();
  const NOWHERE = [Infinity, Infinity, -Infinity, -Infinity];
  function withPoints(
    /** @type {number[]} */ [left, top, right, bottom],
    /** @type {CanvasRenderingContext2D} */ context,
    /** @type {number[][]} */ ...points
  ) {
    const { a, b, c, d, e, f } = context.getTransform();
    const xs = points.map(([x, y]) => a * x + c * y + e);
    const ys = points.map(([x, y]) => b * x + d * y + f);
    const [least, most] = [Math.min, Math.max];
    return [least(left, ...xs), least(top, ...ys), most(right, ...xs), most(bottom, ...ys)];
  }
  const corners = (/** @type {number} */ x, /** @type {number} */ y, width = 0, height = 0) => [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ];
  /** @type {Record<string, (...args: number[]) => number[][]>} */
  const reaches = {
    moveTo: (x, y) => [[x, y]],
    lineTo: (x, y) => [[x, y]],
    rect: corners,
    arc: (x, y, radius) => corners(x - radius, y - radius, 2 * radius, 2 * radius),
  };
  const others = ["arcTo", "bezierCurveTo", "ellipse", "quadraticCurveTo", "roundRect"];
  for (const name of ["beginPath", ...Object.keys(reaches), ...others]) {
    const add = prototype[name];
    prototype[name] = function (/** @type {any[]} */ ...args) {
      if (watching) {
        const box = name === "beginPath" ? NOWHERE : paths.get(this);
        const points = reaches[name]?.(...args) ?? [];
        paths.set(this, box && !others.includes(name) ? withPoints(box, this, ...points) : null);
      }
      return add.apply(this, args);
    };
  }

  /** Left, top, width and height of what a mark may change: of all, where that is not known. */
  function boxOf(
    /** @type {CanvasRenderingContext2D} */ context,
    /** @type {string} */ name,
    /** @type {any[]} */ args,
  ) {
    const { width, height } = context.canvas;
    const whole = [0, 0, width, height];
    const isPlain = context.globalCompositeOperation === "source-over" && !context.shadowBlur;
    if (!isPlain || name === "fillText" || args[0] instanceof Path2D) return whole;
    const isRectangle = name.endsWith("Rect");
    const box = isRectangle
      ? withPoints(NOWHERE, context, ...corners(...args))
      : paths.get(context);
    if (!box) return whole;
    const { a, b, c, d } = context.getTransform();
    // A sharp corner of a line reaches out further than the line is wide.
    const line = name.startsWith("stroke") ? (context.lineWidth * context.miterLimit) / 2 : 0;
    const around = line * Math.max(Math.hypot(a, b), Math.hypot(c, d)) + 2;
    const [left, top] = [box[0], box[1]].map((at) => Math.max(0, Math.floor(at - around)));
    const right = Math.min(width, Math.ceil(box[2] + around));
    const bottom = Math.min(height, Math.ceil(box[3] + around));
    return right > left && bottom > top ? [left, top, right - left, bottom - top] : null;
  }

  /** Draws, and keeps which pixels that changes, and what they were. */
  function watch(/** @type {string} */ name) {
    const draw = prototype[name];
    prototype[name] = function (/** @type {any[]} */ ...args) {
      const { canvas } = this;
      if (!watching || busy || !canvas.isConnected || !canvas.width || !canvas.height)
        return draw.apply(this, args);
      const box = boxOf(this, name, args);
      if (!box) return draw.apply(this, args);
      const [left, top, width, height] = box;
      const pixels = () => new Uint32Array(read.call(this, left, top, width, height).data.buffer);
      const was = pixels();
      busy = true;
      draw.apply(this, args);
      busy = false;
      const is = pixels();
      const changed = [];
      const before = [];
      const drawn = [];
      for (let i = 0; i < is.length; i++) {
        if (is[i] === was[i]) continue;
        changed.push((top + Math.floor(i / width)) * canvas.width + left + (i % width));
        before.push(was[i]);
        drawn.push(is[i]);
      }
      const isText = name === "fillText";
      if (changed.length < (isText ? 1 : TINY)) return;
      const isStroke = name.startsWith("stroke");
      const style = String(isStroke ? this.strokeStyle : this.fillStyle);
      marks.get(canvas)?.push({
        name,
        style,
        alpha: this.globalAlpha,
        width: isStroke ? this.lineWidth : 1,
        changed,
        before,
        drawn,
        words: isText ? String(args[0]) : "",
      });
    };
  }
  for (const name of ["fill", "stroke", "fillRect", "strokeRect", "fillText"]) watch(name);

  // What is drawn anew is measured anew.
  const clear = prototype.clearRect;
  prototype.clearRect = function (...args) {
    if (this.canvas.isConnected) marks.set(this.canvas, []);
    clear.apply(this, args);
  };

  /** Colours that only part or frame: those of lines of a grid, and of what is behind a mark. */
  function quiet() {
    const style = getComputedStyle(document.documentElement);
    return [
      "--line",
      "--line-strong",
      "--surface",
      "--bg",
      "--track",
      "--surface-2",
      "--neutral",
    ].map((token) => colorOf(style.getPropertyValue(token).trim()).slice(0, 3).map(Math.round));
  }

  const channels = (/** @type {number} */ pixel) =>
    [0, 8, 16, 24].map((shift) => (pixel >>> shift) & 255);

  /** The places of a mark: of a small one with all that is drawn in and around it. */
  function placesOf(
    /** @type {any} */ mark,
    /** @type {HTMLCanvasElement} */ { width, height, offsetWidth },
  ) {
    const xs = mark.changed.map((/** @type {number} */ i) => i % width);
    const ys = mark.changed.map((/** @type {number} */ i) => Math.floor(i / width));
    const least = (/** @type {number[]} */ all) => all.reduce((a, b) => Math.min(a, b));
    const most = (/** @type {number[]} */ all) => all.reduce((a, b) => Math.max(a, b));
    const [left, right, top, bottom] = [least(xs), most(xs), least(ys), most(ys)];
    const small = SMALL * (width / offsetWidth);
    const isSmall = right - left <= small && (bottom - top <= small || mark.name === "fillRect");
    if (!isSmall) return mark.changed;
    const places = [];
    for (let y = Math.max(0, top - 1); y <= Math.min(height - 1, bottom + 1); y++) {
      for (let x = Math.max(0, left - 1); x <= Math.min(width - 1, right + 1); x++)
        places.push(y * width + x);
    }
    return places;
  }

  /** @returns {number | null} null for what something else covers */
  function measure(
    /** @type {any} */ mark,
    /** @type {Uint32Array} */ end,
    /** @type {Uint32Array} */ ground,
    canvas,
  ) {
    const below = (/** @type {number} */ i) => channels(ground[i]).slice(0, 3);
    const [r, g, b, a] = colorOf(mark.style);
    /** @type {Map<number, number>} */
    const earlier = new Map(mark.changed.map((i, k) => [i, mark.before[k]]));
    const behind = (/** @type {number} */ i) => over(channels(earlier.get(i) ?? end[i]), below(i));
    // Of its colour as it was asked for: WCAG leaves out how edges are smoothed. A rim lies between two grounds.
    const asked = mark.changed
      .map((/** @type {number} */ i) =>
        contrast(over([r, g, b, 255 * a], behind(i), mark.alpha), behind(i)),
      )
      .sort((/** @type {number} */ x, /** @type {number} */ y) => x - y)[
      Math.floor((mark.words ? 0.5 : 0.75) * mark.changed.length)
    ];
    if (mark.words) return asked;
    const left = mark.changed.filter((i, k) => end[i] === mark.drawn[k]).length;
    if (left < SEEN * mark.changed.length) return null;
    const places = placesOf(mark, canvas);
    const ratios = places
      .map((/** @type {number} */ i) => {
        const shown = over(channels(end[i]), below(i));
        return Math.max(contrast(shown, below(i)), contrast(shown, behind(i)));
      })
      .sort((/** @type {number} */ x, /** @type {number} */ y) => y - x);
    const count = Math.max(LEAST, Math.ceil(SHARE * places.length));
    const seen = ratios[Math.min(count, ratios.length) - 1];
    return mark.width < 1 ? seen : Math.max(seen, asked);
  }

  /** @returns {{measured: number, weak: string[]}} */
  window.weakMarks = () => {
    const silent = quiet();
    const weak = new Map();
    let measured = 0;
    for (const [canvas, list] of marks) {
      if (!canvas.isConnected || !canvas.checkVisibility() || !canvas.width) continue;
      const ground = new Uint32Array(groundOf(canvas).buffer);
      const end = new Uint32Array(pixelsOf(canvas.getContext("2d")).buffer);
      for (const mark of list) {
        const color = colorOf(mark.style);
        const isQuiet = silent.some((other) => other.every((v, k) => Math.abs(v - color[k]) < 3));
        if (!mark.words && isQuiet) continue;
        if (mark.words && color[3] === 0) continue;
        // How faint a weight is says how small it is.
        const isFaint = color[3] * mark.alpha < 0.95;
        if (canvas.matches(".network-canvas") && isFaint) continue;
        measured += 1;
        const ratio = measure(mark, end, ground, canvas);
        if (ratio === null || ratio >= (mark.words ? TEXT : GRAPHIC) - 0.02) continue;
        const where = canvas.className || canvas.parentElement.className;
        const owner = canvas.closest("[class*='plot'], [id]")?.className ?? "";
        const what = mark.words ? `“${mark.words}”` : `${mark.name} ${mark.style}`;
        const key = `${owner} ${where}: ${what}`;
        weak.set(key, Math.min(ratio, weak.get(key) ?? Infinity));
      }
    }
    return { measured, weak: [...weak].map(([key, ratio]) => `${key} (${ratio.toFixed(2)})`) };
  };
})();
