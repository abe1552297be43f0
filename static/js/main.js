/** The composition root: the only module that knows all the others. */

import { createCommands } from "./commands.js";
import { deathMarks } from "./deaths.js";
import { slowerRate } from "./divergence.js";
import { byId, setTip } from "./dom.js";
import { createDrawing } from "./drawing.js";
import { createDrop, named } from "./drop.js";
import { createExplanations } from "./explanations.js";
import { asSentence, formatCount, setLocale } from "./format.js";
import { createFormulas } from "./formulas.js";
import { createFiles } from "./files.js";
import { createFrames } from "./frames.js";
import { createHover } from "./hover.js";
import { createTranslator } from "./i18n.js";
import { createInsides } from "./insides.js";
import { createKeyboard } from "./keyboard.js";
import { createLate } from "./late.js";
import { createLanguages, localeOf } from "./languages.js";
import { createLessons } from "./lessons.js";
import { magnification } from "./magnification.js";
import { createModels } from "./models.js";
import { createNetworkActions } from "./network-actions.js";
import { createOwnData } from "./own-data.js";
import { createDecoder, decodeEvent, VERSION } from "./protocol.js";
import { beginVisit } from "./recents/visit.js";
import { createProjector } from "./projector.js";
import { readCatalog } from "./schema.js";
import { paintNow } from "./parts/canvas.js";
import { readThemeColors } from "./parts/theme-colors.js";
import { scrollToParts } from "./scroll.js";
import { createSocket } from "./socket.js";
import {
  initialState,
  isPlaying,
  playedHash,
  withDefaults,
  withExperiment,
  withoutPending,
} from "./state.js";
import { Store } from "./store.js";
import { createTab } from "./tab.js";
import { TEXTS } from "./texts.js";
import { createTheme } from "./theme.js";
import { drawThumbnail } from "./thumbnail.js";
import { pause } from "./timing.js";
import { createTooltips } from "./tooltips.js";
import { createAnnouncements } from "./views/announcements.js";
import { createColorScale } from "./views/color-scale.js";
import { createControls } from "./views/controls.js";
import { createDataPanel } from "./views/data-panel.js";
import { createGlossary } from "./views/glossary.js";
import { createHeader } from "./views/header.js";
import { createHeatmap } from "./views/heatmap.js";
import { createLossChart } from "./views/loss-chart.js";
import { createMapOptions } from "./views/map-options.js";
import { createNetwork } from "./views/network.js";
import { createBanner, createModeChip, createNotices } from "./views/notices.js";
import { createReadouts } from "./views/readouts.js";
import { createTransport } from "./views/transport.js";

/** @import {AnyEvent, ExperimentEvent, StatusEvent} from "#protocol" */
/** @import {Frame, Points} from "./protocol.js" */

const REVEAL_MS = 2000;
/** The page would rather be late than move, but not by more. */
const FONT_MS = 1000;

const language = document.documentElement.lang;
const store = new Store(initialState(), (run) => requestAnimationFrame(run));
/** @type {Points | null} */
let points = null;
/** What the server says while the views are made. @type {(string | ArrayBuffer)[] | null} */
let early = [];
/** What the server has said of it. @type {StatusEvent | null} */
let confirmedStatus = null;
/** What the page saw last of a session that comes back from a snapshot. @type {Frame | null} */
let seen = null;

// --- connection -----------------------------------------------------------------------------------

const decoder = createDecoder();
const tab = createTab({ onHash: (hash) => commands.open(hash) });
const frames = createFrames({
  record: ({ epoch, loss }) => chart.append(epoch, loss.train, loss.test),
  draw: drawFrame,
  read: (frame) => {
    readouts.update(frame);
    transport.readings(frame);
    chart.refresh();
  },
  acknowledge: (seq, early) => commands.acknowledge(seq, early),
});
const socket = createSocket({
  url: new URL("ws", document.baseURI).href.replace(/^http/, "ws"),
  hello: () => ({
    type: "hello",
    protocol: VERSION,
    token: tab.token,
    hash: tab.hash,
    playing: isPlaying(store.value),
    language,
  }),
  onOpen: () => {
    seen = frames.latest ?? seen;
    decoder.clear();
    frames.clear();
    store.set(withoutPending(store.value));
    early?.splice(0);
  },
  onMessage: (data) => {
    if (early) early.push(data);
    else onMessage(data);
  },
  onState: (connection) => store.set({ ...store.value, connection }),
});
const commands = createCommands({ store, send: socket.send });
socket.start(); // the server makes the session while the page makes its views

