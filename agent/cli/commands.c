// SPDX-License-Identifier: Apache-2.0
/* The table of commands: what `teren` can do, and what help, manual and completion say about it.
 *
 * Here:      names, words, options, summaries; the commands of every entity, made out of the entity table.
 * Not here:  doing it.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/app/names.h"
#include "agent/cli/call.h"

#define END                                                                                                                                \
    {                                                                                                                                      \
        NULL, NULL, NULL, false                                                                                                            \
    }

static const struct option_row common_options[] = {
    {"home", "DIR", N_("the folder with this device's data"), false},
    {"author", "PERSON", N_("who holds the device: a code or id of a person"), false},
    {"json", NULL, N_("answer in JSON"), false},
    {"help", NULL, N_("show this help"), false},
    END,
};

const struct program_text cli_program = {
    .name = "teren",
    .version = TEREN_VERSION,
    .summary = N_("record activities and attendance offline, sync by itself"),
    .description = "Records on this device, with no network at all, and delivers to the association's server when there is one. What a "
                   "command accepted survives a power cut. While `teren run` works in the background the other commands go through it.\n\n"
                   "Wherever a row is named, its human code (TT-RS-BUJ-1, P0042) or its id may be given.",
    .common = common_options,
    .environment = "TEREN_HOME names the home folder where --home does not; else it is $XDG_DATA_HOME/teren or ~/.local/share/teren. "
                   "TEREN_LANGUAGE (en, sr-Cyrl, sr-Latn, bs, sq, mk) is the language of answers where the locale is not to choose it. "
                   "NOTIFY_SOCKET is that of sd_notify(3).",
    .files = "The home folder holds teren.db with the files that SQLite and teren keep beside it. Do not copy it to another device: enrol "
             "that device with a code of its own.",
    .see_also = "teren-server(1)",
};

static const struct option_row enrol_options[] = {
    {"ca", "FILE", N_("trust this certificate authority (PEM) instead of the system's list"), false},
    {"kind", "WORD", N_("what this device is: tablet, laptop"), false},
    END,
};
static const struct option_row import_options[] = {{"preview", NULL, N_("say what would change, change nothing"), false}, END};
static const struct option_row undo_options[] = {{"yes", NULL, N_("also an import, and a step of many changes"), false}, END};
static const struct option_row bundle_options[] = {{"preview", NULL, N_("say what it would do, change nothing"), false}, END};
static const struct option_row attendance_options[] = {{"day", "DATE", N_("this day only, YYYY-MM-DD"), false}, END};
static const struct option_row webinar_options[] = {
    {"preview", NULL, N_("show who was there and who they are, record nothing"), false},
    {"order", "dmy|mdy", N_("whether the day or the month stands first in the report's dates"), false},
    {"shift", "MINUTES", N_("move the report's clock: 60 when it is an hour behind the session's"), false},
    {"decide", "FILE", N_("CSV of key,person: a number of the preview, and a person's code, fresh or leave"), false},
    {"fresh-unmatched", NULL, N_("record those whom nobody here is like as new people"), false},
    {"leave-unmatched", NULL, N_("leave out those of whom it is not sure who they are"), false},
    END,
};
static const struct option_row mark_options[] = {
    {"minutes", "N", N_("minutes attended; without it the length of the session"), false},
    {"at", "TIME", N_("when it was observed, such as 2026-08-14T09:00:00+02:00"), false},
    {"mode", "MODE", N_("in_person, online or hybrid"), false},
    {"note", "TEXT", N_("a note"), false},
    END,
};
static const struct option_row settle_options[] = {
    {"keep", NULL, N_("keep the value that stands"), false},
    {"other", NULL, N_("take the other value"), false},
    END,
};
static const struct option_row holder_options[] = {
    {"forget-pin", NULL, N_("for one who forgot it: no PIN any more, and the page is open"), false},
    END,
};
static const struct option_row report_options[] = {
    {"programme", "CODE", N_("of this programme only"), false},
    {"by", "WHAT", N_("activity (the default) or programme"), false},
    {"role", "ROLE", N_("count this role instead of participant; all: everybody"), false},
    {"suppress", NULL, N_("hide figures from 1 to 4: for publication"), false},
    END,
};
static const struct option_row duplicates_options[] = {
    {"least", "N", N_("from this likeness on, 1 to 100; without it 60"), false},
    {"csv", NULL, N_("as CSV: person,also,score,reason"), false},
    END,
};
static const struct option_row similar_options[] = {
    {"full-name", "NAME", N_("first and family name, in any script and order"), false},
    {"phone", "NUMBER", N_("telephone number"), false},
    {"email", "ADDRESS", N_("e-mail address"), false},
    {"organisation", "TEXT", N_("where the person works"), false},
    {"birth-year", "N", N_("year of birth"), false},
    {"municipality", "CODE", N_("home municipality"), false},
    END,
};
static const struct option_row export_options[] = {{"plain", NULL, N_("for programs: no BOM, LF, cells as they are"), false}, END};
static const struct option_row run_options[] = {
    {"port", "N", N_("serve the page on this port; 0: any free one; without it 47110, else any free one"), false},
    {"no-page", NULL, N_("serve no page"), false},
    END,
};
static const struct option_row open_options[] = {{"print", NULL, N_("say which file to open instead of opening it"), false}, END};
static const struct option_row help_options[] = {
    {"man", NULL, N_("the manual page, for man(1)"), false},
    {"completion", NULL, N_("completion for bash, to be sourced"), false},
    {"openapi", NULL, N_("what the page can be asked, for programs (OpenAPI)"), false},
    END,
};

static const struct command fixed_commands[] = {
    {{"init", "", 0, 0, NULL, N_("make this device's store in an empty home folder"),
      N_("Needs no network: the device can record from now on and be enrolled later."), "teren init"},
     0,
     command_init,
     NULL},
    {{"enrol", "URL CODE", 2, 2, enrol_options, N_("tie this device to the association's server with a one-time code"),
      N_("The code comes from the coordinator. Its last characters are a print of the server's key: a false server is refused."),
      "teren enrol https://teren.example.org 7K3M-9QRT-2V5X-8Y1A-BCDE"},
     COMMAND_STORE | COMMAND_WRITES,
     command_enrol,
     NULL},
    {{"import", "FILE...", 1, 64, import_options, N_("take in lists: municipalities, activities, sessions, people, enrolments"),
      N_("CSV with a header; which list it is, the header says. A folder means the lists in it, by their names (people.csv). All lines go "
         "in, "
         "or "
         "none; every wrong line is told. Importing twice changes nothing; an empty cell says nothing. A column `id`, as export writes it, "
         "finds the row whose code is missing or has changed. With --preview the rows that would change are named."),
      "teren import lists/ --preview"},
     COMMAND_STORE | COMMAND_WRITES,
     command_import,
     NULL},
    {{"import-webinar", "SESSION FILE", 2, 2, webinar_options, N_("record who was in an online session, from the meeting's report"),
      N_("Takes the attendance reports of Microsoft Teams, Zoom and Google Meet as they are, in any language and encoding. Minutes inside "
         "the session's time count, overlaps once. People enrolled in the activity are matched first, by e-mail and by name in any "
         "script; where it is not sure who somebody is, nothing is recorded until it is said. One step, which `teren undo` takes back; "
         "the same report again changes nothing. Nobody is marked absent for not being in a report."),
      "teren import-webinar WB-AR-1 report.csv --preview"},
     COMMAND_STORE | COMMAND_WRITES,
     command_import_webinar,
     NULL},
    {{"mark", "SESSION PERSON STATUS", 3, 3, mark_options, N_("record attendance: present, late, absent or excused"),
      N_("Marking again is a correction: the whole earlier mark no longer holds. `teren undo` takes it back. What is odd about a mark is "
         "noted, "
         "never refused."),
      "teren mark TT-RS-BUJ-1 P0042 present"},
     COMMAND_STORE | COMMAND_WRITES,
     command_mark,
     NULL},
    {{"unmark", "SESSION PERSON", 2, 2, NULL, N_("take a mark back: nothing was said of that person at that session"),
      N_("For a mark that was made by mistake. `teren undo` brings it again."), "teren unmark TT-RS-BUJ-1 P0042"},
     COMMAND_STORE | COMMAND_WRITES,
     command_unmark,
     NULL},
    {{"undo", "", 0, 0, undo_options, N_("take back the last thing recorded on this device"),
      N_("Says what it was. What somebody else changed since is left alone."), NULL},
     COMMAND_STORE | COMMAND_WRITES,
     command_undo,
     NULL},
    {{"holder", "[PERSON]", 0, 1, holder_options, N_("who holds this device, or hand it over"),
      N_("Whoever holds it is the author of all that is recorded here, on the page and by commands, unless --author says otherwise. "
         "An empty word: nobody."),
      "teren holder P0042"},
     COMMAND_STORE,
     command_holder,
     NULL},
    {{"sync", "", 0, 0, NULL, N_("exchange with the server now"), N_("Ends when neither side has more, or tells why it could not."), NULL},
     COMMAND_STORE,
     command_sync,
     NULL},
    {{"run", "", 0, 0, run_options, N_("stay in the background: sync when there is a network, serve the page and other commands"),
      N_("Wakes at news of the network and within two seconds after something was recorded. The page is for this machine alone, on "
         "127.0.0.1; "
         "`teren open` opens it. Tells systemd how it is."),
      NULL},
     COMMAND_ALONE,
     command_run,
     NULL},
    {{"open", "", 0, 0, open_options, N_("open the page in a browser, with `teren run` behind it"),
      N_("Starts `teren run` in the background when none serves this home yet, then $BROWSER or xdg-open with open.html of the home "
         "folder. "
         "That file holds the key to the page: only you can read it; do not hand it on."),
      NULL},
     COMMAND_ALONE,
     command_open,
     NULL},
    {{"status", "", 0, 0, NULL, N_("what waits, what is delivered and verified, and why not"), NULL, NULL},
     COMMAND_STORE,
     command_status,
     NULL},
    {{"conflicts", "", 0, 0, NULL, N_("list what two people wrote differently without seeing each other's"),
      N_("Both values, who wrote them and when, and the words that settle it."), NULL},
     COMMAND_STORE,
     command_conflicts,
     NULL},
    {{"conflicts settle", "ENTITY ROW FIELD [VALUE]", 3, 4, settle_options, N_("settle one: a value, --keep or --other"), NULL,
      "teren conflicts settle attendance TT-RS-BUJ-1:P0042 status present"},
     COMMAND_STORE | COMMAND_WRITES,
     command_conflicts_settle,
     NULL},
    {{"report", "[ACTIVITY]", 0, 1, report_options, N_("planned against achieved: reached, completed, each person once"), NULL,
      "teren report --programme lnob"},
     COMMAND_STORE,
     command_report,
     NULL},
    {{"attendance-list", "ACTIVITY", 1, 1, attendance_options, N_("who came, day by day, as a donor wants it"),
      N_("Everybody enrolled and everybody marked, with minutes and signatures. To print it, open the page: `teren open`."),
      "teren attendance-list TT-RS-BUJ --day 2022-03-20"},
     COMMAND_STORE,
     command_attendance_list,
     NULL},
    {{"duplicates", "", 0, 0, duplicates_options, N_("propose people who may have been written down twice"),
      N_("In another script, without marks, family name first, with a slip; what else is known of both speaks for it or against it. A pair "
         "that was judged with `teren person_link add` is not proposed again."),
      "teren duplicates --csv"},
     COMMAND_STORE,
     command_duplicates,
     NULL},
    {{"person similar", "", 0, 0, similar_options, N_("who on this device could be somebody"),
      N_("At most five, with what speaks for each. Worth a look before `teren person add`."),
      "teren person similar --full-name 'Vesna Marković' --phone '063 157 4702'"},
     COMMAND_STORE,
     command_person_similar,
     NULL},
    {{"export", "DIR", 1, 1, export_options, N_("write what stands as CSV files into a folder"),
      N_("marks.csv, conflicts.csv, webinar-minutes.csv (from reports), activities.csv (figures), and every list under rows/, which can "
         "be imported again: also when rows there have no code, by the column id."),
      NULL},
     COMMAND_STORE,
     command_export,
     NULL},
    {{"bundle export", "FILE", 1, 1, NULL, N_("write what waits into a sealed file, for a stick or an e-mail"),
      N_("Only the server can open it. Any device may carry it."), NULL},
     COMMAND_STORE,
     command_bundle_export,
     NULL},
    {{"bundle import", "FILE", 1, 1, bundle_options, N_("take in the server's answer to the last bundle"), NULL, NULL},
     COMMAND_STORE,
     command_bundle_import,
     NULL},
    {{"verify", "", 0, 0, NULL, N_("check everything in the store against its proofs"), NULL, NULL}, COMMAND_STORE, command_verify, NULL},
    {{"doctor", "", 0, 0, NULL, N_("look for anything in the way of recording or delivering"),
      N_("Checks all of the store against its proofs, too. Ends with the exit code of the first bad finding."), NULL},
     COMMAND_STORE,
     command_doctor,
     NULL},
    {{"mend", "", 0, 0, NULL, N_("make a damaged store whole again from all of it that can be read"),
      N_("What waits for delivery is said again under a fresh log; the next sync fetches the rows that are missing. The damaged file is "
         "kept."),
      NULL},
     COMMAND_ALONE,
     command_mend,
     NULL},
    {{"batch", "", 0, 0, NULL, N_("read commands from standard input, a line each"),
      N_("Words are parted and quoted as in a shell; nothing is expanded. After each command's output comes a line \"= EXITCODE\"."), NULL},
     COMMAND_ALONE,
     command_batch,
     NULL},
    {{"help", "[COMMAND...]", 0, 2, help_options, N_("explain teren, or one command"), NULL, NULL}, 0, command_help, NULL},
    {{"version", "", 0, 0, NULL, N_("say the version"), NULL, NULL}, 0, command_version, NULL},
};

enum entity_verb { VERB_ADD, VERB_LIST, VERB_SHOW, VERB_EDIT, VERB_REMOVE, VERBS };
static const struct {
    const char *name, *details;
    unsigned flags;
    bool (*run)(struct call *call, struct error *err);
    bool takes_fields;
} verbs[VERBS] = {
    [VERB_ADD] = {"add",
                  N_("Its key or code may be given as words, everything else as options. Without a code it gets a short one, made here."),
                  COMMAND_STORE | COMMAND_WRITES, command_add, true},
    [VERB_LIST] = {"list", N_("Options choose rows by what stands in them."), COMMAND_STORE, command_list, true},
    [VERB_SHOW] = {"show", N_("With when and where each field was written."), COMMAND_STORE, command_show, false},
    [VERB_EDIT] = {"edit", N_("An option with an empty value empties the field."), COMMAND_STORE | COMMAND_WRITES, command_edit, true},
    [VERB_REMOVE] = {"remove", N_("It is remembered; `teren undo` brings it back."), COMMAND_STORE | COMMAND_WRITES, command_remove, false},
};
static const struct option_row list_options[] = {
    {"search", "TEXT", N_("where this stands, in any script"), false},
    {"limit", "N", N_("at most so many"), false},
    {"removed", NULL, N_("removed ones too"), false},
};

/* Made once and kept: the texts live as long as the process. */
static struct {
    struct arena arena;
    struct command *rows;
    struct command_table table;
} made;

