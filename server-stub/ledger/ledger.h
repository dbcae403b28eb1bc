// SPDX-License-Identifier: Apache-2.0
/* The ledger port: everything durable on the server, whatever database keeps it.
 *
 * Here:      the records, and a struct of functions that keep them, many at a time. Adapter: sqlite.h.
 * Not here:  what is right (server-stub/app decides), SQL, clocks, chance.
 *
 * Works    Every call is made inside a *work*: begin .. commit or rollback. A LEDGER_WRITE work is alone (begin waits for the other one);
 *          LEDGER_READ works see one moment and may run beside it. A work belongs to one thread at a time.
 * Promise  commit returns true only when all of the work is durable (fsync). A work that failed leaves nothing behind.
 * Batches  What is touched per change comes in arrays, so that a database behind a network needs a round trip per batch, not per row.
 * Owners   What is read lives in the arena that is handed in. What an `each` is given lives until it returns; `each` returns false to stop,
 *          which is no error. An `each` may call the work it runs in, but must not write to what is being walked.
 * Errors   ERROR_STORAGE (disk full, read-only, I/O), ERROR_CORRUPT, ERROR_BUSY, ERROR_MEMORY.
 */
#ifndef SERVER_LEDGER_LEDGER_H
#define SERVER_LEDGER_LEDGER_H

#include "protocol/digest.h"
#include "protocol/scope.h"
#include "protocol/segment.h"

enum { LEDGER_SCHEMA_VERSION = 1, SEAL_SIZE = 16, CODE_HASH_SIZE = 32 };
#define LEDGER_POSITION_MAX ((UINT64_C(1) << 40) - 1)
enum { PLACE_EVERYTHING = 0 }; /* id of the place that every row is in */

struct ledger_work; /* the adapter's */
enum ledger_mode { LEDGER_READ, LEDGER_WRITE };

/* One row, moved by every exchange that takes something. */
struct ledger_totals {
    uint64_t position; /* the last one given out: the order of all that moved */
    uint64_t changes, segments, quarantined, conflicts;
    uint8_t link[HASH_SIZE]; /* of the last segment: the ledger is a chain of its own */
};

/* A log's standing. `seal` guards the cells against a hand in the file (server-stub/app/seal.c). */
struct ledger_log {
    uint64_t log;
    const char *device; /* its name; "" for the server's own log */
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    uint64_t counter, last_seq, last_time, safe_seq, waiting, quarantined;
    uint8_t last_head[HASH_SIZE];
    const char *agent;
    int64_t known_since_ms, last_contact_ms, clock_error_ms;
    uint64_t introduced_by; /* the log that vouched for it after a fork; 0: it came with a code */
    uint8_t seal[SEAL_SIZE];
};

/* A segment as received, with what the server found. Evidence: written once, never changed. */
struct ledger_segment {
    uint64_t number; /* 1, 2, 3, ...: the order in which they were taken */
    uint64_t log, first_seq, last_seq;
    uint64_t clamped;    /* changes whose stamps were ahead of time */
    uint64_t batch;      /* number of the first segment that was taken in the same exchange */
    int64_t received_ms; /* the clock that stamps were clamped by */
    uint8_t head[HASH_SIZE], link[HASH_SIZE];
    struct span sealed;
};

/* A change that was receipted and kept, but not applied. */
struct ledger_quarantine {
    uint64_t log, seq;
    const char *reason; /* no personal data */
};

/* Where a row is: in the feed of `place` at `position`; gone: it was there, and whoever reads past must be told that it left. */
struct ledger_member {
    uint64_t place, position;
    bool gone;
};
struct ledger_row {
    const char *entity, *id;
    bool found;        /* by rows_load */
    struct span state; /* row_write's bytes, `seen` included */
    uint64_t position; /* its place in the order of everything */
    const struct ledger_member *members; /* ascending by place; not gone ones stand at `position`; PLACE_EVERYTHING is not named */
    size_t member_count;
    const struct row *row;   /* rows_store: opened, for the columns */
    const struct ledger_row *before; /* rows_store: as it was loaded, NULL for a new one: so that its feed entries can be moved */
};

struct ledger_place {
    uint64_t id;
    const char *programme, *municipality;
    struct digest digest; /* sum over the rows in it */
    uint64_t rows;
};

/* How many rows are in exactly these two or more places: so that rows can be counted once. */
struct ledger_shape {
    const uint64_t *places;
    size_t place_count;
    uint64_t rows;
};

