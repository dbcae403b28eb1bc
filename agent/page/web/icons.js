// SPDX-License-Identifier: Apache-2.0
/* Small drawings, drawn with the text's own colour.
 *
 * Here:      icon(name): a decorative SVG of 1.25em; words beside it say what it means.
 * Not here:  the program's own icon (icon.svg).
 */
import {svg} from "./dom.js";

/* Strokes on a 24 x 24 field. */
const PATHS = {
    absent: "M7 7l10 10M17 7L7 17",
    add_person: "M10 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM3 21c0-4 3-6.5 7-6.5 1.5 0 2.9.4 4 1M18.5 14v7M15 17.5h7",
    alert: "M12 3.5L22 20.5H2zM12 10v5M12 17.800v.2",
    back: "M15 5l-7 7 7 7",
    bundle: "M4 8l8-4.5L20 8v8.5L12 21l-8-4.5zM4 8l8 4.5L20 8M12 12.5V21",
    calendar: "M4 6h16v14.5H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4",
    check: "M5 12.800l4.700 4.700L19.5 7",
    choices: "M6 12h.01M12 12h.01M18 12h.01",
    clear: "M6 6l12 12M18 6L6 18",
    conflict: "M7 4v9a4 4 0 0 0 4 4h9M16.5 13.5L20 17l-3.5 3.5M17 4v3M7 20v-3",
    excused: "M5 4h14v16H5zM8.5 9h7M8.5 13h7M8.5 17h4",
    forward: "M9 5l7 7-7 7",
    globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3.5 9.5h17M3.5 14.5h17" + "M12 3c-5 6-5 12 0 18M12 3c5 6 5 12 0 18",
    help: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5c0-3 5-3 5 0 0 2-2.5 2-2.5 4M12 17v.01",
    import: "M12 4v11M7.5 10.5L12 15l4.5-4.5M4 17v3.5h16V17",
    late: "M12 6.5V12l4 2.5M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
    lock: "M6 10.5h12v10H6zM8.5 10.5V7.5a3.5 3.5 0 0 1 7 0v3",
    more: "M4 6.5h16M4 12h16M4 17.5h16",
    pen: "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5",
    person: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 21c0-4 3.300-6.5 7.5-6.5s7.5 2.5 7.5 6.5",
    plan: "M9 5h11M9 12h11M9 19h11M4 5h.01M4 12h.01M4 19h.01",
    print: "M7 9V3.5h10V9M7 17H4V9h16v8h-3M7 14h10v6.5H7z",
    search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20.5 20.5",
    send: "M12 20V5M6 10.5L12 4.5l6 6",
    settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5v-5M9 19.5v-5",
    sun:
        "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2" +
        "M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
    today: "M4 20h16M6.5 16a5.5 5.5 0 0 1 11 0M12 5v3M4.5 9.5l2 2M19.5 9.5l-2 2",
    undo: "M8.5 5L4 9.5 8.5 14M4 9.5h9.5a5.5 5.5 0 0 1 0 11H9",
    unmarked: "M5.5 12h13",
    webinar: "M3.5 6h12v12h-12zM15.5 11l5-3.5v9l-5-3.5",
};

export function icon(name) {
    return svg(
        "svg",
        {viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false"},
        svg("path", {d: PATHS[name] ?? PATHS.choices}),
    );
}
