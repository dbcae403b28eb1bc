// SPDX-License-Identifier: Apache-2.0
/* What the files of the store share, and nobody else sees.
 *
 * Here:      the struct, transactions, statements, rows as held, the log by number.
 * Not here:  anything that callers of the store may use (store.h).
 *
 * Numbers  Every change made on this device has a *number*: dense, from 1, never given twice, the same through all forks. A log is a run of
 *          numbers: seq = number - base, where base is the number before the log's first change. So a fork moves `base` and renames, and
 *          nothing in the tables is renumbered.
 * Standing One row says where we are; it is held in memory too and written with every transaction, because all of it moves together.
 */
#ifndef AGENT_STORE_INTERNAL_H
#define AGENT_STORE_INTERNAL_H

#include <sqlite3.h>

#include "agent/store/guard.h"
#include "agent/store/store.h"
#include "protocol/catalogue.h"
#include "protocol/sql.h"

enum {
    STORE_UNDO_CHANGES_MIN = 1000,        /* that many stay for undo, receipted or not */
    STORE_KEEP_CHANGES_MAX = 500 * 1000,  /* receipted changes kept to refill a restored server, when it never tells of a backup */
    STORE_PRUNE_CHANGES_MAX = 20 * 1000,  /* forgotten in one transaction at most */
    STORE_INCIDENTS_MAX = 1000,           /* the latest are kept */
    STORE_BUSY_WAIT_MS = 250,             /* for a command that is just ending */
    STORE_APPLICATION_ID = GUARD_APPLICATION_ID,
    MACHINE_SIZE = HASH_SIZE,
    REVISIONS_PER_MS = 1024,              /* room for the writes of a process, so that the next one begins further on */
};

/* True for whatever is damaged: mend.c saves what can be read and says what not. */
#define REMEDY_CORRUPT N_("Run `teren mend`: it saves all that can be read, and the next sync fetches the rest.")
#define REMEDY_MEMORY N_("Close other programs, then try again.")
#define REMEDY_STORAGE N_("Check that the disk is healthy and not full, and that the folder is yours, then try again.")
#define REMEDY_BUG N_("Report this; `teren doctor` helps to say more.")

/* Where we are. Every field is a column (standing.c). */
struct standing {
    uint64_t log, introducer;   /* introducer: the log that must vouch for `log`, 0 when the server knows it */
    uint64_t forks;
    uint64_t base;              /* number before this log's first change */
    uint64_t last;              /* number of the latest change */
    uint64_t sealed, receipted, safe, kept;   /* numbers: sealed up to, receipted up to, in a backup up to, forgotten up to */
    uint8_t sealed_head[HASH_SIZE], receipted_head[HASH_SIZE];
    uint64_t receipted_time;    /* effective stamp time of the change `receipted`; 0: not known (none is, or the server was restored) */
    uint64_t clock;             /* latest stamp time given out or seen */
    uint64_t counter;           /* of the latest request */
    uint64_t epoch, position, scope, fill;
    uint64_t digest_low, digest_high;
    uint64_t rows;              /* with many > 0 */
    uint64_t odd;               /* rows with many != 1 */
    uint64_t conflicts, quarantined;
    uint64_t incarnation;       /* see incarnation.c */
    uint8_t machine[MACHINE_SIZE];
    uint64_t clean;             /* 1: closed in order */
    uint64_t checked_ms;        /* wall, of the last quick_check */
};

