// SPDX-License-Identifier: Apache-2.0
/* Commands that look: report, export, verify, doctor.
 *
 * Not here:  counting (agent/app/report.h), checking (agent/store, agent/app/doctor.h).
 */
#include <string.h>

#include "agent/app/doctor.h"
#include "agent/app/export.h"
#include "agent/app/names.h"
#include "agent/app/report.h"
#include "agent/cli/call.h"
#include "agent/cli/sheet.h"
#include "agent/system/files.h"
#include "protocol/json_text.h"

enum { SMALL_CELL = 5, REPORT_FIGURES = 12, REPORT_SHOWN = 8 };
static const char *const report_columns[] = {
    N_("activity"),  N_("planned"),     N_("enrolled"), N_("reached"), N_("reached_f"), N_("reached_m"), N_("participations"),
    N_("completed"), N_("dropped_out"), "under_25",     "from_25",     "over_54",       "not_enrolled"}; /* the last ones: JSON's alone */

struct reporting {
    struct call *call;
    struct report *report;
    struct sheet sheet;
    const char *role;
    bool suppress;
};

static void add_figures(struct reporting *reporting, const char *name, const struct tally *tally)
{
    uint64_t figures[REPORT_FIGURES] = {
        tally->planned,
        tally->enrolled,
        tally->reached,
        tally_reached_of_sex(tally, SEX_FEMALE),
        tally_reached_of_sex(tally, SEX_MALE),
        tally->participations,
        tally->completed,
        tally->dropped_out,
        tally_reached_of_age(tally, AGE_UNDER_25),
        tally_reached_of_age(tally, AGE_25_TO_54),
        tally_reached_of_age(tally, AGE_OVER_54),
        tally->not_enrolled,
    };
    struct value cells[REPORT_FIGURES + 1] = {value_text(name)};

    for (size_t i = 0; i < REPORT_FIGURES; i++) {
        bool hidden = reporting->suppress && i > 0 && figures[i] > 0 && figures[i] < SMALL_CELL; /* what was planned is no secret */

        cells[i + 1] = hidden ? value_text("<5") : value_integer((int64_t)figures[i]);
    }
    sheet_add(&reporting->sheet, cells);
}

static bool report_activities(struct reporting *reporting, const char *only, const char *programme, struct error *err)
{
    bool found = only == NULL;

    for (size_t i = 0; i < report_activity_count(reporting->report); i++) {
        const struct report_activity *activity = report_activity(reporting->report, i);
        struct tally tally;

        if ((only != NULL && strcmp(only, activity->id) != 0) || (programme != NULL && strcmp(programme, activity->programme) != 0))
            continue;
        found = true;
        if (!report_tally(reporting->report, i, reporting->role, &tally))
            return false;
        add_figures(reporting, activity->code, &tally);
    }
    return found || error_set(err, ERROR_NOT_FOUND, "See `teren activity list`.", "the activity is not here any more");
}

static bool report_programmes(struct reporting *reporting, const char *only, struct error *err)
{
    const char *seen[256];
    size_t count = 0;

    for (size_t i = 0; i < report_activity_count(reporting->report); i++) {
        const char *programme = report_activity(reporting->report, i)->programme;
        struct tally tally;
        bool again = only != NULL && strcmp(only, programme) != 0;

        for (size_t k = 0; k < count && !again; k++)
            again = strcmp(seen[k], programme) == 0;
        if (again || count == sizeof seen / sizeof seen[0])
            continue;
        seen[count++] = programme;
        if (!report_tally_programme(reporting->report, programme, reporting->role, &tally, err))
            return false;
        add_figures(reporting, programme, &tally);
    }
    return true;
}

