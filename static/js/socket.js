/**
 * The connection to the server. It opens itself again whatever happens to it; commands given
 * meanwhile are kept, as few as will do.
 *
 * A network that is gone says nothing, and neither does a server that has nothing to say. So after a
 * silence, and whenever the page comes back to life, the server is asked whether it is there. What was
 * sent shortly before a connection was lost is sent again, marked so that nothing is done twice.
 */

/**
 * @typedef {{type: string} & Record<string, any>} Command
 * @typedef {"outdated" | "taken" | "locked"} Ending The server has closed it for good.
 *
 * @typedef {object} Options
 * @property {string} url
 * @property {() => Command} hello The first message of every connection.
 * @property {(data: string | ArrayBuffer) => void} onMessage
 * @property {() => void} onOpen A new connection: nothing of an older one may be built upon.
 * @property {(state: "connecting" | "open" | "waiting" | Ending) => void} onState
 * @property {Surroundings} [surroundings]
 *
 * @typedef {object} Surroundings What there is in a browser, and what tests replace.
 * @property {(url: string) => WebSocket} connect
 * @property {(url: string, told: (up: boolean) => void) => void} visit Whether a server answers there.
 * @property {(run: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} now
 * @property {() => number} random
 * @property {EventTarget} window
 * @property {EventTarget & {visibilityState: string}} document
 */

/** Close codes (`CloseCode` in app/errors.py) after which connecting again is for the user to decide.
 * @type {Record<number, Ending>} */
const ENDINGS = { 4000: "outdated", 4001: "taken", 4003: "locked" };
/** Close codes of a server that is there, but would rather not be asked again soon. */
const REFUSALS = new Set([1008, 1011, 1013, 4002]);
const FIRST_DELAY = 100;
const GROWTH = 1.7;
/** With what chance adds to it, and the time to connect, still within three seconds. */
const LONGEST_DELAY = 1500;
const LONGEST_DELAY_WHEN_REFUSED = 5000;
/** Attempts that failed, after which a request asks first whether there is a server: a browser makes
 * a page wait for seconds that has opened many websockets in vain. */
const UNASKED = 3;
const VISIT_WITHIN = 3000;
const OPEN_WITHIN = 5000;
const WATCH_EVERY = 1000;
const ASK_AFTER = 4000;
const ANSWER_WITHIN = 4000;
const MOST_QUEUED = 32;
/** What was sent in so many milliseconds before the last sign of life may not have arrived, or may be
 * newer than what a server has kept that was killed. */
const IN_DOUBT = 3000;
/** After so many milliseconds nobody waits for what he has asked for. */
const FORGOTTEN = 60_000;
/** Commands that the server is told anew at every connection anyway, or that only have a meaning once. */
const FLEETING = new Set(["ack", "focus", "watch", "ping", "hello", "export", "load", "save"]);

/**
 * Milliseconds to wait before a further attempt, give or take a half so that the pages of a class do
 * not come back all at once.
 *
 * @param {number} attempt From 0.
 * @param {number} random In [0, 1).
 * @param {number} [longest] Milliseconds, on average.
 * @returns {number}
 */
export function backOff(attempt, random, longest = LONGEST_DELAY) {
  return Math.min(longest, FIRST_DELAY * GROWTH ** attempt) * (0.5 + random);
}

/**
 * The queue with one more command: what a later command replaces is dropped, changes are merged.
 *
 * @param {Command[]} queue
 * @param {Command} command
 * @returns {Command[]}
 */
export function enqueue(queue, command) {
  const last = queue.at(-1);
  switch (command.type) {
    case "ack":
      return queue;
    case "configure":
      if (last?.type !== "configure") break;
      return [
        ...queue.slice(0, -1),
        {
          ...command,
          changes: { ...last.changes, ...command.changes },
          view: { ...last.view, ...command.view },
        },
      ];
    case "play":
    case "pause":
      return [...queue.filter(({ type }) => type !== "play" && type !== "pause"), command];
    case "focus":
    case "speed":
    case "run_until":
      return [...queue.filter(({ type }) => type !== command.type), command];
    case "open":
      return [command];
  }
  return [...queue, command].slice(-MOST_QUEUED);
}

/** @returns {Surroundings} */
const browser = () => ({
  connect: (url) => new WebSocket(url),
  visit: (url, told) => {
    fetch(url, { cache: "no-store", signal: AbortSignal.timeout(VISIT_WITHIN) }).then(
      ({ status }) => told(status < 500), // a proxy answers for a server that is not there
      () => told(false),
    );
  },
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer),
  now: () => performance.now(),
  random: Math.random,
  window,
  document,
});

