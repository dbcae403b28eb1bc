// SPDX-License-Identifier: Apache-2.0
/* Signing with finger, pen or mouse; or saying that it was done on paper.
 *
 * Here:      the pad: strokes as points of its own grid, drawn as they come.
 * Not here:  how strokes become a text of at most 2 kB (protocol/signature.c).
 * Promise    Strokes stay on the pad until they are on disk, through errors and a turned tablet.
 */
import {get, post} from "./api.js";
import {fill, h} from "./dom.js";
import {busy, button, emptyState, linkButton, viewHead} from "./parts.js";
import {signatureDrawing} from "./choices.js";
import {statusLabel} from "./statuses.js";
import {t} from "./words.js";

const SIDE_MAX = 32_767;
const STROKES_MAX = 256;
const POINTS_MAX = 16_384;

/* A canvas that takes strokes. onChange(empty) when there is something or nothing. */
function makePad(onChange) {
    const canvas = h("canvas", {
        class: "pad-canvas",
        tabindex: "-1",
        role: "img",
        "aria-label": t("Place for the signature"),
        dataset: {test: "pad"},
    });
    let strokes = [];
    let box = {width: 0, height: 0};
    let drawing = null; /* the pointer that draws */
    let points = 0;

    function pen() {
        const context = canvas.getContext("2d");

        context.lineWidth = 2.6;
        context.lineCap = context.lineJoin = "round";
        context.strokeStyle = context.fillStyle = getComputedStyle(canvas).color;
        return context;
    }
    /* Through the middles of neighbouring points: round, however few the points are. The last half step is drawn when the stroke ends. */
    function line(context, stroke, from, ended) {
        const middle = (at) => [(stroke[at - 1][0] + stroke[at][0]) / 2, (stroke[at - 1][1] + stroke[at][1]) / 2];
        const start = Math.max(1, from);
        const last = stroke[stroke.length - 1];

        context.beginPath();
        if (stroke.length === 1) {
            context.arc(last[0], last[1], 1.4, 0, 2 * Math.PI);
            context.fill();
            return;
        }
        context.moveTo(...(start === 1 ? stroke[0] : middle(start - 1)));
        for (let at = start; at < stroke.length; at++) context.quadraticCurveTo(...stroke[at - 1], ...middle(at));
        if (ended) context.lineTo(...last);
        context.stroke();
    }
    function redraw() {
        const context = pen();

        context.clearRect(0, 0, box.width, box.height);
        for (const stroke of strokes) line(context, stroke, 0, true);
    }
    /* The tablet was turned: what is drawn keeps its shape. */
    function fit() {
        const {width, height} = canvas.getBoundingClientRect();
        const ratio = devicePixelRatio || 1;
        const scale = box.width > 0 ? Math.min(width / box.width, height / box.height) : 1;

        if (width === 0 || (width === box.width && height === box.height)) return;
        strokes = strokes.map((stroke) => stroke.map(([x, y]) => [Math.round(x * scale), Math.round(y * scale)]));
        box = {width, height};
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
        canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
        redraw();
    }
    function put(event) {
        const at = canvas.getBoundingClientRect();
        const stroke = strokes[strokes.length - 1];
        const from = stroke.length;
        const coalesced = event.getCoalescedEvents?.() ?? [];

        for (const one of coalesced.length > 0 ? coalesced : [event]) {
            const point = [Math.round(one.clientX - at.left), Math.round(one.clientY - at.top)];
            const last = stroke[stroke.length - 1];
            if (points < POINTS_MAX && (!last || last[0] !== point[0] || last[1] !== point[1])) {
                stroke.push(point);
                points += 1;
            }
        }
        if (stroke.length > from) line(pen(), stroke, from, false);
    }
    /* A flourish is no fling: the browser would take the next tap for the hand that stops it, and "Save" would do nothing. */
    canvas.addEventListener("touchstart", (event) => event.preventDefault(), {passive: false});
    canvas.addEventListener("pointerdown", (event) => {
        if (drawing !== null || event.button !== 0 || strokes.length >= STROKES_MAX) return; /* the ball of the hand is no second pen */
        drawing = event.pointerId;
        canvas.setPointerCapture(drawing);
        strokes.push([]);
        put(event);
        onChange(false);
    });
    canvas.addEventListener("pointermove", (event) => {
        if (event.pointerId === drawing) put(event);
    });
    for (const name of ["pointerup", "pointercancel"])
        canvas.addEventListener(name, (event) => {
            if (event.pointerId !== drawing) return;
            drawing = null;
            line(pen(), strokes[strokes.length - 1], strokes[strokes.length - 1].length, true);
        });
    const watch = new ResizeObserver(fit);
    watch.observe(canvas);
    return {
        element: canvas,
        clear() {
            strokes = [];
            points = 0;
            redraw();
            onChange(true);
        },
        drawn: () => ({
            width: Math.min(SIDE_MAX, Math.ceil(box.width)),
            height: Math.min(SIDE_MAX, Math.ceil(box.height)),
            strokes: strokes.filter((stroke) => stroke.length > 0),
        }),
        stop: () => watch.disconnect(),
    };
}