/* What these figures do not yet contain: every report says so. */
static void completeness(struct call *call, const struct status *status)
{
    char moment[MOMENT_TEXT_SIZE];

    if (status->sync.last_success_ms == 0) {
        fprintf(call->out, "%s\n", say(call->words, "Of this device alone: it has not synced yet."));
        return;
    }
    moment_text(status->sync.last_success_ms, moment);
    if (status->counts.waiting == 0)
        fprintf(call->out, say(call->words, "As the server knew on %.10s %.5s UTC, and all of this device. Each person once.\n"), moment,
                moment + 11);
    else
        fprintf(
            call->out,
            say_many(call->words,
                     "As the server knew on %.10s %.5s UTC, and all of this device (%llu change not delivered yet). Each person once.\n",
                     "As the server knew on %.10s %.5s UTC, and all of this device (%llu changes not delivered yet). Each person once.\n",
                     status->counts.waiting),
            moment, moment + 11, (unsigned long long)status->counts.waiting);
}

static bool report_tell(struct reporting *reporting, const struct status *status)
{
    struct call *call = reporting->call;
    struct json_text json = {0};

    if (!call->json) {
        struct sheet shown = sheet_of(call->arena, report_columns, REPORT_SHOWN);

        for (size_t r = 0; r < reporting->sheet.row_count; r++)
            sheet_add(&shown, &reporting->sheet.cells[r * reporting->sheet.column_count]);
        shown.words = call->words;
        if (!sheet_print(&shown, call->out))
            return false;
        completeness(call, status);
        return true;
    }
    json_open(&json, NULL, '{');
    json_put_moment(&json, "complete_to", status->sync.last_success_ms);
    json_put_integer(&json, "waiting", (int64_t)status->counts.waiting);
    sheet_json(&reporting->sheet, &json, "figures");
    json_shut(&json, '}');
    return json_print(&json, call->out);
}

bool command_report(struct call *call, struct error *err)
{
    struct reporting reporting = {.call = call, .role = options_value(&call->options, "role")};
    const char *by = options_value(&call->options, "by");
    const char *programme = options_value(&call->options, "programme");
    const struct field *role = entity_field(entity_find("enrolment"), "role");
    struct store *store = call->agent->store;
    struct status status;
    char programme_id[ROW_ID_SIZE];
    char activity_id[ROW_ID_SIZE];
    bool by_programme = by != NULL && strcmp(by, "programme") == 0;
    bool of_one = call->options.word_count == 1;
    bool done;

    reporting.suppress = options_has(&call->options, "suppress");
    reporting.sheet = sheet_of(call->arena, report_columns, REPORT_FIGURES + 1);
    if (by != NULL && !by_programme && strcmp(by, "activity") != 0)
        return error_set(err, ERROR_USAGE, "Say --by activity or --by programme.", "there is no report by %s", by);
    if (reporting.role != NULL && strcmp(reporting.role, "all") != 0 && !word_is_among(reporting.role, role->choices))
        return error_set(err, ERROR_USAGE, "See `teren enrolment add --help`.", "there is no role %s", reporting.role);
    if ((programme != NULL && !names_find_row(store, "programme", programme, programme_id, err)) ||
        (of_one && !names_find_row(store, "activity", call->options.words[0], activity_id, err)) ||
        !status_read(store, &call->agent->world->clock, call->agent->serving, &status, err) ||
        !report_create(store, &reporting.report, err))
        return false;
    done = by_programme ? report_programmes(&reporting, programme == NULL ? NULL : programme_id, err)
                        : report_activities(&reporting, of_one ? activity_id : NULL, programme == NULL ? NULL : programme_id, err);
    done = done && report_tell(&reporting, &status);
    report_destroy(reporting.report);
    return done;
}

struct exported {
    struct call *call;
    const char *folder; /* where the files go; people see it as they typed it */
    struct sheet sheet;
};

static void take_file(void *context, const char *path, uint64_t rows)
{
    struct exported *exported = context;
    const char *shown = arena_format(exported->call->arena, "%s%s", exported->call->options.words[0], path + strlen(exported->folder));
    struct value cells[] = {value_text(shown), value_integer((int64_t)rows)};

    sheet_add(&exported->sheet, cells);
}