/* All SQL that does not depend on the entity table stands in statements.c. */
enum statement_id {
    STATEMENT_BEGIN, STATEMENT_COMMIT, STATEMENT_ROLLBACK,
    STATEMENT_STANDING_READ, STATEMENT_STANDING_SAVE,
    STATEMENT_META_READ, STATEMENT_META_SAVE, STATEMENT_META_FORGET, STATEMENT_SETTINGS_BESIDE,
    STATEMENT_LOG_ADD, STATEMENT_LOG_OF, STATEMENT_LOG_BY_ID, STATEMENT_LOG_FORGET_SECRET, STATEMENT_LOG_IS_OWN,
    STATEMENT_CHANGE_ADD, STATEMENT_CHANGE_READ, STATEMENT_CHANGES_AFTER, STATEMENT_CHANGE_RENAME, STATEMENT_CHANGE_MARK_UNDONE,
    STATEMENT_CHANGE_KEYS_AFTER, STATEMENT_CHANGES_FORGET,
    STATEMENT_SEGMENT_ADD, STATEMENT_SEGMENTS_AFTER, STATEMENT_SEGMENT_ENDING, STATEMENT_SEGMENTS_DROP_AFTER, STATEMENT_SEGMENTS_FORGET,
    STATEMENT_SEGMENTS_ALL,
    STATEMENT_VERDICT_ADD, STATEMENT_VERDICT_COUNT, STATEMENT_VERDICTS_DROP_AFTER,
    STATEMENT_CONFLICT_SET, STATEMENT_CONFLICT_CLEAR, STATEMENT_CONFLICTS,
    STATEMENT_INCIDENT_ADD, STATEMENT_INCIDENTS_TRIM, STATEMENT_INCIDENT_COUNT,
    STATEMENT_SYNC_READ, STATEMENT_SYNC_SAVE, STATEMENT_SYNC_CLOCK_ERROR,
    STATEMENT_SESSION_ENROLLED, STATEMENT_SESSION_MARKED, STATEMENT_SESSION_WALK_INS, /* roster.c */
    STATEMENT_ROSTER_ENROLLED, STATEMENT_ROSTER_OTHERS, STATEMENT_ROLES, STATEMENT_LOG_NUMBERS,
    STATEMENT_COUNT
};

struct entity_statements { sqlite3_stmt *select, *upsert, *remove; };

/* Own changes not yet known to the server, by row, for re-applying them; made when first asked for. */
struct waiting { uint64_t key, number; };

struct store {
    sqlite3 *db;
    struct guard *guard;
    struct store_ports ports;
    char *path, *vfs;
    sqlite3_stmt *prepared[STATEMENT_COUNT];
    struct entity_statements *by_entity;   /* entity_count of them, then "other" */
    uint64_t *revisions;                   /* likewise; see store_revision_of() */
    struct standing now, before;           /* before: as it was when the transaction began */
    bool in_transaction;
    bool broken;                           /* an I/O error: nothing more is believed until it is opened again */
    bool touched;                          /* this process has written: the incarnation has moved on */
    bool checked;                          /* quick_check ran and found nothing */
    bool enrolled;
    uint64_t revision;                     /* see store_revision() */
    uint8_t digest_key[DIGEST_KEY_SIZE], server_public[SIGN_PUBLIC_SIZE];
    struct bytes introduction;
    struct bytes scratch;                  /* row and change bytes on their way into a statement */
    struct waiting *waiting;
    size_t waiting_count, waiting_room;
    bool waiting_known, waiting_sorted;
    uint64_t waiting_after;                /* numbers up to here were not read */
};

/* --- statements.c: SQL in one table, and small words for running it ------------------------------------------------------ */

enum step { STEP_FAILED, STEP_ROW, STEP_DONE };

/* Prepared once, when first asked for; NULL with err. Reset and without bindings. Reset it in the function that stepped it. */
sqlite3_stmt *statement(struct store *store, enum statement_id id, struct error *err);
/* Any text, the caller's to finalize. */
bool statement_prepare(struct store *store, const char *sql, bool keep, sqlite3_stmt **ret, struct error *err);
enum step statement_step(struct store *store, sqlite3_stmt *stmt, const char *doing, struct error *err);
bool statement_run(struct store *store, sqlite3_stmt *stmt, const char *doing, struct error *err);   /* expects no row; resets */
void statement_reset(sqlite3_stmt *stmt);   /* NULL is fine */
void statement_bind_number(sqlite3_stmt *stmt, const char *name, uint64_t value);
void statement_bind_text(sqlite3_stmt *stmt, const char *name, const char *text);             /* NULL gives NULL; borrowed until reset */
void statement_bind_blob(sqlite3_stmt *stmt, const char *name, const void *data, size_t size); /* borrowed until reset */
void statement_bind_value(sqlite3_stmt *stmt, int position, struct value value);               /* borrowed until reset */
uint64_t statement_number(sqlite3_stmt *stmt, int column);
struct span statement_span(sqlite3_stmt *stmt, int column);                             /* until the next step */
/* What SQLite just said, as our error. doing: "write the change". */
bool store_failed(struct store *store, const char *doing, struct error *err);
bool store_no_memory(struct error *err);
bool store_exec(struct store *store, const char *sql, const char *doing, struct error *err);
void statements_finalize(struct store *store);

