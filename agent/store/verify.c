// SPDX-License-Identifier: Apache-2.0
/* Does everything that the store says agree with everything else it says?
 *
 * Here:      the file, the chain and its signatures, the changes against their segments, columns against states, the sums.
 * Not here:  mending anything. A finding names rows by id and says nothing of what is in them.
 */
#include "agent/store/store_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct findings {
    struct store *store;
    void (*each)(void *context, const char *finding);
    void *context;
    uint64_t count;
    struct standing sums; /* recomputed: digest, rows, odd, conflicts */
    struct digest digest;
};

__attribute__((format(printf, 2, 3))) static void find(struct findings *findings, const char *format, ...)
{
    char text[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    findings->count++;
    if (findings->each != NULL)
        findings->each(findings->context, text);
}

static bool verify_file(struct findings *findings, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum step step = STEP_FAILED;

    if (statement_prepare(findings->store, "PRAGMA integrity_check(20)", false, &stmt, err)) {
        while ((step = statement_step(findings->store, stmt, "check the store", err)) == STEP_ROW) {
            const char *said = (const char *)sqlite3_column_text(stmt, 0);

            if (said == NULL || strcmp(said, "ok") != 0)
                find(findings, "the file: %.200s", said == NULL ? "no answer" : said);
        }
    }
    sqlite3_finalize(stmt);
    return step == STEP_DONE;
}

/* --- the chain ------------------------------------------------------------------------------------------------------------------ */

static bool verify_change(struct findings *findings, const struct change *sealed, uint64_t number, struct error *err)
{
    struct arena arena = {0};
    struct bytes left = {0}, right = {0};
    struct kept_change kept;
    bool found, done = change_at(findings->store, &arena, number, &kept, &found, err);

    if (done && !found && number > findings->store->now.kept)
        find(findings, "change number %llu is missing", (unsigned long long)number);
    if (done && found) {
        done = (change_write(&left, sealed) && change_write(&right, &kept.change)) || store_no_memory(err);
        if (done && (left.size != right.size || memcmp(left.data, right.data, left.size) != 0))
            find(findings, "change number %llu differs from what was sealed", (unsigned long long)number);
    }
    bytes_clear(&left);
    bytes_clear(&right);
    arena_clear(&arena);
    return done;
}

struct sealed_row {
    uint64_t first, last;
    struct span head, sealed;
};

/* `head`: the chain so far, of `log`; zeros at a log's beginning; unknown (*known false) after what was forgotten. */
static bool verify_segment(struct findings *findings, const struct sealed_row *row, uint64_t *log, uint8_t head[HASH_SIZE], bool *known,
                           struct error *err)
{
    struct store *store = findings->store;
    struct arena arena = {0};
    struct segment segment;
    struct error why = {0};
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    uint64_t now_log, base;
    bool done = false;

    if (!log_of_number(store, row->first, &now_log, &base, err) || !log_public(store, now_log, public_key, err))
        goto out;
    done = true;
    if (now_log != *log) {
        memset(head, 0, HASH_SIZE);
        *known = row->first == base + 1;
        *log = now_log;
    }
    if (!segment_open(&arena, row->sealed, public_key, &segment, &why)) {
        find(findings, "the segment up to number %llu does not verify: %.200s", (unsigned long long)row->last, why.cause);
        *known = false;
        goto out;
    }
    if (segment.log != now_log || segment.first_seq != row->first - base || segment.count != row->last - row->first + 1)
        find(findings, "the segment up to number %llu is of another range", (unsigned long long)row->last);
    if (*known && memcmp(segment.previous, head, HASH_SIZE) != 0)
        find(findings, "the chain is broken before number %llu", (unsigned long long)row->first);
    if (row->head.size != HASH_SIZE || memcmp(segment.head, row->head.data, HASH_SIZE) != 0)
        find(findings, "the head noted for number %llu is not the segment's", (unsigned long long)row->last);
    memcpy(head, segment.head, HASH_SIZE);
    *known = true;
    for (uint64_t i = 0; done && i < segment.count; i++)
        done = verify_change(findings, &segment.changes[i], row->first + i, err);
out:
    arena_clear(&arena);
    return done;
}

static bool verify_chain(struct findings *findings, struct error *err)
{
    struct store *store = findings->store;
    sqlite3_stmt *stmt = statement(store, STATEMENT_SEGMENTS_ALL, err);
    uint8_t head[HASH_SIZE] = {0};
    uint64_t log = 0, next = 0, last = store->now.base;
    bool known = false, done = stmt != NULL;
    enum step step = STEP_FAILED;

    while (done && (step = statement_step(store, stmt, "read the segments", err)) == STEP_ROW) {
        const struct sealed_row row = {statement_number(stmt, 0), statement_number(stmt, 1), statement_span(stmt, 2),
                                       statement_span(stmt, 3)};

        if (next != 0 && row.first != next && row.first > store->now.base + 1)
            find(findings, "a segment before number %llu is missing", (unsigned long long)row.first);
        next = row.last + 1;
        last = row.last;
        done = verify_segment(findings, &row, &log, head, &known, err);
    }
    statement_reset(stmt);
    if (!done || step != STEP_DONE)
        return false;
    if (last > store->now.base && (last != store->now.sealed || memcmp(head, store->now.sealed_head, HASH_SIZE) != 0))
        find(findings, "the last segment ends at number %llu, and %llu were sealed", (unsigned long long)last,
             (unsigned long long)store->now.sealed);
    return true;
}

/* Dense from what is kept to the last. Quarantined ones may be kept longer. */
static bool verify_numbers(struct findings *findings, struct error *err)
{
    struct store *store = findings->store;
    sqlite3_stmt *stmt = statement(store, STATEMENT_CHANGE_KEYS_AFTER, err);
    uint64_t next = store->now.kept + 1;
    enum step step = STEP_FAILED;

    if (stmt == NULL)
        return false;
    statement_bind_number(stmt, ":after", store->now.kept);
    while ((step = statement_step(store, stmt, "read the changes", err)) == STEP_ROW) {
        const uint64_t number = statement_number(stmt, 0);

        if (number != next)
            find(findings, "changes from number %llu to %llu are missing", (unsigned long long)next, (unsigned long long)(number - 1));
        next = number + 1;
    }
    statement_reset(stmt);
    if (step == STEP_DONE && next != store->now.last + 1)
        find(findings, "changes from number %llu to %llu are missing", (unsigned long long)next, (unsigned long long)store->now.last);
    return step == STEP_DONE;
}

/* --- the rows ------------------------------------------------------------------------------------------------------------------- */

/* The statement behind held_each shows id, state and many; columns are read by a second look at the row, by name. */
static bool verify_columns(struct findings *findings, struct arena *arena, const struct held *held, const struct entity *entity,
                           struct error *err)
{
    struct store *store = findings->store;
    struct bytes sql = {0};
    sqlite3_stmt *stmt = NULL;
    bool done = false;

    bytes_append(&sql, "SELECT removed", 14);
    for (size_t i = 0; i < entity->field_count; i++) {
        bytes_append(&sql, ", \"", 3);
        bytes_append(&sql, entity->fields[i].name, strlen(entity->fields[i].name));
        bytes_append(&sql, "\"", 1);
    }
    bytes_append(&sql, " FROM \"", 7);
    bytes_append(&sql, sql_table(entity), strlen(sql_table(entity)));
    bytes_append(&sql, "\" WHERE id = ?1", sizeof "\" WHERE id = ?1");
    if (sql.failed)
        store_no_memory(err);
    else if (statement_prepare(store, (const char *)sql.data, false, &stmt, err)) {
        sqlite3_bind_text(stmt, 1, held->row.id, -1, SQLITE_STATIC);
        done = statement_step(store, stmt, "read a row", err) == STEP_ROW;
    }
    if (done && (sqlite3_column_int(stmt, 0) != 0) != row_is_removed(&held->row))
        find(findings, "%s %s: \"removed\" differs from the state", entity->name, held->row.id);
    for (size_t i = 0; done && i < entity->field_count; i++) {
        const struct value value = sql_column_value(arena, &held->row, entity, &entity->fields[i]);
        const int column = (int)i + 1, type = sqlite3_column_type(stmt, column);
        const char *text = (const char *)sqlite3_column_text(stmt, column);
        const bool same = value.kind == VALUE_NONE      ? type == SQLITE_NULL
                          : value.kind == VALUE_INTEGER ? type == SQLITE_INTEGER && sqlite3_column_int64(stmt, column) == value.integer
                                                        : type == SQLITE_TEXT && text != NULL && strcmp(text, value.text) == 0;
        if (!same)
            find(findings, "%s %s: \"%s\" differs from the state", entity->name, held->row.id, entity->fields[i].name);
    }
    sqlite3_finalize(stmt);
    bytes_clear(&sql);
    return done;
}

/* A reference to a row that is not here is no fault (it may be out of scope); one to a change that we have not made is. */
static void verify_references(struct findings *findings, const struct held *held, const struct entity *entity)
{
    const struct standing *now = &findings->store->now;

    for (size_t i = 0; i < entity->field_count; i++) {
        const char *text = entity->fields[i].type == FIELD_ROW ? row_text(&held->row, entity->fields[i].name) : NULL;
        uint64_t log, seq;

        if (text != NULL && !row_id_is_valid(text))
            find(findings, "%s %s: \"%s\" is no id", entity->name, held->row.id, entity->fields[i].name);
        else if (text != NULL && row_id_parse(text, &log, &seq) && log == now->log && seq > now->last - now->base)
            find(findings, "%s %s: \"%s\" names a change that was never made", entity->name, held->row.id, entity->fields[i].name);
    }
}

static bool verify_row(void *context, struct arena *arena, const struct held *held, struct error *err)
{
    struct findings *findings = context;
    const struct entity *entity = table_entity(held->row.entity);

    digest_add_times(&findings->digest, held->digest, held->many);
    findings->sums.rows += held->many > 0;
    findings->sums.odd += held->many != 1;
    findings->sums.conflicts += held->conflicts;
    if (entity == NULL)
        return true;
    verify_references(findings, held, entity);
    return verify_columns(findings, arena, held, entity, err);
}

static bool verify_conflicts(struct findings *findings, struct error *err)
{
    struct store *store = findings->store;
    sqlite3_stmt *stmt = statement(store, STATEMENT_CONFLICTS, err);
    uint64_t fields = 0;
    enum step step = STEP_FAILED;

    while (stmt != NULL && (step = statement_step(store, stmt, "read the conflicts", err)) == STEP_ROW) {
        struct arena arena = {0};
        const char *entity = (const char *)sqlite3_column_text(stmt, 0), *id = (const char *)sqlite3_column_text(stmt, 1);
        const uint64_t noted = statement_number(stmt, 2);
        struct row row;
        bool exists;
        uint64_t many;

        fields += noted;
        if (!held_read_row(store, &arena, entity, id, &row, &exists, &many, err)) {
            step = STEP_FAILED;
            break;
        }
        if (!exists || row_conflict_count(&row) != noted)
            find(findings, "%s %s: the list of conflicts differs from the state", entity, id);
        arena_clear(&arena);
    }
    statement_reset(stmt);
    if (step == STEP_DONE && fields != findings->sums.conflicts)
        find(findings, "%llu conflicts are listed, and the rows have %llu", (unsigned long long)fields,
             (unsigned long long)findings->sums.conflicts);
    return step == STEP_DONE;
}

static bool verify_rows(struct findings *findings, struct error *err)
{
    const struct held_visitor visitor = {verify_row, findings};
    const struct standing *now = &findings->store->now;

    if (!held_each(findings->store, &visitor, err) || !verify_conflicts(findings, err))
        return false;
    if (findings->digest.low != now->digest_low || findings->digest.high != now->digest_high)
        find(findings, "the digest kept differs from that of the rows");
    if (findings->sums.rows != now->rows || findings->sums.odd != now->odd || findings->sums.conflicts != now->conflicts)
        find(findings, "the counts kept differ from those of the rows");
    return true;
}

bool store_verify(struct store *store, void (*each)(void *context, const char *finding), void *context, uint64_t *ret_findings,
                  struct error *err)
{
    struct findings findings = {.store = store, .each = each, .context = context};
    const bool done =
        verify_file(&findings, err) && verify_numbers(&findings, err) && verify_chain(&findings, err) && verify_rows(&findings, err);

    *ret_findings = findings.count;
    return done;
}
