// SPDX-License-Identifier: Apache-2.0
/* The attendance list on paper, as an auditor takes it in hand: every name, every mark, the sums, and no page missing.
 *
 * Not here:  what the list's figures mean (tests/unit/agent_app_*list*.c).
 * Needs      pdfinfo and pdftotext (poppler-utils).
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { accessible, agent, day, folder, go, open, quiet, shot, thirty, training } from "./harness.mjs";

async function openList(tablet, options) {
    const page = await open(tablet, options);
    const { body } = await tablet.api("GET", "/api/plan");
    await go(page, `list?activity=${body.activities[0].id}`);
    return page;
}

/* What comes out of the printer: {pages, size, text, of(n)}. */
async function printed(page) {
    const path = join(await folder(), "list.pdf");
    await writeFile(path, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
    const told = execFileSync("pdfinfo", [path], { encoding: "utf8" });
    const text = (...words) => execFileSync("pdftotext", ["-layout", ...words, path, "-"], { encoding: "utf8" });
    return { pages: Number(told.match(/^Pages:\s+(\d+)/m)[1]), size: told.match(/^Page size:\s+(\S+) x (\S+)/m).slice(1).map(Number),
        text: text().replace(/\s+/g, " "), of: (n) => text("-f", String(n), "-l", String(n)).replace(/\s+/g, " ") };
}

const sign = (tablet, session, person) =>
    tablet.api("POST", "/api/sign", { session, person, width: 300, height: 100,
        strokes: [[[10, 80], [60, 20], [100, 85], [150, 30], [290, 40]]] });

async function marked(people, options) {
    const tablet = await agent({ lists: [await training(people, options)], start: false });
    await tablet.do("programme", "edit", "lnob", "--name", "Leave no one behind", "--donor", "GIZ", "--contract-no", "81263417");
    await tablet.do("person", "add", "--ref", "T1", "--full-name", "Драгана Јовановић");
    await tablet.do("enrolment", "add", "TT-1", "T1", "trainer");
    await tablet.start();
    return tablet;
}

test("a training of thirty: two pages a day, thirty names in both scripts, signatures drawn, sums by sex", async () => {
    const tablet = await marked(thirty);
    const { body } = await tablet.api("GET", `/api/today?day=${day()}`);
    const session = body.today[0].id;
    const { body: roster } = await tablet.api("GET", `/api/roster?session=${session}`);
    const came = thirty.slice(0, 23);
    for (const name of came) {
        const { id } = roster.people.find((person) => person.name === name);
        assert.equal((await tablet.api("POST", "/api/mark", { session, person: id, status: "present" })).status, 200);
    }
    for (const name of came.slice(0, 5)) {
        assert.equal((await sign(tablet, session, roster.people.find((person) => person.name === name).id)).status, 200);
    }
    const page = await openList(tablet, {});
    await accessible(page, "the attendance list");
    await shot(page, "list");
    assert.equal(await page.locator(".sheet .col-signature svg").count(), 5);
    const paper = await printed(page);
    assert.equal(paper.pages, 2, "a sheet is a page");
    assert.deepEqual(paper.size.map(Math.round), [842, 595], "A4, landscape");
    for (const name of thirty) assert.ok(paper.text.includes(name), `${name} is on the list`);
    for (let n = 1; n <= 2; n++) {
        assert.match(paper.of(n), new RegExp(`Page ${n} of 2`));
        assert.match(paper.of(n), /Leave no one behind/, "the header is on every page");
        assert.match(paper.of(n), /GIZ.*81263417/);
    }
    const women = came.filter((_, i) => i % 2 === 0).length;
    assert.match(paper.of(2), new RegExp(`Women ${women} Men ${23 - women} .* 23`));
    assert.match(paper.of(2), /Signed 5 Others who attended \(trainers, organisers\) 0 Names on this list 31/,
        "the sums and the rows agree");
    const rows = page.locator(".sheet tbody tr");
    assert.match(await rows.last().innerText(), /Драгана Јовановић\s+trainer/i, "who taught stands after who took part, and is called so");
    const letters = await page.locator(".sheet td.col-sex").allInnerTexts();
    assert.equal(letters.filter((letter) => letter === "F").length, 15, "an auditor can count the sexes again");
    assert.match(paper.text, /Trainers Драгана Јовановић/);
    assert.doesNotMatch(paper.text, /Import|Undo|wait on this tablet/, "nothing of the page around it is printed");
    quiet(page);
});

test("a day each has its own sheets, numbered on their own, and one day may be printed alone", async () => {
    const tablet = await marked(thirty.slice(0, 5));
    await tablet.do("session", "add", "TT-1-3", "--activity", "TT-1", "--title", "Modul 3", "--date", day(1), "--starts-at", "09:00");
    const page = await openList(tablet, {});
    let paper = await printed(page);
    assert.equal(paper.pages, 2);
    assert.match(paper.of(2), /Page 1 of 1/);
    await page.locator("[data-test=list-day]").selectOption(day(1));
    paper = await printed(page);
    assert.equal(paper.pages, 1);
    quiet(page);
});

test("a list for pens has everybody, five empty rows, and no figures", async () => {
    const tablet = await marked(thirty.slice(0, 4));
    const page = await openList(tablet, {});
    await page.locator("[data-test=list-blank]").check();
    const rows = page.locator(".sheet tbody tr");
    const enrolled = await rows.filter({ hasText: /\p{L}{3}/u }).count();
    assert.equal(await rows.count(), enrolled + 5);
    const paper = await printed(page);
    for (const name of thirty.slice(0, 4)) assert.ok(paper.text.includes(name));
    assert.match(paper.text, /Women ____/);
    quiet(page);
});

test("one more row than fits makes one more page, and no page is empty", async () => {
    for (const count of [1, 11, 12, 13, 18, 19, 20, 40]) {
        const tablet = await marked(Array.from({ length: count }, (_, i) => `Osoba Broj${i + 1}`));
        const page = await openList(tablet, {});
        const paper = await printed(page);
        const rows = await page.locator(".sheet").evaluateAll((all) => all.map((sheet) => sheet.querySelectorAll("tbody tr").length));
        assert.equal(paper.pages, rows.length, `${count} people: every sheet is one page`);
        assert.ok(rows.every((n) => n > 0), `${count} people: no sheet without names: ${rows}`);
        for (let i = 1; i <= count; i++) assert.ok(paper.text.includes(`Broj${i} `), `${count} people: number ${i} is on paper`);
        assert.match(paper.of(rows.length), new RegExp(`Page ${rows.length} of ${rows.length}`), "nothing is cut off below");
        await page.close();
        await tablet.stop();
    }
});

test("the number of a row stays on one line, in the hundreds as well", async () => {
    const tablet = await marked(Array.from({ length: 112 }, (_, i) => `Osoba Broj${i + 1}`));
    const page = await openList(tablet, { language: "bs" });
    const heights = await page.locator(".sheet td.col-no .sheet-cell").evaluateAll((all) =>
        all.map((cell) => [cell.textContent, cell.scrollWidth <= cell.clientWidth, cell.clientHeight]));
    assert.equal(heights.length, 113);
    assert.deepEqual(heights.filter(([, fits, height]) => !fits || height > heights[0][2]), []);
    quiet(page);
});

test("long names and long words stay in their cells", async () => {
    const long = "Александра-Милица Стефановић-Константиновић Хаџи-Поповић Карађорђевић";
    const tablet = await marked([{ full_name: long, organisation: "Elektrotehnička".repeat(8), position: "koordinatorka ".repeat(9),
        email: `${"a".repeat(60)}@example.org` }, "Ana Ilić"]);
    const page = await openList(tablet, {});
    await shot(page, "list-long-names");
    const cells = page.locator(".sheet .sheet-cell");
    const wide = await cells.evaluateAll((all) =>
        all.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)
    );
    assert.deepEqual(wide, [], "nothing runs out of its cell");
    const name = cells.filter({ hasText: long });
    assert.ok(await name.evaluate((cell) => cell.scrollHeight <= cell.clientHeight + 1), "the whole name is to be read");
    assert.equal((await printed(page)).pages, 1);
    quiet(page);
});