bool command_export(struct call *call, struct error *err)
{
    static const char *const columns[] = {N_("file"), N_("rows")};
    struct exported exported = {.call = call, .sheet = sheet_of(call->arena, columns, 2)};
    struct export_options options = {.folder = files_join(call->arena, call->folder, call->options.words[0]),
                                     .plain = options_has(&call->options, "plain"),
                                     .each_file = take_file,
                                     .context = &exported};
    struct json_text json = {0};

    if (call->options.words[0][0] == '\0')
        return error_set(err, ERROR_USAGE, "Name a folder; a dot means this one.", "no folder was named");
    exported.folder = options.folder;
    exported.sheet.words = call->words;
    if (options.folder == NULL || !export_write(call->agent->store, &options, err))
        return false;
    if (!call->json)
        return sheet_print(&exported.sheet, call->out);
    json_open(&json, NULL, '{');
    sheet_json(&exported.sheet, &json, "files");
    json_shut(&json, '}');
    return json_print(&json, call->out);
}

static void take_finding(void *context, const char *finding)
{
    struct sheet *sheet = context;
    struct value cells[] = {value_text(finding)};

    sheet_add(sheet, cells);
}

bool command_verify(struct call *call, struct error *err)
{
    static const char *const columns[] = {N_("finding")};
    struct sheet sheet = sheet_of(call->arena, columns, 1);
    struct json_text json = {0};
    uint64_t findings = 0;

    if (!store_verify(call->agent->store, take_finding, &sheet, &findings, err))
        return false;
    if (call->json) {
        json_open(&json, NULL, '{');
        json_put_bool(&json, "sound", findings == 0);
        sheet_json(&sheet, &json, "findings");
        json_shut(&json, '}');
        if (!json_print(&json, call->out))
            return false;
        call->exit_code = findings == 0 ? 0 : error_exit_code(ERROR_CORRUPT);
        return true;
    }
    if (findings == 0) {
        fprintf(call->out, "%s\n", say(call->words, "Everything in the store fits its proofs."));
        return true;
    }
    sheet.words = call->words;
    return sheet_print(&sheet, call->out) &&
           error_set(err, ERROR_CORRUPT, "Keep this device as it is and tell your coordinator; what was delivered is safe at the server.",
                     findings == 1 ? N_("the store has %llu finding") : N_("the store has %llu findings"), (unsigned long long)findings);
}

struct checking {
    struct call *call;
    struct sheet sheet;
};

static void take_check(void *context, const struct doctor_finding *finding)
{
    static const char *const verdicts[] = {[DOCTOR_GOOD] = N_("good"), [DOCTOR_NOTE] = N_("note"), [DOCTOR_BAD] = N_("bad")};
    struct checking *checking = context;
    const struct catalogue *words = checking->call->words;
    char says[SAID_BYTES], remedy[SAID_BYTES];
    struct value cells[] = {value_text(say(words, finding->check)), value_text(say(words, verdicts[finding->verdict])),
                            value_text(finding->kind == ERROR_NONE ? say_sentence(words, finding->says, says, sizeof says)
                                                                   : say_cause(words, finding->kind, finding->says, says)),
                            value_text(say_sentence(words, finding->remedy, remedy, sizeof remedy))};

    sheet_add(&checking->sheet, cells);
}

bool command_doctor(struct call *call, struct error *err)
{
    static const char *const columns[] = {N_("check"), N_("verdict"), N_("says"), N_("remedy")};
    struct checking checking = {.call = call, .sheet = sheet_of(call->arena, columns, 4)};
    struct json_text json = {0};
    struct status status;

    checking.sheet.words = call->words;
    if (!status_read(call->agent->store, &call->agent->world->clock, call->agent->serving, &status, err))
        return false;
    call->exit_code = error_exit_code(doctor_look(call->agent->store, &status, call->agent->home, take_check, &checking));
    if (!call->json)
        return sheet_print(&checking.sheet, call->out);
    json_open(&json, NULL, '{');
    sheet_json(&checking.sheet, &json, "checks");
    json_shut(&json, '}');
    return json_print(&json, call->out);
}