/** @param {Options} options */
export function createSocket({ url, hello, onMessage, onOpen, onState, surroundings = browser() }) {
  const { connect, visit, now, random, window, document } = surroundings;
  const health = new URL("healthz", url.replace(/^ws/, "http")).href;
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {Command[]} */
  let queue = [];
  /** Commands that may not have been followed, with when they were sent.
   * @type {{command: Command, at: number}[]} */
  let sent = [];
  let attempt = 0;
  let longest = LONGEST_DELAY;
  let heard = 0;
  /** When the server was asked for a sign of life that it has not given. @type {number | null} */
  let asked = null;
  let visits = 0;
  let ended = false;
  /** @type {any} */
  let timer = null;

  const wait = (/** @type {() => void} */ run, /** @type {number} */ ms) => {
    surroundings.clearTimeout(timer);
    timer = surroundings.setTimeout(run, ms);
  };

  function open() {
    drop();
    onState("connecting");
    const current = connect(url);
    socket = current;
    current.binaryType = "arraybuffer";
    const ifCurrent = (/** @type {(event: any) => void} */ run) => (/** @type {any} */ event) => {
      if (socket === current) run(event);
    };
    current.onopen = ifCurrent(() => {
      const doubtful = now() - heard < FORGOTTEN ? inDoubt() : [];
      heard = now();
      asked = null;
      onOpen();
      current.send(JSON.stringify(hello()));
      sent = [];
      for (const { command } of doubtful) put({ ...command, again: true });
      for (const command of queue) put(command);
      queue = [];
      onState("open");
      wait(watch, WATCH_EVERY);
    });
    current.onmessage = ifCurrent(({ data }) => {
      heard = now();
      asked = null;
      // Only a session sends bytes; a server that is full or stopping says so in text.
      if (typeof data !== "string") {
        attempt = 0;
        longest = LONGEST_DELAY;
      }
      onMessage(data);
    });
    current.onclose = ifCurrent(({ code }) => {
      const ending = ENDINGS[code];
      if (REFUSALS.has(code)) longest = LONGEST_DELAY_WHEN_REFUSED;
      if (ending) end(ending);
      else retry();
    });
    wait(retry, OPEN_WITHIN);
  }

  /** @param {Command} command */
  function put(command) {
    socket?.send(JSON.stringify(command));
    if (FLEETING.has(command.type)) return;
    sent = [...inDoubt(), { command, at: now() }].slice(-MOST_QUEUED);
  }

  const inDoubt = () => sent.filter(({ at }) => at > heard - IN_DOUBT);

  function drop() {
    const old = socket;
    socket = null;
    visits += 1; // what one that is under way says does not matter any more
    old?.close();
  }

  /** @param {Ending} ending */
  function end(ending) {
    drop();
    ended = true;
    surroundings.clearTimeout(timer);
    onState(ending);
  }

  function retry() {
    drop();
    onState("waiting");
    wait(attempt < UNASKED ? open : openIfThere, backOff(attempt, random(), longest));
    attempt += 1;
  }

  function openIfThere() {
    const current = visits;
    visit(health, (up) => {
      if (visits !== current) return;
      if (up) open();
      else retry();
    });
  }

  function watch() {
    if (asked !== null && now() - asked > ANSWER_WITHIN) {
      retry();
      return;
    }
    if (now() - heard > ASK_AFTER) ask();
    wait(watch, WATCH_EVERY);
  }

  function ask() {
    if (asked !== null || socket?.readyState !== 1) return;
    asked = now();
    socket.send('{"type":"ping"}');
  }

  const hurry = () => {
    if (ended) return;
    if (socket) {
      ask(); // it may be that of another network, or of an hour ago
    } else {
      attempt = 0;
      open();
    }
  };
  const whenOnline = () => {
    if (socket?.readyState === 0) drop(); // begun in the network that was lost
    hurry();
  };
  const whenVisible = () => {
    if (document.visibilityState === "visible") hurry();
  };

  return {
    start() {
      window.addEventListener("online", whenOnline);
      document.addEventListener("visibilitychange", whenVisible);
      document.addEventListener("resume", hurry);
      open();
    },

    /** @param {Command} command Sent now, or after the next hello. */
    send(command) {
      if (socket?.readyState === 1) put(command);
      else queue = enqueue(queue, command);
    },

    /** Gives this connection up for another. */
    reconnect: retry,

    /** Connects again after the server has closed it for good. */
    restart() {
      ended = false;
      open();
    },

    close() {
      ended = true;
      surroundings.clearTimeout(timer);
      window.removeEventListener("online", whenOnline);
      document.removeEventListener("visibilitychange", whenVisible);
      document.removeEventListener("resume", hurry);
      drop();
    },
  };
}
