// SPDX-License-Identifier: Apache-2.0
/* Somebody has a list, in a spreadsheet of whatever age, and wants it on the tablet without breaking anything.
 *
 * Not here:  what a line means (tests/unit/agent_app_import.c).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, open, quiet, shot, thirty, training, words } from "./harness.mjs";

const header = "ref,full_name,sex,organisation,municipality\n";
const paste = (page, text) => page.locator("[data-test=import-text]").fill(text);
const look = (page) => page.locator("[data-test=import-look]").click();
const choose = (page, name, buffer) => page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer });
const counts = (page, entity) => page.locator(`[data-test=import-count][data-entity=${entity}] td`).allInnerTexts();

async function people(tablet, text) {
    return (await tablet.api("POST", "/api/people/find", { text })).body.people;
}

test("a pasted list is shown first, imported after, and a second time it changes nothing", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 2))] });
    const page = await open(tablet, { at: "import" });
    const list = `${header}N1,Ненад Кузмановић,M,ОШ „Свети Сава“,RS-BUJ\nP0001,${thirty[0]},F,Nova škola,RS-BUJ\n`;
    await paste(page, list);
    await look(page);
    await page.locator("[data-test=import-preview]").waitFor();
    assert.deepEqual(await counts(page, "person"), ["1", "1", "0"]);
    assert.match(await page.locator("[data-test=import-changed]").innerText(), /P0001/, "whoever would change is named");
    assert.deepEqual(await people(tablet, "kuzmanovic"), [], "a look changes nothing");
    await accessible(page, "an import's preview");
    await shot(page, "import-preview");

    await page.locator("[data-test=import]").click();
    await page.locator("[data-test=import-done]").waitFor();
    assert.equal((await people(tablet, "kuzmanovic")).length, 1);

    await paste(page, list);
    await look(page);
    await page.locator("[data-test=import-nothing]").waitFor();
    assert.equal(await page.locator("[data-test=import]").count(), 0, "there is nothing to press");
    quiet(page);
});

test("each wrong line is named with what to do, nothing is imported, and the list is still there", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 2))] });
    const page = await open(tablet, { at: "import", size: "phone" });
    const list = `${header}N1,Ненад Кузмановић,žuto,,RS-BUJ\nN2,Ana Ilić,F,,ATLANTIS\nN3,Ivan Perić,M,,RS-BUJ\n`;
    await paste(page, list);
    await look(page);
    const errors = page.locator("[data-test=import-errors]");
    await errors.waitFor();
    assert.match(await errors.innerText(), /Line 2/);
    assert.match(await errors.innerText(), /Line 3/);
    assert.equal(await page.locator("[data-test=import]").count(), 0);
    assert.equal(await page.locator("[data-test=import-text]").inputValue(), list, "nothing that was pasted is lost");
    await accessible(page, "an import with errors");
    await shot(page, "import-errors-phone");

    await paste(page, list.replace("žuto", "M").replace("ATLANTIS", "RS-BUJ"));
    await look(page);
    await page.locator("[data-test=import]").click();
    await page.locator("[data-test=import-done]").waitFor();
    assert.equal((await people(tablet, "ilic")).length, 1);
    quiet(page);
});

test("a file of an old spreadsheet, Latin or Cyrillic, is read, and what was guessed is said", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 2))] });
    const page = await open(tablet, { at: "import", language: "sr-Latn" });
    const latin = Buffer.concat([Buffer.from(`${header}N1,`), Buffer.from([0x8e]), Buffer.from("ivko "), Buffer.from([0x8a]),
        Buffer.from("ari"), Buffer.from([0xe6]), Buffer.from(",M,,\r\n")]);
    await choose(page, "ljudi.csv", latin);
    await page.locator("[data-test=import-guessed]").waitFor();
    assert.match(await page.locator("[data-test=import-text]").inputValue(), /Živko Šarić/);
    await page.locator("[data-test=import]").click();
    await page.locator("[data-test=import-done]").waitFor();
    assert.equal((await people(tablet, "zivko saric"))[0].name, "Živko Šarić");

    const cyrillic = Buffer.concat([Buffer.from(`${header}N2,`), Buffer.from([0xcc, 0xe8, 0xeb, 0xe8, 0xf6, 0xe0]), Buffer.from(" "),
        Buffer.from([0xcf, 0xe5, 0xf0, 0xe8, 0x9e]), Buffer.from(",F,,\r\n")]);
    await choose(page, "особе.csv", cyrillic);
    await page.locator("[data-test=import]").waitFor();
    assert.match(await page.locator("[data-test=import-text]").inputValue(), /Милица Перић/);
    quiet(page);
});

test("what is no list says so in a sentence and tells what to do", async () => {
    const tablet = await agent();
    const page = await open(tablet, { at: "import", language: "sr-Cyrl" });
    const say = await words(tablet, "sr-Cyrl");
    const error = page.locator("[data-test=error]");
    await choose(page, "lista.xlsx", Buffer.from("PK\u0003\u0004 and so on"));
    await error.getByText(say("{name} is a spreadsheet, not a CSV file.", { name: "lista.xlsx" })).waitFor();
    await choose(page, "prazno.csv", Buffer.alloc(0));
    await error.getByText(say("{name} is empty.", { name: "prazno.csv" })).waitFor();
    await choose(page, "slika.csv", Buffer.from([1, 2, 3, 0, 5]));
    await error.getByText(say("{name} is not a text file.", { name: "slika.csv" })).waitFor();
    await choose(page, "pismo.csv", Buffer.from("Драги сви,\nвидимо се сутра.\n"));
    await page.locator("[data-test=error], [data-test=import-errors]").first().waitFor();
    await shot(page, "import-no-list-sr-Cyrl");
    await accessible(page, "an import that is no list");
    quiet(page);
});

test("the agent goes away in the middle: it is said, the list is still there, and a moment later it goes in", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 2))] });
    const page = await open(tablet, { at: "import" });
    page.expects = /ERR_|Failed to load/;
    const list = `${header}N1,Ненад Кузмановић,M,,RS-BUJ\n`;
    await paste(page, list);
    await look(page);
    await page.locator("[data-test=import]").waitFor();
    await tablet.kill();
    await page.locator("[data-test=import]").click();
    await page.locator(".view-import [data-test=error]").waitFor();
    await shot(page, "import-agent-gone");
    assert.equal(await page.locator("[data-test=import-text]").inputValue(), list);
    await tablet.restart();
    await page.locator("[data-test=import]").click();
    await page.locator("[data-test=import-done]").waitFor();
    assert.equal((await people(tablet, "kuzmanovic")).length, 1);
    quiet(page);
});

test("a list that is larger than the page takes is refused before it is sent, with what to do", async () => {
    const tablet = await agent();
    const page = await open(tablet, { at: "import" });
    await choose(page, "sve.csv", Buffer.from(header + "N1,Osoba,F,,RS-BUJ\n".repeat(230_000)));
    await page.locator("[data-test=error]", { hasText: "sve.csv is larger than 4 MB." }).waitFor();
    quiet(page);
});

test("twenty thousand people at once are taken in", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 1))] });
    const page = await open(tablet, { at: "import" });
    const rows = Array.from({ length: 20_000 }, (_, i) => `X${i},Osoba Broj${i},F,Škola ${i % 50},RS-BUJ`);
    await choose(page, "veliko.csv", Buffer.from(header + rows.join("\n") + "\n"));
    await page.locator("[data-test=import]").waitFor({ timeout: 120_000 });
    assert.deepEqual(await counts(page, "person"), ["20,000", "0", "0"]);
    await page.locator("[data-test=import]").click();
    await page.locator("[data-test=import-done]").waitFor({ timeout: 240_000 });
    assert.equal((await people(tablet, "broj19999")).length, 1);
    quiet(page);
});
