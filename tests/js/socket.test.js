import assert from "node:assert/strict";
import test from "node:test";
import { backOff, createSocket, enqueue } from "../../static/js/socket.js";

/** @type {(isUp: () => boolean, told: (up: boolean) => void) => void} */
const answered = (isUp, told) => told(isUp());

const up = () => /** @type {boolean} */ (true);

/** A network, a clock and a browser, all in the hand of the test. */
function world({ isUp = up, visit = answered } = {}) {
  let now = 0;
  let nextTimer = 1;
  /** @type {Map<number, {at: number, run: () => void}>} */
  const timers = new Map();
  /** @type {FakeSocket[]} */
  const sockets = [];
  /** @type {string[]} */
  const states = [];
  /** @type {any[]} */
  const messages = [];
  /** @type {string[]} */
  const visits = [];
  let opened = 0;

  class FakeSocket {
    readyState = 0;
    binaryType = "blob";
    /** @type {any[]} */
    sent = [];
    /** @type {any} */ onopen = null;
    /** @type {any} */ onmessage = null;
    /** @type {any} */ onclose = null;
    send(/** @type {string} */ text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.readyState = 3;
    }
    open() {
      this.readyState = 1;
      this.onopen({});
    }
    say(/** @type {any} */ data) {
      this.onmessage({ data });
    }
    fail(code = 1006) {
      this.readyState = 3;
      this.onclose({ code });
    }
    get types() {
      return this.sent.map(({ type }) => type);
    }
  }

  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const socket = createSocket({
    url: "ws://test/ws",
    hello: () => ({ type: "hello", token: "secret" }),
    onMessage: (data) => messages.push(data),
    onOpen: () => (opened += 1),
    onState: (state) => states.push(state),
    surroundings: {
      connect: () => {
        const made = new FakeSocket();
        sockets.push(made);
        return /** @type {any} */ (made);
      },
      visit: (url, told) => {
        visits.push(url);
        visit(isUp, told);
      },
      setTimeout: (run, ms) => {
        timers.set(nextTimer, { at: now + ms, run });
        return nextTimer++;
      },
      clearTimeout: (id) => timers.delete(id),
      now: () => now,
      random: () => 0.5,
      window,
      document,
    },
  });

  /** @param {number} ms */
  function pass(ms) {
    const end = now + ms;
    for (;;) {
      const due = [...timers]
        .filter(([, { at }]) => at <= end)
        .sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      timers.delete(due[0]);
      now = due[1].at;
      due[1].run();
    }
    now = end;
  }
  const last = () => /** @type {FakeSocket} */ (sockets.at(-1));
  return {
    ...{ socket, sockets, states, messages, visits, pass, last, window, document },
    opened: () => opened,
  };
}

test("the wait grows by 1.7 from 100 ms to 1.5 s, give or take a half", () => {
  assert.equal(backOff(0, 0.5), 100);
  assert.equal(backOff(1, 0.5), 170);
  assert.equal(backOff(100, 0.5), 1500);
  assert.ok(backOff(100, 0.999) < 3000, "with a restart just after an attempt");
  assert.equal(backOff(0, 0), 50);
  assert.ok(backOff(0, 0.999) < 150);
});

test("hello is the first message, and what was asked for before follows it", () => {
  const { socket, last } = world();
  socket.start();
  socket.send({ type: "play" });
  last().open();
  assert.deepEqual(last().types, ["hello", "play"]);
  assert.equal(last().binaryType, "arraybuffer");
});

test("messages are handed on as they come", () => {
  const { socket, last, messages } = world();
  socket.start();
  last().open();
  last().say("text");
  assert.deepEqual(messages, ["text"]);
});

test("a lost connection is opened again, sooner at first than later", () => {
  const { socket, sockets, last, states, pass } = world();
  socket.start();
  last().open();
  last().fail();
  assert.deepEqual(states, ["connecting", "open", "waiting"]);
  pass(99);
  assert.equal(sockets.length, 1);
  pass(1);
  assert.equal(sockets.length, 2);
  last().fail();
  pass(169);
  assert.equal(sockets.length, 2);
  pass(1);
  assert.equal(sockets.length, 3);
  last().open();
  assert.equal(states.at(-1), "open");
});

