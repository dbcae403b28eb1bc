// SPDX-License-Identifier: Apache-2.0
/* What the parts of the world share.
 *
 * Here:      the structs, and the calls between world.c, node_*.c, model.c and check.c.
 * Not here:  anything for stories.
 */
#ifndef TESTS_WORLD_WORLD_INTERNAL_H
#define TESTS_WORLD_WORLD_INTERNAL_H

#include "tests/world/world.h"

#define STORE_PATH  "/store.db"
#define LEDGER_PATH "/ledger.db"
#define BACKUP_PATH "/backup.db"
#define SERVER_URL  "https://teren.example"
#define NOTE_FIELD  "note"

enum { DEVICES_MAX = 32, FACTS_MAX = 8192, PARENTS_MAX = 12, CODES_MAX = 32, TOKEN_SIZE = 24, ROUNDS_MAX = 60, WORLD_GRANTS_MAX = 8 };

/* Something that a user saw accepted, or may have. */
struct fact {
    struct sim_device *device;
    char row[ROW_ID_SIZE]; /* of the mark; "" when the row was made in the step, and is known by its token */
    int64_t said_ms; /* in truth, whatever the device's clock said */
    bool is_walk_in;
    bool is_certain;      /* accepted, and not lost with a disk since */
    bool is_delivered;    /* its device finished a sync since */
    bool may_come_back;   /* said again under another name after a fork: may stand beside what replaced it, and twice */
    bool may_be_replaced; /* who inherited its log wrote the field since, perhaps under the same log */
    bool is_orphan;       /* its device's disk does not hold it any more */
    uint32_t parents[PARENTS_MAX], parent_count; /* facts whose notes were live when it was written: replaced by it */
};
struct sim_device {
    struct world *world;
    char name[CODE_BYTES_MAX + 1], machine[32];
    struct sim_disk *disk, *backup;
    uint32_t facts_at_backup;
    struct sim_device *original; /* of a clone */
    uint32_t facts_at_clone;
    struct sim_clock clock;
    struct sim_chance chance;
    struct sim_road road;
    struct store *store;
    bool may_fork;   /* it was cloned or restored: a fork is to be expected */
    bool may_repair; /* so is a repair */
    bool is_away;
};
struct world {
    uint64_t seed, trace;
    struct sim_time time;
    struct sim_chance chance;
    struct sim_disk *server_disk;
    struct sim_chance server_chance;
    struct sim_clock server_clock;
    struct server *server;
    bool server_was_restored;
    struct sim_weather weather;
    bool is_cut;
    struct sim_device *devices[DEVICES_MAX];
    size_t device_count;
    struct {
        char code[24], id[ROW_ID_SIZE];
    } codes[CODES_MAX];
    size_t code_count;
    struct fact facts[FACTS_MAX];
    uint32_t fact_count;
};

/* trace: what happened, mixed into one number */
void world_notes(struct world *world, const char *event, const char *who, uint64_t number);

/* node_server.c */
void server_node_start(struct world *world);
void server_node_stop(struct world *world);
struct server_ports server_node_ports(struct world *world);
bool server_node_bundle(struct world *world, struct span bundle, struct bytes *ret_reply, struct error *err);
struct sim_far_end server_node_far_end(struct world *world);
/* "lnob/RS-BUJ link/RS-BOS" as grants, in the arena; how many. */
size_t grants_of_text(struct world *world, struct arena *arena, const char *text, struct grant *ret);
void server_node_make(struct world *world); /* a new association on an empty disk */

/* node_device.c */
struct sim_device *device_make(struct world *world, const char *name);
void device_open(struct sim_device *device, enum store_mode mode);
void device_recovers(struct sim_device *device); /* after a power cut of its disk */
struct store_ports device_ports(struct sim_device *device);
void device_destroy(struct sim_device *device);
/* NULL when it is not here; lives in the arena. */
const struct row *device_row(struct sim_device *device, struct arena *arena, const char *entity, const char *id);

/* programme.c */
void programme_record(struct world *world, struct sim_device *office);

/* model.c */
void fact_token(uint32_t fact, char ret[TOKEN_SIZE]);
bool fact_of_token(const char *token, uint32_t *ret);
struct fact *model_add(struct sim_device *device);
void model_learns_parents(struct sim_device *device, struct fact *fact, const char *row);
void model_delivered(struct sim_device *device);
void model_restored(struct sim_device *device); /* its disk went back to the backup */
void model_cloned(struct sim_device *device);
void model_server_restored(struct world *world);

/* check.c */
void check_device(struct sim_device *device, uint32_t fact); /* cheap: this fact is in its store */
void check_all(struct world *world);

#endif