struct ledger_feed_entry {
    uint64_t place, position;
    const char *entity, *id;
    bool gone;
};

struct ledger_device {
    const char *name, *municipality, *kind;
    bool revoked;
    uint64_t scope_version;
    uint8_t seal[SEAL_SIZE];
};
struct ledger_scope { /* the grants a device had, or has, by version */
    const char *device;
    uint64_t version;
    const char *grants; /* grant_text, one a line */
    uint8_t seal[SEAL_SIZE];
};
struct ledger_code {
    uint8_t hash[CODE_HASH_SIZE];
    const char *device;
    int64_t made_ms, expires_ms, used_ms;
    uint64_t used_by; /* log; 0: not yet */
    uint8_t seal[SEAL_SIZE];
};
struct ledger_user {
    const char *name, *role, *password; /* password: Argon2id text */
    uint8_t seal[SEAL_SIZE];
};
struct ledger_throttle {
    const char *name;
    int64_t tokens_milli, at_ms;
};

struct ledger {
    void (*close)(struct ledger *ledger); /* frees it too; no work may be open */

    bool (*begin)(struct ledger *ledger, enum ledger_mode mode, struct ledger_work **ret, struct error *err);
    bool (*commit)(struct ledger_work *work, struct error *err); /* ends the work either way; false: nothing of it was kept */
    void (*rollback)(struct ledger_work *work);                  /* NULL is fine */

    /* Small named facts of the association. *ret is {NULL, 0} when there is none. */
    bool (*meta_get)(struct ledger_work *work, struct arena *arena, const char *name, struct span *ret, struct error *err);
    bool (*meta_put)(struct ledger_work *work, const char *name, struct span value, struct error *err);
    bool (*totals_get)(struct ledger_work *work, struct ledger_totals *ret, struct error *err); /* in a writing work: held to the commit */
    bool (*totals_put)(struct ledger_work *work, const struct ledger_totals *totals, struct error *err);

    bool (*log_get)(struct ledger_work *work, struct arena *arena, uint64_t log, struct ledger_log *ret, bool *ret_found,
                    struct error *err);
    bool (*log_put)(struct ledger_work *work, const struct ledger_log *log, struct error *err);
    /* device NULL: all. */
    bool (*logs_each)(struct ledger_work *work, const char *device, bool (*each)(void *context, const struct ledger_log *log),
                      void *context, struct error *err);

    bool (*segments_put)(struct ledger_work *work, const struct ledger_segment *segments, size_t count, struct error *err);
    /* The chain's head after seq, if a segment ends there. */
    bool (*head_at)(struct ledger_work *work, uint64_t log, uint64_t seq, uint8_t ret_head[HASH_SIZE], bool *ret_found, struct error *err);
    bool (*segments_each)(struct ledger_work *work, uint64_t after_number,
                          bool (*each)(void *context, const struct ledger_segment *segment), void *context, struct error *err);
    /* Of one log, those that end after a seq, in order. */
    bool (*segments_of_log)(struct ledger_work *work, uint64_t log, uint64_t after_seq,
                            bool (*each)(void *context, const struct ledger_segment *segment), void *context, struct error *err);
    bool (*quarantine_put)(struct ledger_work *work, const struct ledger_quarantine *quarantined, size_t count, struct error *err);
    /* Of one log, after a seq, ascending; *ret_clamped: some of its changes after that seq had stamps ahead of time. */
    bool (*quarantine_after)(struct ledger_work *work, struct arena *arena, uint64_t log, uint64_t seq, struct ledger_quarantine **ret,
                             size_t *ret_count, bool *ret_clamped, struct error *err);
    bool (*quarantine_each)(struct ledger_work *work, bool (*each)(void *context, const struct ledger_quarantine *quarantined),
                            void *context, struct error *err);

    /* Rows as they stand. load: entity and id are asked, the rest is answered. store: state, columns, memberships and feed move
     * together. */
    bool (*rows_load)(struct ledger_work *work, struct arena *arena, struct ledger_row *rows, size_t count, struct error *err);
    bool (*rows_store)(struct ledger_work *work, const struct ledger_row *rows, size_t count, struct error *err);
    /* entity NULL: every unknown one. */
    bool (*rows_each)(struct ledger_work *work, const char *entity, bool (*each)(void *context, const struct ledger_row *row),
                      void *context, struct error *err);
    /* The name of a column whose cell is not what the row's state says; *ret NULL: all agree. row->row must be set. */
    bool (*row_columns_check)(struct ledger_work *work, struct arena *arena, const struct ledger_row *row, const char **ret,
                              struct error *err);
    /* ("activity", id) of enrolments and ("session", id) of marks of the person that are not removed. */
    bool (*uses_of_person)(struct ledger_work *work, const char *person,
                           bool (*each)(void *context, const char *entity, const char *id, const char *row), void *context,
                           struct error *err);
    /* Ids of the rows of `entity` whose `field` (of the entity table) says `id`. */
    bool (*rows_referring)(struct ledger_work *work, const char *entity, const char *field, const char *id,
                           bool (*each)(void *context, const char *row), void *context, struct error *err);

