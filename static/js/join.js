/**
 * The page at /join: opens the session of a program in this tab, when the user says so.
 *
 * The session's token comes after the # of the address, which is sent to no server, and is taken out of
 * it at once. It asks first: whoever has made the address can see and change what happens in the session.
 */

const token = location.hash.slice(1);
history.replaceState(history.state, "", location.pathname + location.search);
const language = new URLSearchParams(location.search).get("lang");
/** The page goes on in the language of this one. */
const spoken = language ? `?lang=${encodeURIComponent(language)}` : "";
const isToken = /^[\w-]{1,64}$/.test(token);

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @type {HTMLAnchorElement} */ (element("own")).href = `./${spoken}`;
element(isToken ? "question" : "nothing").hidden = false;
element("open").addEventListener("click", () => {
  // As the page keeps it for a reload (tab.js); without a hash it is the session's own experiment.
  sessionStorage.setItem("session", JSON.stringify({ token, hash: "" }));
  location.replace(`./${spoken}`);
});
