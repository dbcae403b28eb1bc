// SPDX-License-Identifier: Apache-2.0
/* A newer peer: what we do not know is kept and passed on, word for word.
 *
 * Here:      fields and entities that are in nobody's table.
 * Not here:  newer versions of the protocol (tests/unit).
 */
#include "tests/stories/story.h"

static const char *text_of(struct sim_device *device, struct arena *arena, const char *entity, const char *id, const char *field)
{
    const struct row *row = NULL;
    struct error err = {0};
    ck_assert(store_row(device_store(device), arena, entity, id, &row, &err));
    return row == NULL ? NULL : row_text(row, field);
}

START_TEST(an_unknown_field_reaches_everybody_and_survives_an_old_peers_edit)
{
    struct world *world = world_create(1);
    struct sim_device *newer = world_add_device(world, "newer", "RS-BUJ", "RS-BUJ");
    struct sim_device *older = world_add_device(world, "older", "RS-BUJ", "RS-BUJ");
    struct error err = {0};
    struct arena arena = {0};
    const char *amina = world_id(world, "amina");
    const struct draft_field size = {"shoe_size", value_text("42 \xc2\xbd")}, name = {"full_name", value_text("Amina Aa")};
    const struct draft knows = {.entity = "person", .row = amina, .fields = &size, .field_count = 1};
    const struct draft edits = {.entity = "person", .row = amina, .fields = &name, .field_count = 1};
    world_syncs_until_quiet(world);
    ck_assert(store_write(device_store(newer), &knows, 1, "", "", NULL, NULL, &err));
    world_syncs_until_quiet(world);
    ck_assert_str_eq(text_of(older, &arena, "person", amina, "shoe_size"), "42 \xc2\xbd");
    ck_assert(store_write(device_store(older), &edits, 1, "", "", NULL, NULL, &err));
    world_syncs_until_quiet(world);
    ck_assert_str_eq(text_of(newer, &arena, "person", amina, "shoe_size"), "42 \xc2\xbd");
    ck_assert_str_eq(text_of(newer, &arena, "person", amina, "full_name"), "Amina Aa");
    arena_clear(&arena);
    world_ends(world);
}
END_TEST

START_TEST(an_unknown_entity_stays_where_it_was_made_and_reaches_the_office)
{
    struct world *world = world_create(2);
    struct sim_device *newer = world_add_device(world, "newer", "RS-BUJ", "RS-BUJ");
    struct sim_device *far = world_add_device(world, "far", "RS-BOS", "RS-BOS");
    struct error err = {0};
    struct arena arena = {0};
    char id[1][ROW_ID_SIZE];
    const struct draft_field field = {"destination", value_text("Ohrid")};
    const struct draft draft = {.entity = "excursion", .fields = &field, .field_count = 1};
    world_syncs_until_quiet(world);
    ck_assert_msg(store_write(device_store(newer), &draft, 1, "", "", id, NULL, &err), "%s", err.cause);
    world_syncs_until_quiet(world);
    ck_assert_str_eq(text_of(world_office(world), &arena, "excursion", id[0], "destination"), "Ohrid");
    ck_assert_str_eq(text_of(newer, &arena, "excursion", id[0], "destination"), "Ohrid");
    ck_assert_ptr_null(text_of(far, &arena, "excursion", id[0], "destination"));
    arena_clear(&arena);
    world_ends(world);
}
END_TEST

START_TEST(a_conflict_in_an_unknown_field_is_a_conflict)
{
    struct world *world = world_create(3);
    struct sim_device *one = world_add_device(world, "one", "RS-BUJ", "RS-BUJ");
    struct sim_device *two = world_add_device(world, "two", "RS-BUJ", "RS-BUJ");
    struct error err = {0};
    const struct draft_field fields[] = {{"shoe_size", value_integer(41)}, {"shoe_size", value_integer(42)}};
    world_syncs_until_quiet(world);
    for (int i = 0; i < 2; i++) {
        const struct draft draft = {.entity = "person", .row = world_id(world, "amina"), .fields = &fields[i], .field_count = 1};
        ck_assert(store_write(device_store(i == 0 ? one : two), &draft, 1, "", "", NULL, NULL, &err));
    }
    world_syncs_until_quiet(world);
    ck_assert_uint_eq(device_conflicts(one), 1);
    ck_assert_uint_eq(device_conflicts(two), 1);
    world_ends(world);
}
END_TEST

SUITE("a newer peer", an_unknown_field_reaches_everybody_and_survives_an_old_peers_edit,
      an_unknown_entity_stays_where_it_was_made_and_reaches_the_office, a_conflict_in_an_unknown_field_is_a_conflict)