    /* Places: ids grow from 1 and stay. */
    bool (*places_after)(struct ledger_work *work, struct arena *arena, uint64_t after_id, struct ledger_place **ret, size_t *ret_count,
                         struct error *err);
    bool (*places_sums)(struct ledger_work *work, struct ledger_place *places, size_t count, struct error *err); /* by id: digest, rows */
    bool (*places_put)(struct ledger_work *work, const struct ledger_place *places, size_t count, struct error *err);
    bool (*shapes_add)(struct ledger_work *work, const struct ledger_shape *shapes, const int64_t *more, size_t count, struct error *err);
    bool (*shapes_each)(struct ledger_work *work, bool (*each)(void *context, const struct ledger_shape *shape), void *context,
                        struct error *err);

    /* What moved in these places after `from` up to `to`, ascending by position, at most about `limit` entries: *ret_through tells up to
     * which position the answer is whole (`to` when nothing was left out). */
    bool (*feed_read)(struct ledger_work *work, struct arena *arena, const uint64_t *places, size_t place_count, uint64_t from, uint64_t to,
                      size_t limit, struct ledger_feed_entry **ret, size_t *ret_count, uint64_t *ret_through, struct error *err);

    bool (*device_get)(struct ledger_work *work, struct arena *arena, const char *name, struct ledger_device *ret, bool *ret_found,
                       struct error *err);
    bool (*device_put)(struct ledger_work *work, const struct ledger_device *device, struct error *err);
    bool (*devices_each)(struct ledger_work *work, bool (*each)(void *context, const struct ledger_device *device), void *context,
                         struct error *err);
    bool (*scope_get)(struct ledger_work *work, struct arena *arena, const char *device, uint64_t version, struct ledger_scope *ret,
                      bool *ret_found, struct error *err);
    bool (*scope_put)(struct ledger_work *work, const struct ledger_scope *scope, struct error *err);
    bool (*scopes_each)(struct ledger_work *work, bool (*each)(void *context, const struct ledger_scope *scope), void *context,
                        struct error *err);
    bool (*code_get)(struct ledger_work *work, struct arena *arena, const uint8_t hash[CODE_HASH_SIZE], struct ledger_code *ret,
                     bool *ret_found, struct error *err);
    bool (*code_put)(struct ledger_work *work, const struct ledger_code *code, struct error *err);
    bool (*codes_each)(struct ledger_work *work, bool (*each)(void *context, const struct ledger_code *code), void *context,
                       struct error *err);
    bool (*user_put)(struct ledger_work *work, const struct ledger_user *user, struct error *err);
    bool (*users_each)(struct ledger_work *work, bool (*each)(void *context, const struct ledger_user *user), void *context,
                       struct error *err);
    bool (*throttle_get)(struct ledger_work *work, const char *name, struct ledger_throttle *ret, bool *ret_found, struct error *err);
    bool (*throttle_put)(struct ledger_work *work, const struct ledger_throttle *throttle, struct error *err);
    bool (*throttles_forget)(struct ledger_work *work, int64_t before_ms, struct error *err);

    /* Pages, indexes and references of the database itself; each finding is one line. */
    bool (*check)(struct ledger_work *work, void (*each)(void *context, const char *finding), void *context, uint64_t *ret_findings,
                  struct error *err);
    /* A copy of one moment at `path` (which must not be there yet), under another name until `accept`, given the copy opened for reading,
     * has found it good; then it is durable and bears the name. Others go on meanwhile. */
    bool (*backup)(struct ledger *ledger, const char *path, bool (*accept)(void *context, struct ledger *copy, struct error *err),
                   void (*progress)(void *context, uint64_t done, uint64_t total), void *context, struct error *err);
    /* An empty ledger of the same kind that is gone when it is closed: verify replays into it. */
    bool (*open_scratch)(struct ledger *ledger, struct ledger **ret, struct error *err);
    uint64_t (*size_bytes)(struct ledger *ledger);
};

#endif
