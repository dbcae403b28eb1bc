// SPDX-License-Identifier: Apache-2.0
/* Runs a fuzz target without libFuzzer: every file of its corpus, then mutations of them from a fixed seed, so that each ordinary
 * test run goes a little way, and the same way every time.
 *
 *     fuzz_NAME CORPUS-FOLDER     2,000 mutations after the corpus
 *     fuzz_NAME FILE...           these inputs alone: to look at what a fuzzer found
 *
 * Here:      reading, mutating, counting.
 * Not here:  what a target promises.
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

enum { MUTATIONS = 2000, INPUTS_MAX = 1024, INPUT_BYTES_MAX = 256 * 1024, GROWTH_BYTES_MAX = 64, EDITS_MAX = 8 };

struct input {
    uint8_t *data;
    size_t size;
};

static struct input inputs[INPUTS_MAX];
static size_t input_count;

static bool input_add(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct input *input = &inputs[input_count];

    if (file == NULL || input_count == INPUTS_MAX) {
        fprintf(stderr, "cannot take %s\n", path);
        if (file != NULL)
            fclose(file);
        return false;
    }
    input->data = calloc(1, INPUT_BYTES_MAX);
    input->size = input->data == NULL ? 0 : fread(input->data, 1, INPUT_BYTES_MAX, file);
    fclose(file);
    input_count += input->data != NULL;
    return input->data != NULL;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* In the order of their names, so that every machine mutates the same. */
static bool folder_add(const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_visible, alphasort);
    bool done = count > 0;

    if (!done)
        fprintf(stderr, "no corpus in %s\n", path);
    for (int i = 0; i < count; i++) {
        char file[4096];

        snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        done = done && input_add(file);
        free(entries[i]);
    }
    free(entries);
    return done;
}

/* SplitMix64: a sequence from a seed, the same everywhere. */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* The bytes that grammars hinge on are drawn more often than chance would. */
static uint8_t draw_byte(uint64_t *state)
{
    static const char hinges[] = "\"\\,;:{}[]\r\n\t /?%.-+=09azAZ\x00\x01\x7F\x80\xC2\xE2\xFF";

    return (uint8_t)(draw(state) % 2 == 0 ? hinges[draw(state) % (sizeof hinges - 1)] : (char)draw(state));
}

static size_t mutate(uint8_t *data, size_t size, size_t room, uint64_t *state)
{
    size_t at = size == 0 ? 0 : draw(state) % size, length = 1 + draw(state) % 16;

    if (length > size - at)
        length = size - at;
    switch (draw(state) % 6) {
    case 0: /* another byte */
        if (size > 0)
            data[at] = draw_byte(state);
        return size;
    case 1: /* a flipped bit */
        if (size > 0)
            data[at] ^= (uint8_t)(1U << draw(state) % 8);
        return size;
    case 2: /* one more */
        if (size == room)
            return size;
        memmove(data + at + 1, data + at, size - at);
        data[at] = draw_byte(state);
        return size + 1;
    case 3: /* some fewer */
        memmove(data + at, data + at + length, size - at - length);
        return size - length;
    case 4: /* cut off */
        return at;
    default: /* some twice */
        if (length > room - size)
            return size;
        memmove(data + at + length, data + at, size - at);
        return size + length;
    }
}

/* Every run has its own block of exactly the input's size, so that a sanitizer sees one byte too far. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size == 0 ? 1 : size);

    if (exact == NULL)
        abort();
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static void run_mutations(void)
{
    static uint8_t data[INPUT_BYTES_MAX + GROWTH_BYTES_MAX * EDITS_MAX];
    uint64_t state = 1;

    for (int i = 0; i < MUTATIONS; i++) {
        const struct input *input = &inputs[draw(&state) % input_count];
        size_t size = input->size;

        memcpy(data, input->data, size);
        for (uint64_t edits = 1 + draw(&state) % EDITS_MAX; edits > 0; edits--)
            size = mutate(data, size, sizeof data, &state);
        run(data, size);
    }
}

int main(int argc, char **argv)
{
    bool done = argc > 1;
    struct stat status;

    for (int i = 1; i < argc; i++)
        done = done && stat(argv[i], &status) == 0 && (S_ISDIR(status.st_mode) ? folder_add(argv[i]) : input_add(argv[i]));
    for (size_t i = 0; i < input_count; i++)
        run(inputs[i].data, inputs[i].size);
    if (done && S_ISDIR(status.st_mode))
        run_mutations();
    for (size_t i = 0; i < input_count; i++)
        free(inputs[i].data);
    if (!done)
        fprintf(stderr, "usage: %s CORPUS-FOLDER | FILE...\n", argv[0]);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