static const char *value_word(const struct field *field)
{
    static const char *const words[] = {
        [FIELD_TEXT] = "TEXT",  [FIELD_INTEGER] = "N",   [FIELD_CHOICE] = "WORD", [FIELD_DATE] = "DATE",
        [FIELD_TIME] = "HH:MM", [FIELD_MOMENT] = "TIME", [FIELD_ROW] = "CODE",    [FIELD_FLAG] = "0|1",
    };

    return words[field->type];
}

/* "full_name" is --full-name. */
static const char *option_name(const char *field)
{
    char *name = arena_text(&made.arena, field);

    for (char *at = name; at != NULL && *at != '\0'; at++)
        if (*at == '_')
            *at = '-';
    return name;
}

static const struct option_row *entity_options(const struct entity *entity, enum entity_verb verb)
{
    size_t extra = verb == VERB_LIST ? sizeof list_options / sizeof list_options[0] : 0;
    struct option_row *rows = arena_take_many(&made.arena, entity->field_count + extra + 1, sizeof *rows);
    size_t count = 0;

    for (size_t i = 0; rows != NULL && i < entity->field_count; i++) {
        const struct field *field = &entity->fields[i];
        const char *help = field->type == FIELD_CHOICE ? arena_format(&made.arena, "%s: %s", field->help, field->choices) : field->help;

        rows[count++] = (struct option_row){option_name(field->name), value_word(field), help, false};
    }
    for (size_t i = 0; rows != NULL && i < extra; i++)
        rows[count++] = list_options[i];
    return rows;
}

