// SPDX-License-Identifier: Apache-2.0
/* Commands about people who may have been written down twice: duplicates, person similar.
 *
 * Here:      the proposals as words, JSON and CSV.
 * Not here:  who is like whom (agent/app/similar.h), judging them: that is `teren person_link add`.
 */
#include <string.h>

#include "agent/app/names.h"
#include "agent/app/similar.h"
#include "agent/cli/call.h"
#include "protocol/csv.h"

enum { PERSON, NAME, ALSO, ALSO_NAME, SCORE, REASON, COLUMNS };

/* "the same name, the same phone number" in the caller's language. */
static const char *reasons_of(struct call *call, unsigned reasons)
{
    const char *texts[SIMILAR_REASONS_MAX], *all = "";
    size_t count = similar_reasons(reasons, texts);

    for (size_t i = 0; i < count && all != NULL; i++)
        all = arena_format(call->arena, "%s%s%s", all, i == 0 ? "" : ", ", say(call->words, texts[i]));
    return all;
}

static const char *code_of(const struct similar_person *person)
{
    return person->ref[0] == '\0' ? person->id : person->ref;
}

static bool pairs_as_csv(struct call *call, const struct similar_pairs *pairs)
{
    static const char *const columns[] = {"person", "also", "score", "reason"};
    struct bytes out = {0};
    bool done;

    for (size_t i = 0; i < 4; i++)
        csv_cell(&out, columns[i], false, i == 0);
    csv_end(&out);
    for (size_t i = 0; i < pairs->count; i++) {
        const struct similar_pair *pair = &pairs->items[i];
        const char *reason = reasons_of(call, pair->reasons), *score = arena_format(call->arena, "%u", pair->score);

        csv_cell(&out, code_of(&pair->person), true, true);
        csv_cell(&out, code_of(&pair->also), true, false);
        csv_cell(&out, score == NULL ? "" : score, false, false);
        csv_cell(&out, reason == NULL ? "" : reason, false, false);
        csv_end(&out);
    }
    done = !out.failed && fwrite(out.data, 1, out.size, call->out) == out.size;
    bytes_clear(&out);
    return done;
}

static void add_pair(struct call *call, struct sheet *sheet, const struct similar_pair *pair)
{
    const struct value cells[COLUMNS] = {
        [PERSON] = value_text(code_of(&pair->person)), [NAME] = value_text(pair->person.name),
        [ALSO] = value_text(code_of(&pair->also)),     [ALSO_NAME] = value_text(pair->also.name),
        [SCORE] = value_integer((int64_t)pair->score), [REASON] = value_text(reasons_of(call, pair->reasons))};

    sheet_add(sheet, cells);
}

static bool pairs_tell(struct call *call, const struct similar_pairs *pairs)
{
    static const char *const columns[COLUMNS] = {N_("person"), N_("name"), N_("also"), N_("also_name"), N_("score"), N_("reason")};
    struct sheet sheet = sheet_of(call->arena, columns, COLUMNS);
    struct json_text json = {0};

    sheet.words = call->words;
    for (size_t i = 0; i < pairs->count; i++)
        add_pair(call, &sheet, &pairs->items[i]);
    if (call->json) {
        json_open(&json, NULL, '{');
        json_put_bool(&json, "more", pairs->cut);
        sheet_json(&sheet, &json, "pairs");
        json_shut(&json, '}');
        return json_print(&json, call->out);
    }
    if (pairs->count == 0) {
        fprintf(call->out, "%s\n", say(call->words, "Nobody here seems to be written down twice."));
        return true;
    }
    if (!sheet_print(&sheet, call->out))
        return false;
    fprintf(call->out, "\n%s\n",
            say(call->words,
                "One person? teren person_link add PERSON ALSO --verdict same. Two? --verdict different; they are not proposed "
                "again."));
    return true;
}

bool command_duplicates(struct call *call, struct error *err)
{
    struct similar *similar = NULL;
    struct similar_pairs pairs;
    long long least;
    bool done;

    if (!options_integer(&call->options, "least", 1, MATCH_SCORE_MAX, MATCH_LIKELY, &least, err) ||
        !similar_refresh(call->agent->store, &similar, err))
        return false;
    done = similar_pairs(call->agent->store, similar, call->arena, (unsigned)least, &pairs, err);
    similar_destroy(similar);
    if (!done)
        return false;
    done = options_has(&call->options, "csv") ? pairs_as_csv(call, &pairs) : pairs_tell(call, &pairs);
    return done || error_set(err, ERROR_STORAGE, "Make room where the output goes, then try again.", "the list could not be written");
}

/* What is known of somebody, as typed. */
static bool person_of(struct call *call, struct match_person *ret, char municipality[ROW_ID_SIZE], struct error *err)
{
    const char *place = options_value(&call->options, "municipality");
    long long year;

    if (!options_integer(&call->options, "birth-year", 1900, 2100, 0, &year, err))
        return false;
    *ret = (struct match_person){.id = "",
                                 .name = options_value(&call->options, "full-name"),
                                 .organisation = options_value(&call->options, "organisation"),
                                 .phone = options_value(&call->options, "phone"),
                                 .email = options_value(&call->options, "email"),
                                 .birth_year = (int64_t)year};
    if (place != NULL && !names_find_row(call->agent->store, "municipality", place, municipality, err))
        return false;
    ret->municipality = place == NULL ? "" : municipality;
    return ret->name != NULL || error_set(err, ERROR_USAGE, "Say --full-name NAME.", "no name was given");
}

bool command_person_similar(struct call *call, struct error *err)
{
    static const char *const columns[] = {N_("person"), N_("name"), N_("organisation"), N_("score"), N_("reason")};
    struct sheet sheet = sheet_of(call->arena, columns, 5);
    struct similar_person found[SIMILAR_FOUND_MAX];
    struct similar *similar = NULL;
    struct match_person person;
    struct json_text json = {0};
    char municipality[ROW_ID_SIZE];
    size_t count = 0;
    bool done;

    sheet.words = call->words;
    if (!person_of(call, &person, municipality, err) || !similar_refresh(call->agent->store, &similar, err))
        return false;
    done = similar_find(call->agent->store, similar, call->arena, &person, NULL, SIMILAR_SHOWN, found, &count, err);
    similar_destroy(similar);
    if (!done)
        return false;
    for (size_t i = 0; i < count; i++)
        sheet_add(&sheet,
                  (const struct value[]){value_text(code_of(&found[i])), value_text(found[i].name), value_text(found[i].organisation),
                                         value_integer((int64_t)found[i].score), value_text(reasons_of(call, found[i].reasons))});
    if (call->json) {
        json_open(&json, NULL, '{');
        sheet_json(&sheet, &json, "people");
        json_shut(&json, '}');
        return json_print(&json, call->out);
    }
    if (count == 0)
        fprintf(call->out, "%s\n", say(call->words, "Nobody here is like that."));
    return count == 0 || sheet_print(&sheet, call->out);
}
