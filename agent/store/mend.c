// SPDX-License-Identifier: Apache-2.0
/* A damaged store is read as far as it can be, and what was read becomes a whole one.
 *
 * Here:      walking a table past pages that cannot be read; a fresh store from what is left; saying again what nobody has receipted.
 * Not here:  which page is damaged (guard.c), moving files into each other's place (agent/app), the rows that are gone (the next sync
 *            finds by the buckets' digests that they are missing, and fetches them).
 *
 * The log may have a hole, and a chain with a hole cannot be sent. So the mended store starts a fresh log, vouched for by the old one, and
 * says there again what waited: every change that could be read, and after them every value of a row that the old log wrote, that was not
 * receipted, and whose change could not be read. Rows keep their names: what the server had received and not yet receipted meets in the
 * same row when it is said again. Each change names as its base the statement that it takes the place of, so nothing settles a conflict
 * unseen.
 */
#include "agent/store/store_internal.h"

#include <stdio.h>
#include <string.h>

struct mending {
    struct store *old, *fresh;
    uint64_t log, since; /* what `log` said after this time waits: it is said again */
    struct store_mended *ret;
    struct arena names; /* of rows with values that are left over */
    struct row *left_over;
    size_t count, room;
};

/* --- walking past damage --------------------------------------------------------------------------------------------------------- */

enum { FIRST_ROWID = -4096 }; /* logs of mended stores have places below zero */
#define LEAP_MAX (INT64_C(1) << 40)

static bool is_damage(int code)
{
    return (code & 0xff) == SQLITE_CORRUPT;
}

static int step_after(sqlite3_stmt *stmt, int64_t rowid)
{
    sqlite3_reset(stmt);
    sqlite3_bind_int64(stmt, 1, rowid);
    return sqlite3_step(stmt);
}

/* The least rowid from which reading goes on; false: nothing more can be read. */
static bool leap(sqlite3_stmt *stmt, int64_t *rowid)
{
    int64_t blocked = *rowid, free = *rowid;

    for (int64_t far = 1; free == *rowid && far <= LEAP_MAX; far *= 2) {
        if (is_damage(step_after(stmt, *rowid + far)))
            blocked = *rowid + far;
        else
            free = *rowid + far;
    }
    if (free == *rowid)
        return false;
    while (free - blocked > 1) {
        const int64_t middle = blocked + (free - blocked) / 2;

        if (is_damage(step_after(stmt, middle)))
            blocked = middle;
        else
            free = middle;
    }
    *rowid = free;
    return true;
}

/* `sql`: one parameter, after which rowid; column 0 is the rowid, ascending. A table that cannot be read at all is a gap like others. */
static bool walk(struct mending *mending, const char *sql, int64_t after,
                 bool (*each)(struct mending *mending, sqlite3_stmt *stmt, struct error *err), struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool done = true;
    int code = sqlite3_prepare_v2(mending->old->db, sql, -1, &stmt, NULL);

    if (code != SQLITE_OK && !is_damage(code) && code != SQLITE_ERROR)
        return store_failed(mending->old, "read what is left", err);
    if (code != SQLITE_OK) {
        mending->ret->gaps++;
        return true;
    }
    code = step_after(stmt, after);
    while (done && code != SQLITE_DONE) {
        if (code == SQLITE_ROW) {
            after = sqlite3_column_int64(stmt, 0);
            done = each(mending, stmt, err);
            code = sqlite3_step(stmt);
        } else if (is_damage(code)) {
            mending->ret->gaps++;
            code = leap(stmt, &after) ? step_after(stmt, after) : SQLITE_DONE;
        } else {
            done = store_failed(mending->old, "read what is left", err);
        }
    }
    sqlite3_finalize(stmt);
    return done;
}

/* --- who it was ------------------------------------------------------------------------------------------------------------------ */

static bool note_log(struct mending *mending, sqlite3_stmt *stmt, struct error *err)
{
    (void)err;
    mending->old->now.log = statement_number(stmt, 1);
    mending->old->now.base = statement_number(stmt, 2);
    return true;
}

