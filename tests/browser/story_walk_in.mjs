// SPDX-License-Identifier: Apache-2.0
/* Somebody stands at the door who is not on the list: in seconds on it, and never written down twice.
 *
 * Not here:  who is alike (tests/unit/protocol_match.c).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, day, go, open, quiet, shot, thirty, training, until } from "./harness.mjs";

/* Ten on the list; the others are known to the tablet from another training. */
async function door(language, size = "phone") {
    const known = thirty.map((full_name, i) => ({ full_name, ref: `P${String(i + 1).padStart(4, "0")}` }));
    const tablet = await agent({ lists: [await training(known, { code: "TT-9", date: day(-9) })] });
    await tablet.do("import", await training(known.slice(0, 10)));
    const page = await open(tablet, { size, language });
    const session = (await tablet.api("GET", `/api/today?day=${day()}`)).body.today[0].id;
    await go(page, `roster?session=${session}`);
    const people = async () => (await tablet.api("GET", `/api/roster?session=${session}`)).body.people;
    return { tablet, page, session, people };
}

for (const [language, name] of [["en", "Krasimira Blagoeva"], ["sr-Cyrl", "Крсманија Обрадовић"], ["sq", "Rrezarta Shkëmbi"]]) {
    test(`a name is enough (${language})`, async () => {
        const { page, people } = await door(language);
        await page.locator("[data-test=filter]").fill(name);
        await page.locator("[data-test=empty] [data-test=walk-in]").tap();
        await page.locator("[data-view=walk-in][data-ready]").waitFor();
        assert.equal(await page.locator("[data-test=full_name]").inputValue(), name, "what was searched for is there already");
        await page.locator("[data-test=sex-F]").check();
        await page.locator("[data-test=organisation]").fill("OŠ „Branko Radičević“");
        await accessible(page, `walk-in ${language}`);
        await shot(page, `story-walk-in-${language}`);
        await page.locator("[data-test=save]").tap();
        await page.locator("[data-view=roster][data-ready]").waitFor();
        const found = (await people()).find((person) => person.name === name);
        assert.equal(found.status, "present");
        assert.equal(found.sex, "F");
        assert.ok((await page.locator("[data-test=last]").textContent()).includes(name));
        assert.equal(await page.locator(`[data-test=row][data-person="${found.id}"]`).getAttribute("data-status"), "present");
        await page.locator("[data-test=undo]").tap();
        await until("taken back", async () => !(await people()).some((person) => person.name === name));
        quiet(page);
    });
}

for (const [typed, language] of [["Krasniqi Fatime", "sq"], ["Љиљана Нјежић", "sr-Cyrl"], ["Ljiljana Nježić", "sr-Latn"]]) {
    test(`"is it one of these?" before a second ${typed} is made (${language})`, async () => {
        const { page, people } = await door(language);
        await go(page, `walk-in?session=${(await page.evaluate(() => location.hash)).split("session=")[1]}`);
        await page.locator("[data-test=full_name]").fill(typed);
        const candidate = page.locator("[data-test=candidate]").first();
        await candidate.waitFor();
        assert.ok((await candidate.locator(".reason").count()) > 0, "says why");
        await accessible(page, "is it one of these?");
        await shot(page, `story-is-it-one-of-these-${language}`);
        const id = await candidate.getAttribute("data-person");
        await candidate.tap();
        await page.locator("[data-view=roster][data-ready]").waitFor();
        const all = await people();
        assert.equal(all.length, 11);
        assert.equal(all.find((person) => person.id === id).status, "present");
        quiet(page);
    });
}

test("saving fast asks once; “no, a new person” makes one", async () => {
    const { page, session, people } = await door("en");
    await go(page, `walk-in?session=${session}`);
    await page.locator("[data-test=full_name]").fill("Fatime Krasniqi");
    await page.locator("[data-test=save]").tap();
    await page.locator("[data-test=new-person]").waitFor();
    assert.equal((await people()).length, 10, "nothing is recorded before the answer");
    await page.locator("[data-test=new-person]").tap();
    await page.locator("[data-view=roster][data-ready]").waitFor();
    assert.equal((await people()).filter((person) => person.name === "Fatime Krasniqi").length, 1);
    quiet(page);
});

