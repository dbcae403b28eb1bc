// SPDX-License-Identifier: Apache-2.0
/* Thirty people queue at the door of a school hall: one tap each, one more gesture for the rest, nothing lost, nothing silent.
 *
 * Not here:  the agent killed in the middle of taps, two tabs (story_kill.mjs), names that do harm (story_naughty.mjs).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, day, go, open, quiet, server, shot, thirty, training, until, words } from "./harness.mjs";

const row = (page, name) =>
    page.locator("[data-test=row]").filter({ has: page.locator("[data-test=row-name]").getByText(name, { exact: true }) });
const status = (page, name) => row(page, name).getAttribute("data-status");
const visible = (page) => page.locator("[data-test=row]:visible [data-test=row-name]").allTextContents();

async function roster(options = {}, people = thirty) {
    const tablet = options.tablet ?? await agent({ lists: [await training(people)] });
    const page = await open(tablet, { size: "phone", ...options });
    const session = (await tablet.api("GET", `/api/today?day=${day()}`)).body.today[0].id;
    await go(page, `roster?session=${session}`);
    return { tablet, page, session, t: await words(tablet, options.language ?? "en") };
}

async function recorded(tablet, session, name) {
    const { people } = (await tablet.api("GET", `/api/roster?session=${session}`)).body;
    return people.find((person) => person.name === name);
}

for (const language of ["en", "sr-Cyrl", "sr-Latn", "sq"]) {
    test(`one tap is present, and is on disk before the tick (${language})`, async () => {
        const { tablet, page, session, t } = await roster({ language });
        const began = Date.now();
        await row(page, "Vesna Marković").locator("[data-test=tap]").tap();
        await page.locator("[data-test=row][data-status=present]:not([data-pending])").waitFor();
        const took = Date.now() - began;
        assert.equal((await recorded(tablet, session, "Vesna Marković")).status, "present");
        assert.equal(await page.locator("[data-test=counter]").textContent(), t("{attended} of {enrolled}", { attended: 1, enrolled: 30 }));
        assert.ok((await page.locator("[data-test=last]").textContent()).includes("Vesna Marković"), "says whom it was");
        assert.ok(took < 5000, `${took} ms`);
        await accessible(page, `roster ${language}`);
        await shot(page, `story-attendance-${language}`);
        quiet(page);
    });
}

test("thirty taps as fast as a finger can, thirty marks, none moved from under the finger", async () => {
    const { tablet, page, session } = await roster({ size: "tablet" });
    const taps = page.locator("[data-test=row] [data-test=tap]");
    const before = await visible(page);
    await page.evaluate(() => { for (const tap of document.querySelectorAll("[data-test=tap]")) tap.click(); });
    const ticks = page.locator("[data-test=row][data-status=present]:not([data-pending])");
    await until("thirty ticks", async () => (await ticks.count()) === 30);
    assert.deepEqual(await visible(page), before);
    assert.equal(await taps.count(), 30);
    const { counts } = (await tablet.api("GET", `/api/roster?session=${session}`)).body;
    assert.equal(counts.present, 30);
    quiet(page);
});

test("a long press offers late, absent, excused; a second tap on a marked name never unmarks it", async () => {
    const { tablet, page, session } = await roster();
    const name = "Arben Gashi";
    const at = await row(page, name).locator("[data-test=row-name]").boundingBox();
    const client = await page.context().newCDPSession(page);
    const point = [{ x: at.x + 10, y: at.y + 10 }];
    await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: point });
    await page.locator("[data-test=choices]").waitFor();
    await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await accessible(page, "the choices of a row");
    await shot(page, "story-choices");
    await page.locator("[data-test=status-late]").tap();
    await until("late", async () => (await status(page, name)) === "late");
    await row(page, name).locator("[data-test=tap]").tap();
    await page.locator("[data-test=choices]").waitFor();
    assert.equal(await page.locator("[data-test=status-late]").getAttribute("aria-pressed"), "true");
    await page.keyboard.press("Escape");
    assert.equal(await status(page, name), "late");
    for (const [who, as] of [["Vesna Marković", "absent"], ["Ана Јовановска", "excused"]]) {
        await row(page, who).locator("[data-test=more]").tap();
        await page.locator(`[data-test=status-${as}]`).tap();
        await until(as, async () => (await status(page, who)) === as);
        assert.equal((await recorded(tablet, session, who)).status, as);
    }
    await shot(page, "story-statuses");
    quiet(page);
});

test("a finger that taps a name twice marks it, and no sheet covers the queue", async () => {
    const { page } = await roster();
    await row(page, "Vesna Marković").locator("[data-test=tap]").evaluate((tap) => [tap.click(), tap.click()]);
    await until("present", async () => (await status(page, "Vesna Marković")) === "present");
    assert.equal(await page.locator("[data-test=choices]").count(), 0);
    quiet(page);
});

test("minutes and a note go with the mark; what is no number of minutes is said beside its field", async () => {
    const { tablet, page, session } = await roster();
    const name = "Senad Delić";
    await row(page, name).locator("[data-test=more]").tap();
    await page.locator("[data-test=choices] details summary").tap();
    await page.locator("[data-test=minutes]").fill("half");
    await page.locator("[data-test=note]").fill("дошао касније <b>аутобус</b>");
    await page.locator("[data-test=save-mark]").tap();
    assert.equal(await page.locator("[data-test=minutes]").getAttribute("aria-invalid"), "true");
    assert.equal(await page.locator("[data-test=minutes]").inputValue(), "half", "what was typed stays");
    await page.locator("[data-test=minutes]").fill("45");
    await page.locator("[data-test=save-mark]").tap();
    await until("present", async () => (await status(page, name)) === "present");
    const mark = await recorded(tablet, session, name);
    assert.equal(mark.minutes, 45);
    assert.equal(mark.note, "дошао касније <b>аутобус</b>");
    assert.ok((await row(page, name).textContent()).includes("<b>аутобус</b>"));
    quiet(page);
});

test("the search is blind to script, accents, case and order", async () => {
    const { page } = await roster();
    const search = page.locator("[data-test=filter]");
    const finds = { djordje: "Ђорђе Петровић", dorde: "Ђорђе Петровић", durda: "Ђурђа Ђукић", "ЂОРЂЕ": "Ђорђе Петровић",
        celik: "Çelik Berisha", "petrovic petar": "Petar Petrović",
        "softic": "Muhamed Softić", "ljubic mil": "Милица Љубичић", P0005: "Ана Јовановска", thaci: "Blerim Thaçi" };
    for (const [typed, name] of Object.entries(finds)) {
        await search.fill(typed);
        assert.ok((await visible(page)).includes(name), `${typed} finds ${name}, found ${await visible(page)}`);
    }
    await search.fill("celik");
    assert.deepEqual(new Set(await visible(page)), new Set(["Çelik Berisha", "Dragan Čelik"]));
    await search.fill("nobody of that name");
    await page.locator("[data-test=empty] [data-test=walk-in]").waitFor();
    await shot(page, "story-search-nobody");
    await page.locator("[data-test=filter-clear]").tap();
    assert.equal((await visible(page)).length, 30);
    quiet(page);
});

test("chips show who is still missing; a mark does not make a row jump away", async () => {
    const { page } = await roster();
    await row(page, "Vesna Marković").locator("[data-test=tap]").tap();
    await until("present", async () => (await status(page, "Vesna Marković")) === "present");
    await page.locator("[data-test=chip-unmarked]").tap();
    assert.equal((await visible(page)).length, 29);
    await row(page, "Arben Gashi").locator("[data-test=tap]").tap();
    await until("present", async () => (await status(page, "Arben Gashi")) === "present");
    assert.equal((await visible(page)).length, 29, "it stays where it is until one filters anew");
    await page.locator("[data-test=chip-attended]").tap();
    assert.deepEqual(new Set(await visible(page)), new Set(["Vesna Marković", "Arben Gashi"]));
    quiet(page);
});

test("undo takes back the last tap and says whom it concerned", async () => {
    const { tablet, page, session } = await roster();
    await row(page, "Vesna Marković").locator("[data-test=tap]").tap();
    await row(page, "Arben Gashi").locator("[data-test=tap]").tap();
    await page.locator("[data-test=undo]").tap();
    await until("taken back", async () => (await status(page, "Arben Gashi")) === "");
    assert.equal((await recorded(tablet, session, "Arben Gashi")).status, "");
    assert.equal(await status(page, "Vesna Marković"), "present");
    assert.ok((await page.locator("[data-test=last]").textContent()).includes("Arben Gashi"));
    await shot(page, "story-undo");
    quiet(page);
});

test("with the keyboard alone", async () => {
    const { tablet, page, session } = await roster({ size: "wide", touch: false });
    const names = await visible(page);
    const search = page.locator("[data-test=filter]");
    await search.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await until("the first", async () => (await status(page, names[0])) === "present");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.locator("[data-test=choices]").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("F2");
    await page.locator("[data-test=choices]").waitFor();
    await page.locator("[data-test=status-absent]").focus();
    await page.keyboard.press("Enter");
    await until("absent", async () => (await page.locator("[data-test=row][data-status=absent]").count()) === 1);
    await page.keyboard.type("vesna");
    assert.equal(await search.inputValue(), "vesna", "a letter goes to the search");
    await page.keyboard.press("Enter");
    await until("the only one left", async () => (await recorded(tablet, session, "Vesna Marković")).status === "present");
    await page.keyboard.press("Escape");
    assert.equal(await search.inputValue(), "");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Control+z");
    await until("undone", async () => (await recorded(tablet, session, "Vesna Marković")).status === "");
    quiet(page);
});

test("taps while the agent is away stay visible and are sent by themselves", async () => {
    const { tablet, page, session } = await roster();
    page.expects = /ERR_CONNECTION|Failed to load resource|ERR_EMPTY_RESPONSE|ERR_SOCKET/;
    await tablet.stop();
    await page.locator("[data-test=gone]").waitFor();
    for (const name of ["Vesna Marković", "Arben Gashi"]) await row(page, name).locator("[data-test=tap]").tap();
    await until("two taps that wait", async () => (await page.locator("[data-test=row][data-pending][data-stranded]").count()) === 2);
    assert.equal(await page.locator("[data-test=row][data-status=present]").count(), 0, "no tick for what is not on disk");
    await shot(page, "story-agent-away");
    await tablet.restart();
    await until("both", async () => (await page.locator("[data-test=row][data-status=present]:not([data-pending])").count()) === 2);
    assert.equal((await recorded(tablet, session, "Arben Gashi")).status, "present");
    await until("no more notice", async () => (await page.locator("[data-test=gone]:visible").count()) === 0);
});

test("what the agent refuses is said with the name, and can be tried again", async () => {
    const { page } = await roster();
    page.expects = /Failed to load resource/;
    let times = 0;
    await page.route("**/api/mark", (route) => (times++ === 0
        ? route.fulfill({ status: 507, contentType: "application/json",
            body: JSON.stringify({ error: { kind: "storage", says: "the disk was full", do: "Free some space." } }) })
        : route.continue()));
    await row(page, "Vesna Marković").locator("[data-test=tap]").tap();
    const box = page.locator("[data-test=error]");
    await box.waitFor();
    assert.ok((await box.textContent()).includes("Free some space."));
    assert.ok((await page.locator("[data-test=last]").textContent()).includes("Vesna Marković"));
    assert.equal(await status(page, "Vesna Marković"), "");
    await accessible(page, "a refused mark");
    await shot(page, "story-refused");
    await page.locator("[data-test=again]").tap();
    await until("present", async () => (await status(page, "Vesna Marković")) === "present");
    await box.waitFor({ state: "detached" });
});

