// SPDX-License-Identifier: Apache-2.0
/* What the files of the SQLite adapter share: the connection, its statements, a few words for binding and reading.
 *
 * Here:      struct ledger_work (a connection), the list of statements.
 * Not here:  anything another folder may see.
 */
#ifndef SERVER_LEDGER_SQLITE_INTERNAL_H
#define SERVER_LEDGER_SQLITE_INTERNAL_H

#include <pthread.h>
#include <sqlite3.h>

#include "protocol/sql.h"
#include "server-stub/ledger/ledger.h"
#include "server-stub/ledger/sqlite.h"

enum statement {
    STATEMENT_BEGIN_READ,
    STATEMENT_BEGIN_WRITE,
    STATEMENT_COMMIT,
    STATEMENT_ROLLBACK,
    STATEMENT_META_GET,
    STATEMENT_META_PUT,
    STATEMENT_TOTALS_GET,
    STATEMENT_TOTALS_PUT,
    STATEMENT_LOG_GET,
    STATEMENT_LOG_PUT,
    STATEMENT_LOGS_EACH,
    STATEMENT_LOGS_OF_DEVICE,
    STATEMENT_SEGMENT_PUT,
    STATEMENT_HEAD_AT,
    STATEMENT_SEGMENTS_EACH,
    STATEMENT_SEGMENTS_OF_LOG,
    STATEMENT_QUARANTINE_PUT,
    STATEMENT_QUARANTINE_AFTER,
    STATEMENT_CLAMPED_AFTER,
    STATEMENT_QUARANTINE_EACH,
    STATEMENT_ENROLMENTS_OF_PERSON,
    STATEMENT_MARKS_OF_PERSON,
    STATEMENT_PLACES_AFTER,
    STATEMENT_PLACE_SUMS,
    STATEMENT_PLACE_PUT,
    STATEMENT_SHAPE_ADD,
    STATEMENT_SHAPE_EMPTY,
    STATEMENT_SHAPES_EACH,
    STATEMENT_FEED_PUT,
    STATEMENT_FEED_DELETE,
    STATEMENT_FEED_READ,
    STATEMENT_DEVICE_GET,
    STATEMENT_DEVICE_PUT,
    STATEMENT_DEVICES_EACH,
    STATEMENT_SCOPE_GET,
    STATEMENT_SCOPE_PUT,
    STATEMENT_SCOPES_EACH,
    STATEMENT_CODE_GET,
    STATEMENT_CODE_PUT,
    STATEMENT_CODES_EACH,
    STATEMENT_USER_PUT,
    STATEMENT_USERS_EACH,
    STATEMENT_THROTTLE_GET,
    STATEMENT_THROTTLE_PUT,
    STATEMENT_THROTTLES_FORGET,
    STATEMENT_COUNT
};

/* Statements of one entity table; entity NULL: the table of the unknown ones. */
struct entity_statements {
    const struct entity *entity;
    sqlite3_stmt *upsert, *select, *each, *columns;
    sqlite3_stmt **referring; /* by field index; NULL where the field refers to no row */
    size_t referring_count;
};

struct sqlite_ledger;

struct ledger_work {
    struct sqlite_ledger *ledger;
    sqlite3 *db;
    bool writes, taken;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct entity_statements *entities; /* entity_count + 1 of them: the last is "other" */
    struct entity_statements *latest;   /* rows of one entity mostly come together */
    struct bytes scratch;
    struct arena arena; /* cleared when a call ends */
};

struct sqlite_ledger {
    struct ledger port; /* first: the port's pointer is ours */
    char *path;
    char *vfs;
    bool read_only, scratch;
    int lock_file; /* the folder; -1: none */
    bool broken;         /* an I/O error: nothing more is written until the program starts anew */
    struct error why;
    pthread_mutex_t mutex; /* guards taken, broken */
    pthread_cond_t freed;
    struct ledger_work writer;
    struct ledger_work readers[LEDGER_READERS_MAX];
    unsigned reader_count;
};

/* The key of the feed: 2^40 positions are 35 years at 1,000 a second, and 2^22 places more than there are municipalities. */
enum { FEED_POSITION_BITS = 40, FEED_PLACES_MAX = 1 << 22 };
#define FEED_POSITION_MAX ((UINT64_C(1) << FEED_POSITION_BITS) - 1)
static inline uint64_t feed_key(uint64_t place, uint64_t position)
{
    return place << FEED_POSITION_BITS | (position < FEED_POSITION_MAX ? position : FEED_POSITION_MAX);
}

/* sqlite_schema.c */
bool schema_make(struct ledger_work *work, struct error *err);   /* tables, columns that are missing, rows that became known */
bool schema_prepare(struct ledger_work *work, struct error *err);
void schema_finish(struct ledger_work *work);
bool schema_version_read(struct ledger_work *work, int *ret, struct error *err);
extern const struct sql_column sqlite_own_columns[];
size_t entity_index(const struct entity *entity); /* entity_count for NULL */

/* sqlite_words.c */
bool sqlite_failed(struct ledger_work *work, const char *what, struct error *err); /* always false; remembers what broke */
bool sqlite_failed_code(sqlite3 *db, int code, const char *what, struct error *err);
void bind_u64(sqlite3_stmt *statement, int index, uint64_t value);
void bind_text(sqlite3_stmt *statement, int index, const char *text); /* borrowed until the statement is reset */
void bind_blob(sqlite3_stmt *statement, int index, const void *data, size_t size);
uint64_t column_u64(sqlite3_stmt *statement, int index);
const char *column_text(sqlite3_stmt *statement, int index); /* "" for NULL; borrowed until the next step */
struct span column_blob(sqlite3_stmt *statement, int index);
bool column_copy(sqlite3_stmt *statement, int index, void *ret, size_t size); /* false when it has another size; ret is zeros then */
/* One step of a statement that gives no rows; resets it. */
bool step_done(struct ledger_work *work, sqlite3_stmt *statement, const char *what, struct error *err);
/* True with *ret_row when a row came; the caller resets. */
bool step_row(struct ledger_work *work, sqlite3_stmt *statement, bool *ret_row, const char *what, struct error *err);
bool sqlite_run(struct ledger_work *work, const char *sql, struct error *err); /* constant text, while opening */
bool no_memory(struct error *err);

/* members.c */
bool members_write(struct bytes *out, uint64_t position, const struct ledger_member *members, size_t count);
bool members_read(struct arena *arena, struct span in, uint64_t position, const struct ledger_member **ret, size_t *ret_count);

/* the parts of the port */
void sqlite_records_fill(struct ledger *port);
void sqlite_rows_fill(struct ledger *port);
void sqlite_places_fill(struct ledger *port);
void sqlite_fleet_fill(struct ledger *port);
void sqlite_backup_fill(struct ledger *port);

#endif