test("an error is said where it is, and what was typed stays", async () => {
    const { tablet, page, session } = await door("en");
    page.expects = /Failed to load resource|ERR_CONNECTION|ERR_EMPTY|ERR_SOCKET/;
    await go(page, `walk-in?session=${session}`);
    await page.locator("[data-test=save]").tap();
    assert.equal(await page.locator("[data-test=full_name]").getAttribute("aria-invalid"), "true");
    await page.locator("[data-test=full_name]").fill("Krasimira Blagoeva");
    await page.locator("[data-view=walk-in] details summary").tap();
    await page.locator("[data-test=birth_year]").fill("86");
    await page.locator("[data-test=save]").tap();
    assert.equal(await page.locator("[data-test=birth_year]").getAttribute("aria-invalid"), "true");
    await page.locator("[data-test=birth_year]").fill("1986");
    await tablet.stop();
    await page.locator("[data-test=save]").tap();
    await page.locator("[data-view=walk-in] [data-test=error]").waitFor();
    await shot(page, "story-walk-in-away");
    assert.equal(await page.locator("[data-test=full_name]").inputValue(), "Krasimira Blagoeva");
    await tablet.restart();
    await until("the agent", async () => (await page.locator("[data-test=gone]:visible").count()) === 0);
    await page.locator("[data-test=save]").tap();
    await page.locator("[data-view=roster][data-ready]").waitFor();
});

test("above the keyboard of a telephone: who is alike stands under the field that one types in", async () => {
    const { page, session } = await door("sr-Cyrl");
    await go(page, `walk-in?session=${session}`);
    await page.setViewportSize({ width: 360, height: 420 }); // what a keyboard leaves of 740
    const seen = (locator) => locator.evaluate((node) => {
        const { top, bottom } = node.getBoundingClientRect();
        return top >= 0 && top + 40 <= innerHeight && bottom > 0;
    });
    await page.locator("[data-test=full_name]").tap();
    await page.locator("[data-test=full_name]").pressSequentially("Fatime Krasniqi");
    const candidate = page.locator("[data-test=candidate]").first();
    await candidate.waitFor();
    assert.ok(await seen(candidate), "the first one is seen");
    assert.ok(await seen(page.locator("[data-test=full_name]")), "and what was typed");
    await shot(page, "story-walk-in-keyboard");
    await page.locator("[data-test=full_name]").fill("Milica Nova");
    await candidate.waitFor({ state: "detached" });
    await page.locator("[data-test=phone]").tap();
    await page.locator("[data-test=phone]").pressSequentially("+38161 0000003");
    await candidate.waitFor();
    assert.ok(await seen(candidate), "the same phone is somebody known");
    await shot(page, "story-walk-in-keyboard-phone");
    quiet(page);
});

test("a municipality goes along, and what is odd is asked about once it is recorded", async () => {
    const { tablet, page, session, people } = await door("en");
    await go(page, `walk-in?session=${session}`);
    await page.locator("[data-test=full_name]").fill("Krasimira Blagoeva");
    await page.locator("[data-test=sex-other]").check();
    await page.locator("[data-view=walk-in] details summary").tap();
    const chosen = page.locator("[data-test=municipality] option:checked");
    assert.equal(await chosen.textContent(), "Bujanovac", "that of the activity");
    await page.locator("[data-test=birth_year]").fill("2080");
    await page.locator("[data-test=save]").tap();
    await page.locator("[data-test=notes]").waitFor();
    await accessible(page, "what is odd");
    await shot(page, "story-walk-in-odd");
    await page.locator("[data-test=notes-correct]").tap();
    const form = page.locator("[data-test=form]");
    await form.locator("[name=birth_year]").fill("1980");
    await form.locator("[data-test=save]").tap();
    await page.locator("[data-view=roster][data-ready]").waitFor();
    const made = (await people()).find((person) => person.name === "Krasimira Blagoeva");
    assert.deepEqual([made.sex, made.municipality], ["other", "Bujanovac"]);
    const row = (await tablet.api("GET", `/api/row?entity=person&id=${made.id}`)).body;
    assert.equal(row.values.birth_year, "1980");
    quiet(page);
});
