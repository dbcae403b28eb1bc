// SPDX-License-Identifier: Apache-2.0
/* After the webinar: the report of Teams or Zoom becomes marks, once somebody has looked at it.
 *
 * Not here:  the formats (tests/unit/protocol_webinar*.c), minutes by union (tests/unit/protocol_intervals.c).
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { accessible, agent, go, open, programme, quiet, shot, sizes, training, until } from "./harness.mjs";

const report = (name) => readFile(join(programme, "webinar", name));
const choose = (page, name, buffer) => page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer });
const card = (page, name) => page.locator("[data-test=attendee]", { hasText: name });

async function sessionOf(tablet, code) {
    const listed = JSON.parse(await tablet.do("session", "show", code, "--json"));
    return listed.id;
}

async function webinar(tablet, code, options) {
    const page = await open(tablet, options);
    await go(page, `webinar?session=${await sessionOf(tablet, code)}`);
    return page;
}

/* Whoever is unsure is a new person. */
async function decideTheRest(page) {
    for (const person of await page.locator("[data-test=attendee].is-open").all()) await person.locator("[data-test=pick-fresh]").check();
}

const zoom = (rows) =>
    Buffer.from(
        "\ufeffMeeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n" +
            `812 3456 7890,Vebinar,03/04/2026 08:50:00 AM,03/04/2026 11:00:00 AM,host@example.org,130,${rows.length}\n\n` +
            "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,In Waiting Room\n" + rows.join("\n") + "\n",
    );
const was = (name, email, from, to, waiting = "No") => `${name},${email},03/04/2026 ${from} AM,03/04/2026 ${to} AM,60,Yes,${waiting}`;

async function small(date = "2026-04-03") {
    return agent({
        lists: [
            await training([{ full_name: "Ђорђе Петровић", email: "djordje@skola.example" }, { full_name: "Vesna Marković",
                organisation: "OŠ „Njegoš“" }, { full_name: "Весна Марковић", organisation: "Gimnazija" }], { mode: "online", date }),
        ],
    });
}

const rows = [was("Djordje Petrovic", "djordje@skola.example", "09:00:00", "10:00:00"),
    was("Djordje Petrovic", "djordje@skola.example", "09:30:00", "10:30:00"), was("Vesna Markovic", "", "09:10:00", "09:50:00"),
    was("iPad (3)", "", "09:00:00", "10:20:00"), was("read.ai meeting notes", "", "09:00:00", "10:30:00"),
    was("Petar Perić", "", "09:00:00", "09:05:00", "Yes")];

test("the report of a real webinar of 115: known by e-mail or name, minutes to the second's sum, and twice is once", async () => {
    const tablet = await agent({ lists: [programme] });
    const page = await webinar(tablet, "WB-AR-1", {});
    await accessible(page, "no report yet");
    await choose(page, "participants_812.csv", await report("zoom-participants.csv"));
    await page.locator("[data-test=webinar-people]").waitFor();
    const minutes = (await readFile(join(programme, "expected", "webinar-minutes.csv"), "utf8")).trim().split("\n").length - 1;
    const shown = await page.locator("[data-test=attendee]").count();
    assert.ok(shown >= minutes, `${shown} people shown, ${minutes} attended`);
    await shot(page, "webinar-preview");
    const session = await sessionOf(tablet, "WB-AR-1");
    const marked = async () =>
        (await tablet.api("GET", `/api/roster?session=${session}`)).body.people.filter((person) => person.status !== "").length;
    assert.equal(await marked(), 0, "a look records nothing");

    await decideTheRest(page);
    await page.getByText("All are decided.").waitFor();
    await page.locator("[data-test=webinar-record]").click();
    await page.locator("[data-test=webinar-done]").waitFor();
    const after = await marked();
    assert.ok(after >= minutes, `${after} marks`);
    await shot(page, "webinar-done");

    await go(page, "plan");
    await go(page, `webinar?session=${session}`);
    await choose(page, "participants_812.csv", await report("zoom-participants.csv"));
    await page.locator("[data-test=webinar-people]").waitFor();
    await decideTheRest(page);
    await page.locator("[data-test=webinar-same]").waitFor();
    await page.locator("[data-test=webinar-record]").click();
    await page.getByText("Nothing changed: all of this was recorded before.").waitFor();
    assert.equal(await marked(), after, "the same file twice changes nothing");
    quiet(page);
});

