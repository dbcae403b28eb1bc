// SPDX-License-Identifier: Apache-2.0
/* A page of a stranger, open in the same browser as Teren: it tries to read, to write, to frame and to be taken for ours, and gets nothing.
 *
 * Not here:  requests that no browser would send (tests/unit/agent_page_*.c).
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { agent, call, chrome, day, open, quiet, teren, thirty, training } from "./harness.mjs";

/* A stranger's site on another port of this machine: the nearest that a page of the world can come. */
async function stranger(html, headers = {}) {
    const seen = [];
    const site = createServer((request, answer) => {
        seen.push(request.url);
        answer.writeHead(200, { "Content-Type": "text/html", ...headers });
        answer.end(html);
    });
    await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
    after(() => { site.closeAllConnections?.(); site.close(); });
    return { url: `http://localhost:${site.address().port}/`, seen };
}

async function visit(url) {
    const context = await (await chrome()).newContext();
    const page = await context.newPage();
    await page.goto(url);
    return page;
}

/* What stands, as the tablet itself tells it. */
async function marks(tablet) {
    const { body } = await tablet.api("GET", `/api/today?day=${day()}`);
    const { people } = (await tablet.api("GET", `/api/roster?session=${body.today[0].id}`)).body;
    return people.map((person) => [person.id, person.status]);
}

const tablet = await agent({ lists: [await training(thirty)] });
const site = await stranger("<!doctype html><title>Free ringtones</title><p>Hello");
const before = JSON.stringify(await marks(tablet));
/* The worst case: the stranger has learnt address and token's shape, and even the true token where it says so. */
const attempt = (page, path, options) => page.evaluate(async ([address, init]) => {
    try {
        const answer = await fetch(address, init);
        return { type: answer.type, status: answer.status, text: await answer.text() };
    } catch (error) {
        return { refused: String(error) };
    }
}, [tablet.url + path, options]);

test("a foreign page cannot read anything, with any kind of fetch", async () => {
    const page = await visit(site.url);
    for (const path of ["/", "/api/state", "/api/today", "/words/en.json", "/openapi.json"]) {
        for (const options of [{}, { mode: "no-cors" }, { credentials: "include" }, { headers: { "Teren-Token": tablet.token } }]) {
            const got = await attempt(page, path, options);
            assert.ok(got.refused !== undefined || (got.type === "opaque" && got.text === ""),
                `${path} ${JSON.stringify(options)}: ${JSON.stringify(got)}`);
        }
    }
});

test("a foreign page cannot write, not even with the true token", async () => {
    const page = await visit(site.url);
    const session = JSON.parse(await tablet.do("session", "list", "--json"));
    const mark = JSON.stringify({ session: "TT-1-1", person: "P0001", status: "absent" });
    assert.ok(JSON.stringify(session).includes("TT-1-1"));
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json"]) {
        for (const mode of ["no-cors", "cors"]) {
            await attempt(page, "/api/mark", { method: "POST", mode, body: mark, headers: { "Content-Type": type } });
            await attempt(page, "/api/mark",
                { method: "POST", mode, body: mark, headers: { "Content-Type": type, "Teren-Token": tablet.token } });
        }
    }
    await page.evaluate(async ([address, body]) => navigator.sendBeacon(address, body), [`${tablet.url}/api/mark`, mark]);
    await page.evaluate(([address]) => new Promise((resolve) => {
        const frame = document.createElement("iframe");
        const form = document.createElement("form");
        frame.name = "out";
        frame.onload = resolve;
        Object.assign(form, { action: address, method: "POST", target: "out", enctype: "text/plain" });
        const input = document.createElement("input");
        input.name = '{"session":"TT-1-1","person":"P0001","status":"absent","x":"';
        input.value = '"}';
        form.append(input);
        document.body.append(frame, form);
        form.submit();
    }), [`${tablet.url}/api/mark`]);
    assert.equal(JSON.stringify(await marks(tablet)), before);
});

test("a foreign page cannot frame ours, nor use it as script, style or picture", async () => {
    const page = await visit(site.url);
    const found = await page.evaluate(async (address) => {
        const load = (tag, attribute, path) => new Promise((resolve) => {
            const element = document.createElement(tag);
            if (tag === "link") element.rel = "stylesheet";
            element.onload = () => resolve("loaded");
            element.onerror = () => resolve("refused");
            element[attribute] = address + path;
            document.body.append(element);
        });
        return [await load("script", "src", "/main.js"), await load("link", "href", "/style.css"), await load("img", "src", "/"),
            await load("script", "src", "/api/state")];
    }, tablet.url);
    assert.deepEqual(found, ["refused", "refused", "refused", "refused"]);
    await page.setContent(`<iframe src="${tablet.url}/"></iframe>`);
    await page.waitForTimeout(0);
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    await framed.waitForLoadState().catch(() => {});
    assert.equal(await framed.locator("[data-ready]").count().catch(() => 0), 0, "the page is not shown in a frame");
    assert.ok(!(await framed.content().catch(() => "")).includes("main.js"), "nothing of it is there");
});

test("a name that points to 127.0.0.1 (DNS rebinding) is not served", async () => {
    const { chromium } = await import("playwright-core");
    const other = await chromium.launch({ executablePath: process.env.TEREN_CHROMIUM ?? "/usr/bin/chromium",
        args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP evil.example 127.0.0.1"] });
    try {
        const page = await other.newPage();
        const answer = await page.goto(`http://evil.example:${tablet.port}/`);
        assert.equal(answer.status(), 421);
        const got = await page.evaluate(async (token) => {
            const reply = await fetch("/api/state", { headers: { "Teren-Token": token } });
            return { status: reply.status, text: await reply.text() };
        }, tablet.token);
        assert.equal(got.status, 421);
        assert.ok(!got.text.includes("holder"));
    } finally {
        await other.close();
    }
});

test("a window that a stranger opened cannot be reached from the stranger's page", async () => {
    const page = await visit(site.url);
    const [popup] = await Promise.all([page.context().waitForEvent("page"), page.evaluate((address) => {
        globalThis.ours = window.open(`${address}/`);
    }, tablet.url)]);
    await popup.waitForLoadState();
    const reached = await page.evaluate(() => {
        try {
            return String(globalThis.ours.document.body.textContent);
        } catch (error) {
            return "refused";
        }
    });
    assert.ok(["refused", ""].includes(reached) || reached === "null", reached);
    assert.equal(await popup.evaluate(() => window.opener), null, "opener is cut");
});

test("the token stands in no address, no history and no storage that outlives the tab", async () => {
    const page = await open(tablet, {});
    assert.ok(!page.url().includes(tablet.token));
    assert.equal(await page.evaluate((token) => JSON.stringify(localStorage).includes(token) || document.cookie.includes(token),
        tablet.token), false);
    await page.reload();
    await page.locator("[data-ready]").first().waitFor();
    assert.ok(!page.url().includes(tablet.token));
    quiet(page);
});

test("the program works on beside all that", async () => {
    assert.match(await call(teren, "--home", tablet.home, "verify"), /fits its proofs/);
});
