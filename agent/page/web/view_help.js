// SPDX-License-Identifier: Apache-2.0
/* Help that fits on a screen: at the door, on the keyboard, without a network.
 *
 * Not here:  help of the commands (teren help).
 */
import {viewRoot} from "./desk.js";
import {h} from "./dom.js";
import {linkButton, viewHead} from "./parts.js";
import {t} from "./words.js";

const part = (title, ...inside) => h("section", {class: "settings-part"}, h("h2", null, title), h("div", {class: "prose"}, inside));
const steps = (texts) => h("ol", {class: "steps"}, texts.map((text) => h("li", null, text)));
const line = (text) => h("p", null, text);

function keys() {
    const pairs = [["Tab", t("to the next button or field; with Shift back")], ["Enter", t("presses the button, saves the form")],
        [t("Space"), t("ticks a box, presses a button")], ["Esc", t("closes what opened")], ["Ctrl + P", t("prints the attendance list that is shown")]];

    return h("dl", {class: "keys"}, pairs.flatMap(([key, text]) => [h("dt", null, h("kbd", null, key)), h("dd", null, text)]));
}

export function open() {
    return {element: viewRoot("help", viewHead(t("Help"), {back: {href: "#/more", label: t("More")}}),
        part(t("At the door"), steps([
            t("Open Today and tap the session."),
            t("Tap a name: the person is present. Tap the three dots beside it for late, absent or excused."),
            t("Type a few letters to find a name, in either script: \"djordje\" finds Ђорђе, too."),
            t("Somebody is not on the list? Tap Walk-in. If Teren knows the person already, it shows who it may be."),
            t("Let people sign on the screen when the donor asks for signatures."),
            t("Tapped wrong? Tap Undo, as often as needed."),
            t("Close the lid when you are done. Everything is recorded as you tap."),
        ])),
        part(t("Without a network"),
             line(t("You never need a network to record. The line at the top says what waits on this tablet.")),
             line(t("As soon as there is a network, the tablet delivers by itself. You need not do anything.")),
             line(t("If the network never comes, carry the changes on a USB stick.")),
             h("div", {class: "actions"}, linkButton(t("USB stick"), "#/bundle", {icon: "bundle"}))),
        part(t("Two tablets, two values"),
             line(t("When two tablets mark one person differently, both values are kept, and somebody who was there says which is right.")),
             h("div", {class: "actions"}, linkButton(t("Two values"), "#/conflicts", {icon: "conflict"}))),
        part(t("On the keyboard"), keys()),
        part(t("When something is wrong"),
             line(t("Every message says what to do. What you typed stays where it is.")),
             line(t("If the page says that Teren is not running, wait a moment, or open Teren from its icon again.")),
             line(t("If nothing helps, call your coordinator and read out what stands under More.")),
             h("div", {class: "actions"}, linkButton(t("More"), "#/more", {icon: "more"}))))};
}
