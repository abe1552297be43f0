// The wire, seen from the page: commands become text, binary messages become typed arrays.
// `app/protocol.py` is its other half; docs/architecture.md (section 2) has the layout.

import { inflateSync } from "fflate";

/** @import {AnyCommand, AnyEvent, FrameHeader, PointsHeader} from "#protocol" */

/**
 * One picture of the training: numbers, parameters and maps.
 *
 * A map holds int8 values; value / 127 times its scale is the number shown.
 *
 * @typedef {object} Frame
 * @property {"frame"} type
 * @property {number} seq
 * @property {number} base
 * @property {number} run
 * @property {number} epoch
 * @property {FrameHeader["loss"]} loss
 * @property {number | null} penalty
 * @property {FrameHeader["metrics"]} metrics
 * @property {number} rate epochs per second
 * @property {[number, number] | null} focus layer and unit of the extra map
 * @property {number} side
 * @property {number} unitSide
 * @property {Float32Array} parameters
 * @property {Float32Array} outputScales
 * @property {Float32Array} unitScales
 * @property {number} focusScale
 * @property {Int8Array[]} outputs one map of side² per output
 * @property {Int8Array} units the maps of all hidden units, layer by layer
 * @property {Int8Array | null} focusMap
 * @property {Int8Array} maps all of the above, one after the other
 */

/**
 * @typedef {object} Samples
 * @property {Float32Array} x1
 * @property {Float32Array} x2
 * @property {Float32Array} label for multilabel a bit mask
 */

/**
 * @typedef {object} Points
 * @property {"points"} type
 * @property {number} run
 * @property {Samples} train
 * @property {Samples} test
 */

/**
 * @typedef {object} Decoder
 * @property {(data: ArrayBuffer | Uint8Array) => Frame | Points} decode
 * @property {() => void} clear forgets all frames, as a new connection must
 */

/** Raised whenever a message changes so that an older page could misread it. */
export const VERSION = 1;

/** Frames that may still become the base of a difference. */
const KEPT = 3;

/**
 * @param {AnyCommand} command
 * @returns {string}
 */
export const encodeCommand = (command) => JSON.stringify(command);

/**
 * @param {string} text
 * @returns {AnyEvent}
 */
export function decodeEvent(text) {
  const event = JSON.parse(text);
  if (typeof event?.type !== "string") {
    throw new Error(`Got an event without a type: ${text.slice(0, 80)}`);
  }
  return event;
}

/**
 * Reads the binary messages of one connection, which are differences to earlier ones.
 *
 * @returns {Decoder}
 */
export function createDecoder() {
  /** @type {Pick<Frame, "seq" | "run" | "maps">[]} */
  let kept = [];

  /**
   * @param {FrameHeader} header
   * @param {Uint8Array} body
   * @returns {Frame}
   */
  function decodeFrame(header, body) {
    const frame = readFrame(header, body);
    kept = kept.filter(({ seq, run }) => run === frame.run && seq < frame.seq);
    if (frame.base !== 0) addBase(frame);
    kept = [...kept.slice(1 - KEPT), { seq: frame.seq, run: frame.run, maps: frame.maps }];
    return frame;
  }

  /** @param {Frame} frame */
  function addBase({ seq, base, maps }) {
    const from = kept.find(({ seq: known }) => known === base);
    if (!from) {
      const known = kept.map((one) => one.seq).join(", ") || "no frame";
      throw new Error(`Frame ${seq} is a difference to frame ${base}; known frames: ${known}.`);
    }
    if (from.maps.length !== maps.length) {
      throw new Error(
        `Frame ${seq} has ${maps.length} map bytes, its base ${base} has ${from.maps.length}.`,
      );
    }
    const earlier = from.maps;
    for (let i = 0; i < maps.length; i++) maps[i] += earlier[i];
  }

  return {
    decode(data) {
      const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
      const { header, body } = split(bytes);
      if (header.type === "frame") return decodeFrame(header, body);
      if (header.type === "points") return readPoints(header, body);
      throw new Error(
        `Got a binary message of type '${/** @type {any} */ (header).type}', expected frame or points.`,
      );
    },
    clear() {
      kept = [];
    },
  };
}

