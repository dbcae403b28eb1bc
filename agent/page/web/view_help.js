// SPDX-License-Identifier: Apache-2.0
/* Help that fits on a screen: at the door, on the keyboard, without a network.
 *
 * Not here:  help of the commands (teren help).
 */
import {viewRoot} from "./desk.js";
import {h} from "./dom.js";
import {linkButton, viewHead} from "./parts.js";
import {t, tc} from "./words.js";

const part = (title, ...inside) => h("section", {class: "settings-part"}, h("h2", null, title), h("div", {class: "prose"}, inside));
const steps = (texts) => h("ol", {class: "steps"}, texts.map((text) => h("li", null, text)));
const line = (text) => h("p", null, text);

function keys() {
    const pairs = [[["↑", "↓", "←", "→"], t("from name to name in a roster")], [[tc("key", "Enter")],
        t("present; elsewhere: presses the button, saves the form")], [["F2"],
        t("more about a name: late, absent, excused, minutes, note")], [["/"], t("to the search; so does any letter")], [[tc("key", "Tab")],
        t("to the next button or field; with Shift back")], [[tc("key", "Space")], t("ticks a box, presses a button")], [[tc("key", "Esc")],
        t("clears the search, closes what opened")], [[tc("key", "Ctrl"), "Z"], t("takes the last step back")], [[tc("key", "Ctrl"), "P"],
        t("prints the attendance list that is shown")]];

    return h("dl", {class: "key-list"},
        pairs.map(([names, text]) => h("div", null, h("dt", null, names.map((name) => h("kbd", null, name))), h("dd", null, text))));
}

export function open() {
    return {
        element: viewRoot("help", viewHead(t("Help"), {back: {href: "#/more", label: t("More")}}),
            part(t("At the door"),
                steps([t("Open Today and tap the session."),
                    t("Tap a name: the person is present. The tick comes when it is on the tablet's disk."),
                    t("Hold a name, or tap the dots at its end: late, absent, excused, minutes, note, signature."),
                    t("Type a few letters to find a name, in either script and without accents: “djordje” finds Ђорђе and Đorđe."),
                    t("Somebody is not on the list? Add a walk-in. If Teren knows the person already, it shows who it may be."),
                    t("Let people sign on the screen when the donor asks for signatures."),
                    t("Tapped wrong? Tap Undo, as often as needed."),
                    t("Close the lid when you are done. Everything is recorded as you tap.")])),
            part(t("Without a network"), line(t("You never need a network to record. The line at the top says what waits on this tablet.")),
                line(t("As soon as there is a network, the tablet delivers by itself. You need not do anything.")),
                line(t("If the network never comes, carry the changes on a USB stick.")),
                h("div", {class: "actions"}, linkButton(t("USB stick"), "#/bundle", {icon: "bundle"}))),
            part(t("Conflicts"),
                line(
                    t("When two tablets mark one person differently, both values are kept, and somebody who was there says which is right.")
                ), h("div", {class: "actions"}, linkButton(t("Conflicts"), "#/conflicts", {icon: "conflict"}))),
            part(t("On the keyboard"), keys()),
            part(t("When something is wrong"), line(t("Every message says what to do. What you typed stays where it is.")),
                line(t("If the page says that Teren is not running, wait a moment, or open Teren from its icon again.")),
                line(t("If nothing helps, call your coordinator and read out what stands under More.")),
                h("div", {class: "actions"}, linkButton(t("More"), "#/more", {icon: "more"}))))
    };
}
