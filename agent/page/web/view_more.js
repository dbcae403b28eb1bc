// SPDX-License-Identifier: Apache-2.0
/* What is not needed at the door, and what this tablet is.
 *
 * Not here:  the views it leads to, the status line's own words (status_line.js).
 */
import {facts, viewRoot} from "./desk.js";
import {fill, h} from "./dom.js";
import {icon} from "./icons.js";
import {errorBox, viewHead} from "./parts.js";
import {moment, number, t, tn} from "./words.js";

function entry(name, drawing, label, about) {
    return h("li", null,
        h("a", {class: "list-row", href: `#/${name}`, dataset: {test: `more-${name}`}}, icon(drawing),
            h("span", {class: "list-words"}, h("span", {class: "list-name"}, label), h("span", {class: "list-about"}, about)),
            icon("forward")));
}

const entries = (
    state
) => [entry("holder", "person", t("Hand over"), state.holder?.name ?? t("Nobody is named yet.")),
    entry("conflicts", "conflict", t("Conflicts"),
        state.conflicts > 0
            ? tn("{n} place where two tablets say different things", "{n} places where two tablets say different things", state.conflicts)
            : t("No two tablets say different things")),
    entry("import", "import", t("Import lists"), t("People, activities, sessions, enrolments from a CSV file")),
    entry("bundle", "bundle", t("USB stick"), t("When the network never comes")),
    entry("settings", "settings", t("Settings"), t("Language, screen, lock, PIN")),
    entry("help", "help", t("Help"), t("At the door, on the keyboard, without a network"))];

/* What a coordinator on the telephone asks for. */
function about(state) {
    const {sync} = state;

    return [h("h2", null, t("About this tablet")),
        facts([[t("Name"), state.device || t("not named yet")], [t("Program"), state.agent], [t("Belongs to an association"),
            state.enrolled ? t("yes") : t("not yet: a coordinator enrols it")], [t("Changes that wait"), number(sync.waiting)], [
            t("Changes that the server has confirmed"),
            number(sync.receipted)
        ], [t("Last delivery"), moment(sync.last_success) || t("none yet")], [t("In a verified backup"),
            sync.all_verified && sync.receipted > 0 ? t("everything that was delivered") : moment(sync.verified) || t("none yet")], [
            t("Next attempt"),
            sync.running ? t("now") : moment(sync.next_attempt)
        ], [t("Held back"), state.quarantined > 0 ? number(state.quarantined) : ""]]),
        sync.error ? errorBox({kind: sync.error.kind, says: sync.error.says, remedy: sync.error.do}) : null,
        h("p", {class: "quiet small"}, t("To have every stored byte checked, a coordinator runs “teren verify” on this tablet."))];
}

export function open(params, shell) {
    const list = h("ul", {class: "list"});
    const tablet = h("section", {class: "part"});
    const show = () => {
        fill(list, entries(shell.state));
        fill(tablet, about(shell.state));
    };

    show();
    return {element: viewRoot("more", viewHead(t("More")), list, tablet), refresh: show};
}