/* --- recipe.c, migrations.c, incarnation.c: opening ----------------------------------------------------------------------- */

struct store *store_new(const char *path, const struct store_ports *ports, struct error *err);   /* not open yet; store_close in any case */
bool recipe_open(struct store *store, enum store_mode mode, struct error *err);      /* the connection, its pragmas, is it ours */
bool recipe_open_damaged(struct store *store, struct error *err);                    /* for reading what is left; nothing is written */
bool recipe_check(struct store *store, struct error *err);                           /* quick_check, when due */
bool recipe_checkpoint(struct store *store, struct error *err);                      /* all of the WAL into the file, durably */
void recipe_close(struct store *store);                                              /* says that the end was in order */
bool migrations_create(struct store *store, struct error *err);              /* an empty file becomes a store; inside a transaction */
bool migrations_follow_entities(struct store *store, struct error *err);     /* fields that the entity table has and the file has not */
bool store_is_made(struct store *store, bool *ret, struct error *err);

/* The counter in the file beside the database. *ret_known false: missing; an unreadable one counts as old, not as missing. */
bool incarnation_read(struct store *store, uint64_t *ret_counter, bool *ret_missing, struct error *err);
void incarnation_write(struct store *store, bool durable);   /* never fails a write: it only makes detection weaker */
bool incarnation_check(struct store *store, struct error *err);   /* starts a fresh log when the store is restored or cloned */

/* --- standing.c: where we are, and transactions --------------------------------------------------------------------------- */

bool standing_create(struct store *store, struct error *err);   /* the table and its one row */
bool standing_read(struct store *store, struct error *err);
bool transaction_begin(struct store *store, struct error *err);
/* Commits when ok, else rolls back; gives ok, or false when the commit failed. After false everything is as before begin. */
bool transaction_end(struct store *store, bool ok, struct error *err);
/* Ends one in which nothing was written. Always true. */
bool transaction_leave(struct store *store);
/* meta: rare facts. A missing text leaves ret "" and is no failure. */
bool meta_read_text(struct store *store, const char *key, char *ret, size_t size, struct error *err);
bool meta_read_blob(struct store *store, const char *key, void *ret, size_t size, bool *ret_found, struct error *err);
bool meta_save_text(struct store *store, const char *key, const char *text, struct error *err);
bool meta_save_blob(struct store *store, const char *key, const void *data, size_t size, struct error *err);
/* Settings of a damaged store, as far as they can be read (else *ret_whole is false, which fails nothing). Inside a transaction of `to`. */
bool settings_copy(struct store *from, struct store *to, bool *ret_whole, struct error *err);
bool server_read(struct store *store, struct error *err);        /* keys of the server into the struct */
bool incident_add(struct store *store, const char *kind, const char *detail, struct error *err);
void digest_add_row(struct store *store, struct digest digest, uint64_t times);
void digest_take_row(struct store *store, struct digest digest, uint64_t times);

/* --- held.c: rows as this device holds them ------------------------------------------------------------------------------- */

struct held {
    struct row row;         /* entity and id set; no registers when it is not here */
    bool exists;
    uint64_t many;          /* granted places the row is in; 1 for a new one; 0: to be dropped once its unsent changes are receipted */
    struct digest digest;   /* of the row as read */
    size_t conflicts;       /* as read */
};
/* The entity whose table a row of this name lives in; NULL: "other". */
const struct entity *table_entity(const char *name);
const char *table_name(const char *entity);
extern const struct sql_column held_columns[];
bool held_read(struct store *store, struct arena *arena, const char *entity, const char *id, struct held *ret, struct error *err);
/* The row alone, without sums. *ret_exists false: registers are empty. */
bool held_read_row(struct store *store, struct arena *arena, const char *entity, const char *id, struct row *ret, bool *ret_exists,
                   uint64_t *ret_many, struct error *err);
