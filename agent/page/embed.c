// SPDX-License-Identifier: Apache-2.0
/* A program of the build: writes a folder's files as a C table.
 *
 * Here:      reading the files named, writing assets_made.c.
 * Not here:  anything of `teren` itself.
 * Use        embed OUT FILE...
 */
#include <stdio.h>
#include <string.h>

static const char *media_type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } rows[] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".webmanifest", "application/manifest+json"},
        {".woff2", "font/woff2"},
    };
    const char *ending = strrchr(name, '.');

    for (size_t i = 0; ending != NULL && i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(ending, rows[i].ending) == 0)
            return rows[i].type;
    return NULL;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static int write_bytes(FILE *out, const char *path, int number)
{
    FILE *in = fopen(path, "rb");
    size_t count = 0;
    int byte;

    if (in == NULL)
        return -1;
    fprintf(out, "static const uint8_t file_%d[] = {", number);
    while ((byte = getc(in)) != EOF)
        fprintf(out, "%s%d,", count++ % 32 == 0 ? "\n    " : "", byte);
    fprintf(out, "%s};\n", count == 0 ? "0" : "\n");
    return fclose(in);
}

int main(int argc, char **argv)
{
    FILE *out = argc > 1 ? fopen(argv[1], "w") : NULL;

    if (out == NULL)
        return 1;
    fprintf(out, "/* Made by embed.c: do not edit. */\n#include \"agent/page/assets.h\"\n\n");
    for (int i = 2; i < argc; i++)
        if (media_type_of(name_of(argv[i])) == NULL || write_bytes(out, argv[i], i) != 0) {
            fprintf(stderr, "embed: %s cannot be embedded\n", argv[i]);
            return 1;
        }
    fprintf(out, "const struct page_asset page_assets[] = {\n");
    for (int i = 2; i < argc; i++) {
        const char *name = name_of(argv[i]);

        fprintf(out, "    {\"/%s\", \"%s\", file_%d, sizeof file_%d},\n", strcmp(name, "index.html") == 0 ? "" : name, media_type_of(name),
                i, i);
    }
    fprintf(out, "};\nconst size_t page_asset_count = sizeof page_assets / sizeof page_assets[0];\n");
    return fclose(out) == 0 ? 0 : 1;
}