// --- views: a few at a time, as nobody can scroll or press while a task runs ----------------------

/** @type {() => void} */
let build = () => {};
/** When all views are there. @type {Promise<void>} */
const built = new Promise((resolve) => {
  build = resolve;
});
const theme = createTheme({ onChange: () => void built.then(showTheme) });
// It comes with the page; what is painted in another font first would move when it is there.
let isFontLate = true;
const font = document.fonts.load('14px "Inter Latin"').catch(console.error);
void font.then(() => (isFontLate = false));
await Promise.race([font, new Promise((resolve) => setTimeout(resolve, FONT_MS))]);
readThemeColors(); // while all of the page is laid out: later these would do it once more
magnification();
await pause();
const catalog = readCatalog(byId("catalog").textContent ?? "");
if (!tab.token && !tab.hash) store.set(withDefaults(store.value, catalog));
await pause();
setLocale(localeOf(language, navigator.languages));
formatCount(0); // the first number loads what the browser knows of numbers, which takes a while
await pause();
const t = createTranslator(language, ...TEXTS);
const models = createModels(catalog, t);
const help = createLate(
  async () => {
    const { createHelp } = await import("./help.js");
    return createHelp(t, () => ({
      spec: store.value.spec,
      outputs: store.value.experiment?.outputs ?? 1,
      frame: frames.latest,
      points,
      measured: insides.measured,
    }));
  },
  () => {}, // nothing is explained then; that the server is away is said elsewhere
);
const explain = createExplanations({
  t,
  catalog,
  live: (id, layer) => help.now?.live(id, layer) ?? "",
});
createTooltips(document.body, { explain, help });
const notices = createNotices(byId("toasts"), {
  t,
  onReload: () => location.reload(),
  onTakeBack: () => socket.restart(),
});
createLanguages(byId("header"), () => tab.hash);
await pause();
const header = createHeader(byId("header-actions"), {
  t,
  onShare: () => openShare(),
  onProjector: () => toggleProjector(),
  onTheme: (button) => openLook(button),
  onFile: (button, focus) => files.open(button, focus),
});
const glossary = createGlossary(byId("header-actions"), byId("about"), {
  t,
  explain,
  help,
  onFailure: () => notices.show(t("panels.failed"), "error"),
});
await pause();
const transport = createTransport(byId("transport"), {
  t,
  onPlay: commands.play,
  onPause: commands.pause,
  onStep: commands.step,
  onReset: commands.reset,
  onReroll: commands.reroll,
  onUndo: commands.undo,
  onRedo: commands.redo,
  onSpeed: commands.speed,
  onUntil: commands.until,
});
await pause();
const controls = createControls(byId("settings"), { t, catalog, onChange: commands.configure });
await pause();
const ownData = createOwnData({
  t,
  commands,
  worker: byId("data").dataset.worker ?? "",
  isHidden: () => store.value.view.hidden.includes("dataset"),
  onUse: (told) => notices.show(told),
  onFailure: () => notices.show(t("panels.failed"), "error"),
});
const dataPanel = createDataPanel(byId("data"), {
  t,
  catalog,
  drawThumbnail,
  onChange: commands.configure,
  onRegenerate: commands.regenerate,
  onDraw: () => drawing.toggle(),
  onOwn: ownData.open,
});
const formulas = createFormulas({
  t,
  store,
  commands,
  models,
  onFailure: () => notices.show(t("panels.failed"), "error"),
});
await pause();
const network = createNetwork(byId("network"), {
  t,
  onFormula: formulas.open,
  onHover: (target) => hover.to(target),
  onFailure: () => notices.show(t("panels.failed"), "error"),
  ...createNetworkActions({ store, commands, catalog, models }),
});
await pause();
const readouts = createReadouts(byId("readouts"), { t });
await pause();
const chart = createLossChart(byId("loss-chart"), { t });
const scale = createColorScale(byId("scale"), { t });
scale.update({ low: -1, high: 1, labels: [], discretize: false }); // until the map says more
await pause();
const heatmap = createHeatmap(byId("map"), {
  t,
  onScale: scale.update,
  onFailure: () => notices.show(t("panels.failed"), "error"),
});
const drawing = createDrawing({
  t,
  store,
  commands,
  place: byId("map"),
  plot: heatmap.plot,
  points: () => (points?.run === store.value.experiment?.run ? points : null),
  onChange: showMap,
  onToggle: (on) => dataPanel.drawing(on),
  onFailure: () => notices.show(t("panels.failed"), "error"),
});
const hover = createHover({
  t,
  models,
  commands,
  state: () => store.value,
  frame: () => frames.latest,
  show: (picture) => heatmap.show(picture),
});
await pause();
const banner = createBanner(byId("banner"), { t, onFix: commands.slowDown, onUndo: commands.undo });
const modeChip = createModeChip(byId("stage-foot"), {
  t,
  tip: setTip,
  onLeave: () => commands.configure({ mode: catalog.fields.mode.default }),
});
const mapOptions = createMapOptions(byId("map-options"), { t, onChange: commands.show });
const insides = createInsides(
  { dock: byId("dock"), network: byId("network"), data: byId("data"), output: byId("output") },
  { t, catalog, send: commands.perform, watch: commands.watch, border: heatmap.border },
);
const onPaper = matchMedia("print");
const preparePaper = () =>
  void import("./print-styles.js")
    .then(({ usePaper }) => usePaper(network.told, toPaper))
    .catch(() => {});
