// SPDX-License-Identifier: Apache-2.0
/* The page's spine: starts it, goes from view to view, keeps it true to the agent, locks it.
 *
 * Here:      the table of views, the router (#/name?query), the shell that views are given, navigation, language, lock.
 * Not here:  what a view shows (view_*.js), talking to the agent (api.js), polling (watch.js).
 * A view     exports open(params, shell) -> {element, foot?, refresh?(), due?(), gone?(is), close?(), live?}, may be async. foot: what
 *            stands below the part that scrolls. refresh() is called when the store's revision changed or due() says so, gone() when
 *            the agent went or came back; live: true: the view mends itself in place, even while its search box has the focus.
 * The shell  {state, gone, go(hash), changed(), reopen(), undo(), lock(), useLanguage(tag), memory}. changed(): something was recorded,
 *            look at once. memory: a Map that outlives a view and is emptied when the tablet is locked.
 */
import {ApiError, get, goneError, hasToken, isGone, post, takeToken} from "./api.js";
import {clear, fill, h} from "./dom.js";
import {loadFold} from "./fold.js";
import {icon} from "./icons.js";
import {showLook} from "./look.js";
import {button, dialog, errorBox, hideToast, toast, viewHead} from "./parts.js";
import {allSent, onPending, pendingCount, sendPending} from "./pending.js";
import {makeStatusLine} from "./status_line.js";
import {isBusy, watchIdle, watchPerson, watchState} from "./watch.js";
import {language, languageOfBrowser, setLanguage, t, tn} from "./words.js";

const VIEWS = [
    {name: "today", under: "today", title: () => t("Today"), load: () => import("./view_today.js")},
    {name: "roster", under: "today", title: () => t("Attendance"), load: () => import("./view_roster.js")},
    {name: "walk-in", under: "today", title: () => t("Walk-in"), load: () => import("./view_walk_in.js")},
    {name: "sign", under: "today", title: () => t("Signature"), load: () => import("./view_sign.js")},
    {name: "holder", under: "holder", title: () => t("Who holds the tablet?"), load: () => import("./view_holder.js")},
    {name: "plan", under: "plan", title: () => t("Plan"), load: () => import("./view_plan.js")},
    {name: "activity", under: "plan", title: () => t("Activity"), load: () => import("./view_activity.js")},
    {name: "import", under: "plan", title: () => t("Import"), load: () => import("./view_import.js")},
    {name: "webinar", under: "plan", title: () => t("Webinar report"), load: () => import("./view_webinar.js")},
    {name: "list", under: "plan", title: () => t("Attendance list"), load: () => import("./view_list.js")},
    {name: "more", under: "more", title: () => t("More"), load: () => import("./view_more.js")},
    {name: "bundle", under: "more", title: () => t("USB stick"), load: () => import("./view_bundle.js")},
    {name: "settings", under: "more", title: () => t("Settings"), load: () => import("./view_settings.js")},
    {name: "conflicts", under: "more", title: () => t("Conflicts"), load: () => import("./view_conflicts.js")},
    {name: "help", under: "more", title: () => t("Help"), load: () => import("./view_help.js")},
];
const LANGUAGE_KEY = "teren-language"; /* a hint for the next start: which words to load first */

let state = null;
let gone = false;
let shown = null; /* {view, params, hash, handle} */
let opening = 0; /* who opened last: a slower one before it is thrown away */
let isOpening = false;
let stale = false; /* the revision changed while a person was in the middle of something */
let locked = false;
let lockView = null;
let watched = null;
let statusLine = null;
const memory = new Map();
const scrolled = new Map();
const place = (id) => document.getElementById(id);

const shell = {
    get state() {
        return state;
    },
    get gone() {
        return gone;
    },
    memory,
    go: (hash) => {
        if (location.hash === hash) openView();
        else location.hash = hash;
    },
    changed: () => watched.now(),
    reopen: () => openView(),
    undo,
    lock,
    useLanguage,
};