test("the wait is short again once a session has sent something", () => {
  const { socket, sockets, last, pass } = world();
  socket.start();
  for (let i = 0; i < 6; i++) {
    last().fail();
    pass(6000);
  }
  last().open();
  last().say(new ArrayBuffer(8));
  const count = sockets.length;
  last().fail();
  pass(100);
  assert.equal(sockets.length, count + 1);
});

test("a server that is full is not asked again and again at short intervals", () => {
  const { socket, sockets, last, pass } = world();
  socket.start();
  for (let i = 0; i < 10; i++) {
    last().open();
    last().say('{"type":"error"}');
    last().fail(1013);
    pass(5000);
  }
  const count = sockets.length;
  last().fail(1013);
  pass(4000);
  assert.equal(sockets.length, count);
});

test("an attempt that never answers is given up", () => {
  const { socket, sockets, pass } = world();
  socket.start();
  pass(5100);
  assert.equal(sockets.length, 2);
  assert.equal(sockets[0].readyState, 3);
});

test("after some failures a server is looked for before a websocket is opened", () => {
  let isUp = false;
  const { socket, sockets, last, visits, states, pass } = world({ isUp: () => isUp });
  socket.start();
  last().open();
  for (let i = 0; i < 4; i++) {
    last().fail();
    pass(1000);
  }
  const count = sockets.length;
  pass(60_000);
  assert.equal(sockets.length, count);
  assert.equal(states.at(-1), "waiting");
  assert.ok(visits.length >= 40, `looks every 1.5 s: ${visits.length} times in a minute`);
  assert.equal(visits[0], "http://test/healthz");
  isUp = true;
  pass(1500);
  assert.equal(sockets.length, count + 1);
  last().open();
  last().say(new ArrayBuffer(8));
  last().fail();
  pass(100);
  assert.equal(sockets.length, count + 2, "and at once after a connection that worked");
});

test("what a visit says is of no interest once there is another connection", () => {
  /** @type {((up: boolean) => void)[]} */
  const answers = [];
  const { socket, sockets, last, window, pass } = world({
    visit: (_, told) => void answers.push(told),
  });
  socket.start();
  for (let i = 0; i < 4; i++) {
    last().fail();
    pass(1000);
  }
  assert.equal(answers.length, 1);
  window.dispatchEvent(new Event("online"));
  const count = sockets.length;
  last().open();
  answers[0](true);
  answers[0](false);
  assert.equal(sockets.length, count);
  assert.equal(last().readyState, 1);
});

// --- silence --------------------------------------------------------------------------------------

test("after a silence the server is asked whether it is there, and believed when it answers", () => {
  const { socket, sockets, last, pass } = world();
  socket.start();
  last().open();
  for (let i = 0; i < 20; i++) {
    pass(5000);
    last().say('{"type":"pong"}');
  }
  assert.equal(sockets.length, 1);
  const pings = last().types.filter((type) => type === "ping").length;
  assert.ok(pings >= 15 && pings <= 20, `${pings} pings in 100 s`);
});

test("nobody is asked while something is heard", () => {
  const { socket, last, pass } = world();
  socket.start();
  last().open();
  for (let i = 0; i < 100; i++) {
    pass(1000);
    last().say(new ArrayBuffer(8));
  }
  assert.deepEqual(last().types, ["hello"]);
});

test("a server that does not answer is connected anew within ten seconds", () => {
  const { socket, sockets, last, pass } = world();
  socket.start();
  last().open();
  pass(10_100);
  assert.equal(sockets.length, 2);
  assert.equal(sockets[0].readyState, 3);
});

test("a page that wakes up asks at once, and does not wait for a silence", () => {
  for (const wake of /** @type {const} */ (["online", "visibilitychange", "resume"])) {
    const { socket, sockets, last, window, document, pass } = world();
    socket.start();
    last().open();
    (wake === "online" ? window : document).dispatchEvent(new Event(wake));
    assert.deepEqual(last().types, ["hello", "ping"], wake);
    pass(5500);
    assert.equal(sockets.length, 2, wake);
  }
});

test("an attempt that was begun in a network that is lost is made anew in the next one", () => {
  const { socket, sockets, window } = world();
  socket.start();
  window.dispatchEvent(new Event("online"));
  assert.equal(sockets.length, 2);
  assert.equal(sockets[0].readyState, 3);
});

test("nothing that an old connection still does is heard", () => {
  const { socket, sockets, last, messages, pass } = world();
  socket.start();
  last().open();
  last().fail();
  pass(100);
  sockets[0].say("late");
  sockets[0].fail();
  assert.deepEqual(messages, []);
  assert.equal(sockets.length, 2);
});

