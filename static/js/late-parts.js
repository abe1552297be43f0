// What is fetched when one of it is first wanted, in one file: cut into many, the modules that some of
// them share with the page would each be a file that a first visit waits for.

export { createFormulaDialog } from "./dialogs/formula.js";
export { createImportDialog } from "./dialogs/import.js";
export { createShareDialog } from "./dialogs/share.js";
export { createShortcutsDialog } from "./dialogs/shortcuts.js";
export { createTryThis } from "./dialogs/try-this.js";
export { createDraw } from "./draw/draw.js";
export { createFileActions } from "./file-actions.js";
export { createPointWalk } from "./parts/point-walk.js";
export { createWeightWalk } from "./parts/weight-walk.js";
export { createRecents } from "./recents/index.js";
export { createLookMenu } from "./views/look-menu.js";
export { createGuide } from "./views/guide.js";
