/**
 * Work for somebody who may be slower than what is asked of them: while a job is under way, what is
 * new is added to the next one, a later value of a part taking the place of the earlier.
 *
 * @template {object} Job
 */
export function createMailbox() {
  /** @type {((job: Job) => void) | null} */
  let deliver = null;
  /** @type {Partial<Job>} */
  let next = {};
  let wanted = false;
  let busy = false;

  function send() {
    if (!wanted || busy || !deliver) return;
    const job = /** @type {Job} */ (next);
    next = {};
    wanted = false;
    busy = true;
    deliver(job);
  }

  return {
    /** @param {Partial<Job>} parts of the next job */
    add(parts) {
      next = { ...next, ...parts };
    },
    /** Sends the next job, now or as soon as that can be. */
    send() {
      wanted = true;
      send();
    },
    /** The job that was under way is done. */
    done() {
      busy = false;
      send();
    },
    /**
     * There is somebody to do the jobs, who says `done` after each.
     *
     * @param {(job: Job) => void} newDeliver
     */
    open(newDeliver) {
      deliver = newDeliver;
      busy = false;
      send();
    },
  };
}