/* Without its standing: the latest log, nothing of which is known to be receipted, its feed followed from the beginning. */
static bool who_it_was(struct mending *mending, struct error *err)
{
    struct store *old = mending->old;
    struct error why = {0};
    struct standing *now = &old->now;

    if (standing_read(old, &why) && now->log != 0)
        return true;
    if (why.kind == ERROR_BUSY || why.kind == ERROR_MEMORY)
        return error_set(err, why.kind, why.remedy, "%s", why.cause);
    old->broken = false;
    mending->ret->gaps++;
    *now = (struct standing){0};
    if (!walk(mending, "SELECT place, log, base FROM log WHERE place > ?1 ORDER BY place", FIRST_ROWID, note_log, err))
        return false;
    now->receipted = now->base;
    return now->log != 0 ||
           error_set(err, ERROR_CORRUPT, "Keep the folder and tell your coordinator; go on in another one with `teren init`.",
                     "nothing could be saved from %s: it does not say whose it is any more", old->path);
}

/* What waits was said after this. */
static bool note_time(struct mending *mending, sqlite3_stmt *stmt, struct error *err)
{
    const struct span body = statement_span(stmt, 1);
    struct reader in = reader_of(body.data, body.size);
    const uint64_t number = statement_number(stmt, 0), receipted = mending->old->now.receipted;
    struct arena arena = {0};
    struct change change;
    struct error why = {0};

    (void)err;
    if (mending->since == UINT64_MAX && change_read(&arena, &in, mending->log, number - mending->old->now.base, &change, &why))
        mending->since = number == receipted ? change.time : change.time - 1;
    arena_clear(&arena);
    return true;
}

/* By the server's clock, as the rows have it: what waits may be earlier than a receipted change from ahead of time was by ours. */
static bool since_when(struct mending *mending, struct error *err)
{
    const struct standing *now = &mending->old->now;

    mending->log = now->log;
    mending->since = now->receipted == now->base ? 0 : now->receipted_time > 0 ? now->receipted_time : UINT64_MAX;
    return mending->since != UINT64_MAX || walk(mending, "SELECT number, body FROM change WHERE number > ?1 ORDER BY number LIMIT 2",
                                                (int64_t)now->receipted - 1, note_time, err);
}

/* --- identities and the server ------------------------------------------------------------------------------------------------------ */

/* Below the fresh log's place, so that its numbers are its own. One secret is still of use: the one that vouches for the fresh log. */
static bool copy_log(struct mending *mending, sqlite3_stmt *from, struct error *err)
{
    struct store *fresh = mending->fresh;
    sqlite3_stmt *to = NULL;
    const uint64_t log = statement_number(from, 1);
    bool done;

    if (!statement_prepare(fresh,
                           "INSERT INTO log (place, log, base, public_key, secret_key, started_ms) "
                           "SELECT min(0, min(place)) - 1, ?1, 0, ?2, ?3, ?4 FROM log",
                           false, &to, err))
        return false;
    sqlite3_bind_int64(to, 1, (sqlite3_int64)log);
    sqlite3_bind_value(to, 2, sqlite3_column_value(from, 3));
    if (log == fresh->now.introducer)
        sqlite3_bind_value(to, 3, sqlite3_column_value(from, 4));
    sqlite3_bind_value(to, 4, sqlite3_column_value(from, 5));
    done = statement_run(fresh, to, "write a log", err);
    sqlite3_finalize(to);
    return done;
}

