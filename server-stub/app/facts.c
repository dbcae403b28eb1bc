// SPDX-License-Identifier: Apache-2.0
/* The facts of an association: its keys, its epochs, its name.
 *
 * Here:      making them, reading them, the seal at the end of each.
 * Not here:  what they are used for.
 *
 * Shape      a fact's value, then its seal: a sum keyed by the server's secret over name and value.
 */
#include <string.h>

#include "server-stub/app/server_internal.h"

#define FACT_NAME       "name"
#define FACT_SECRET     "secret"
#define FACT_DIGEST_KEY "digest_key"
#define FACT_OWN_LOG    "own_log"
#define FACT_OWN_SECRET "own_secret"
#define FACT_EPOCHS     "epochs"

static const char *const fact_names[] = {FACT_NAME, FACT_SECRET, FACT_DIGEST_KEY, FACT_OWN_LOG, FACT_OWN_SECRET, FACT_EPOCHS};
enum { FACT_COUNT = sizeof fact_names / sizeof *fact_names, ASSOCIATION_NAME_BYTES_MAX = 200, EPOCH_SIZE = 16 };

static bool fact_damaged(const char *name, struct error *err)
{
    return error_set(err, ERROR_CORRUPT, "Restore the latest backup: teren-server restore",
                     "the ledger's fact \"%s\" was missing or damaged", name);
}

static void fact_sum(const struct facts *facts, const char *name, struct span value, uint8_t ret[SEAL_SIZE])
{
    struct bytes cells = {0};

    memset(ret, 0, SEAL_SIZE);
    bytes_append_text(&cells, name);
    bytes_append(&cells, value.data, value.size);
    if (!cells.failed)
        secret_sum(facts->seal_key, bytes_span(&cells), ret);
    bytes_clear(&cells);
}

static bool fact_put(struct ledger *ledger, struct ledger_work *work, const struct facts *facts, const char *name, const void *data,
                     size_t size, struct error *err)
{
    struct bytes value = {0};
    uint8_t sum[SEAL_SIZE];
    bool done;

    fact_sum(facts, name, (struct span){data, size}, sum);
    bytes_append(&value, data, size);
    bytes_append(&value, sum, sizeof sum);
    done = value.failed ? app_no_memory(err) : ledger->meta_put(work, name, bytes_span(&value), err);
    bytes_clear(&value);
    return done;
}

/* size 0: any. */
static bool fact_get(struct ledger *ledger, struct ledger_work *work, struct arena *arena, const char *name, size_t size, struct span *ret,
                     struct error *err)
{
    if (!ledger->meta_get(work, arena, name, ret, err))
        return false;
    if (ret->size < SEAL_SIZE || (size != 0 && ret->size != size + SEAL_SIZE))
        return fact_damaged(name, err);
    ret->size -= SEAL_SIZE;
    return true;
}

static void keys_derive(struct facts *facts)
{
    struct span secret = {facts->secret, sizeof facts->secret};

    /* An Ed25519 secret ends with its public key. */
    memcpy(facts->public_key, facts->secret + SIGN_SECRET_SIZE - SIGN_PUBLIC_SIZE, SIGN_PUBLIC_SIZE);
    secret_derive(secret, "teren ledger seal 1", facts->seal_key);
}

bool facts_write_epochs(struct ledger *ledger, struct ledger_work *work, const struct facts *facts, struct error *err)
{
    struct bytes value = {0};
    bool done;

    for (size_t i = 0; i < facts->epoch_count; i++) {
        bytes_append_u64(&value, facts->epochs[i].epoch);
        bytes_append_u64(&value, facts->epochs[i].began);
    }
    done = value.failed ? app_no_memory(err) : fact_put(ledger, work, facts, FACT_EPOCHS, value.data, value.size, err);
    bytes_clear(&value);
    return done;
}

/* Epochs travel as JSON integers, which have a sign; 0 means none. */
uint64_t facts_epoch(const struct server_ports *ports)
{
    uint64_t epoch = 0;

    ports->chance.fill(ports->chance.self, &epoch, sizeof epoch);
    return (epoch & INT64_MAX) | 1;
}

bool facts_make(struct ledger *ledger, struct ledger_work *work, const struct server_ports *ports, const char *name, struct facts *ret,
                struct error *err)
{
    const struct chance_port *chance = &ports->chance;
    uint8_t seed[KEY_SEED_SIZE], own_public[SIGN_PUBLIC_SIZE];
    uint8_t log[8];
    struct span there = {0};
    struct arena arena = {0};
    bool done = ledger->meta_get(work, &arena, FACT_SECRET, &there, err);

