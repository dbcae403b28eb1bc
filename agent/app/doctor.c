// SPDX-License-Identifier: Apache-2.0
/* A look over this device.
 *
 * Not here:  mending. Each finding says what a person can do.
 */
#define _GNU_SOURCE
#include "agent/app/doctor.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/system/files.h"
#include "protocol/catalogue.h"

enum { FREE_MIB_MIN = 50, CLOCK_ERROR_MS_MAX = 5 * 60 * 1000 };
static const int64_t YEAR_2020_MS = 1577836800000;

struct patient {
    struct store *store;
    const struct status *status;
    const char *home;
};

static void good(struct doctor_finding *finding, const char *says)
{
    finding->verdict = DOCTOR_GOOD;
    snprintf(finding->says, sizeof finding->says, "%s", says);
}

static void finds(struct doctor_finding *finding, enum doctor_verdict verdict, const char *says, const char *remedy)
{
    finding->verdict = verdict;
    finding->kind = ERROR_STORAGE; /* where a look knows better, it says so */
    snprintf(finding->says, sizeof finding->says, "%s", says);
    snprintf(finding->remedy, sizeof finding->remedy, "%s", remedy);
}

static void look_at_folder(const struct patient *patient, struct doctor_finding *finding)
{
    struct stat about;

    if (stat(patient->home, &about) != 0 || access(patient->home, W_OK | X_OK) != 0)
        finds(finding, DOCTOR_BAD, "the home folder cannot be written", "Check that it is yours and not read-only.");
    else if ((about.st_mode & 077) != 0)
        finds(finding, DOCTOR_NOTE, "others on this machine can look into the home folder", "chmod 700 it.");
    else
        good(finding, "the home folder is yours alone");
}

static void look_at_disk(const struct patient *patient, struct doctor_finding *finding)
{
    unsigned long long free_bytes;

    if (!files_free_bytes(patient->home, &free_bytes))
        finds(finding, DOCTOR_NOTE, "the free space could not be read", "");
    else if (free_bytes / (1024 * 1024) < FREE_MIB_MIN)
        finds(finding, DOCTOR_BAD, "less than 50 MiB are free on the disk", "Free some space: recording stops when it is full.");
    else
        good(finding, "there is space on the disk");
}

static void look_at_clock(const struct patient *patient, struct doctor_finding *finding)
{
    int64_t off_ms = patient->status->sync.clock_error_ms;

    if (patient->status->now_ms < YEAR_2020_MS)
        finds(finding, DOCTOR_BAD, "the device's date is not set",
              "Set it; what you record meanwhile is kept and sorted after the last sync.");
    else if (off_ms > CLOCK_ERROR_MS_MAX || off_ms < -CLOCK_ERROR_MS_MAX) {
        finds(finding, DOCTOR_NOTE, "", "Set the device's date and time. Nothing is lost by it.");
        snprintf(finding->says, sizeof finding->says,
                 off_ms < 0 ? N_("the clock is %lld minutes behind the server's") : N_("the clock is %lld minutes ahead of the server's"),
                 (long long)((off_ms < 0 ? -off_ms : off_ms) / 60000));
    } else
        good(finding, patient->status->sync.last_success_ms == 0 ? N_("the date looks right") : N_("the clock agrees with the server's"));
}

static void server_failed(const struct status *status, struct doctor_finding *finding)
{
    finds(finding, error_mends_itself(status->sync.last_error_kind) ? DOCTOR_NOTE : DOCTOR_BAD, status->sync.last_error,
          status->sync.last_remedy);
    finding->kind = status->sync.last_error_kind;
}

static void look_at_server(const struct patient *patient, struct doctor_finding *finding)
{
    if (!patient->status->identity.enrolled)
        finds(finding, DOCTOR_NOTE, "this device is not enrolled: it records, but delivers nothing",
              "Ask your coordinator for a code, then: teren enrol URL CODE.");
    else if (patient->status->sync.last_error_kind != ERROR_NONE)
        server_failed(patient->status, finding);
    else if (patient->status->sync.last_success_ms == 0)
        finds(finding, DOCTOR_NOTE, "this device has not synced yet", "Run `teren sync`.");
    else
        good(finding, "the last sync went well");
}

static void look_at_delivery(const struct patient *patient, struct doctor_finding *finding)
{
    if (patient->status->counts.quarantined > 0) {
        finds(finding, DOCTOR_BAD, "", "Tell your coordinator: the server keeps them, but could not apply them.");
        finding->kind = ERROR_INVALID;
        snprintf(finding->says, sizeof finding->says,
                 say_many(NULL, "%llu change is in quarantine", "%llu changes are in quarantine", patient->status->counts.quarantined),
                 (unsigned long long)patient->status->counts.quarantined);
    } else if (patient->status->counts.waiting > 0) {
        finds(finding, DOCTOR_NOTE, "", "");
        snprintf(finding->says, sizeof finding->says,
                 say_many(NULL, "%llu change waits to be delivered", "%llu changes wait to be delivered", patient->status->counts.waiting),
                 (unsigned long long)patient->status->counts.waiting);
    } else
        good(finding, "nothing waits to be delivered");
}

static void look_at_running(const struct patient *patient, struct doctor_finding *finding)
{
    if (patient->status->running)
        good(finding, "`teren run` is syncing in the background");
    else
        finds(finding, DOCTOR_NOTE, "nothing syncs in the background", "Start `teren run`, or call `teren sync` when there is a network.");
}

static void ignore_finding(void *context, const char *finding)
{
    (void)context, (void)finding;
}

/* All of it, against its proofs: whoever calls the doctor has a reason, and a row that is wrong looks like any other. */
static void look_at_store(const struct patient *patient, struct doctor_finding *finding)
{
    struct error why = {0};
    uint64_t findings = 0;

    if (!store_verify(patient->store, ignore_finding, NULL, &findings, &why)) {
        finds(finding, DOCTOR_BAD, why.cause, why.remedy);
        finding->kind = why.kind;
    } else if (findings > 0) {
        finds(finding, DOCTOR_BAD, "", "`teren verify` names them; `teren mend` makes the store whole again.");
        finding->kind = ERROR_CORRUPT;
        snprintf(
            finding->says, sizeof finding->says,
            say_many(NULL, "%llu thing in the store does not fit its proofs", "%llu things in the store do not fit their proofs", findings),
            (unsigned long long)findings);
    } else {
        good(finding, "everything in the store fits its proofs");
    }
}

enum error_kind doctor_look(struct store *store, const struct status *status, const char *home,
                            void (*each)(void *context, const struct doctor_finding *finding), void *context)
{
    static const struct {
        const char *check;
        void (*look)(const struct patient *patient, struct doctor_finding *finding);
    } checks[] = {
        {N_("store"), look_at_store},        {N_("folder"), look_at_folder}, {N_("disk"), look_at_disk},
        {N_("clock"), look_at_clock},        {N_("server"), look_at_server}, {N_("delivery"), look_at_delivery},
        {N_("background"), look_at_running},
    };
    const struct patient patient = {store, status, home};
    enum error_kind first = ERROR_NONE;

    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        struct doctor_finding finding = {.check = checks[i].check};

        checks[i].look(&patient, &finding);
        if (finding.verdict == DOCTOR_BAD && first == ERROR_NONE)
            first = finding.kind;
        each(context, &finding);
    }
    return first;
}