/* Enrolled it stays when all of it can be read; else a new code of the coordinator's makes it so again. */
static bool copy_enrolment(struct mending *mending, struct error *err)
{
    struct store *old = mending->old, *fresh = mending->fresh;
    struct standing *now = &fresh->now;
    struct store_identity was = {0};
    uint8_t secret[SIGN_SECRET_SIZE];
    struct error why = {0};
    bool done = true;

    now->introducer = old->now.introducer != 0 ? old->now.introducer : old->now.log;
    if (!server_read(old, &why) || !old->enrolled || !store_identity(old, &was, &why) || was.device[0] == '\0' ||
        !log_secret(old, now->introducer, secret, &why)) {
        mending->ret->was_enrolled = why.kind != ERROR_NONE;
        now->introducer = 0;
    } else {
        mending->ret->enrolled = true;
        now->epoch = old->now.epoch;
        now->position = old->now.position;
        now->scope = old->now.scope;
        now->fill = old->now.fill;
        done = meta_save_text(fresh, "server_url", was.server_url, err) && meta_save_text(fresh, "device", was.device, err) &&
               meta_save_blob(fresh, "server_public", old->server_public, SIGN_PUBLIC_SIZE, err) &&
               meta_save_blob(fresh, "digest_key", old->digest_key, DIGEST_KEY_SIZE, err) && server_read(fresh, err);
    }
    memset(secret, 0, sizeof secret);
    now->forks = old->now.forks + 1;
    now->clock = old->now.clock;
    return done && walk(mending, "SELECT place, log, base, public_key, secret_key, started_ms FROM log WHERE place > ?1 ORDER BY place",
                        FIRST_ROWID, copy_log, err);
}

/* --- rows ------------------------------------------------------------------------------------------------------------------------ */

static bool note_left_over(struct mending *mending, const char *entity, const char *id, struct error *err)
{
    if (mending->count == mending->room) {
        const size_t room = mending->room == 0 ? 64 : 2 * mending->room;
        struct row *grown = arena_grow(&mending->names, mending->left_over, mending->count, room, sizeof *grown);

        if (grown == NULL)
            return store_no_memory(err);
        mending->left_over = grown;
        mending->room = room;
    }
    struct row *row = &mending->left_over[mending->count++];
    *row = (struct row){.entity = arena_text(&mending->names, entity), .id = arena_text(&mending->names, id)};
    return (row->entity != NULL && row->id != NULL) || store_no_memory(err);
}

/* What the old log said of this field and nobody has receipted; NULL when there is none. */
static const struct entry *waits_in(const struct mending *mending, const struct reg *reg)
{
    for (size_t i = reg->live_count; i > 0; i--) {
        if (reg->live[i - 1].stamp.log == mending->log && reg->live[i - 1].stamp.time > mending->since)
            return &reg->live[i - 1];
    }
    return NULL;
}

static bool copy_row(struct mending *mending, sqlite3_stmt *stmt, struct error *err)
{
    struct arena arena = {0};
    const char *entity = arena_text(&arena, (const char *)sqlite3_column_text(stmt, 1));
    const char *id = arena_text(&arena, (const char *)sqlite3_column_text(stmt, 2));
    const struct held nothing = {.row = {.entity = entity, .id = id}, .many = 1};
    struct error why = {0};
    struct row row;
    bool done = true, waits = false;

    if (entity == NULL || id == NULL) {
        done = store_no_memory(err);
    } else if (!row_read(&arena, statement_span(stmt, 3), entity, id, &row, &why)) {
        mending->ret->gaps++;
        done = why.kind != ERROR_MEMORY || store_no_memory(err);
    } else {
        done = held_write(mending->fresh, &arena, &nothing, &row, statement_number(stmt, 4), err);
        mending->ret->rows++;
        for (size_t i = 0; !waits && i < row.reg_count; i++)
            waits = waits_in(mending, &row.regs[i]) != NULL;
    }
    done = done && (!waits || note_left_over(mending, entity, id, err));
    arena_clear(&arena);
    return done;
}

