// SPDX-License-Identifier: Apache-2.0
/* People who may look at the server's desk.
 *
 * Here:      adding, listing.
 * Not here:  logging in, pages.
 */
#include <string.h>

#include "protocol/entities.h"
#include "server-stub/app/server_internal.h"

#define ROLES "coordinator auditor administrator"

bool server_user_add(struct server *server, const char *name, const char *role, const char *password, struct error *err)
{
    struct ledger *ledger = server->ledger;
    struct ledger_work *work = NULL;
    uint8_t salt[PASSWORD_SALT_SIZE];
    char hash[PASSWORD_HASH_SIZE];
    struct ledger_user user = {.name = name, .role = role, .password = hash};
    size_t size = strlen(password);
    bool done;

    if (strlen(name) > USER_NAME_BYTES_MAX || strchr(name, ':') != NULL || !row_id_is_valid(name))
        return error_set(err, ERROR_INVALID, "Use letters, digits, '-', '_' and '.', at most 64 of them.", "this is no name for a user");
    if (!word_is_among(role, ROLES))
        return error_set(err, ERROR_INVALID, "Choose one of: " ROLES ".", "there is no role \"%.40s\"", role);
    if (size < PASSWORD_BYTES_MIN || size > PASSWORD_BYTES_MAX)
        return error_set(err, ERROR_INVALID, "Choose one of 12 to 256 bytes; four words do well.", "a password of %zu bytes was given",
                         size);
    server->ports.chance.fill(server->ports.chance.self, salt, sizeof salt);
    if (!password_hash(password, salt, hash, err))
        return false;
    seal_user(&server->facts, &user);
    if (!ledger->begin(ledger, LEDGER_WRITE, &work, err))
        return false;
    if (!ledger->user_put(work, &user, err)) {
        ledger->rollback(work);
        return false;
    }
    done = ledger->commit(work, err);
    return done;
}

struct user_walk {
    bool (*each)(void *context, const char *name, const char *role);
    void *context;
};

static bool show_user(void *context, const struct ledger_user *user)
{
    struct user_walk *walk = context;

    return walk->each(walk->context, user->name, user->role);
}

bool server_user_each(struct server *server, bool (*each)(void *context, const char *name, const char *role), void *context,
                      struct error *err)
{
    struct user_walk walk = {each, context};
    struct ledger_work *work = NULL;
    bool done;

    if (!server->ledger->begin(server->ledger, LEDGER_READ, &work, err))
        return false;
    done = server->ledger->users_each(work, show_user, &walk, err);
    server->ledger->rollback(work);
    return done;
}