// In time for the browser's menu, which is outside the page or has a key. Without it the page is printed as on the screen.
document.documentElement.addEventListener("pointerleave", preparePaper);
addEventListener("blur", preparePaper);
addEventListener("keydown", ({ ctrlKey, metaKey }) => (ctrlKey || metaKey) && preparePaper());
const resized = new ResizeObserver((entries) => {
  if (onPaper.matches) return; // the style sheet gives all that is drawn another size
  for (const { target } of entries) {
    const view = { network, map: heatmap, "loss-chart": chart }[target.id];
    view?.resize();
    if (view === network) insides.resize();
  }
});
for (const id of ["network", "map", "loss-chart"]) resized.observe(byId(id));
await pause();
const files = createFiles({
  t,
  catalog,
  commands,
  sources: { network: network.state, map: heatmap.state, chart: chart.state },
  toPaper,
  experiment: () => store.value.experiment,
  onExperiment: (listener) => store.select(({ experiment }) => experiment?.spec, listener),
  running: () => {
    const { experiment } = store.value;
    return experiment && { experiment, frame: frames.latest, playing: isPlaying(store.value) };
  },
  tell: notices.show,
  onFailure: () => notices.show(t("panels.failed"), "error"),
});
const saved = { takes: named([".json"], ["application/json"]), open: files.load };
createDrop(document, [saved, ownData.drop], {
  t,
  onRefused: (text) => notices.show(text, "error"),
});
await pause();
const lessons = createLessons(byId("stage-foot"), {
  t,
  commands,
  app: byId("app"),
  catalog,
  article: byId("lessons"),
  showPanel: insides.select,
  view: () => store.value.view,
  onFailure: (text) => notices.show(text, "error"),
});
const announcements = createAnnouncements(byId("transport"), { t, frame: () => frames.latest });
const views = [network, heatmap, chart, scale, insides, lessons];
const projector = createProjector(document.documentElement, {
  onChange(on) {
    if (on) insides.makeRoom();
    for (const view of [network, heatmap, chart, insides]) view.resize();
    scale.theme(); // its keys are drawn for the size of the page
  },
  onFailure: () => notices.show(t("panels.failed"), "error"),
});
header.update({ theme: theme.current });

// --- state to views -------------------------------------------------------------------------------

await pause();
store.select(({ spec }) => spec, showSettings);
await pause();
store.select(({ spec }) => spec, showData);
await pause();
store.select(({ spec }) => spec, showView);
store.select(isPlaying, (playing) => playing && files.keep());
store.select(isPlaying, announcements.playing);
store.select(({ connection }) => connection, notices.connection);
for (const show of [showTransport, showNetwork, showPoints]) {
  await pause();
  if (show === showNetwork) {
    const { experiment } = store.value;
    if (experiment) network.prepare(models.network(experiment, false));
    byId("app").classList.remove("is-building");
    document.body.getBoundingClientRect(); // lays it all out, in a task of its own
    await pause();
  }
  store.select(({ experiment, status }) => [experiment, status], show);
}

/** What the settings say, once there are any: an experiment, or the changes under way. */
function settings() {
  const { spec, view, experiment } = store.value;
  return experiment && { spec, view, hidden: new Set(view.hidden) };
}

