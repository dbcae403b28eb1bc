// SPDX-License-Identifier: Apache-2.0
/* Small facts of this device that never sync: who holds it, its language, whether it is locked.
 *
 * Here:      reading, setting, forgetting one; their bounds; copying all that can be read of a damaged store.
 * Not here:  what they mean (agent/app); facts of the store itself (standing.c), which share the table and nothing else.
 */
#include "agent/store/store_internal.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "setting:"
enum { KEY_SIZE = sizeof PREFIX + STORE_SETTING_NAME_BYTES_MAX };

static bool key_of(const char *name, char ret[KEY_SIZE], struct error *err)
{
    if (name[0] == '\0' || strlen(name) > STORE_SETTING_NAME_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, REMEDY_BUG, "the name of a setting had %zu bytes; 1 to %d are allowed", strlen(name),
                         STORE_SETTING_NAME_BYTES_MAX);
    snprintf(ret, KEY_SIZE, PREFIX "%s", name);
    return true;
}

bool store_setting(struct store *store, const char *name, char ret[STORE_SETTING_BYTES_MAX + 1], struct error *err)
{
    char key[KEY_SIZE];

    ret[0] = '\0';
    return key_of(name, key, err) && meta_read_text(store, key, ret, STORE_SETTING_BYTES_MAX + 1, err);
}

/* Is there room for one more, or is it there already? Only PINs are many: what follows from them, and whether the tablet is locked, must
 * always find room, or nobody could lock or open it any more. */
static bool has_room(struct store *store, const char *key, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_SETTINGS_BESIDE, err);
    uint64_t others = 0;
    enum step step;

    if (stmt == NULL)
        return false;
    if (strncmp(key, PREFIX "pin:", strlen(PREFIX "pin:")) != 0)
        return true;
    statement_bind_text(stmt, ":key", key);
    step = statement_step(store, stmt, "count the settings", err);
    if (step == STEP_ROW)
        others = statement_number(stmt, 0);
    statement_reset(stmt);
    if (step == STEP_ROW && others >= STORE_SETTINGS_MAX)
        return error_set(err, ERROR_LIMIT, "Take a PIN away from somebody who does not hold the tablet any more.",
                         "there were %d settings already, as many as are kept", STORE_SETTINGS_MAX);
    return step == STEP_ROW;
}

bool store_set_setting(struct store *store, const char *name, const char *text, struct error *err)
{
    char key[KEY_SIZE];
    bool ok;

    if (strlen(text) > STORE_SETTING_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, REMEDY_BUG, "the setting %.60s had %zu bytes; at most %d are allowed", name, strlen(text),
                         STORE_SETTING_BYTES_MAX);
    if (!key_of(name, key, err) || !transaction_begin(store, err))
        return false;
    if (text[0] == '\0') {
        sqlite3_stmt *stmt = statement(store, STATEMENT_META_FORGET, err);

        if (stmt != NULL)
            statement_bind_text(stmt, ":key", key);
        ok = statement_run(store, stmt, "forget a setting", err);
    } else {
        ok = has_room(store, key, err) && meta_save_text(store, key, text, err);
    }
    return transaction_end(store, ok, err);
}

bool settings_copy(struct store *from, struct store *to, bool *ret_whole, struct error *err)
{
    static const char sql[] = "SELECT key, value FROM meta WHERE key >= '" PREFIX "' AND key < 'setting;'";
    sqlite3_stmt *stmt = NULL;
    bool done = true;
    int code = sqlite3_prepare_v2(from->db, sql, -1, &stmt, NULL);

    while (done && code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(stmt, 0);
        const struct span value = statement_span(stmt, 1);

        if (key != NULL && strlen(key) < KEY_SIZE && value.size > 0 && value.size <= STORE_SETTING_BYTES_MAX)
            done = meta_save_blob(to, key, value.data, value.size, err);
        code = SQLITE_OK;
    }
    *ret_whole = code == SQLITE_DONE;
    sqlite3_finalize(stmt);
    return done;
}
