// The formulas of the catalogue, from the little TeX that they are written in to MathML.

/**
 * @typedef {object} MathNode
 * @property {string} tag of MathML
 * @property {string} [text]
 * @property {MathNode[]} [children]
 * @property {Record<string, string>} [attributes]
 */

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** @type {Record<string, string>} */
const LETTERS = {
  alpha: "α",
  beta: "β",
  epsilon: "ε",
  eta: "η",
  gamma: "γ",
  lambda: "λ",
  mu: "μ",
  pi: "π",
  sigma: "σ",
  theta: "θ",
  Phi: "Φ",
};
/** @type {Record<string, string>} */
const OPERATORS = {
  cdot: "·",
  ge: "≥",
  le: "≤",
  leftarrow: "←",
  ne: "≠",
  nabla: "∇",
  odot: "⊙",
  partial: "∂",
  pm: "±",
  sum: "∑",
  times: "×",
  to: "→",
};
const NAMES = ["cos", "exp", "ln", "log", "max", "min", "sign", "sin", "tanh"];
/** @type {Record<string, string>} */
const SPACES = { ",": "0.17em", ";": "0.28em", " ": "0.25em", quad: "1em", qquad: "2em" };
const BRACKETS = ["(", ")", "[", "]", "|"];
/** Between the parts of a formula of several. */
const STEP = /,?\s*\\quad\s*/;
const FRACTIONS = ["frac", "tfrac", "dfrac"];
const ACCENTS = /** @type {Record<string, string>} */ ({ hat: "^", bar: "¯", tilde: "~" });

/**
 * @param {string} tex
 * @returns {MathNode}
 */
export function parseTex(tex) {
  const tokens = tex.match(/\\[a-zA-Z]+|\\.|[0-9]+(?:\.[0-9]+)?|\s+|./gu) ?? [];
  let at = 0;

  const row = (/** @type {MathNode[]} */ children) =>
    children.length === 1 ? children[0] : { tag: "mrow", children };

  function skipSpace() {
    while (/^\s/.test(tokens[at] ?? "")) at += 1;
  }

  /** @returns {MathNode} */
  function argument() {
    skipSpace();
    const token = tokens[at] ?? "";
    if (/^\d\d/.test(token)) {
      tokens[at] = token.slice(1); // \tfrac12 is a half
      return { tag: "mn", text: token[0] };
    }
    return token === "{" ? group() : (atom() ?? { tag: "mrow", children: [] });
  }

  /** @returns {MathNode} */
  function group() {
    at += 1;
    const children = sequence();
    at += 1;
    return row(children);
  }

  /** The plain text of a braced argument. */
  function words() {
    skipSpace();
    let text = "";
    for (at += 1; at < tokens.length && tokens[at] !== "}"; at += 1) text += tokens[at];
    at += 1;
    return text;
  }

  /** @returns {MathNode | null} */
  function command(/** @type {string} */ name) {
    if (FRACTIONS.includes(name)) return { tag: "mfrac", children: [argument(), argument()] };
    if (name === "sqrt") return { tag: "msqrt", children: [argument()] };
    if (name === "text" || name === "mathrm") return { tag: "mtext", text: words() };
    if (name === "left" || name === "right") {
      skipSpace();
      return { tag: "mo", text: tokens[at++] ?? "" };
    }
    if (name in ACCENTS) {
      const children = [argument(), { tag: "mo", text: ACCENTS[name] }];
      return { tag: "mover", children, attributes: { accent: "true" } };
    }
    if (name in LETTERS) return { tag: "mi", text: LETTERS[name] };
    if (name in OPERATORS) return { tag: "mo", text: OPERATORS[name] };
    if (NAMES.includes(name)) return { tag: "mi", text: name };
    if (name in SPACES) return { tag: "mspace", attributes: { width: SPACES[name] } };
    return name === "!" ? null : { tag: "mtext", text: name };
  }

  /** @returns {MathNode | null} */
  function atom() {
    const token = tokens[at++];
    if (token === undefined) return null;
    if (token === "{") {
      at -= 1;
      return group();
    }
    if (token.startsWith("\\")) return command(token.slice(1));
    if (/^\s/.test(token)) return null;
    if (/^\d/.test(token)) return { tag: "mn", text: token };
    if (/^\p{L}$/u.test(token)) return { tag: "mi", text: token };
    // Only \left and \right make brackets that grow with what is between them.
    const attributes = BRACKETS.includes(token) ? { stretchy: "false" } : undefined;
    return { tag: "mo", text: token === "-" ? "−" : token, attributes };
  }

  /** @returns {MathNode[]} */
  function sequence() {
    /** @type {MathNode[]} */
    const nodes = [];
    while (at < tokens.length && tokens[at] !== "}") {
      if (tokens[at] === "^" || tokens[at] === "_") {
        const tag = tokens[at++] === "^" ? "msup" : "msub";
        const base = nodes.pop() ?? { tag: "mrow", children: [] };
        const script = argument();
        nodes.push(
          tag === "msup" && base.tag === "msub"
            ? { tag: "msubsup", children: [...(base.children ?? []), script] }
            : { tag, children: [base, script] },
        );
        continue;
      }
      const node = atom();
      if (node) nodes.push(node);
    }
    return nodes;
  }

  return { tag: "math", children: [{ tag: "mrow", children: sequence() }] };
}

/**
 * @param {string} tex
 * @returns {Element}
 */
export function renderTex(tex) {
  const build = (/** @type {MathNode} */ { tag, text, children = [], attributes = {} }) => {
    const element = document.createElementNS(MATHML, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    element.append(...children.map(build));
    return element;
  };
  return build(parseTex(tex));
}

/**
 * A formula of several parts, each for a line of its own.
 *
 * @param {string} tex
 * @returns {Element[]}
 */
export const renderLines = (tex) => tex.split(STEP).map(renderTex);