test("two tablets said different things: both are shown with who said so, and one tap settles it", async () => {
    const remote = await server();
    const lists = [await training(thirty.slice(0, 4))];
    const first = await agent({ lists });
    const second = await agent();
    for (const [tablet, name] of [[first, "tablet-1"], [second, "tablet-2"]]) {
        await tablet.api("POST", "/api/settings", { language: "en" });
        await tablet.do("enrol", remote.url, await remote.code(name, "*"));
        await tablet.do("sync");
    }
    const session = (await first.api("GET", `/api/today?day=${day()}`)).body.today[0].id;
    const person = await recorded(first, session, "Arben Gashi");
    await first.api("POST", "/api/mark", { session, person: person.id, status: "present" });
    await second.api("POST", "/api/mark", { session, person: person.id, status: "absent" });
    for (const tablet of [first, second, first]) await tablet.do("sync");
    const { page } = await roster({ tablet: first });
    await until("the flag", async () => (await page.locator("[data-test=row][data-conflict]").count()) === 1);
    await row(page, "Arben Gashi").locator("[data-test=tap]").tap();
    const values = page.locator("[data-test=conflict-value]");
    assert.equal(await values.count(), 2);
    const said = (await values.allTextContents()).join(" ");
    assert.ok(said.includes("tablet-1") && said.includes("tablet-2"), said);
    await accessible(page, "two values");
    await shot(page, "story-conflict");
    await page.locator("[data-test=conflict-value][data-status=present]").tap();
    await until("settled", async () => (await page.locator("[data-test=row][data-conflict]").count()) === 0);
    assert.equal((await recorded(first, session, "Arben Gashi")).status, "present");
    assert.equal((await first.api("GET", "/api/conflicts")).body.conflicts.length, 0);
    quiet(page);
});

