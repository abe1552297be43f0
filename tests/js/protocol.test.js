import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "fflate";
import { createDecoder, decodeEvent, encodeCommand, VERSION } from "../../static/js/protocol.js";

/** @typedef {import("../../static/js/protocol.js").Frame} Frame */

const SIDE = 3;
const UNIT_SIDE = 2;

/**
 * @param {object} header
 * @param {ArrayBufferView[]} arrays
 */
function message(header, arrays) {
  const parts = arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength));
  const body = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return pack(JSON.stringify(header), deflateSync(body));
}

/**
 * @param {string} header
 * @param {Uint8Array} body
 */
function pack(header, body) {
  const padded = header.padEnd(header.length + ((12 - ((4 + header.length) % 8)) % 8));
  const text = new TextEncoder().encode(padded);
  const bytes = new Uint8Array(4 + text.length + body.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(body, 4 + text.length);
  return bytes;
}

const HEADER = {
  type: "frame",
  seq: 1,
  base: 0,
  run: 1,
  epoch: 7,
  loss: { train: 0.5, test: null },
  penalty: 0,
  metrics: {},
  rate: 60,
  parameters: 2,
  outputs: 1,
  side: SIDE,
  units: 2,
  unit_side: UNIT_SIDE,
  focus: null,
};
const CELLS = SIDE * SIDE + 2 * UNIT_SIDE * UNIT_SIDE;

/**
 * @param {object} header
 * @param {number[]} maps
 */
const frame = (header, maps) =>
  message({ ...HEADER, ...header }, [
    Float32Array.of(0.25, -1.5),
    Float32Array.of(1, 0.5, 2),
    Int8Array.from(maps),
  ]);

const filled = (/** @type {number} */ value) => new Array(CELLS).fill(value);

test("a complete frame decodes into parameters, scales and maps", () => {
  const maps = Array.from({ length: CELLS }, (_, i) => i - 8);
  const result = /** @type {Frame} */ (createDecoder().decode(frame({}, maps)));
  assert.equal(result.type, "frame");
  assert.equal(result.epoch, 7);
  assert.deepEqual(result.loss, { train: 0.5, test: null });
  assert.deepEqual([...result.parameters], [0.25, -1.5]);
  assert.deepEqual([...result.outputScales], [1]);
  assert.deepEqual([...result.unitScales], [0.5, 2]);
  assert.deepEqual([...result.outputs[0]], maps.slice(0, 9));
  assert.deepEqual([...result.units], maps.slice(9));
  assert.equal(result.focusMap, null);
});

test("a frame decodes from an ArrayBuffer and from a view that does not start at 0", () => {
  const bytes = frame({}, filled(5));
  const inside = new Uint8Array(bytes.length + 3);
  inside.set(bytes, 3);
  const decoder = createDecoder();
  assert.equal(/** @type {Frame} */ (decoder.decode(bytes.slice().buffer)).units[0], 5);
  assert.equal(/** @type {Frame} */ (decoder.decode(inside.subarray(3))).units[0], 5);
});

test("the map of the unit in focus comes last, with its own scale", () => {
  const focused = message({ ...HEADER, focus: [0, 1] }, [
    Float32Array.of(0.25, -1.5),
    Float32Array.of(1, 0.5, 2, 3),
    Int8Array.from([...filled(1), ...new Array(SIDE * SIDE).fill(9)]),
  ]);
  const result = /** @type {Frame} */ (createDecoder().decode(focused));
  assert.equal(result.focusScale, 3);
  assert.deepEqual(result.focus, [0, 1]);
  assert.deepEqual([...(result.focusMap ?? [])], new Array(SIDE * SIDE).fill(9));
});

test("a difference is added to its base modulo 256", () => {
  const decoder = createDecoder();
  decoder.decode(frame({ seq: 1 }, filled(120)));
  const result = /** @type {Frame} */ (decoder.decode(frame({ seq: 2, base: 1 }, filled(10))));
  assert.deepEqual([...result.maps], filled(-126));
});

test("the last three frames may be a base, earlier ones may not", () => {
  const decoder = createDecoder();
  decoder.decode(frame({ seq: 1 }, filled(1)));
  for (const seq of [2, 3]) decoder.decode(frame({ seq, base: 1 }, filled(seq)));
  const fourth = /** @type {Frame} */ (decoder.decode(frame({ seq: 4, base: 1 }, filled(9))));
  assert.equal(fourth.maps[0], 10);
  assert.throws(
    () => decoder.decode(frame({ seq: 5, base: 1 }, filled(0))),
    /Frame 5 is a difference to frame 1; known frames: 2, 3, 4\./,
  );
});

test("a frame of another run, or from before clear(), is no base", () => {
  const decoder = createDecoder();
  decoder.decode(frame({ seq: 1, run: 1 }, filled(1)));
  assert.throws(
    () => decoder.decode(frame({ seq: 2, base: 1, run: 2 }, filled(0))),
    /known frames: no frame/,
  );
  decoder.decode(frame({ seq: 3 }, filled(1)));
  decoder.clear();
  assert.throws(
    () => decoder.decode(frame({ seq: 4, base: 3 }, filled(0))),
    /known frames: no frame/,
  );
});

test("a base of another size is refused", () => {
  const decoder = createDecoder();
  decoder.decode(frame({ seq: 1 }, filled(1)));
  const larger = message({ ...HEADER, seq: 2, base: 1, units: 3 }, [
    Float32Array.of(0, 0),
    Float32Array.of(1, 1, 1, 1),
    new Int8Array(CELLS + UNIT_SIDE ** 2),
  ]);
  assert.throws(() => decoder.decode(larger), /Frame 2 has 21 map bytes, its base 1 has 17/);
});

test("maps of another size may follow, complete, and be a base in their turn", () => {
  const decoder = createDecoder();
  decoder.decode(frame({ seq: 1 }, filled(1)));
  const [side, unitSide] = [SIDE - 1, UNIT_SIDE - 1];
  for (const base of [0, 2]) {
    const seq = base + 2;
    const size = { ...HEADER, seq, base, side, unit_side: unitSide };
    const coarse = message(size, [
      Float32Array.of(0, 0),
      Float32Array.of(1, 1, 1),
      new Int8Array(side ** 2 + 2 * unitSide ** 2).fill(7),
    ]);
    const result = /** @type {Frame} */ (decoder.decode(coarse));
    assert.deepEqual([result.side, result.unitSide], [side, unitSide]);
    assert.deepEqual([...result.outputs[0]], new Array(side ** 2).fill(base ? 14 : 7));
    assert.equal(result.units.length, 2);
  }
});

test("points decode into training and test samples", () => {
  const bytes = message({ type: "points", run: 3, train: 2, test: 1 }, [
    Float32Array.of(1, 2, 3, 4, 0, 1),
    Float32Array.of(5, 6, 1),
  ]);
  const points = createDecoder().decode(bytes);
  assert.ok(points.type === "points");
  assert.equal(points.run, 3);
  assert.deepEqual([...points.train.x1, ...points.train.x2], [1, 2, 3, 4]);
  assert.deepEqual([...points.train.label], [0, 1]);
  assert.deepEqual([...points.test.x1, ...points.test.x2, ...points.test.label], [5, 6, 1]);
});

test("an empty set of points decodes", () => {
  const bytes = message({ type: "points", run: 3, train: 0, test: 0 }, []);
  const points = createDecoder().decode(bytes);
  assert.ok(points.type === "points");
  assert.equal(points.test.label.length, 0);
});

const whole = frame({}, filled(1));

for (const { name, bytes, error } of [
  { name: "too short", bytes: whole.subarray(0, 2), error: /2 bytes, expected at least 4/ },
  { name: "cut in its header", bytes: whole.subarray(0, 40), error: /does not fit/ },
  { name: "cut in its body", bytes: whole.subarray(0, whole.length - 4), error: /Body of frame/ },
  {
    name: "of a body that is too long",
    bytes: frame({}, [...filled(1), 1, 1]),
    error: /should have 37 bytes, got more/,
  },
  {
    name: "of a body that is too short",
    bytes: frame({}, filled(1).slice(2)),
    error: /should have 37 bytes, got 35/,
  },
  {
    name: "without a body",
    bytes: pack(JSON.stringify(HEADER), new Uint8Array(0)),
    error: /should have 37 bytes, got 0/,
  },
  { name: "of another type", bytes: message({ type: "song" }, []), error: /type 'song'/ },
  {
    name: "with a header that is not JSON",
    bytes: pack("{nonsense", new Uint8Array(1)),
    error: /Header is not JSON: \{nonsense/,
  },
]) {
  test(`a message ${name} is refused with a clear error`, () => {
    assert.throws(() => createDecoder().decode(bytes), error);
  });
}

test("a malformed frame leaves the known frames as they are", () => {
  const decoder = createDecoder();
  decoder.decode(frame({ seq: 1 }, filled(3)));
  assert.throws(() => decoder.decode(whole.subarray(0, whole.length - 4)));
  const next = /** @type {Frame} */ (decoder.decode(frame({ seq: 2, base: 1 }, filled(1))));
  assert.equal(next.maps[0], 4);
});

test("commands and events are JSON", () => {
  assert.equal(VERSION, 1);
  assert.equal(encodeCommand({ type: "ack", seq: 3 }), '{"type":"ack","seq":3}');
  assert.equal(decodeEvent('{"type":"notice","notices":[]}').type, "notice");
  assert.throws(() => decodeEvent("[]"), /event without a type/);
});
