// SPDX-License-Identifier: Apache-2.0
/* When the network never comes: changes on a USB stick, out and in.
 *
 * Not here:  what a bundle is made of (the agent), delivering over a network (the status line).
 */
import {post} from "./api.js";
import {base64Of, filePicker, saveFile, viewRoot} from "./desk.js";
import {fill, h} from "./dom.js";
import {busy, button, toast, viewHead} from "./parts.js";
import {t, tn} from "./words.js";

const PATIENCE_MS = 5 * 60_000;

function makePart(shell) {
    const wrong = h("div", {});
    const made = h("div", {class: "preview", role: "status"});
    const make = button(t("Make a bundle"), {kind: "primary", icon: "bundle", test: "bundle-make",
        onclick: () =>
            busy(make, wrong, async () => {
                const told = await post("/api/bundle/make", {}, PATIENCE_MS);
                const again = button(t("Save the file again"), {test: "bundle-save", onclick: () => saveFile(told.name, told.file)});

                saveFile(told.name, told.file);
                fill(made,
                    h("div", {class: "good-box", dataset: {test: "bundle-made"}}, h("p", null, h("strong", {class: "code"}, told.name)),
                        h("p", null, told.changes === 0
                            ? t("Nothing waits on this tablet. The bundle only asks the office for its news.")
                            : tn("{n} change is in this file.", "{n} changes are in this file.", told.changes)), told.left > 0
                        ? h("p", null,
                            tn("{n} change did not fit: make another bundle when the office's answer is here.",
                                "{n} changes did not fit: make another bundle when the office's answer is here.", told.left))
                        : null,
                        h("p", null, t("Copy the file to the USB stick. The tablet keeps everything until the office confirms it."))),
                    h("div", {class: "actions"}, again));
                shell.changed();
            })});

    return h("section", {class: "settings-part"}, h("h2", null, t("Take changes to the office")),
        h("ol", {class: "steps"}, h("li", null, t("Make a bundle and save it on a USB stick.")),
            h("li", null, t("Bring the stick to the office, or to any computer that sends it there.")),
            h("li", null, t("Bring the office's answer back on the stick and take it in below."))), h("div", {class: "actions"}, make),
        wrong, made);
}

function previewOf(told, take) {
    return h("div", {class: "note-box", dataset: {test: "bundle-preview"}}, h("p", null, told.says),
        h("ul", null,
            h("li", null,
                told.receipted > 0
                    ? tn("{n} change of this tablet is confirmed.", "{n} changes of this tablet are confirmed.", told.receipted)
                    : t("Nothing more of this tablet is confirmed.")),
            h("li", null,
                told.rows > 0
                    ? tn("{n} row comes from the office.", "{n} rows come from the office.", told.rows)
                    : t("Nothing new comes from the office.")),
            told.dropped > 0
                ? h("li", null,
                    tn("{n} row is not meant for this tablet any more and goes from it.",
                        "{n} rows are not meant for this tablet any more and go from it.", told.dropped))
                : null), told.preview ? h("div", {class: "actions"}, take) : null);
}

function takePart(shell) {
    const wrong = h("div", {});
    const shown = h("div", {class: "preview", role: "status"});
    const pick = filePicker({label: t("Choose a bundle"), hint: t("or drop it here. You see first what it would do."),
        pick: async (file) => {
            fill(shown);
            await busy(pick.querySelector("input"), wrong, async () => {
                const content = await base64Of(file);
                const take = button(t("Take it in"), {kind: "primary", icon: "import", test: "bundle-take",
                    onclick: () =>
                        busy(take, wrong, async () => {
                            const done = await post("/api/bundle/take", {file: content, preview: false}, PATIENCE_MS);
                            fill(shown, previewOf(done, null));
                            toast(t("The bundle was taken in"));
                            shell.changed();
                        })});
                fill(shown, previewOf(await post("/api/bundle/take", {file: content, preview: true}, PATIENCE_MS), take));
            });
        }});

    return h("section", {class: "settings-part"}, h("h2", null, t("Take in the office's answer")), pick, wrong, shown);
}

export function open(params, shell) {
    return {
        element: viewRoot("bundle",
            viewHead(t("USB stick"), {back: {href: "#/more", label: t("More")},
                about: t(
                    "For places where the network never comes. With a network the tablet delivers by itself, and you need none of this."
                )}), makePart(shell), takePart(shell))
    };
}
