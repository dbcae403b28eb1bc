// SPDX-License-Identifier: Apache-2.0
/* The device's store: one SQLite file with the change log, the rows as they stand, the segments not yet receipted, and where we are
 * with the server.
 *
 * Here:      everything durable on a device. Write, read, seal, apply, fork, undo, verify.
 * Not here:  what people call things (agent/app), when to sync (agent/sync), the network.
 * Promise:   a write that returned true survives a power cut (fsync before return). Every public function that writes is one
 *            transaction: all of it or nothing. One connection, exclusive; a second opener gets ERROR_BUSY.
 * Disk port: SQLite's VFS, by name. The incarnation file beside the database goes through the same VFS, so that the simulator
 *            owns all of the disk.
 */
#ifndef AGENT_STORE_STORE_H
#define AGENT_STORE_STORE_H

#include "protocol/device_session.h"
#include "protocol/port.h"
#include "protocol/row.h"

struct store;

struct store_ports {
    struct clock_port clock;
    struct chance_port chance;
    const char *vfs;       /* SQLite VFS name; NULL: the system's */
    const char *machine;   /* what tells this machine from a clone; "" when unknown */
};
enum store_mode { STORE_MUST_EXIST, STORE_CREATE };   /* CREATE fails with ERROR_INVALID when one is there already */

/* `path` is the database file; "<path>-incarnation" lies beside it. Opening recipe: as argued in recipe.c.
 * Errors: ERROR_NOT_FOUND, ERROR_BUSY, ERROR_NEWER (schema), ERROR_CORRUPT, ERROR_STORAGE (read-only folder, full disk).
 * A store older than its incarnation file (restored) or on another machine (cloned) starts a fresh log here, before anything is written.
 * Opening and reading write nothing; the first write of a process moves the incarnation on. */
bool store_open(const char *path, enum store_mode mode, const struct store_ports *ports, struct store **ret, struct error *err);
void store_close(struct store *store);   /* NULL is fine */
/* There was an I/O error or a failed fsync: nobody knows what is on the disk, and every call is refused with ERROR_STORAGE. */
bool store_is_broken(const struct store *store);
/* Opens it anew in place: what SQLite recovers is checked, brought to the disk once more and believed, nothing else; whoever holds the
 * pointer goes on with it. Nothing of a session or a write may be under way. False: it stays broken; try again later. */
bool store_reopen(struct store *store, struct error *err);

/* --- what stands ------------------------------------------------------------------------------------------------------- */

struct store_identity {
    uint64_t log; uint8_t public_key[SIGN_PUBLIC_SIZE];
    bool enrolled;
    char device[CODE_BYTES_MAX + 1];      /* name given by the server; "" before */
    char server_url[512]; uint8_t server_public[SIGN_PUBLIC_SIZE];
    uint64_t forks;                       /* how often this device had to start a new log */
};
bool store_identity(struct store *store, struct store_identity *ret, struct error *err);

/* *ret NULL when there is no such row (not an error). */
bool store_row(struct store *store, struct arena *arena, const char *entity, const char *id, const struct row **ret, struct error *err);

struct store_filter { const char *field; struct value equals; };
struct store_query {
    const char *entity;
    const struct store_filter *filters; size_t filter_count;   /* all must hold; fields of the entity table */
    bool with_removed;
    struct { const char *field; struct value least, below; } range;   /* field NULL: none; a bound that is none is open */
    const char *order_by;      /* field name or NULL: id */
    bool descending;
    uint64_t limit;            /* 0: all */
};
/* Calls each for every row; the row lives in `arena` that is cleared between calls. each returns false to stop (not an error). */
bool store_each(struct store *store, const struct store_query *query, bool (*each)(void *context, const struct row *row), void *context,
                struct error *err);
bool store_count(struct store *store, const struct store_query *query, uint64_t *ret, struct error *err);
/* The id for what a person typed: an id, or a human code (entity_code_field; a key entity's own id). ERROR_NOT_FOUND with the value and
 * what is close to it; ERROR_INVALID when two rows bear the code (both ids named). */
bool store_resolve(struct store *store, const char *entity, const char *typed, char ret[ROW_ID_SIZE], struct error *err);
/* The device's name for a log (device row, else the log's text) into ret. */
bool store_device_name(struct store *store, uint64_t log, char ret[CODE_BYTES_MAX + 1], struct error *err);

