// SPDX-License-Identifier: Apache-2.0
/* A webinar's report beside its session as JSON: one writer for page and command.
 *
 * Not here:  what stands in it.
 */
#include "agent/app/similar.h"
#include "agent/app/webinar.h"

static void put_wall(struct json_text *json, const char *key, int64_t ms)
{
    char text[WEBINAR_WALL_SIZE];

    webinar_wall(ms, text);
    json_put_text(json, key, text);
}

static void put_sentence(struct json_text *json, const char *key, const struct catalogue *words, const char *sentence)
{
    char said[SAID_BYTES];

    json_put_text(json, key, say_sentence(words, sentence, said, sizeof said));
}

static void put_candidate(struct json_text *json, const char *key, const struct catalogue *words, const struct webinar_candidate *candidate,
                          bool sure)
{
    const char *reasons[SIMILAR_REASONS_MAX];
    const size_t count = similar_reasons(candidate->reasons, reasons);

    json_open(json, key, '{');
    json_put_text(json, "id", candidate->id);
    json_put_text(json, "ref", candidate->ref);
    json_put_text(json, "name", candidate->name);
    json_put_text(json, "organisation", candidate->organisation);
    json_put_integer(json, "score", candidate->score);
    json_open(json, "reasons", '[');
    for (size_t i = 0; i < count; i++)
        json_put_text(json, NULL, say(words, reasons[i]));
    json_shut(json, ']');
    json_put_bool(json, "enrolled", candidate->enrolled);
    json_put_bool(json, "sure", sure);
    json_shut(json, '}');
}

static void put_row(struct json_text *json, const struct catalogue *words, const struct webinar_row *row, size_t key)
{
    static const char *const recorded[] = {"", "same", "other"};

    json_open(json, NULL, '{');
    json_put_integer(json, "key", (int64_t)key);
    json_put_text(json, "name", row->person->name);
    json_put_text(json, "email", row->person->email);
    json_put_text(json, "role", row->person->role);
    json_put_integer(json, "minutes", row->seconds / 60);
    json_put_integer(json, "seconds", row->seconds % 60);
    put_wall(json, "first", row->first_ms);
    put_wall(json, "last", row->last_ms);
    json_put_integer(json, "joins", (int64_t)row->person->join_count);
    if (row->candidate_count > 0)
        put_candidate(json, "match", words, &row->candidates[0], row->sure);
    else
        json_put_text(json, "match", NULL);
    json_open(json, "candidates", '[');
    for (size_t i = 0; i < row->candidate_count; i++)
        put_candidate(json, NULL, words, &row->candidates[i], i == 0 && row->sure);
    json_shut(json, ']');
    json_put_bool(json, "enrolled", row->sure && row->candidates[0].enrolled);
    json_put_text(json, "recorded", recorded[row->recorded]);
    json_shut(json, '}');
}

static void put_left_out(struct json_text *json, const struct catalogue *words, const char *name, const char *why, const char *says)
{
    json_open(json, NULL, '{');
    json_put_text(json, "name", name);
    json_put_text(json, "why", why);
    json_put_text(json, "says", say(words, says));
    json_shut(json, '}');
}

static void put_all_left_out(struct json_text *json, const struct catalogue *words, const struct webinar_preview *preview)
{
    static const struct {
        const char *why, *says;
    } whys[] = {[WEBINAR_BOT] = {"bot", N_("a program that takes notes, nobody")},
                [WEBINAR_WAITING_ROOM] = {"waiting_room", N_("was in the waiting room and was never let in")}};

    json_open(json, "left_out", '[');
    for (size_t i = 0; i < preview->report.left_out_count; i++) {
        const struct webinar_left_out *one = &preview->report.left_out[i];

        put_left_out(json, words, one->name, whys[one->why].why, whys[one->why].says);
    }
    for (size_t i = 0; i < preview->outside_count; i++)
        put_left_out(json, words, preview->outside[i]->name, "outside", N_("was there before or after the session only"));
    json_shut(json, ']');
}

void webinar_put(struct json_text *json, const struct catalogue *words, const struct webinar_preview *preview)
{
    static const char *const orders[] = {"", "dmy", "mdy"};
    const struct webinar_report *report = &preview->report;

    json_put_text(json, "format", webinar_format_name(report->format));
    json_put_text(json, "format_label", say(words, webinar_format_label(report->format)));
    json_put_text(json, "encoding", charset_name(report->charset));
    json_put_text(json, "topic", report->topic);
    put_wall(json, "began", report->began_ms);
    put_wall(json, "ended", report->ended_ms);
    json_put_text(json, "order", orders[report->order]);
    json_put_bool(json, "ask_order", report->ask_order);
    json_put_bool(json, "is_utc", report->is_utc);
    json_put_integer(json, "shift_minutes", preview->shift_minutes);
    json_put_text(json, "fingerprint", preview->fingerprint);
    json_open(json, "people", '[');
    for (size_t i = 0; i < preview->row_count; i++)
        put_row(json, words, &preview->rows[i], i + 1);
    json_shut(json, ']');
    put_all_left_out(json, words, preview);
    json_open(json, "warnings", '[');
    for (size_t i = 0; i < preview->warning_count; i++)
        put_sentence(json, NULL, words, preview->warnings[i]);
    json_shut(json, ']');
}

void webinar_put_done(struct json_text *json, const struct webinar_done *done)
{
    json_put_integer(json, "recorded", (int64_t)done->recorded);
    json_put_integer(json, "same", (int64_t)done->same);
    json_put_integer(json, "fresh", (int64_t)done->fresh);
    json_put_integer(json, "left", (int64_t)done->left);
    json_put_integer(json, "changes", (int64_t)done->changes);
}
