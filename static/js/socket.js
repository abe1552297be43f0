/**
 * The connection to the server. It opens itself again whatever happens to it; commands given
 * meanwhile are kept, as few as will do.
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
 * @property {() => number} patience Milliseconds of silence to bear now; Infinity when silence is due.
 * @property {Surroundings} [surroundings]
 *
 * @typedef {object} Surroundings What there is in a browser, and what tests replace.
 * @property {(url: string) => WebSocket} connect
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
const FIRST_DELAY = 100;
const GROWTH = 1.7;
const LONGEST_DELAY = 5000;
const OPEN_WITHIN = 10_000;
const WATCH_EVERY = 1000;
const MOST_QUEUED = 32;

/**
 * Milliseconds to wait before a further attempt, give or take a half so that the pages of a class do
 * not come back all at once.
 *
 * @param {number} attempt From 0.
 * @param {number} random In [0, 1).
 * @returns {number}
 */
export function backOff(attempt, random) {
  return Math.min(LONGEST_DELAY, FIRST_DELAY * GROWTH ** attempt) * (0.5 + random);
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
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer),
  now: () => performance.now(),
  random: Math.random,
  window,
  document,
});

/** @param {Options} options */
export function createSocket({
  url,
  hello,
  onMessage,
  onOpen,
  onState,
  patience,
  surroundings = browser(),
}) {
  const { connect, now, random, window, document } = surroundings;
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {Command[]} */
  let queue = [];
  let attempt = 0;
  let heard = 0;
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
      heard = now();
      onOpen();
      current.send(JSON.stringify(hello()));
      for (const command of queue) current.send(JSON.stringify(command));
      queue = [];
      onState("open");
      wait(watch, WATCH_EVERY);
    });
    current.onmessage = ifCurrent(({ data }) => {
      heard = now();
      // Only a session sends bytes; a server that is full or stopping says so in text.
      if (typeof data !== "string") attempt = 0;
      onMessage(data);
    });
    current.onclose = ifCurrent(({ code }) => {
      const ending = ENDINGS[code];
      if (ending) end(ending);
      else retry();
    });
    wait(retry, OPEN_WITHIN);
  }

  function drop() {
    const old = socket;
    socket = null;
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
    wait(open, backOff(attempt, random()));
    attempt += 1;
  }

  function watch() {
    if (now() - heard > patience()) retry();
    else wait(watch, WATCH_EVERY);
  }

  const hurry = () => {
    if (ended) return;
    heard = now();
    if (!socket) {
      attempt = 0;
      open();
    }
  };
  const whenVisible = () => {
    if (document.visibilityState === "visible") hurry();
  };

  return {
    start() {
      window.addEventListener("online", hurry);
      document.addEventListener("visibilitychange", whenVisible);
      open();
    },

    /** @param {Command} command Sent now, or after the next hello. */
    send(command) {
      if (socket?.readyState === 1) socket.send(JSON.stringify(command));
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
      window.removeEventListener("online", hurry);
      document.removeEventListener("visibilitychange", whenVisible);
      drop();
    },
  };
}
