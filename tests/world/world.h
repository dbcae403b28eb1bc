// SPDX-License-Identifier: Apache-2.0
/* A small association in one process, one thread and virtual time: a server, its devices, and everything that goes wrong.
 *
 * Here:      the words that stories are told in. All code below the ports is the real one.
 * Not here:  the simulated clock, chance, disk and network (sim_*.h), the stories (tests/stories).
 *
 * A seed gives the whole run. Whatever fails names its seed. After every event the invariants that can be asked cheaply are asked;
 * world_ends asks all of them:
 *   I1 nothing that a user saw accepted is lost   I2 its effect is there once   I3 a step is there whole or not at all
 *   I4 equal scopes hold equal rows when the faults stop, within three rounds   I5 no row is passed over (a sync needs no repair)
 *   I6 both values of a conflict are kept   I7 what is corrupt changes nothing; ledger and stores verify
 *
 * The programme of every world, recorded by the device "office" (granted everything): programmes lnob and link, municipalities RS-BUJ and
 * RS-BOS, activities TT-BUJ (lnob, RS-BUJ) with sessions TT-BUJ-1 and -2, TT-BOS (lnob, RS-BOS) with TT-BOS-1, LC-BOS (link, RS-BOS) with
 * LC-BOS-1; people amina, boban, ceca (RS-BUJ), dule, edina (RS-BOS), enrolled where they live in lnob.
 */
#ifndef TESTS_WORLD_WORLD_H
#define TESTS_WORLD_WORLD_H

#include "agent/store/store.h"
#include "agent/sync/bundle.h"
#include "agent/sync/drive.h"
#include "server-stub/app/server.h"
#include "tests/world/sim_disk.h"
#include "tests/world/sim_network.h"

#define SECONDS(n) ((int64_t)(n)*1000)
#define MINUTES(n) (SECONDS(60) * (n))
#define HOURS(n)   (MINUTES(60) * (n))
#define DAYS(n)    (HOURS(24) * (n))

struct world;
struct sim_device;

/* --- the world ------------------------------------------------------------------------------------------------------------ */

struct world *world_create(uint64_t seed);
void world_destroy(struct world *world);
/* The faults stop, everybody syncs, every invariant is asked; then the world is destroyed. Returns the trace. */
uint64_t world_ends(struct world *world);
/* A number over all that happened: the same seed twice gives the same one. */
uint64_t world_trace(const struct world *world);
struct sim_chance *world_chance(struct world *world);
/* Ends the test with the seed in the message. */
void world_fails(const struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

void world_passes(struct world *world, int64_t ms);
int64_t world_now_ms(const struct world *world);
void world_cuts_network(struct world *world);
void world_heals_network(struct world *world);
void world_sets_weather(struct world *world, const struct sim_weather *weather);
/* Everybody syncs in turn until nobody has anything new; how many rounds that took. Fails after `rounds_max`. */
unsigned world_syncs_until_quiet(struct world *world);
unsigned world_syncs_within(struct world *world, unsigned rounds_max);

/* --- the server ----------------------------------------------------------------------------------------------------------- */

struct server *world_server(struct world *world);
struct sim_disk *world_server_disk(struct world *world);
struct sim_clock *world_server_clock(struct world *world);
void world_server_loses_power(struct world *world);
void world_server_restarts(struct world *world); /* in order */
void world_backs_up_server(struct world *world);
void world_restores_server(struct world *world); /* from the last backup */
void world_revokes(struct world *world, const char *device, bool revoked);
void world_grants(struct world *world, const char *device, const char *grants); /* "lnob/RS-BUJ link/RS-BOS" */

/* --- devices -------------------------------------------------------------------------------------------------------------- */

struct sim_device *world_office(struct world *world);
/* A fresh device, enrolled; grants as in world_grants. */
struct sim_device *world_add_device(struct world *world, const char *name, const char *municipality, const char *grants);
size_t world_device_count(const struct world *world);
struct sim_device *world_device(struct world *world, size_t index);

struct store *device_store(struct sim_device *device);
struct sim_road *device_road(struct sim_device *device);
struct sim_disk *device_disk(struct sim_device *device);
struct sim_clock *device_clock(struct sim_device *device);
const char *device_name(const struct sim_device *device);

/* Whether a step was accepted. After a power cut the device is up again when these return. */
bool device_marks(struct sim_device *device, const char *session, const char *person, const char *status);
/* A mark with a note that no other mark has: what the model follows to the end. */
bool device_notes(struct sim_device *device, const char *session, const char *person);
/* A walk-in: a person, an enrolment and a mark in one step. */
bool device_admits(struct sim_device *device, const char *activity, const char *session, const char *municipality);
const char *device_reads(struct sim_device *device, const char *session, const char *person); /* status that stands; "" none */
bool device_has(struct sim_device *device, const char *entity, const char *code);
uint64_t device_conflicts(struct sim_device *device);
struct store_counts device_counts(struct sim_device *device);
struct session_outcome device_syncs(struct sim_device *device); /* once; ->error when there was no session at all */
struct store_identity device_identity(struct sim_device *device);

void device_restarts(struct sim_device *device);     /* in order */
void device_loses_power(struct sim_device *device);  /* now; it is up again on return */
void device_is_backed_up(struct sim_device *device); /* a copy of its whole disk, kept aside */
void device_is_restored(struct sim_device *device);  /* from that copy */
/* A second device with a copy of the disk. on_same_machine: nothing about the machine gives it away. */
struct sim_device *device_is_cloned(struct sim_device *device, const char *name, bool on_same_machine);
void device_is_locked_away(struct sim_device *device, bool away); /* takes no part in world_syncs_* and in the end */
/* By USB stick: what waits goes in a file to the server, the answer comes back in another. Whether the answer was taken. */
bool device_sends_bundle(struct sim_device *device, struct session_outcome *ret);

/* The id of a row of the programme by its code. */
const char *world_id(const struct world *world, const char *code);

#endif
