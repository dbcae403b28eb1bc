// SPDX-License-Identifier: Apache-2.0
/* Finding somebody on a roster: the search box and the chips under it.
 *
 * Here:      what was typed and pressed, kept while one is away from the roster; what stands on the chips.
 * Not here:  which rows that leaves (roster_rows.js), folding (fold.js).
 */
import {fill, h} from "./dom.js";
import {needlesOf} from "./fold.js";
import {icon} from "./icons.js";
import {iconButton} from "./parts.js";
import {number, t, tc} from "./words.js";

const CHIPS = [
    ["all", () => tc("people", "All"), "all"],
    ["unmarked", () => tc("people", "Unmarked"), "unmarked"],
    ["attended", () => tc("people", "Here"), "attended"],
    ["late", () => tc("people", "Late"), "late"],
    ["absent", () => tc("people", "Absent"), "absent"],
    ["excused", () => tc("people", "Excused"), "excused"],
    ["unsigned", () => tc("people", "Not signed"), "unsigned"],
    ["conflict", () => t("Conflicts"), "conflict"],
];

/* One stop of the Tab key: arrows go from chip to chip. */
function walkChips(event) {
    const all = [...event.currentTarget.children];
    const at = all.indexOf(event.target);
    const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1}[event.key];

    if (to === undefined || at < 0) return;
    event.preventDefault();
    all[(to + all.length) % all.length].focus();
}

/* onFilter(needles, chip) when either changed; onEnter(isEnter) to go on to the rows. Gives {element, chips, typed(), apply(), clear(),
 * focus(letter), show(counts)}. */
export function makeSearch(session, shell, onFilter, onEnter) {
    const key = `roster ${session}`;
    const kept = shell.memory.get(key) ?? {typed: "", chip: "all"};
    const input = h("input", {
        type: "search",
        class: "search-input",
        value: kept.typed,
        placeholder: t("Find a name"),
        "aria-label": t("Find a name"),
        autocomplete: "off",
        spellcheck: "false",
        enterkeyhint: "search",
        dataset: {test: "filter"},
    });
    const wipe = iconButton(t("Clear the search"), "clear", {
        test: "filter-clear",
        onclick: () => {
            set("");
            input.focus();
        },
    });
    const chips = h("div", {class: "chips", role: "toolbar", "aria-label": t("Show"), on: {keydown: walkChips}});
    let chip = kept.chip;
    let figures = {};

    function apply() {
        shell.memory.set(key, {typed: input.value, chip});
        wipe.hidden = input.value === "";
        onFilter(needlesOf(input.value), chip);
    }
    function set(text) {
        input.value = text;
        apply();
    }
    function drawChips() {
        const focused = chips.contains(document.activeElement) ? document.activeElement.dataset.chip : "";

        fill(
            chips,
            CHIPS.filter(([name]) => name !== "conflict" || figures.conflict > 0 || chip === name).map(([name, label, figure]) =>
                h(
                    "button",
                    {
                        type: "button",
                        class: "chip",
                        "aria-pressed": String(chip === name),
                        tabIndex: chip === name ? 0 : -1,
                        dataset: {test: `chip-${name}`, chip: name},
                        on: {
                            click: () => {
                                chip = name;
                                drawChips();
                                apply();
                            },
                        },
                    },
                    label(),
                    h("span", {class: "figures"}, number(name === "attended" ? figures.present + figures.late : (figures[figure] ?? 0))),
                ),
            ),
        );
        if (focused) chips.querySelector(`[data-chip="${focused}"]`)?.focus();
    }
    input.addEventListener("input", apply);
    input.addEventListener("focus", () => input.select());
    input.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && input.value !== "") {
            event.preventDefault();
            set("");
        } else if (event.key === "Enter" || event.key === "ArrowDown") {
            event.preventDefault();
            onEnter(event.key === "Enter");
        }
    });
    wipe.hidden = kept.typed === "";
    return {
        element: h("div", {class: "search"}, h("div", {class: "search-box"}, icon("search"), input, wipe)),
        chips,
        typed: () => input.value.trim(),
        chip: () => chip,
        apply,
        clear: () => set(""),
        focus: (letter) => {
            input.focus();
            if (letter) set(letter);
        },
        show: (counts) => {
            const same = JSON.stringify(counts) === JSON.stringify(figures);

            figures = counts;
            if (!same) drawChips();
        },
    };
}