/* The words that name a row: "ACTIVITY PERSON ROLE", "CODE", "ID". */
static const char *naming_words(const struct entity *entity, size_t *ret_count)
{
    const struct field *code = entity_code_field(entity);
    const char *words = NULL;
    char upper[NAME_BYTES_MAX + 1];

    *ret_count = 0;
    for (size_t i = 0; i < entity->field_count; i++) {
        const struct field *field = &entity->fields[i];
        size_t size = strlen(field->name);

        if (entity->naming == NAMED_BY_KEY ? (field->flags & FIELD_KEY) == 0 : field != code)
            continue;
        for (size_t k = 0; k <= size; k++)
            upper[k] = (char)(field->name[k] >= 'a' && field->name[k] <= 'z' ? field->name[k] - 'a' + 'A' : field->name[k]);
        words = words == NULL ? arena_text(&made.arena, upper) : arena_format(&made.arena, "%s %s", words, upper);
        (*ret_count)++;
    }
    return words == NULL ? "" : words;
}

/* Sentences of their own, not words put beside each other: other languages bend them. */
static const char *summary_of(enum entity_verb verb, const char *shown)
{
    switch (verb) {
    case VERB_ADD:
        return arena_format(&made.arena, N_("record a new %s"), shown);
    case VERB_LIST:
        return arena_format(&made.arena, N_("list %s"), shown);
    case VERB_SHOW:
        return arena_format(&made.arena, N_("show one %s"), shown);
    case VERB_EDIT:
        return arena_format(&made.arena, N_("change one %s"), shown);
    default:
        return arena_format(&made.arena, N_("remove one %s"), shown);
    }
}

