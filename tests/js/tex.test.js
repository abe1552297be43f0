import assert from "node:assert/strict";
import test from "node:test";
import { parseTex } from "../../static/js/tex.js";

/** @param {import("../../static/js/tex.js").MathNode} node @returns {string} */
const flat = ({ tag, text, children = [] }) =>
  text ??
  (tag === "mrow" || tag === "math"
    ? children.map(flat).join("")
    : `${tag}(${children.map(flat).join(",")})`);
const read = (/** @type {string} */ tex) => flat(parseTex(tex));

test("fractions, roots, powers and indices", () => {
  assert.equal(read("\\frac{1}{1 + e^{-z}}"), "mfrac(1,1+msup(e,−z))");
  assert.equal(read("\\sqrt{2 / n_{in}}"), "msqrt(2/msub(n,in))");
  assert.equal(read("\\tfrac12 (o - t)^2"), "mfrac(1,2)(o−tmsup(),2)");
  assert.equal(read("x_1^2"), "msubsup(x,1,2)");
});

test("names, letters, words and brackets", () => {
  assert.equal(read("\\max(\\alpha z, z)"), "max(αz,z)");
  assert.equal(read("\\left(0, \\sigma\\right)"), "(0,σ)");
  assert.equal(read("\\text{He / Xavier}"), "He / Xavier");
});

test("what is broken or unknown stays text and never hangs", () => {
  for (const tex of ["", "{", "}", "\\frac{1}", "x^", "_", "\\unknown x", "\\left"]) {
    assert.equal(parseTex(tex).tag, "math");
  }
});