/**
 * @param {Uint8Array} bytes
 * @returns {{header: FrameHeader | PointsHeader, body: Uint8Array}}
 */
function split(bytes) {
  if (bytes.length < 4) {
    throw new Error(`Got a binary message of ${bytes.length} bytes, expected at least 4.`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + length > bytes.length) {
    throw new Error(
      `Header of ${length} bytes does not fit in a message of ${bytes.length} bytes.`,
    );
  }
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  let header;
  try {
    header = JSON.parse(text);
  } catch {
    throw new Error(`Header is not JSON: ${text.slice(0, 80)}`);
  }
  return { header, body: bytes.subarray(4 + length) };
}

/**
 * @param {FrameHeader} header
 * @param {Uint8Array} body
 * @returns {Frame}
 */
function readFrame(header, body) {
  const { parameters, outputs, units, side, unit_side: unitSide, focus } = header;
  const cells = side * side;
  const outputBytes = outputs * cells;
  const unitBytes = units * unitSide * unitSide;
  const focusBytes = focus ? cells : 0;
  const floats = parameters + outputs + units + (focus ? 1 : 0);
  const start = 4 * floats;
  const bytes = inflate(body, start + outputBytes + unitBytes + focusBytes, "frame");

  const scales = new Float32Array(bytes.buffer, 4 * parameters, floats - parameters);
  const maps = new Int8Array(bytes.buffer, start, outputBytes + unitBytes + focusBytes);
  const focusStart = outputBytes + unitBytes;
  return {
    type: "frame",
    seq: header.seq,
    base: header.base,
    run: header.run,
    epoch: header.epoch,
    loss: header.loss,
    penalty: header.penalty,
    metrics: header.metrics,
    rate: header.rate,
    focus: /** @type {[number, number] | null} */ (focus),
    side,
    unitSide,
    parameters: new Float32Array(bytes.buffer, 0, parameters),
    outputScales: scales.subarray(0, outputs),
    unitScales: scales.subarray(outputs, outputs + units),
    focusScale: focus ? scales[outputs + units] : 0,
    outputs: Array.from({ length: outputs }, (_, k) => maps.subarray(k * cells, (k + 1) * cells)),
    units: maps.subarray(outputBytes, focusStart),
    focusMap: focus ? maps.subarray(focusStart) : null,
    maps,
  };
}

/**
 * @param {PointsHeader} header
 * @param {Uint8Array} body
 * @returns {Points}
 */
function readPoints({ run, train, test }, body) {
  const { buffer } = inflate(body, 12 * (train + test), "points");
  /** @type {(first: number, n: number) => Samples} */
  const samples = (first, n) => ({
    x1: new Float32Array(buffer, 4 * first, n),
    x2: new Float32Array(buffer, 4 * (first + n), n),
    label: new Float32Array(buffer, 4 * (first + 2 * n), n),
  });
  return { type: "points", run, train: samples(0, train), test: samples(3 * train, test) };
}

/**
 * @param {Uint8Array} body
 * @param {number} length
 * @param {string} what
 * @returns {Uint8Array<ArrayBuffer>}
 */
function inflate(body, length, what) {
  let got = 0;
  // One byte too many, so that a body longer than announced is noticed.
  const out = new Uint8Array(length + 1);
  try {
    if (body.length > 0) got = inflateSync(body, { out }).length;
  } catch (error) {
    throw new Error(`Body of ${what} does not inflate: ${/** @type {Error} */ (error).message}.`, {
      cause: error,
    });
  }
  if (got !== length) {
    const size = got > length ? "more than that" : `${got}`;
    throw new Error(`Body of ${what} should have ${length} bytes, got ${size}.`);
  }
  return out;
}
