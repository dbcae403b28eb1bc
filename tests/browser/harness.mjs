// SPDX-License-Identifier: Apache-2.0
/* What every browser story needs: real programs on loopback, a real Chromium, eyes.
 *
 * Here:      starting `teren run` and `teren-server` in a folder of their own, opening the page as its launcher does, screenshots, axe.
 * Not here:  any promise. A story is a file story_*.mjs with node:test; a ctest case each.
 * Needs      TEREN_BIN (the build folder). Screenshots go to TEREN_SHOTS or TEREN_BIN/screenshots.
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, mkdir, readFile, rm, writeFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { after } from "node:test";
import { chromium } from "playwright-core";

export const source = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const programme = join(source, "tests", "programme");
const bin = process.env.TEREN_BIN ?? join(source, "build", "asan");
const shots = process.env.TEREN_SHOTS ?? join(bin, "screenshots");
export const teren = join(bin, "agent", "teren");
export const terenServer = join(bin, "server-stub", "teren-server");
const run = promisify(execFile);
const WAIT_MS = 60_000; // a sanitized build on two busy cores; nothing waits so long when all is well

/* --- folders and programs ------------------------------------------------------------------------------------------------ */

const ends = []; // what is to be stopped, last first
export async function stopEverything() {
    while (ends.length > 0) await ends.pop()();
}
after(stopEverything);

export async function folder() {
    const made = await mkdtemp(join(tmpdir(), "teren-story-"));
    ends.push(() => rm(made, { recursive: true, force: true }));
    return made;
}

const environment = { ...process.env, LC_ALL: "C.UTF-8", TZ: "Europe/Belgrade" };
for (const name of ["TEREN_HOME", "TEREN_LANGUAGE", "LANGUAGE", "NOTIFY_SOCKET"]) delete environment[name];

/* Runs a program to its end; gives what it printed. */
export async function call(program, ...words) {
    const { stdout } = await run(program, words, { env: environment, maxBuffer: 64 << 20 });
    return stdout;
}

