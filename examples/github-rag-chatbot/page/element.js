/**
 * A new element. Its children are elements and texts; there is no way to give it HTML.
 * @param {string} tag
 * @param {Record<string, string | number>} properties
 * @param {(Node | string)[]} children
 */
export function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
