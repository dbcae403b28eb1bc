// SPDX-License-Identifier: Apache-2.0
/* Two tablets at the doors of one training, without a network: walk-ins, signatures and marks meet later and nothing is lost.
 *
 * Here:      what the page's functions record, delivered and merged by the real agents and the real server.
 * Not here:  two who mark one person differently (two_tablets.c), a single device (tests/unit/agent_walk_in.c).
 */
#include "agent/app/sign.h"
#include "agent/app/walk_in.h"
#include "tests/stories/story.h"

struct doors {
    struct world *world;
    struct sim_device *north, *south;
};

static struct doors two_doors(uint64_t seed)
{
    struct doors doors = {.world = world_create(seed)};

    doors.north = world_add_device(doors.world, "north", "RS-BUJ", "RS-BUJ");
    doors.south = world_add_device(doors.world, "south", "RS-BUJ", "RS-BUJ");
    world_syncs_until_quiet(doors.world);
    world_cuts_network(doors.world);
    return doors;
}

static void they_meet(struct doors *doors)
{
    world_heals_network(doors->world);
    world_syncs_until_quiet(doors->world);
    ck_assert_uint_eq(device_counts(doors->north).waiting + device_counts(doors->south).waiting, 0);
}

static struct clock_port port_of(struct sim_device *device)
{
    return sim_clock_port(device_clock(device));
}

static void admits(struct sim_device *device, const char *name, char ret[ROW_ID_SIZE])
{
    const struct edit_value values[] = {{"full_name", name}, {"municipality", "RS-BUJ"}};
    const struct walk_in walk_in = {.session = "TT-BUJ-1", .values = values, .value_count = 2, .status = "present", .author = ""};
    const struct clock_port clock = port_of(device);
    struct mark_told told;
    struct error err = {0};

    ck_assert_msg(walk_in_write(device_store(device), &walk_in, &clock, ret, &told, &err), "%s", err.cause);
}

static void signs(struct sim_device *device, const char *person)
{
    struct signature_point points[] = {{5, 5}, {50, 80}, {95, 10}};
    struct signature_stroke stroke = {points, 3};
    const struct signature drawing = {.width = 100, .height = 90, .strokes = &stroke, .stroke_count = 1};
    const struct sign sign = {.session = "TT-BUJ-1", .person = person, .signature = &drawing, .author = ""};
    const struct clock_port clock = port_of(device);
    struct mark_told told;
    struct error err = {0};

    ck_assert_msg(sign_write(device_store(device), &sign, &clock, &told, &err), "%s", err.cause);
}

static bool has_signed(struct sim_device *device, const char *person)
{
    struct arena arena = {0};
    struct signature drawing;
    struct error err = {0};
    bool done = sign_read(device_store(device), &arena, "TT-BUJ-1", person, &drawing, &err);

    ck_assert(done || err.kind == ERROR_NOT_FOUND);
    arena_clear(&arena);
    return done;
}

/* How many are on the roster of TT-BUJ-1, and how many of them came. */
static void roster_is(const struct doors *doors, struct sim_device *device, uint64_t enrolled, uint64_t present)
{
    struct store_session_counts counts;
    struct error err = {0};

    ck_assert(store_session_counts(device_store(device), world_id(doors->world, "TT-BUJ-1"), world_id(doors->world, "TT-BUJ"), true,
                                   &counts, &err));
    ck_assert_uint_eq(counts.enrolled, enrolled);
    ck_assert_uint_eq(counts.present, present);
    ck_assert_uint_eq(counts.walk_ins, 0);
}

START_TEST(walk_ins_at_both_doors_arrive_at_both_and_at_the_office)
{
    struct doors doors = two_doors(1);
    char persons[4][ROW_ID_SIZE];
    struct arena arena = {0};

    admits(doors.north, "Ђорђе Петровић", persons[0]);
    admits(doors.south, "Çelik Aga", persons[1]);
    admits(doors.north, "<b>Ana</b>", persons[2]);
    admits(doors.south, "Ђорђе Петровић", persons[3]); /* the same name at both doors: two rows until somebody says they are one */
    they_meet(&doors);
    ck_assert(device_syncs(world_office(doors.world)).verified);
    struct sim_device *everybody[] = {doors.north, doors.south, world_office(doors.world)};
    for (size_t i = 0; i < 3; i++) {
        roster_is(&doors, everybody[i], 3 + 4, 4);
        for (size_t j = 0; j < 4; j++) {
            const struct row *row = NULL;
            struct error err = {0};

            ck_assert(store_row(device_store(everybody[i]), &arena, "person", persons[j], &row, &err));
            ck_assert_ptr_nonnull(row);
            ck_assert_int_eq(row_text(row, "ref")[0], 'W');
        }
    }
    ck_assert_uint_eq(device_conflicts(world_office(doors.world)), 0);
    arena_clear(&arena);
    world_ends(doors.world);
}
END_TEST

START_TEST(a_walk_in_taken_back_before_the_network_comes_shows_nowhere)
{
    struct doors doors = two_doors(2);
    char person[ROW_ID_SIZE], name[64];
    uint64_t changes, kept;
    struct error err = {0};

    admits(doors.north, "Greška", person);
    ck_assert(store_undo(device_store(doors.north), "", name, &changes, &kept, &err));
    they_meet(&doors);
    ck_assert(device_syncs(world_office(doors.world)).verified);
    roster_is(&doors, doors.north, 3, 0);
    roster_is(&doors, doors.south, 3, 0);
    roster_is(&doors, world_office(doors.world), 3, 0);
    world_ends(doors.world);
}
END_TEST

/* One lets amina sign, the other marks her late, and neither knows of the other. What she is, is asked; that she signed, is kept. */
START_TEST(a_signature_and_a_mark_made_apart_are_both_kept)
{
    struct doors doors = two_doors(3);

    signs(doors.north, "amina");
    world_passes(doors.world, MINUTES(1));
    ck_assert(device_marks(doors.south, "TT-BUJ-1", "amina", "late"));
    they_meet(&doors);
    ck_assert(has_signed(doors.north, "amina") && has_signed(doors.south, "amina"));
    ck_assert_str_eq(device_reads(doors.south, "TT-BUJ-1", "amina"), "late");
    ck_assert_str_eq(device_reads(doors.north, "TT-BUJ-1", "amina"), "late");
    ck_assert_uint_eq(device_conflicts(doors.north), 1); /* present, as signing says, or late? */
    ck_assert_uint_eq(device_conflicts(doors.south), 1);
    world_ends(doors.world);
}
END_TEST

START_TEST(two_signatures_are_no_conflict_the_later_stands)
{
    struct doors doors = two_doors(4);

    ck_assert(device_marks(doors.north, "TT-BUJ-1", "boban", "present"));
    ck_assert(device_marks(doors.south, "TT-BUJ-1", "boban", "present"));
    signs(doors.north, "boban");
    world_passes(doors.world, MINUTES(1));
    signs(doors.south, "boban");
    they_meet(&doors);
    ck_assert(has_signed(doors.north, "boban") && has_signed(doors.south, "boban"));
    ck_assert_uint_eq(device_conflicts(doors.north) + device_conflicts(doors.south), 0);
    world_ends(doors.world);
}
END_TEST

SUITE("two doors", walk_ins_at_both_doors_arrive_at_both_and_at_the_office, a_walk_in_taken_back_before_the_network_comes_shows_nowhere,
      a_signature_and_a_mark_made_apart_are_both_kept, two_signatures_are_no_conflict_the_later_stands)