static bool copy_rows(struct mending *mending, struct error *err)
{
    char sql[240];

    for (size_t i = 0; i <= entity_count; i++) {
        const struct entity *entity = i < entity_count ? table_entity(entities[i].name) : NULL;

        if (i < entity_count && entity == NULL)
            continue;
        if (entity == NULL)
            snprintf(sql, sizeof sql, "SELECT rowid, entity, id, state, many FROM other WHERE rowid > ?1 ORDER BY rowid");
        else
            snprintf(sql, sizeof sql, "SELECT rowid, '%s', id, state, many FROM \"%s\" NOT INDEXED WHERE rowid > ?1 ORDER BY rowid",
                     entity->name, sql_table(entity));
        if (!walk(mending, sql, FIRST_ROWID, copy_row, err))
            return false;
    }
    return true;
}

/* --- saying again ----------------------------------------------------------------------------------------------------------------- */

/* The statement whose place this takes is a base like others; it stands for all that its log said of the field before, too. */
static bool add_base(struct arena *arena, struct change_field *field, struct stamp stamp, struct error *err)
{
    struct stamp *bases = arena_take_many(arena, field->base_count + 1, sizeof *bases);
    size_t at = 0;

    if (bases == NULL)
        return store_no_memory(err);
    if (field->base_count == CHANGE_BASES_MAX)
        return true;
    while (at < field->base_count && stamp_compare(field->bases[at], stamp) < 0) {
        bases[at] = field->bases[at];
        at++;
    }
    if (at < field->base_count && stamp_compare(field->bases[at], stamp) == 0)
        return true;
    bases[at] = stamp;
    for (; at < field->base_count; at++)
        bases[at + 1] = field->bases[at];
    field->bases = bases;
    field->base_count++;
    return true;
}

/* A field that others have replaced since is let be. */
static bool is_worth_saying(const struct mending *mending, const struct row *row, const char *field)
{
    const struct reg *reg = row_reg(row, field);

    if (reg == NULL || reg->live_count == 0 || waits_in(mending, reg) != NULL)
        return true;
    for (size_t i = 0; i < reg->live_count; i++) {
        if (reg->live[i].stamp.log == mending->fresh->now.log)
            return true;
    }
    return false;
}

/* Not undoable: what stood before it is not known any more. */
static bool say_again(struct mending *mending, struct arena *arena, const struct held *held, const char *author,
                      struct change_field *fields, size_t count, struct error *err)
{
    struct store *fresh = mending->fresh;
    struct standing *now = &fresh->now;
    const uint64_t number = now->last + 1, here = row_latest_stamp(&held->row).time;
    struct row row = held->row;
    struct kept_change kept = {.number = number, .step = number, .undoes = number, .name = ""};
    struct error why = {0};
    bool moved;

    kept.change =
        (struct change){.log = now->log,
                        .seq = number - now->base,
                        .time = stamp_tick(here > now->clock ? here : now->clock, fresh->ports.clock.wall_ms(fresh->ports.clock.self)),
                        .entity = row.entity,
                        .row = row.id,
                        .author = author,
                        .fields = fields,
                        .field_count = count};
    if (!change_is_well_formed(&kept.change, &why) || !row_apply(arena, &row, &kept.change, kept.change.time, &moved, &why)) {
        mending->ret->gaps++;
        return why.kind != ERROR_MEMORY || store_no_memory(err);
    }
    if (!change_append(fresh, &kept, err) || !held_write(fresh, arena, held, &row, held->many, err))
        return false;
    now->last = number;
    now->clock = kept.change.time;
    return true;
}

static bool say_change(struct mending *mending, sqlite3_stmt *stmt, struct error *err)
{
    const struct span body = statement_span(stmt, 1);
    struct reader in = reader_of(body.data, body.size);
    struct arena arena = {0};
    struct error why = {0};
    struct change change;
    struct held held;
    struct change_field *fields;
    size_t count = 0;
    bool done = true;

    if (!change_read(&arena, &in, mending->log, statement_number(stmt, 0) - mending->old->now.base, &change, &why)) {
        mending->ret->gaps++;
        done = why.kind != ERROR_MEMORY || store_no_memory(err);
        goto out;
    }
    mending->ret->changes++;
    fields = arena_take_many(&arena, change.field_count + 1, sizeof *fields);
    done = (fields != NULL || store_no_memory(err)) && held_read(mending->fresh, &arena, change.entity, change.row, &held, err);
    for (size_t i = 0; done && i < change.field_count; i++) {
        if (!is_worth_saying(mending, &held.row, change.fields[i].name))
            continue;
        fields[count] = change.fields[i];
        done = add_base(&arena, &fields[count++], (struct stamp){.time = change.time, .log = mending->log}, err);
    }
    done = done && (count == 0 || say_again(mending, &arena, &held, change.author, fields, count, err));
out:
    arena_clear(&arena);
    return done;
}