function showSettings() {
  const now = settings();
  if (now) controls.update(now);
}

function showData() {
  const now = settings();
  if (!now) return;
  dataPanel.update(now);
  byId("data").hidden = now.hidden.has("data");
}

function showView() {
  const now = settings();
  if (!now) return;
  const { spec, view, hidden } = now;
  modeChip.update(spec.mode !== catalog.fields.mode.default);
  mapOptions.update(view, hidden);
  for (const id of ["header", "about", "footer", "more"]) byId(id).hidden = view.hide_text;
  document.documentElement.classList.toggle("text-hidden", view.hide_text);
  header.projector(view.projector);
  projector.set(view.projector);
}

function showTransport() {
  const { experiment, status } = store.value;
  if (!experiment) return;
  const { spec, view } = experiment;
  const canUndo = experiment.can_undo;
  const hidden = new Set(view.hidden);
  transport.update({ status, canUndo, canRedo: experiment.can_redo, hidden });
  const layers = /** @type {unknown[]} */ (spec.layers).length;
  const { divergence } = status;
  banner.update({ divergence, layers, rate: slowerRate(store.value.spec.learning_rate), canUndo });
}

/** After all that takes room beside it, as it lays out the page. */
function showNetwork() {
  const { experiment } = store.value;
  if (experiment) network.update(models.network(experiment, isPlaying(store.value)));
}

function showTheme() {
  header.update({ theme: theme.current });
  for (const view of views) view.theme();
  dataPanel.theme();
  drawing.theme();
}

/** Paper is light, and nothing is pointed at on it. @param {boolean} on */
function toPaper(on) {
  network.still(on);
  if (theme.paper(on)) showTheme();
  paintNow();
}

/** With the first experiment, or without one when the server keeps silent. */
function reveal() {
  byId("app").classList.remove("is-building", "is-starting");
}

function showPoints() {
  const { experiment } = store.value;
  if (!experiment) return;
  const isCurrent = points?.run === experiment.run;
  const model = { experiment, spec: store.value.spec, points: isCurrent ? points : null };
  insides.experiment(model);
  if (isCurrent) {
    drawing.follow();
    showMap();
  }
  // With other outputs than the default's the scale gets another height.
  if (isCurrent || !experiment.run) reveal();
}

function showMap() {
  const { experiment } = store.value;
  if (!experiment) return;
  const { view, spec, outputs } = experiment;
  const drawn = drawing.points;
  heatmap.update({
    points: drawn ?? points,
    problem: /** @type {string} */ (spec.problem),
    classLabels: models.classLabels(outputs, spec),
    dataset: /** @type {Record<string, any>} */ (spec.dataset),
    showTestData: view.show_test_data || drawn !== null,
    discretize: view.discretize,
    contours: view.contours,
  });
}

// --- what the server says -------------------------------------------------------------------------

/** @param {string | ArrayBuffer} data */
function onMessage(data) {
  if (typeof data === "string") onEvent(decodeEvent(data));
  else onBinary(data);
}

/** @param {AnyEvent} event */
function onEvent(event) {
  switch (event.type) {
    case "welcome":
      tab.setToken(event.token);
      hover.restore();
      insides.connected();
      // Lost, but not what the page knows of it: all of the experiment is in the hello.
      if (event.resumed === "expired") notices.show(t("notices.expired"));
      if (event.resumed !== "snapshot") seen = null;
      if (event.resumed === "new" || event.resumed === "expired") beginVisit();
      break;
    case "experiment":
      onExperiment(event);
      break;
    case "status":
      confirmedStatus = event;
      store.set({ ...store.value, status: event });
      showAddress();
      break;
    case "history":
      chart.history(event);
      break;
    case "deaths":
      network.mark(event.run === store.value.experiment?.run ? deathMarks(t, event.dead) : []);
      break;
    case "feature":
      formulas.answer(event);
      break;
    case "diagnostic":
      insides.diagnostic(event);
      break;
    case "exported":
    case "exportable":
    case "saved":
      files.answer(event);
      break;
    case "notice":
      for (const { text } of event.notices) notices.show(text);
      break;
    case "error":
      if (!files.refuse(event)) notices.show(asSentence(event.message), "error");
      // Whatever was shown ahead of the answer goes back to what is so.
      store.set({
        ...withoutPending(store.value, event.id),
        status: confirmedStatus ?? store.value.status,
      });
      drawing.refused();
      break;
  }
}