function routeOf(hash) {
    const [name, query = ""] = hash.replace(/^#\/?/, "").split("?");

    return {view: VIEWS.find((view) => view.name === name) ?? VIEWS[0], params: Object.fromEntries(new URLSearchParams(query))};
}

function closeView() {
    if (shown) {
        delete shown.handle.element.dataset.ready;
        scrolled.set(shown.hash, [scrollY, place("main").scrollTop]);
        shown.handle?.close?.();
    }
    shown = null;
    stale = false;
}

function closeDialogs() {
    for (const open of document.querySelectorAll("dialog[open]")) open.close();
}

async function openView() {
    const mine = ++opening;
    const {view, params} = routeOf(location.hash);
    const again = shown?.hash === location.hash;
    let handle;

    if (locked) return;
    closeDialogs();
    closeView();
    showNav(view.under);
    isOpening = true;
    try {
        const module = await view.load();
        handle = await module.open(params, shell);
    } catch (error) {
        handle = {element: failedView(error, view, params), refresh: openView, failed: true};
    }
    if (mine !== opening || locked) {
        handle.close?.();
        return;
    }
    isOpening = false;
    shown = {view, params, hash: location.hash, handle};
    showView(again);
}

function showView(again) {
    const {view, handle} = shown;
    const main = place("main");

    document.body.dataset.at = handle.failed ? "" : view.name; /* a roster alone does without the navigation */
    handle.element.dataset.view = view.name;
    document.title = `${view.title()} – Teren`;
    fill(main, handle.element);
    fill(place("foot"), handle.foot);
    handle.element.dataset.ready = "";
    scrollBack();
    if (!again) (main.querySelector("[data-autofocus]") ?? main.querySelector("h1"))?.focus({preventScroll: true});
}

/* The main part scrolls; with letters so large that it cannot, the whole page does. */
function scrollBack() {
    const [whole, part] = scrolled.get(shown.hash) ?? [0, 0];

    scrollTo(0, whole);
    place("main").scrollTop = part;
}

/* Where one came from: somebody at a door wants the roster back. */
function backOf(view, {session}) {
    const up = VIEWS.find(({name}) => name === (session && view.under === "today" ? "roster" : view.under)) ?? VIEWS[0];

    if (up === view) return view.name === "roster" ? {href: "#/today", label: t("Today")} : null;
    return {href: up.name === "roster" ? `#/roster?session=${encodeURIComponent(session)}` : `#/${up.name}`, label: up.title()};
}

function failedView(error, view, params) {
    const told =
        error instanceof ApiError
            ? error
            : gone
              ? goneError()
              : new ApiError(0, "page", t("This part of the page could not be opened."), t("Load the page again."));

    if (!(error instanceof ApiError)) console.error(error);
    noteFailure(told);
    return h(
        "section",
        {class: "view"},
        viewHead(view.title(), {back: backOf(view, params)}),
        errorBox(told, [button(t("Try again"), {onclick: openView, test: "again"})]),
    );
}

/* What the shell must know of an error, whoever got it. */
function noteFailure(error) {
    if (error.status === 423 && !locked) watched.now();
}

async function refreshView() {
    const handle = shown?.handle;

    if (!handle?.refresh) return;
    if (isBusy(handle.live === true)) {
        stale = true;
        return;
    }
    stale = false;
    try {
        await handle.refresh();
    } catch (error) {
        noteFailure(error);
        stale = shown?.handle === handle; /* once more at the next look */
    }
}

function showNav(under) {
    const link = (name, label, drawing, extra = {}) =>
        h(
            "a",
            {
                href: `#/${name}`,
                class: "nav-link",
                "aria-current": under === name ? "page" : null,
                dataset: {test: `nav-${name}`},
                ...extra,
            },
            icon(drawing),
            h("span", {class: "nav-text"}, label),
        );
    const holder = state?.holder?.name ?? "";
    const marks = state?.conflicts ?? 0;

    if (locked) {
        clear(place("nav"));
        return;
    }
    place("nav").setAttribute("aria-label", t("Main"));
    fill(
        place("nav"),
        h("span", {class: "brand", "aria-hidden": "true"}, h("img", {src: "icon.svg", alt: "", width: "28", height: "28"}), "Teren"),
        link("today", t("Today"), "today"),
        link("plan", t("Plan"), "plan"),
        h(
            "span",
            {class: "nav-slot"},
            link("more", t("More"), "more"),
            marks > 0 && h("span", {class: "nav-badge", "aria-hidden": "true"}, marks),
        ),
        h(
            "a",
            {
                href: "#/holder",
                class: "nav-link nav-holder",
                "aria-current": under === "holder" ? "page" : null,
                "aria-label": holder
                    ? t("{name} holds the tablet. Hand over", {name: holder})
                    : t("Nobody is named yet. Who holds the tablet?"),
                dataset: {test: "nav-holder"},
            },
            icon("person"),
            h("span", {class: "nav-text"}, holder || t("Who?")),
        ),
    );
    fill(
        place("skip"),
        h(
            "a",
            {
                class: "skip",
                href: "#main",
                on: {
                    click: (event) => {
                        event.preventDefault();
                        place("main").focus();
                    },
                },
            },
            t("Skip to the content"),
        ),
    );
}

async function useLanguage(tag) {
    if (!(await setLanguage(tag))) return false;
    localStorage.setItem(LANGUAGE_KEY, tag);
    statusLine.show(state, gone);
    if (locked) await showLock();
    else await openView();
    document.querySelector(".language select")?.focus();
    return true;
}

/* Takes back the last step of this tablet and says which. session: only what was recorded at its door; elsewhere what is large asks first.
 * quietly: who asked shows it, errors too. */
async function undo({quietly = false, session = ""} = {}) {
    try {
        await allSent(); /* the tap before it comes first */
        const answer = await (session ? undoAtDoor(session) : undoAnything());

        if (answer === null) return "";
        const what = answer.says ?? (answer.name ? t("Undone: {what}", {what: answer.name}) : t("There is nothing to undo."));
        if (!quietly) toast(what);
        return what;
    } catch (error) {
        noteFailure(error);
        if (quietly) throw error;
        toast([error.says, error.remedy].join(" "));
        return "";
    } finally {
        watched.now();
    }
}

/* One tap too many is no error: it is said as calmly as any other outcome. */
async function undoAtDoor(session) {
    try {
        return await post("/api/undo", {session});
    } catch (error) {
        if (error.kind !== "not-found") throw error;
        return {says: t("There is nothing more to undo here.")};
    }
}

async function undoAnything() {
    const last = (await get("/api/state")).undo;

    if (!last) return {name: ""};
    if (!last.asks) return post("/api/undo", {step: last.step});
    const asked = dialog(
        t("Take all of it back?"),
        [h("p", null, h("strong", null, last.name)), h("p", null, tn("{n} change goes.", "{n} changes go.", last.changes))],
        [
            {label: t("Take it back"), kind: "danger", value: true, test: "undo-yes"},
            {label: t("Keep it"), value: null, test: "undo-no"},
        ],
        {test: "undo-asks"},
    );

    return (await asked.closed) === true ? post("/api/undo", {sure: true, step: last.step}) : null;
}

/* Nothing of the data stays: not in the document, not in what views remember. */
async function showLock() {
    locked = true;
    isOpening = false;
    opening += 1;
    closeDialogs();
    closeView();
    hideToast();
    memory.clear();
    scrolled.clear();
    clear(place("main"));
    clear(place("foot"));
    showNav("");
    document.title = "Teren";
    const module = await import("./view_holder.js");
    const view = await module.openLock(shell);

    lockView = view;
    if (locked) {
        document.body.dataset.at = "lock";
        view.element.dataset.view = "lock";
        view.element.dataset.ready = "";
        fill(place("main"), view.element);
        view.element.querySelector("h1")?.focus({preventScroll: true});
    }
}

async function lock() {
    await showLock();
    try {
        await onState(await post("/api/lock"));
    } catch {
        /* the agent is away: the page stays locked; what the agent says decides when it is back */
    }
}

async function onState(fresh) {
    const before = state;
    const wasGone = gone;

    gone = false;
    state = fresh;
    statusLine.show(state, gone);
    if (fresh.language && before?.language !== fresh.language && fresh.language !== language()) {
        await setLanguage(fresh.language);
        localStorage.setItem(LANGUAGE_KEY, fresh.language);
        statusLine.show(state, gone);
        closeView();
    }
    if (fresh.lock.locked) {
        if (!locked) await showLock();
        else lockView?.refresh();
        return;
    }
    if (locked) {
        locked = false;
        await openView();
    } else if (!shown) {
        if (!isOpening) await openView();
    } else {
        if (wasGone) shown.handle.gone?.(false);
        if (before.holder?.id !== fresh.holder?.id || before.conflicts !== fresh.conflicts) showNav(shown?.view.under);
        if (before.revision !== fresh.revision || stale || wasGone || shown.handle.due?.()) await refreshView();
    }
    sendPending();
}

async function onFail(error) {
    gone = isGone(error);
    if (error.status === 401) {
        watched.stop();
        showClosed(error);
        return;
    }
    statusLine.show(state, gone);
    if (!state && !shown) fill(place("main"), h("section", {class: "view"}, errorBox(error)));
    shown?.handle?.gone?.(gone);
}

/* Without a token there is nothing to show but the way in. */
function showClosed(error) {
    closeView();
    memory.clear();
    locked = true;
    isOpening = false;
    opening += 1;
    clear(place("nav"));
    clear(place("status"));
    fill(place("main"), h("section", {class: "view view-closed"}, h("h1", null, "Teren"), errorBox(error)));
}

async function start() {
    showLook();
    watchPerson();
    history.scrollRestoration = "manual";
    takeToken();
    await Promise.all([setLanguage(localStorage.getItem(LANGUAGE_KEY) ?? languageOfBrowser()), loadFold()]);
    statusLine = makeStatusLine(place("status"), shell);
    watched = watchState(onState, onFail);
    onPending(() => statusLine.show(state, gone));
    addEventListener("hashchange", () => {
        if (takeToken()) hashChanged();
    });
    if (!hasToken()) {
        showClosed(new ApiError(401, "refused", t("This window is not connected to Teren."), t("Open Teren from its icon.")));
        return;
    }
    addEventListener("beforeunload", (event) => {
        if (pendingCount() > 0) event.preventDefault(); /* taps that are not on disk yet would go with the window */
    });
    showNav(routeOf(location.hash).view.under);
    watchIdle(() => (state && !locked ? state.lock.after_minutes : 0), lock);
    await watched.now();
    await loadTheRest();
}

/* All views, while the agent is there: later it may be gone for a moment, and going from view to view must not notice. */
async function loadTheRest() {
    for (const view of VIEWS) await view.load().catch(() => {});
}

/* The launcher was pressed again: a window that was closed off starts anew. */
function hashChanged() {
    if (document.querySelector(".view-closed")) location.reload();
    else if (location.hash.startsWith("#/") || location.hash === "") openView();
}

start();
