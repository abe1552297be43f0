/**
 * Why a table cannot be used: a code, whose text is `import.refusal.<code>`, and what that text says of it.
 * Plain data, because it comes from a worker.
 *
 * @typedef {{code: string, values: Record<string, string | number>}} Reason
 */
export class Refusal extends Error {
  /**
   * @param {string} code
   * @param {Record<string, string | number>} [values]
   */
  constructor(code, values = {}) {
    super(`${code} ${JSON.stringify(values)}`);
    this.code = code;
    this.values = values;
  }

  /** @returns {Reason} */
  get reason() {
    return { code: this.code, values: this.values };
  }
}
