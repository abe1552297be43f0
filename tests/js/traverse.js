/**
 * Visits every node of a syntax tree.
 *
 * @param {any} node
 * @param {(node: any) => void} visit
 */
export function simpleTraverse(node, visit) {
  if (Array.isArray(node)) for (const one of node) simpleTraverse(one, visit);
  else if (typeof node?.type === "string") {
    visit(node);
    for (const child of Object.values(node)) simpleTraverse(child, visit);
  }
}