test("the unsure are asked about, the sure are not; bots and the waiting room stay out", async () => {
    const tablet = await small();
    const page = await webinar(tablet, "TT-1-1", { size: "phone" });
    await choose(page, "participants.csv", zoom(rows));
    await page.locator("[data-test=webinar-people]").waitFor();
    assert.match(await card(page, "djordje@skola.example").innerText(), /Ђорђе Петровић/, "known by e-mail, in the script of the list");
    assert.match(await card(page, "djordje@skola.example").locator("[data-test=attendee-minutes]").innerText(), /90/,
        "overlaps count once");
    assert.equal(await card(page, "Vesna Markovic").locator("[data-test=pick-person]").count() >= 2, true, "both namesakes are offered");
    assert.match(await page.locator("[data-test=webinar-left-out]").textContent(), /read\.ai/);

    await page.locator("[data-test=webinar-record]").click();
    await page.locator("[data-test=attendee] .field-error", { hasText: /\S/ }).first().waitFor();
    await page.setViewportSize({ width: 360, height: 4000 });
    await accessible(page, "a report with unsure people");
    await shot(page, "webinar-unsure-phone");
    await page.setViewportSize(sizes.phone);

    await card(page, "Vesna Markovic").locator("[data-test=pick-person]").first().check();
    await card(page, "iPad").locator("[data-test=pick-leave]").check();
    await page.locator("[data-test=webinar-record]").click();
    await page.locator("[data-test=webinar-done]").waitFor();
    const session = await sessionOf(tablet, "TT-1-1");
    const present = async () =>
        (await tablet.api("GET", `/api/roster?session=${session}`)).body.people.filter((person) => person.status === "present");
    assert.equal((await present()).length, 2);
    await page.locator("[data-test=toast-undo]").click();
    await until("the undo", async () => (await present()).length === 0);
    quiet(page);
});

test("whether day or month comes first is asked only where nothing tells it, and nothing is recorded before", async () => {
    const tablet = await small("2026-05-05");
    const page = await webinar(tablet, "TT-1-1", { size: "phone" });
    await choose(page, "participants.csv", Buffer.from(zoom(rows).toString().replaceAll(" AM", "")));
    await page.locator("[data-test=webinar-order]").waitFor();
    assert.equal(await page.locator("[data-test=webinar-record]").count(), 0);
    await accessible(page, "day or month");
    await shot(page, "webinar-order-phone");
    await page.locator("[data-test=order-dmy]").click();
    await page.locator(".view-webinar", { hasText: "3 April 2026" }).waitFor();
    await page.locator("[data-test=webinar-nobody]").waitFor();
    assert.equal(await page.locator("[data-test=webinar-record]").count(), 0, "a report of another day has nothing to record");
    quiet(page);
});

test("somebody under another name is found by hand, in the other script", async () => {
    const tablet = await small();
    const page = await webinar(tablet, "TT-1-1", { language: "sr-Latn", dark: true });
    await choose(page, "participants.csv", zoom([was("iPad (3)", "", "09:00:00", "10:20:00")]));
    await page.locator("[data-test=webinar-order], [data-test=webinar-people]").first().waitFor();
    if (await page.locator("[data-test=webinar-order]").count() > 0) await page.locator("[data-test=order-dmy]").click();
    await card(page, "iPad").locator("[data-test=pick-somebody]").click();
    await page.locator("[data-test=somebody-find]").fill("djordje");
    await page.locator("[data-test=somebody-pick]").click();
    await page.locator("[data-test=webinar-record]").click();
    await page.locator("[data-test=webinar-done]").waitFor();
    await shot(page, "webinar-done-sr-Latn-dark");
    quiet(page);
});

test("a file that is no report is refused in a sentence, and the next one may be chosen at once", async () => {
    const tablet = await small();
    const page = await webinar(tablet, "TT-1-1", { language: "sr-Cyrl" });
    page.expects = /422/;
    await choose(page, "pismo.csv", Buffer.from("Драги сви,\nвидимо се сутра.\n"));
    await page.locator("[data-test=error]").waitFor();
    await shot(page, "webinar-refused-sr-Cyrl");
    await choose(page, "participants.csv", zoom(rows));
    await page.locator("[data-test=webinar-order], [data-test=webinar-people]").first().waitFor();
    assert.equal(await page.locator("[data-test=error]").count(), 0);
    quiet(page);
});