test("a mark made by mistake is taken back long after, and undo brings it again", async () => {
    const { tablet, page, session } = await roster();
    const name = "Arben Gashi";
    for (const who of [name, "Vesna Marković"]) await row(page, who).locator("[data-test=tap]").tap();
    await until("both", async () => (await page.locator("[data-test=row][data-status=present]:not([data-pending])").count()) === 2);
    await row(page, name).locator("[data-test=more]").tap();
    await page.locator("[data-test=choices]").waitFor();
    await accessible(page, "the choices of a marked row");
    await shot(page, "story-take-back");
    await page.locator("[data-test=unmark]").tap();
    await until("no mark", async () => (await status(page, name)) === "");
    assert.equal((await recorded(tablet, session, name)).status, "");
    assert.equal(await status(page, "Vesna Marković"), "present", "nobody else's");
    assert.ok((await page.locator("[data-test=last]").textContent()).includes(name));
    await page.locator("[data-test=undo]").tap();
    await until("again", async () => (await recorded(tablet, session, name)).status === "present");
    await row(page, "Senad Delić").locator("[data-test=more]").tap();
    await page.locator("[data-test=choices]").waitFor();
    assert.equal(await page.locator("[data-test=unmark]").count(), 0, "where there is no mark none is taken back");
    quiet(page);
});