test("a day of many sessions keeps every column on the paper", async () => {
    for (const count of [4, 7, 8, 14]) {
        const tablet = await agent({ lists: [await training(thirty.slice(0, 3))], start: false });
        for (let n = 3; n <= count; n++) {
            const at = `${6 + n}:15`.padStart(5, "0");
            await tablet.do("session", "add", `TT-1-${n}`, "--activity", "TT-1", "--date", day(), "--starts-at", at);
        }
        await tablet.start();
        const page = await openList(tablet, {});
        assert.equal(await page.locator(".sheet thead .col-status").count(), count);
        const over = await page.locator(".sheet").evaluate((sheet) => {
            const edge = sheet.getBoundingClientRect().right;
            return [...sheet.querySelectorAll("td, th")].filter((cell) =>
                cell.getBoundingClientRect().right > edge - 20 || cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.className);
        });
        assert.deepEqual(over, [], `${count} sessions`);
        assert.equal((await printed(page)).pages, 1);
        await tablet.stop();
    }
});

test("an online event has minutes and the organiser's declaration instead of signatures, in Serbian as well", async () => {
    const tablet = await marked(thirty.slice(0, 3), { mode: "online" });
    await tablet.do("mark", "TT-1-1", "P0001", "present", "--minutes", "77").catch(async () => {
        await tablet.stop();
        await tablet.do("mark", "TT-1-1", "P0001", "present", "--minutes", "77");
        await tablet.start();
    });
    const { body: today } = await tablet.api("GET", `/api/today?day=${day()}`);
    const fingerprint = "0123456789abcdef".repeat(4);
    await tablet.api("POST", "/api/row/change", { entity: "session", id: today.today[0].id, values: { evidence: fingerprint } });
    const page = await openList(tablet, { language: "sr-Latn" });
    assert.match(await page.locator(".sheet-declaration").innerText(), /SHA-256: 0123456789abcdef…/, "the sheet names its report");
    const sheet = page.locator(".sheet").first();
    assert.equal(await sheet.locator("td.col-signature").count(), 0);
    await page.locator(".sheet-declaration").waitFor();
    assert.match((await printed(page)).text, /77/);
    await shot(page, "list-online-sr-Latn");
    quiet(page);
});

test("the preview fits a telephone's screen and large letters", async () => {
    const tablet = await marked(thirty.slice(0, 3));
    const page = await openList(tablet, { size: "phone", dark: true });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page itself does not scroll sideways");
    await accessible(page, "the list on a telephone");
    await shot(page, "list-phone-dark");
    quiet(page);
});