/* Moves with every change made here, every page taken in, every receipt: whoever has seen this number has seen all there is. In memory
 * only: it begins anew at each opening, from another number. Below 2^53. */
uint64_t store_revision(const struct store *store);
/* Moves whenever a row of this entity may have: what was made of these rows alone need not be made anew until then. */
uint64_t store_revision_of(const struct store *store, const char *entity);

/* --- who came: what one session's page shows, for a cost that grows with the session, not with the ledger ------------------------ */

struct store_session_counts { uint64_t enrolled, present, late, absent, excused, walk_ins; };
/* enrolled: people enrolled in the activity (NULL: not counted), each once, removed ones left out; walk_ins (only when asked for): marked,
 * not among them. */
bool store_session_counts(struct store *store, const char *session, const char *activity, bool with_walk_ins,
                          struct store_session_counts *ret, struct error *err);
struct store_roster_entry {
    const char *person;        /* id; the row itself may not be here */
    const char *role;          /* participant when that is among them; "" not enrolled */
    const char *ref, *name, *organisation, *position, *sex, *municipality, *municipality_cyrillic;   /* "" none */
    const struct row *mark;    /* the attendance row; NULL none, or taken back */
};
/* Everybody enrolled in the activity, each once, then everybody marked without: in the order of ids. person NULL: all, else this one
 * alone. An entry lives until the next call of `each`. */
bool store_roster(struct store *store, const char *session, const char *activity, const char *person,
                  bool (*each)(void *context, const struct store_roster_entry *entry), void *context, struct error *err);

/* Who is more than a participant in anything, once for each role, in no order; removed ones left out. One pass over the enrolments. */
struct store_role { const char *person, *role, *ref, *name; };   /* ref and name: "" none; all live until the next call of `each` */
bool store_roles(struct store *store, bool (*each)(void *context, const struct store_role *role), void *context, struct error *err);

/* --- write ------------------------------------------------------------------------------------------------------------- */

struct draft_field { const char *name; struct value value; };
struct draft {
    const char *entity;
    const char *row;           /* id; NULL: a new row named by this change */
    const struct draft_field *fields; size_t field_count;
    bool assert_all;           /* write every field even where the value already stands: "I, too, say so" (a mark) */
};
/* All drafts in one transaction, as one undoable step. Without assert_all, fields whose value already stands (and is not in conflict)
 * are left out; a draft with nothing left makes no change. Values are checked (change_is_applicable). A later draft may refer to a row
 * made by an earlier one of the same call: value text "@K" in a FIELD_ROW field or key part of `row` ("@K:..."), K = index of that draft.
 * A row named by its key may be given by its key fields instead of `row`; key fields never go into a change. Writing such a row again
 * after it was removed brings it back (removed = 0), unless the draft says `removed` itself.
 * ret_ids (may be NULL): draft_count ids of ROW_ID_SIZE bytes. *ret_changes (may be NULL): how many changes were made.
 * author: who holds the device, "" unknown. */
bool store_write(struct store *store, const struct draft *drafts, size_t draft_count, const char *author, const char *step_name,
                 char (*ret_ids)[ROW_ID_SIZE], uint64_t *ret_changes, struct error *err);
/* Takes back the last step made on this device that is not yet undone: a new step that writes what stood before. ret_name: what it was;
 * ERROR_NOT_FOUND when there is none. Fields that somebody else changed since are left alone and counted in *ret_kept. */
bool store_undo(struct store *store, const char *author, char ret_name[64], uint64_t *ret_changes, uint64_t *ret_kept, struct error *err);

/* What store_undo would take back; *ret_found false when there is nothing. */
struct store_step {
    char name[64];
    char author[AUTHOR_BYTES_MAX + 1];
    uint64_t first, changes;   /* number of its first change; how many they are */
    int64_t at_ms;             /* of its first change */
};
bool store_undoable(struct store *store, struct store_step *ret, bool *ret_found, struct error *err);
/* The changes of a step, in order; each returns false to stop (not an error). */
bool store_step_each(struct store *store, const struct store_step *step, bool (*each)(void *context, const struct change *change),
                     void *context, struct error *err);
/* Who held the device when this value was written: "" when that was elsewhere or is forgotten (rows do not say it, changes do). */
bool store_author_of(struct store *store, const char *entity, const char *id, struct stamp stamp, char ret[AUTHOR_BYTES_MAX + 1],
                     struct error *err);