/* The changes that could be read have been said: what a row still has of the old log is of one that could not. */
static bool say_left_over(struct mending *mending, const struct row *named, struct error *err)
{
    struct arena arena = {0};
    struct held held;
    struct change_field *fields = NULL;
    size_t count = 0;
    bool done = held_read(mending->fresh, &arena, named->entity, named->id, &held, err);

    if (done)
        fields = arena_take_many(&arena, held.row.reg_count + 1, sizeof *fields);
    done = done && (fields != NULL || store_no_memory(err));
    for (size_t i = 0; done && i < held.row.reg_count && count < CHANGE_FIELDS_MAX; i++) {
        const struct entry *entry = waits_in(mending, &held.row.regs[i]);

        if (entry == NULL)
            continue;
        fields[count] = (struct change_field){.name = held.row.regs[i].field, .value = entry->value};
        done = add_base(&arena, &fields[count++], entry->stamp, err);
    }
    if (done && count > 0) {
        mending->ret->changes_from_rows++;
        done = say_again(mending, &arena, &held, "", fields, count, err);
    }
    arena_clear(&arena);
    return done;
}

static bool say_all(struct mending *mending, struct error *err)
{
    bool done = walk(mending, "SELECT number, body FROM change WHERE number > ?1 ORDER BY number", (int64_t)mending->old->now.receipted,
                     say_change, err);

    for (size_t i = 0; done && i < mending->count; i++)
        done = say_left_over(mending, &mending->left_over[i], err);
    return done;
}

/* --- all of it ---------------------------------------------------------------------------------------------------------------------- */

static bool mend(struct mending *mending, struct error *err)
{
    const struct standing *was = &mending->old->now;
    struct store_mended *ret = mending->ret;
    char detail[160];
    bool whole, ok = since_when(mending, err) && transaction_begin(mending->fresh, err);

    if (!ok)
        return false;
    ok = settings_copy(mending->old, mending->fresh, &whole, err) && copy_enrolment(mending, err) && copy_rows(mending, err) &&
         say_all(mending, err);
    ret->gaps += ok && !whole;
    ret->rows_lost = was->rows > ret->rows ? was->rows - ret->rows : 0;
    ret->changes_lost = was->last - was->receipted > ret->changes ? was->last - was->receipted - ret->changes : 0;
    snprintf(detail, sizeof detail, "a damaged store was mended: %llu changes said again, %llu not readable, %llu rows missing",
             (unsigned long long)mending->fresh->now.last, (unsigned long long)ret->changes_lost, (unsigned long long)ret->rows_lost);
    ok = ok && incident_add(mending->fresh, "mended", detail, err);
    return transaction_end(mending->fresh, ok, err);
}

bool store_mend(const char *damaged, const char *path, const struct store_ports *ports, struct store_mended *ret, struct error *err)
{
    struct mending mending = {.ret = ret, .old = store_new(damaged, ports, err)};
    bool done;

    *ret = (struct store_mended){0};
    done = mending.old != NULL && recipe_open_damaged(mending.old, err) && who_it_was(&mending, err) &&
           store_open(path, STORE_CREATE, ports, &mending.fresh, err) && mend(&mending, err);
    store_close(mending.fresh);
    store_close(mending.old);
    arena_clear(&mending.names);
    return done;
}
