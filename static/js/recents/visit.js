/** What tells the runs of this tab's session from those of others, also after a reload. */

const KEY = "visit";

/** @returns {string} */
export function visit() {
  try {
    return sessionStorage.getItem(KEY) ?? beginVisit();
  } catch {
    return beginVisit();
  }
}

/** The session is another one. */
export function beginVisit() {
  const id = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  try {
    sessionStorage.setItem(KEY, id);
  } catch {
    // storage may be forbidden; then nothing is kept either
  }
  return id;
}
