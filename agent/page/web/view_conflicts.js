// SPDX-License-Identifier: Apache-2.0
/* Two people were right in two ways: both values beside each other, settled with one tap.
 *
 * Not here:  how a conflict comes about (protocol/merge.c), the roster's own mark of it (view_roster.js).
 */
import {get, post} from "./api.js";
import {fillKeepingFocus, viewRoot} from "./desk.js";
import {fill, h, say} from "./dom.js";
import {busy, button, emptyState, linkButton, toast, viewHead} from "./parts.js";
import {moment, t, tn} from "./words.js";

/* Who, where, when: what is known of it. */
function whoSaid({author, device, at}) {
    const when = moment(at);
    const pairs = [[t("Who"), author || t("author not named")], [t("Where"), device], [t("When"), when]].filter(([, value]) => value);

    return h("dl", {class: "conflict-who"},
        pairs.map(([label, value]) => h("div", null, h("dt", {class: "visually-hidden"}, label), h("dd", null, value))));
}

function valueCard(conflict, value, settle) {
    const label = value.label || value.value || t("(nothing)");

    return h("div", {class: ["conflict-value", value.stands && "stands"], dataset: {test: "conflict-value", value: value.value}},
        h("div", null, h("p", {class: "conflict-label"}, label), whoSaid(value),
            value.stands ? h("p", {class: "small"}, t("This one stands now.")) : null),
        button(t("This is right"), {kind: value.stands ? "primary" : "", icon: "check", test: "conflict-settle", hint: label,
            onclick: (event) => settle(event.currentTarget, conflict, value)}));
}

function conflictCard(conflict, settle) {
    return h("li", {class: "card", dataset: {test: "conflict", id: `${conflict.entity}:${conflict.row}:${conflict.field}`}},
        h("div", null, h("h2", null, conflict.what), h("p", {class: "card-about"}, conflict.label)),
        h("div", {class: "conflict-values"}, conflict.values.map((value) => valueCard(conflict, value, settle))));
}

/* Two values are the usual case: the one that stands is kept, or the other is taken. Of more, the one that was tapped is named. */
function howOf(conflict, value) {
    if (value.stands) return {how: "keep"};
    return conflict.values.length === 2 ? {how: "other"} : {how: "value", value: value.value};
}

export async function open(params, shell) {
    const left = h("p", {class: "outcome", role: "status"});
    const wrong = h("div", {});
    const list = h("ul", {class: "cards"});
    const settle = (pressed, conflict, value) =>
        busy(pressed, wrong, async () => {
            await post("/api/conflicts/settle", {entity: conflict.entity, row: conflict.row, field: conflict.field,
                ...howOf(conflict, value)});
            toast(t("Settled"), {undo: shell.undo});
            await show();
            shell.changed();
        });
    const show = async () => {
        const {conflicts} = await get("/api/conflicts");

        say(left, conflicts.length > 0 ? tn("{n} is left to settle.", "{n} are left to settle.", conflicts.length) : "");
        fillKeepingFocus(list, conflicts.map((conflict) => conflictCard(conflict, settle)));
        list.hidden = conflicts.length === 0;
        fill(empty,
            conflicts.length > 0
                ? null
                : emptyState(t("All is settled: no two tablets say different things."),
                    linkButton(t("Back to today"), "#/today", {icon: "today"}), "check"));
    };
    const empty = h("div", {});

    await show();
    return {
        element: viewRoot("conflicts",
            viewHead(t("Conflicts"), {back: {href: "#/more", label: t("More")},
                about: t("Two tablets recorded different things without having seen each other. Tap the one that is right.")}), left, wrong,
            list, empty),
        refresh: show
    };
}