/* Puts `row` (a later state of was->row) in place of what was read, and moves digest, counts and the conflict list with it. */
bool held_write(struct store *store, struct arena *arena, const struct held *was, const struct row *row, uint64_t many, struct error *err);
bool held_drop(struct store *store, const struct held *was, struct error *err);
/* Every row of every table; the arena is cleared between calls. each may not write rows. */
struct held_visitor { bool (*each)(void *context, struct arena *arena, const struct held *held, struct error *err); void *context; };
bool held_each(struct store *store, const struct held_visitor *visitor, struct error *err);

/* --- log.c: changes by number ----------------------------------------------------------------------------------------------- */

struct kept_change {
    struct change change;
    struct change before;      /* the same fields with the values that stood before */
    bool has_before;           /* false: the change made the row */
    uint64_t number, step, undoes;
    const char *name;          /* of the step, on its first change; else "" */
};
uint64_t row_key(const char *entity, const char *id);    /* a hash, for finding changes of a row */
/* *ret_found false when it has been forgotten or is not made yet. */
bool change_at(struct store *store, struct arena *arena, uint64_t number, struct kept_change *ret, bool *ret_found, struct error *err);
/* Into store->scratch: the change's bytes, *ret_body_size of them, then those of what stood before, if that is kept. */
bool change_pack(struct store *store, const struct kept_change *kept, size_t *ret_body_size, struct error *err);
bool change_append(struct store *store, const struct kept_change *kept, struct error *err);
/* Calls each, in order, for the changes of this row with number > after. */
bool changes_of_row(struct store *store, struct arena *arena, const char *entity, const char *id, uint64_t after,
                    bool (*each)(void *context, const struct kept_change *kept, struct error *err), void *context, struct error *err);
bool row_is_waiting(struct store *store, const char *entity, const char *id, uint64_t after, bool *ret, struct error *err);
void waiting_forget(struct store *store);                /* known no longer: read again when asked for */
bool log_secret(struct store *store, uint64_t log, uint8_t ret[SIGN_SECRET_SIZE], struct error *err);
bool log_forget_secret(struct store *store, uint64_t log, struct error *err);   /* nobody needs its signature any more */
bool log_public(struct store *store, uint64_t log, uint8_t ret[SIGN_PUBLIC_SIZE], struct error *err);
bool log_is_own(struct store *store, uint64_t log, bool *ret, struct error *err);
bool log_of_number(struct store *store, uint64_t number, uint64_t *ret_log, uint64_t *ret_base, struct error *err);
/* A new identity with keys from chance, current from now on, its first number after `base`. log 0: its id from chance, too. */
bool log_start(struct store *store, uint64_t log, uint64_t base, struct error *err);
bool log_forget(struct store *store, struct error *err); /* what is receipted, safe, and not needed for undo any more */

/* --- write.c, fork.c, repair.c, segments.c ------------------------------------------------------------------------------------- */

struct step_frame { uint64_t first; const char *author, *name; uint64_t undoes; };
/* One change inside a transaction: fields ascending by name. Makes it, applies it, keeps what stood before. */
bool change_make(struct store *store, struct arena *arena, const struct step_frame *frame, struct held *held, struct change_field *fields,
                 size_t count, struct error *err);
/* A fresh log; everything after `common` (a number) becomes its. Inside a transaction. told: the server's word, NULL without one. */
bool fork_at(struct store *store, uint64_t common, const struct reply *told, const char *why, struct error *err);
/* Drops what the action's buckets hold and its page does not name, but for rows with changes after `known`. Inside a transaction. */
bool repair_buckets(struct store *store, const struct session_action *action, uint64_t known, struct error *err);
/* The chain's head after `number`, when a segment ends there or it is where we were receipted. */
bool head_after(struct store *store, uint64_t number, uint8_t ret[HASH_SIZE], bool *ret_found, struct error *err);

#endif