test("coming online or into view ends the wait", () => {
  const { socket, sockets, last, window, document, pass } = world();
  socket.start();
  for (let i = 0; i < 8; i++) {
    last().fail();
    pass(6000);
  }
  const count = sockets.length;
  last().fail();
  window.dispatchEvent(new Event("online"));
  assert.equal(sockets.length, count + 1);
  last().fail();
  document.visibilityState = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(sockets.length, count + 1);
  document.visibilityState = "visible";
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(sockets.length, count + 2);
});

test("coming into view leaves a connection alone that is there", () => {
  const { socket, sockets, last, document } = world();
  socket.start();
  last().open();
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(sockets.length, 1);
});

for (const [code, ending] of /** @type {[number, string][]} */ ([
  [4000, "outdated"],
  [4001, "taken"],
  [4003, "locked"],
])) {
  test(`close code ${code} ends it (${ending}) until the user says otherwise`, () => {
    const { socket, sockets, last, states, window, pass } = world();
    socket.start();
    last().open();
    last().fail(code);
    assert.equal(states.at(-1), ending);
    window.dispatchEvent(new Event("online"));
    pass(60_000);
    assert.equal(sockets.length, 1);
    socket.restart();
    assert.equal(sockets.length, 2);
  });
}

test("each connection begins anew", () => {
  const { socket, last, pass, opened } = world();
  socket.start();
  last().open();
  last().fail();
  pass(100);
  last().open();
  assert.equal(opened(), 2);
  assert.deepEqual(last().types, ["hello"]);
});

test("closing is for good", () => {
  const { socket, sockets, last, window, pass } = world();
  socket.start();
  last().open();
  socket.close();
  window.dispatchEvent(new Event("online"));
  pass(60_000);
  assert.equal(sockets.length, 1);
});

test("commands given while offline are merged, and acknowledgements dropped", () => {
  const given = [
    { type: "configure", changes: { noise: 1 }, view: {} },
    { type: "configure", changes: { noise: 2, samples: 9 }, view: { discretize: true } },
    { type: "ack", seq: 3 },
    { type: "play" },
    { type: "focus", layer: 0, unit: 1 },
    { type: "pause" },
    { type: "focus", layer: null, unit: null },
    { type: "step" },
  ];
  const queue = given.reduce(enqueue, /** @type {any[]} */ ([]));
  assert.deepEqual(queue, [
    { type: "configure", changes: { noise: 2, samples: 9 }, view: { discretize: true } },
    { type: "pause" },
    { type: "focus", layer: null, unit: null },
    { type: "step" },
  ]);
  assert.deepEqual(enqueue(queue, { type: "open", hash: "#" }), [{ type: "open", hash: "#" }]);
});

test("however much is asked for offline, little is kept", () => {
  /** @type {any[]} */
  let queue = [];
  for (let i = 0; i < 1000; i++) queue = enqueue(queue, { type: "edit", value: i });
  assert.ok(queue.length <= 32);
  assert.equal(queue.at(-1).value, 999);
});

test("what was sent shortly before a connection was lost is sent again, and marked", () => {
  const { socket, last, pass } = world();
  socket.start();
  last().open();
  socket.send({ type: "step", id: 1 });
  pass(3500);
  last().say("a sign of life, sent when the step was done");
  socket.send({ type: "configure", id: 2, changes: { noise: 5 }, view: {} });
  socket.send({ type: "ack", seq: 7 });
  socket.send({ type: "play", id: 3 });
  pass(500);
  last().fail();
  socket.send({ type: "pause", id: 4 });
  pass(200);
  last().open();
  assert.deepEqual(last().sent.slice(1), [
    { type: "configure", id: 2, changes: { noise: 5 }, view: {}, again: true },
    { type: "play", id: 3, again: true },
    { type: "pause", id: 4 },
  ]);
});

test("who comes back after minutes does not want what was asked for before", () => {
  const { socket, sockets, last, pass, window } = world();
  socket.start();
  last().open();
  socket.send({ type: "step", id: 1 });
  pass(120_000);
  window.dispatchEvent(new Event("online"));
  if (last().readyState === 0) last().open();
  assert.ok(sockets.length > 1);
  assert.ok(!last().types.includes("step"));
});