/* Waits until `read` gives something; the only clock is a bound on a failure. */
export async function until(what, read, ms = WAIT_MS) {
    const end = Date.now() + ms;
    for (;;) {
        const found = await read();
        if (found) return found;
        if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

/* `teren run` over one home folder. stop() and start() as often as wanted; kill() is kill -9. */
export class Agent {
    constructor(home) {
        this.home = home;
        this.said = "";
    }

    do(...words) {
        return call(teren, "--home", this.home, ...words);
    }

    async start(port = 0) {
        this.said = "";
        this.child = spawn(teren, ["--home", this.home, "run", "--port", String(port)], { env: environment });
        this.ended = new Promise((resolve) => this.child.once("exit", resolve));
        for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", (text) => (this.said += text));
        await until("`teren run`", () => {
            if (this.child.exitCode !== null) throw new Error(`teren run ended: ${this.said}`);
            return this.said.includes("Ready");
        });
        const launcher = await readFile(this.launcher, "utf8");
        this.url = launcher.match(/http:\/\/127\.0\.0\.1:\d+/)[0];
        this.token = launcher.match(/#([A-Za-z0-9_-]{43})/)[1];
    }

    get launcher() {
        return join(this.home, "open.html");
    }

    get port() {
        return Number(new URL(this.url).port);
    }

    /* The same port again, as a tablet's restart has it: the page that is open must find it. */
    async restart() {
        await this.start(this.port);
    }

    async stop(signal = "SIGTERM") {
        if (this.child === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
        this.child.kill(signal);
        await this.ended;
    }

    kill() {
        return this.stop("SIGKILL");
    }

    /* The API as another program with the token would call it. */
    async api(method, path, body, headers = {}) {
        const answer = await fetch(this.url + path, {
            method,
            headers: {
                "Teren-Token": this.token,
                ...(body === undefined ? {} : { "Content-Type": "application/json", Origin: this.url }),
                ...headers,
            },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        return { status: answer.status, headers: answer.headers, body: await answer.json() };
    }
}

/* A tablet with lists in it. lists: folders or files for `teren import`. The page is served unless start is false. */
export async function agent({ lists = [], start = true, home } = {}) {
    const made = new Agent(home ?? join(await folder(), "tablet"));
    await made.do("init");
    for (const list of lists) await made.do("import", list);
    ends.push(() => made.stop());
    if (start) await made.start();
    return made;
}

export class Server {
    async start() {
        this.data ??= join(await folder(), "server");
        const options = ["--data", this.data];
        if (!this.url) await call(terenServer, "init", ...options);
        const listen = this.url ? new URL(this.url).host : "127.0.0.1:0";
        this.said = "";
        this.child = spawn(terenServer, ["serve", ...options, "--listen", listen], { env: environment });
        this.ended = new Promise((resolve) => this.child.once("exit", resolve));
        this.child.stdout.on("data", (text) => (this.said += text));
        this.child.stderr.on("data", () => {});
        this.url = await until("`teren-server serve`", () => this.said.match(/^ready on (\S+)/m)?.[1]);
    }

    async code(name, ...grants) {
        const words = grants.flatMap((grant) => ["--scope", grant]);
        return (await call(terenServer, "device", "code", name, "--data", this.data, ...words)).split("\n")[0];
    }

    async stop(signal = "SIGTERM") {
        if (this.child?.exitCode !== null || this.child.signalCode !== null) return;
        this.child.kill(signal);
        await this.ended;
    }
}

export async function server() {
    const made = new Server();
    await made.start();
    ends.push(() => made.stop());
    return made;
}

/* --- lists to play with -------------------------------------------------------------------------------------------------- */

const quote = (cell) => `"${String(cell ?? "").replaceAll('"', '""')}"`;
const csv = (rows) => [Object.keys(rows[0]).join(","), ...rows.map((row) => Object.values(row).map(quote).join(","))].join("\n") + "\n";

/* A day as the page's clock has it, `days` from today. */
export function day(days = 0) {
    const at = new Date(Date.now() + days * 86_400_000);
    return new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Belgrade" }).format(at);
}

/* One training with two sessions today and one tomorrow, and these people enrolled. Gives the folder with the lists. */
export async function training(people, { code = "TT-1", title = "Obuka za nastavnike", mode = "in_person", date = day() } = {}) {
    const made = await folder();
    const rows = people.map((person, i) => ({
        ref: person.ref ?? `P${String(i + 1).padStart(4, "0")}`,
        full_name: person.full_name ?? person,
        sex: person.sex ?? (i % 2 ? "M" : "F"),
        birth_year: person.birth_year ?? 1970 + (i % 30),
        organisation: person.organisation ?? "OŠ „Branko Radičević“",
        position: person.position ?? "nastavnik",
        municipality: "RS-BUJ",
        phone: person.phone ?? `+3816${String(10_000_000 + i)}`,
        email: person.email ?? "",
    }));
    const files = {
        municipalities: [{ code: "RS-BUJ", name: "Bujanovac", name_cyrillic: "Бујановац", country: "RS", tablets: 2 }],
        activities: [{ code, programme: "lnob", kind: "teacher_training", title, municipality: "RS-BUJ", starts_on: date, ends_on: date,
            mode, min_minutes_pct: 80, planned_participants: 30 }],
        sessions: [1, 2].map((n) => ({ code: `${code}-${n}`, activity: code, title: `Modul ${n}`, date,
            starts_at: n === 1 ? "09:00" : "11:00", minutes: 90, mode })),
        people: rows,
        enrolments: rows.map((row) => ({ activity: code, person: row.ref, role: "participant" })),
    };
    for (const [name, list] of Object.entries(files)) if (list.length > 0) await writeFile(join(made, `${name}.csv`), csv(list));
    return made;
}

/* Thirty people of the region, in the scripts they write. */
export const thirty = ["Ђорђе Петровић", "Vesna Marković", "Arben Gashi", "Çelik Berisha", "Ана Јовановска", "Senad Delić", "Živko Ćirić",
    "Милица Љубичић", "Šaban Šaulić", "Njegoš Džodan", "Љиљана Њежић", "Fatime Krasniqi", "Enver Hoxhaj", "Амир Хаџић", "Ivana Đurić",
    "Ђурђа Ђукић", "Blerim Thaçi", "Зоран Ќосев", "Гордана Ѓорѓиева", "Muhamed Softić", "Jelena Stanković Stojanović", "Petar Petrović",
    "Петар Петровић", "Lule Beqiri", "Ardita Xhafa", "Dragan Čelik", "Nermina Đozić", "Благоја Џајков", "Radmila Žarković", "Zef Prenga"];

/* --- the browser --------------------------------------------------------------------------------------------------------- */

let browser;
export async function chrome() {
    if (browser === undefined) {
        const profile = await folder();
        browser = await chromium.launch({
            executablePath: process.env.TEREN_CHROMIUM ?? "/usr/bin/chromium",
            args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", `--crash-dumps-dir=${profile}`],
        });
        ends.push(() => browser.close());
    }
    return browser;
}

export const sizes = {
    phone: { width: 360, height: 740 },
    tablet: { width: 800, height: 1280 },
    wide: { width: 1280, height: 800 },
};

/* The page as a person opens it: by its launcher. Whatever the console or the content policy complains of fails the story at its end. */
export async function open(agent, { size = "tablet", language = "en", dark = false, touch = true, at = "", context } = {}) {
    const of = context ?? (await (await chrome()).newContext({ viewport: sizes[size], hasTouch: touch, colorScheme: dark ? "dark" : "light",
        locale: language, timezoneId: "Europe/Belgrade", acceptDownloads: true }));
    const page = await of.newPage();
    page.complaints = [];
    page.on("pageerror", (error) => page.complaints.push(String(error)));
    page.on("console", (message) => {
        if (["error", "warning"].includes(message.type()) && !page.expects?.test(message.text())) page.complaints.push(message.text());
    });
    if (language !== "en") {
        const { status, body } = await agent.api("POST", "/api/settings", { language });
        assert.equal(status, 200, JSON.stringify(body));
    }
    await page.goto(`file://${agent.launcher}`);
    await page.waitForURL(`${agent.url}/**`);
    await page.locator("[data-ready]").first().waitFor({ timeout: WAIT_MS });
    if (at) await go(page, at);
    return page;
}

/* To a view by its address, such as "roster?session=...". */
export async function go(page, at) {
    await page.evaluate((hash) => { location.hash = hash; }, `#/${at}`);
    await page.locator(`[data-view="${at.split("?")[0]}"][data-ready]`).waitFor({ timeout: WAIT_MS });
}

export function quiet(page) {
    assert.deepEqual(page.complaints, [], "the console is quiet");
}

export async function shot(page, name) {
    await mkdir(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name}.png`), animations: "disabled" });
}

/* WCAG 2.2 AA by axe-core: nothing serious, on whatever is on the screen now. axe is handed in by the test, so the content policy stays. */
export async function accessible(page, where) {
    const axe = await readFile(join(source, "tests/browser/node_modules/axe-core/axe.min.js"), "utf8");
    // what is half faded in has half its contrast
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)));
    const found = await evaluateAxe(page, axe);
    const serious = found.filter((violation) => ["serious", "critical"].includes(violation.impact));
    assert.deepEqual(serious.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target).join(" ")}`), [], where);
}

/* Through the debugger's own door: evaluate() there is not under the page's content policy. */
async function evaluateAxe(page, axe) {
    const session = await page.context().newCDPSession(page);
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    await session.send("Runtime.evaluate", { expression: axe });
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
        expression: `axe.run(document, {runOnly: ${JSON.stringify(tags)}}).then((r) => JSON.stringify(r.violations.map((v) => ` +
            `({id: v.id, impact: v.impact, nodes: v.nodes.map((n) => ({target: n.target.join(" ")}))}))))`,
        awaitPromise: true,
        returnByValue: true,
    });
    await session.detach();
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return JSON.parse(result.value);
}

/* The page's own words for an English text, in the language it is shown in. */
export async function words(agent, language) {
    const { texts } = await (await fetch(`${agent.url}/words/${language}.json`)).json();
    return (text, values = {}) => {
        const found = texts[text];
        const said = (Array.isArray(found) ? found[0] : found) || text;
        return said.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    };
}

export async function exists(path) {
    return stat(path).then(() => true, () => false);
}