test("while Teren is away every other view has a way back to the taps that wait", async () => {
    const { tablet, page } = await roster();
    page.expects = /ERR_CONNECTION|Failed to load resource|ERR_EMPTY_RESPONSE|ERR_SOCKET/;
    await tablet.stop();
    await page.locator("[data-test=gone]").waitFor();
    await row(page, "Arben Gashi").locator("[data-test=tap]").tap();
    await page.locator("[data-test=row][data-stranded]").waitFor();
    await page.locator(".roster-head [data-test=walk-in]").tap();
    await page.locator("[data-view=walk-in][data-ready] [data-test=error]").waitFor();
    assert.ok(await page.locator("[data-test=nav-today]").isVisible());
    await shot(page, "story-away-walk-in");
    await page.locator("[data-test=back]").tap();
    await page.locator("[data-test=row][data-stranded]").waitFor();
    assert.equal((await visible(page)).length, 30);
    await tablet.restart();
    await until("recorded", async () => (await status(page, "Arben Gashi")) === "present");
});

test("the chips are one stop of the Tab key, arrows go from one to the next", async () => {
    const { page } = await roster({ size: "wide", touch: false });
    await page.locator("[data-test=chip-all]").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("[data-test=chip-unmarked]").getAttribute("aria-pressed"), "true");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.closest("[data-test=row]") !== null), "the names come next");
    await accessible(page, "the chips");
    quiet(page);
});