struct store_conflict {
    const char *entity, *row, *field;
    const struct entry *live; size_t live_count;     /* ascending: the last one stands */
};
/* The rows are noted first: `each` may settle what it is told of. */
bool store_conflicts(struct store *store, bool (*each)(void *context, const struct store_conflict *conflict), void *context,
                     struct error *err);
uint64_t store_conflict_count(struct store *store);

/* --- sync -------------------------------------------------------------------------------------------------------------- */

bool store_enrolled(struct store *store, const char *url, const struct enrol_reply *reply, struct error *err);   /* remembers the server */
bool store_secret(struct store *store, uint8_t ret[SIGN_SECRET_SIZE], struct error *err);
/* Everything device_session needs; moves the request counter on, durably. `agent` must outlive the standing. */
bool store_standing(struct store *store, const char *agent, struct device_standing *ret, struct error *err);
/* The same without moving anything: to look, never to send. */
bool store_standing_seen(struct store *store, const char *agent, struct device_standing *ret, struct error *err);
/* Seals what is not sealed yet after `after_seq` and gives sealed segments in order, in the arena. None, although changes wait: what comes
 * after after_seq is not kept any more (only a restored server asks for it). */
bool store_segments(struct store *store, struct arena *arena, uint64_t after_seq, uint32_t bytes_max, const struct span **ret,
                    size_t *ret_count, struct error *err);
bool store_apply(struct store *store, const struct session_action *action, struct error *err);   /* SESSION_APPLY */
bool store_fork(struct store *store, const struct reply *reply, struct error *err);              /* SESSION_FORK */
bool store_buckets(struct store *store, struct digest ret[BUCKETS], struct error *err);          /* SESSION_BUCKETS */

/* Small facts about syncing that `status` shows and `run` schedules by; every field persisted. */
struct store_sync_state {
    int64_t last_attempt_ms, last_success_ms, last_verified_ms, next_attempt_ms;   /* wall; 0 = never */
    uint32_t failures, batch_bytes, spread_ms;
    enum error_kind last_error_kind; char last_error[ERROR_CAUSE_BYTES]; char last_remedy[ERROR_REMEDY_BYTES];
    int64_t clock_error_ms;               /* ours minus the server's at the last answer */
};
bool store_sync_state(struct store *store, struct store_sync_state *ret, struct error *err);
bool store_set_sync_state(struct store *store, const struct store_sync_state *state, struct error *err);

struct store_counts { uint64_t waiting, receipted, safe, rows, conflicts, quarantined, incidents; };
bool store_counts(struct store *store, struct store_counts *ret, struct error *err);

/* --- settings: small facts of this device that never sync ----------------------------------------------------------------------- */

enum { STORE_SETTING_NAME_BYTES_MAX = 200, STORE_SETTING_BYTES_MAX = 1024, STORE_SETTINGS_MAX = 1000 };
/* "" when it was never set. ret has room for STORE_SETTING_BYTES_MAX + 1. */
bool store_setting(struct store *store, const char *name, char ret[STORE_SETTING_BYTES_MAX + 1], struct error *err);
/* "" forgets it. ERROR_LIMIT over a bound; that of STORE_SETTINGS_MAX refuses one more "pin:...", the only ones that are many. */
bool store_set_setting(struct store *store, const char *name, const char *text, struct error *err);

/* --- health ------------------------------------------------------------------------------------------------------------ */

/* Walks chain, signatures, projections, digest, references; each finding is one line. *ret_findings 0: all is well. */
bool store_verify(struct store *store, void (*each)(void *context, const char *finding), void *context, uint64_t *ret_findings,
                  struct error *err);
enum { STORE_SCHEMA_VERSION = 1 };

/* Reads what can be read of a damaged store, which nobody has open, and makes a whole one of it at `path`: rows, who it is, and what the
 * server has not receipted, said again in a fresh log that the old one vouches for. The damaged file is only read. The next sync fetches
 * what is missing. On false there may be a beginning of a file at `path`: the caller's to remove. */
struct store_mended {
    uint64_t rows, rows_lost;            /* lost: as far as the store says how many there were */
    uint64_t changes, changes_lost;      /* that waited: read, and not readable */
    uint64_t changes_from_rows;          /* rows whose values say what changes that could not be read had said */
    uint64_t gaps;                       /* places where reading stopped */
    bool enrolled, was_enrolled;         /* was: it cannot be any more without a new code */
};
bool store_mend(const char *damaged, const char *path, const struct store_ports *ports, struct store_mended *ret, struct error *err);

#endif