export async function open({session: id, person: who}, shell) {
    const told = await get("/api/roster", {session: id});
    const person = told.people.find((one) => one.id === who);
    const back = {href: `#/roster?session=${id}`, label: t("Attendance")};

    if (!person)
        return {
            element: h(
                "section",
                {class: "view"},
                viewHead(t("Signature"), {back}),
                emptyState(t("This person is not on the list of this session."), linkButton(t("Attendance"), back.href), "person"),
            ),
        };
    const wrong = h("div");
    const before = h("div", {class: "signature-place"});
    const save = button(t("Save the signature"), {
        kind: "primary",
        icon: "check",
        test: "save-signature",
        onclick: () => send(save, pad.drawn()),
    });
    const wipe = button(t("Clear"), {icon: "clear", test: "clear-signature", onclick: () => pad.clear()});
    const paper = button(t("Signed on paper"), {icon: "pen", test: "on-paper", onclick: () => onPaper()});
    const takeAway = button(t("Take it away"), {
        kind: "danger",
        test: "take-away",
        onclick: () => send(takeAway, {width: 1, height: 1, strokes: []}),
    });
    const pad = makePad((empty) => {
        save.disabled = wipe.disabled = empty;
        frame.classList.toggle("pad-empty", empty);
    });
    const frame = h("div", {class: "pad pad-empty"}, pad.element, h("span", {class: "pad-hint", "aria-hidden": "true"}, t("Sign here")));

    function done(answer) {
        shell.memory.set(
            `last ${id}`,
            [
                t("{name} – {status}", {
                    name: answer.person.name,
                    status: answer.person.signed ? t("signed") : statusLabel(answer.person.status),
                }),
                ...(answer.notes ?? []),
            ].join(" "),
        );
        shell.changed();
        shell.go(back.href);
    }
    function send(pressed, drawn) {
        return busy(pressed, wrong, async () => done(await post("/api/sign", {session: id, person: who, ...drawn})));
    }
    function onPaper() {
        const words = t("Signed on paper");
        const note = person.note.includes(words) ? person.note : [person.note, words].filter(Boolean).join("; ");

        return busy(paper, wrong, async () =>
            done(await post("/api/mark", {session: id, person: who, status: person.status || "present", note})),
        );
    }

    save.disabled = wipe.disabled = true;
    if (person.signed)
        get("/api/signature", {session: id, person: who}).then(
            (found) => fill(before, signatureDrawing(found), takeAway),
            () => {},
        );
    const about = [person.organisation, told.session.title || told.session.code, told.session.activity?.title].filter(Boolean).join(" · ");
    const element = h(
        "section",
        {class: "view view-sign"},
        viewHead(person.name, {back, about}),
        before,
        frame,
        wrong,
        h("div", {class: "actions form-actions"}, save, wipe, paper),
        h(
            "p",
            {class: "small quiet privacy"},
            t("Your name, your school and this signature prove to the donor that you took part."),
            " ",
            t("They are kept on this tablet and at the programme's office, and are shown to nobody else."),
        ),
    );
    return {element, close: pad.stop};
}