/**
 * Says what the end of a server has cost, if anything: a second of training at most.
 *
 * @param {Frame} frame The first one of the session as it was kept.
 * @param {Frame} before
 */
function tellLoss({ run, epoch }, before) {
  if (run < before.run) notices.show(t("notices.change_lost"));
  else if (run === before.run && epoch < before.epoch) {
    notices.show(t("notices.epochs_lost", { count: before.epoch - epoch }));
  }
}

/** @param {ExperimentEvent} experiment */
function onExperiment(experiment) {
  if (experiment.run !== store.value.experiment?.run) {
    frames.clear();
    chart.clear();
  }
  const asked = store.value.pending[0]?.changes ?? {};
  store.set(withExperiment(store.value, experiment));
  showAddress();
  // That what one has just chosen was changed is no news.
  for (const { code, text } of experiment.notices) if (!(code in asked)) notices.show(text);
}

/** The address follows the experiment and how it is played. */
function showAddress() {
  const { experiment } = store.value;
  if (!experiment?.hash || !confirmedStatus) return; // they come together
  tab.setHash(playedHash(experiment.hash, confirmedStatus, catalog.speed));
}

/** @param {ArrayBuffer} data */
function onBinary(data) {
  /** @type {Frame | Points} */
  let message;
  try {
    message = decoder.decode(data);
  } catch (error) {
    console.error(error);
    socket.reconnect();
    return;
  }
  if (message.run !== store.value.experiment?.run) return;
  if (message.type === "frame") {
    if (seen) tellLoss(message, seen);
    seen = null;
    frames.push(message);
  } else {
    points = message;
    showPoints();
  }
}

/** @param {Frame} frame */
function drawFrame(frame) {
  store.flush();
  network.frame(frame);
  heatmap.frame(frame);
  hover.refresh();
  insides.frame(frame);
}

// --- what the user does ---------------------------------------------------------------------------

const shareDialog = createLate(
  async () => {
    const { createShareDialog } = await import("./late-parts.js");
    const ancestors = byId("app").dataset.ancestors ?? "*";
    return createShareDialog({ t, features: catalog.components.feature, ancestors });
  },
  () => notices.show(t("panels.failed"), "error"),
);

/** From then on its button opens it by itself. @type {import("./late.js").Late<{open: () => void}> | null} */
let lookMenu = null;

/** @param {HTMLButtonElement} button */
function openLook(button) {
  if (lookMenu) return;
  lookMenu = createLate(
    async () => {
      const { createLookMenu } = await import("./late-parts.js");
      return createLookMenu(button, { t, look: theme.look, onChoose: theme.choose });
    },
    () => {
      lookMenu = null;
      notices.show(t("panels.failed"), "error");
    },
  );
  lookMenu.use((menu) => menu.open());
}

function openShare() {
  const { hidden, hide_text } = store.value.view;
  shareDialog.use((dialog) => dialog.open({ hash: tab.hash, hidden, hideText: hide_text }));
}
byId("about-share").addEventListener("click", openShare);

function toggleProjector() {
  commands.show({ projector: !store.value.view.projector });
}

createKeyboard(document, {
  playOrPause: commands.toggle,
  step: commands.step,
  reset: commands.reset,
  undo: commands.undo,
  redo: commands.redo,
  tryThis: lessons.tryThis,
  glossary: glossary.openHere,
  projector: toggleProjector,
  print: () => files.report(),
  help: lessons.keys,
});

if (isFontLate) void font.then(network.resize); // labels are another width then
scrollToParts(document);
setTimeout(reveal, REVEAL_MS);
const touchPhone = matchMedia("(width <= 520px) and (pointer: coarse)");
let hasSheets = false;
async function makeSheets() {
  if (hasSheets || !touchPhone.matches) return;
  hasSheets = true;
  try {
    const { createSideSheets } = await import("./side-sheets.js");
    createSideSheets(byId("app"), [
      { element: byId("data"), name: t("data.title") },
      { element: byId("settings"), name: t("settings.label") },
      { element: byId("output"), name: t("output.title") },
    ]);
  } catch (error) {
    console.error(error); // all of it is in the page as well
  }
}
touchPhone.addEventListener("change", makeSheets);
void makeSheets();

for (let data = early.shift(); data !== undefined; data = early.shift()) {
  await pause();
  onMessage(data);
}
early = null;
build();
