// SPDX-License-Identifier: Apache-2.0
/* Taking back the last step: a new step that writes what stood before. Nothing is ever unmade.
 *
 * Here:      which step is the last one not yet undone; what of it may be taken back.
 * Not here:  making the changes (write.c).
 *
 * A step is a run of changes that share the number of its first one. An undo step says on its first change which step it undoes. Steps are
 * undone in order, so behind an undo of step s everything from s on is dealt with: the search goes on before s.
 */
#include "agent/store/store_internal.h"

#include <stdio.h>
#include <string.h>

static bool last_step(struct store *store, struct arena *arena, struct kept_change *ret, uint64_t *ret_last, struct error *err)
{
    uint64_t number = store->now.last;
    bool found;

    while (number > 0) {
        struct kept_change last;

        if (!change_at(store, arena, number, &last, &found, err))
            return false;
        if (!found)
            break;
        if (!change_at(store, arena, last.step, ret, &found, err))
            return false;
        if (!found)
            break; /* half forgotten: what is left of it is not the whole step */
        if (ret->undoes == 0) {
            *ret_last = number;
            return true;
        }
        number = ret->undoes - 1;
    }
    return error_set(err, ERROR_NOT_FOUND, "Correct the row itself.", "there was no step left to take back");
}

bool store_undoable(struct store *store, struct store_step *ret, bool *ret_found, struct error *err)
{
    struct arena arena = {0};
    struct kept_change first;
    struct error why = {0};
    uint64_t last;

    *ret = (struct store_step){0};
    *ret_found = last_step(store, &arena, &first, &last, &why);
    if (*ret_found) {
        snprintf(ret->name, sizeof ret->name, "%s", first.name);
        snprintf(ret->author, sizeof ret->author, "%s", first.change.author);
        ret->first = first.number;
        ret->changes = last - first.number + 1;
        ret->at_ms = stamp_ms(first.change.time);
    }
    arena_clear(&arena);
    return *ret_found || why.kind == ERROR_NOT_FOUND || error_set(err, why.kind, why.remedy, "%s", why.cause);
}

bool store_step_each(struct store *store, const struct store_step *step, bool (*each)(void *context, const struct change *change),
                     void *context, struct error *err)
{
    bool done = true, more = true;

    for (uint64_t number = step->first; done && more && number < step->first + step->changes; number++) {
        struct arena arena = {0};
        struct kept_change kept;
        bool found;

        done = change_at(store, &arena, number, &kept, &found, err);
        more = done && found && each(context, &kept.change);
        arena_clear(&arena);
    }
    return done;
}

/* Does what this change wrote still stand, alone? Then nobody else has touched it since. */
static bool is_ours_still(struct store *store, const struct row *row, const struct change_field *field, bool *ret, struct error *err)
{
    const struct reg *reg = row_reg(row, field->name);

    *ret = false;
    if (reg == NULL || reg->live_count == 0)
        return true;
    for (size_t i = 0; i < reg->live_count; i++) {
        if (!log_is_own(store, reg->live[i].stamp.log, ret, err))
            return false;
        if (!*ret)
            return true;
    }
    *ret = value_equal(row_value(row, field->name), field->value);
    return true;
}

static bool others_wrote(struct store *store, const struct row *row, bool *ret, struct error *err)
{
    bool own = true;

    for (size_t i = 0; own && i < row->reg_count; i++) {
        for (size_t j = 0; own && j < row->regs[i].live_count; j++) {
            if (!log_is_own(store, row->regs[i].live[j].stamp.log, &own, err))
                return false;
        }
    }
    *ret = !own;
    return true;
}

/* The fields that take this change back: what stood before, or the row's removal when the change made it. */
static bool fields_back(struct store *store, struct arena *arena, const struct kept_change *kept, const struct row *row,
                        struct change_field **ret, size_t *ret_count, uint64_t *kept_count, struct error *err)
{
    struct change_field *fields = arena_take_many(arena, kept->change.field_count + 1, sizeof *fields);
    size_t count = 0;
    bool others, ours;

    if (fields == NULL)
        return store_no_memory(err);
    if (!kept->has_before) {
        if (!others_wrote(store, row, &others, err))
            return false;
        if (others)
            *kept_count += kept->change.field_count;
        else if (!row_is_removed(row))
            fields[count++] = (struct change_field){.name = FIELD_REMOVED, .value = value_integer(1)};
    }
    for (size_t i = 0; kept->has_before && i < kept->change.field_count; i++) {
        if (!is_ours_still(store, row, &kept->change.fields[i], &ours, err))
            return false;
        if (!ours)
            (*kept_count)++;
        else if (!value_equal(kept->before.fields[i].value, kept->change.fields[i].value))
            fields[count++] = (struct change_field){.name = kept->before.fields[i].name, .value = kept->before.fields[i].value};
    }
    *ret = fields;
    *ret_count = count;
    return true;
}

static bool take_back(struct store *store, const struct step_frame *frame, uint64_t number, uint64_t *kept_count, struct error *err)
{
    struct arena arena = {0};
    struct kept_change kept;
    struct change_field *fields = NULL;
    struct held held;
    size_t count = 0;
    bool found, done = false;

    if (!change_at(store, &arena, number, &kept, &found, err))
        goto out;
    if (!found) {
        error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "change number %llu was not in the store", (unsigned long long)number);
        goto out;
    }
    if (kept.has_before && kept.before.field_count != kept.change.field_count) {
        error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "what stood before change number %llu was not readable", (unsigned long long)number);
        goto out;
    }
    if (!held_read(store, &arena, kept.change.entity, kept.change.row, &held, err))
        goto out;
    if (!held.exists) { /* out of our scope by now */
        *kept_count += kept.change.field_count;
        done = true;
        goto out;
    }
    done = fields_back(store, &arena, &kept, &held.row, &fields, &count, kept_count, err) &&
           (count == 0 || change_make(store, &arena, frame, &held, fields, count, err));
out:
    arena_clear(&arena);
    return done;
}

bool store_undo(struct store *store, const char *author, char ret_name[64], uint64_t *ret_changes, uint64_t *ret_kept, struct error *err)
{
    const uint64_t before = store->now.last;
    struct arena arena = {0};
    struct kept_change first;
    struct step_frame frame = {.first = before + 1, .author = author == NULL ? "" : author, .name = "undo"};
    uint64_t last = 0, kept = 0;
    bool ok = last_step(store, &arena, &first, &last, err) && transaction_begin(store, err);

    if (ok) {
        frame.undoes = first.number;
        for (uint64_t number = last; ok && number >= first.number; number--)
            ok = take_back(store, &frame, number, &kept, err);
        /* All of it was somebody else's by now: the step counts as dealt with, or the next undo would find it again. */
        if (ok && store->now.last == before) {
            sqlite3_stmt *stmt = statement(store, STATEMENT_CHANGE_MARK_UNDONE, err);

            if (stmt != NULL)
                statement_bind_number(stmt, ":number", first.number);
            ok = statement_run(store, stmt, "note an undo", err);
        }
        ok = transaction_end(store, ok, err);
    }
    if (ok) {
        snprintf(ret_name, 64, "%s", first.name);
        *ret_changes = store->now.last - before;
        *ret_kept = kept;
    }
    arena_clear(&arena);
    return ok;
}