static struct command entity_command(const struct entity *entity, enum entity_verb verb)
{
    struct command command = {.flags = verbs[verb].flags, .run = verbs[verb].run, .entity = entity};
    size_t words;
    const char *naming = naming_words(entity, &words);
    char spaced[NAME_BYTES_MAX + 1];
    const char *shown = names_in_words(verb == VERB_LIST ? entity->plural : entity->name, spaced);

    command.text.name = arena_format(&made.arena, "%s %s", entity->name, verbs[verb].name);
    command.text.summary = summary_of(verb, shown);
    command.text.details = verbs[verb].details;
    command.text.words = verb == VERB_LIST ? "" : verb == VERB_ADD ? arena_format(&made.arena, "[%s]", naming) : naming;
    command.text.words_max = verb == VERB_LIST ? 0 : words;
    command.text.words_min = verb == VERB_LIST || verb == VERB_ADD ? 0 : 1;
    command.text.options = verbs[verb].takes_fields ? entity_options(entity, verb) : NULL;
    return command;
}

const struct command_table *command_table(void)
{
    size_t fixed = sizeof fixed_commands / sizeof fixed_commands[0];
    size_t count = fixed;

    if (made.table.count > 0)
        return &made.table;
    made.rows = arena_take_many(&made.arena, fixed + entity_count * VERBS, sizeof *made.rows);
    if (made.rows == NULL)
        return NULL;
    memcpy(made.rows, fixed_commands, sizeof fixed_commands);
    for (size_t i = 0; i < entity_count; i++)
        for (int verb = 0; (entities[i].flags & ENTITY_EDITED) != 0 && verb < VERBS; verb++) {
            struct command command = entity_command(&entities[i], (enum entity_verb)verb);

            if (command.text.name == NULL || command.text.words == NULL || command.text.summary == NULL)
                return NULL;
            made.rows[count++] = command;
        }
    made.table = (struct command_table){made.rows, count};
    return &made.table;
}
