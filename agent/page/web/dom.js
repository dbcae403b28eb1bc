// SPDX-License-Identifier: Apache-2.0
/* Building elements without ever reading markup.
 *
 * Here:      h() for HTML, svg() for drawings, clear(), and the one way a view puts a text or a list into the page.
 * Not here:  what the elements mean (parts.js), words (words.js).
 * Rule       Text is always a text node: a name may be "<img onerror=…>" and is shown as just that.
 */

const SVG = "http://www.w3.org/2000/svg";
/* Set as properties: as attributes they would be the first value only. */
const AS_PROPERTY = new Set([
    "value",
    "checked",
    "disabled",
    "selected",
    "hidden",
    "indeterminate",
    "readOnly",
    "tabIndex",
    "multiple",
    "open",
]);

function setOne(node, name, value) {
    if (name === "class") {
        if (value) node.setAttribute("class", Array.isArray(value) ? value.filter(Boolean).join(" ") : value);
    } else if (name === "dataset") {
        for (const key of Object.keys(value)) node.dataset[key] = value[key];
    } else if (name === "style") {
        for (const key of Object.keys(value)) node.style.setProperty(key, value[key]);
    } else if (name === "on") {
        for (const key of Object.keys(value)) {
            if (value[key]) node.addEventListener(key, value[key]);
        }
    } else if (AS_PROPERTY.has(name)) {
        node[name] = value ?? "";
    } else if (value !== null && value !== undefined && value !== false) {
        node.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : String(value));
    }
}

function append(node, children) {
    for (const child of children.flat(Infinity)) {
        if (child !== null && child !== undefined && child !== false && child !== "")
            node.append(child instanceof Node ? child : String(child));
    }
    return node;
}

/* h("button", {class: "button", type: "button", on: {click}, "aria-label": text}, "text", other) */
export function h(tag, props, ...children) {
    const node = document.createElement(tag);

    for (const name of Object.keys(props ?? {})) setOne(node, name, props[name]);
    return append(node, children);
}

export function svg(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);

    for (const name of Object.keys(attributes ?? {})) node.setAttribute(name, attributes[name]);
    return append(node, children);
}

export function clear(node) {
    node.replaceChildren();
    return node;
}

/* The children anew, in one go. */
export function fill(node, ...children) {
    const made = document.createDocumentFragment();

    append(made, children);
    node.replaceChildren(made);
    return node;
}

/* Puts a text only when it changed: a live region speaks only then, and nothing is laid out for nothing. */
export function say(node, text) {
    if (node.textContent !== text) node.textContent = text;
    return node;
}

let count = 0;
/* An id that no other element of this page has, for labels and descriptions. */
export function freshId(stem) {
    count += 1;
    return `${stem}-${count}`;
}