    arena_clear(&arena);
    if (!done)
        return false;
    if (there.size > 0)
        return error_set(err, ERROR_INVALID, "Use the association that is there, or choose another folder.",
                         "the ledger already holds an association");
    if (strlen(name) > ASSOCIATION_NAME_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, "Choose a shorter name.", "a name of %zu bytes was given, %d are allowed", strlen(name),
                         ASSOCIATION_NAME_BYTES_MAX);
    memset(ret, 0, sizeof *ret);
    chance->fill(chance->self, seed, sizeof seed);
    keys_of_seed(seed, ret->public_key, ret->secret);
    chance->fill(chance->self, seed, sizeof seed);
    keys_of_seed(seed, own_public, ret->own_secret);
    memset(seed, 0, sizeof seed);
    chance->fill(chance->self, ret->digest_key, sizeof ret->digest_key);
    while (ret->own_log == 0)
        chance->fill(chance->self, &ret->own_log, sizeof ret->own_log);
    ret->epochs[0].epoch = facts_epoch(ports);
    ret->epoch_count = 1;
    keys_derive(ret);
    for (size_t i = 0; i < sizeof log; i++)
        log[i] = (uint8_t)(ret->own_log >> (8 * i));
    return fact_put(ledger, work, ret, FACT_SECRET, ret->secret, sizeof ret->secret, err) &&
           fact_put(ledger, work, ret, FACT_NAME, name, strlen(name), err) &&
           fact_put(ledger, work, ret, FACT_DIGEST_KEY, ret->digest_key, sizeof ret->digest_key, err) &&
           fact_put(ledger, work, ret, FACT_OWN_LOG, log, sizeof log, err) &&
           fact_put(ledger, work, ret, FACT_OWN_SECRET, ret->own_secret, sizeof ret->own_secret, err) &&
           facts_write_epochs(ledger, work, ret, err);
}

static bool epochs_read(struct span value, struct facts *ret, struct error *err)
{
    struct reader reader = reader_of(value.data, value.size);

    if (value.size == 0 || value.size % EPOCH_SIZE != 0 || value.size / EPOCH_SIZE > EPOCHS_MAX)
        return fact_damaged(FACT_EPOCHS, err);
    while (reader_left(&reader) > 0) {
        ret->epochs[ret->epoch_count].epoch = reader_u64(&reader);
        ret->epochs[ret->epoch_count++].began = reader_u64(&reader);
    }
    return true;
}

bool facts_read(struct ledger *ledger, struct ledger_work *work, struct facts *ret, struct error *err)
{
    struct arena arena = {0};
    struct span value = {0};
    bool done = false;

    memset(ret, 0, sizeof *ret);
    if (!fact_get(ledger, work, &arena, FACT_SECRET, sizeof ret->secret, &value, err))
        goto out;
    memcpy(ret->secret, value.data, sizeof ret->secret);
    keys_derive(ret);
    if (!fact_get(ledger, work, &arena, FACT_DIGEST_KEY, sizeof ret->digest_key, &value, err))
        goto out;
    memcpy(ret->digest_key, value.data, sizeof ret->digest_key);
    if (!fact_get(ledger, work, &arena, FACT_OWN_SECRET, sizeof ret->own_secret, &value, err))
        goto out;
    memcpy(ret->own_secret, value.data, sizeof ret->own_secret);
    if (!fact_get(ledger, work, &arena, FACT_OWN_LOG, sizeof ret->own_log, &value, err))
        goto out;
    struct reader reader = reader_of(value.data, value.size);
    ret->own_log = reader_u64(&reader);
    if (!fact_get(ledger, work, &arena, FACT_EPOCHS, 0, &value, err) || !epochs_read(value, ret, err))
        goto out;
    done = true;
out:
    arena_clear(&arena);
    return done;
}

bool facts_check(struct ledger *ledger, struct ledger_work *work, const struct facts *facts, void (*each)(void *context, const char *name),
                 void *context, struct error *err)
{
    struct arena arena = {0};
    bool done = true;

    for (size_t i = 0; done && i < FACT_COUNT; i++) {
        struct span value = {0};
        uint8_t sum[SEAL_SIZE];
        done = ledger->meta_get(work, &arena, fact_names[i], &value, err);
        if (!done)
            break;
        if (value.size >= SEAL_SIZE)
            fact_sum(facts, fact_names[i], (struct span){value.data, value.size - SEAL_SIZE}, sum);
        if (value.size < SEAL_SIZE || memcmp(sum, value.data + value.size - SEAL_SIZE, SEAL_SIZE) != 0)
            each(context, fact_names[i]);
    }
    arena_clear(&arena);
    return done;
}
