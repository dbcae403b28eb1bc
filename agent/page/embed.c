// SPDX-License-Identifier: Apache-2.0
/* A program of the build: writes a folder's files as a C table.
 *
 * Here:      reading the files named, leaving out what only their authors read, writing assets_made.c.
 * Not here:  anything of `teren` itself.
 * Use        embed OUT FILE...
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A file on its way into the table. */
struct table {
    FILE *out;
    size_t count;
    bool in_comment;
};

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

static void write_text(struct table *table, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        fprintf(table->out, "%s%d,", table->count++ % 32 == 0 ? "\n    " : "", (unsigned char)text[i]);
}

/* Scripts and styles go without indentation, empty lines and lines of comment alone: a fifth of them, which no tablet reads. A line is left
 * as one, so what it says is not looked at. A text over several lines would be changed by this: it is refused. */
static bool write_line(struct table *table, const char *line, bool is_script)
{
    const char *text = line + strspn(line, " \t");
    const char *end = NULL;
    bool was_in_comment = table->in_comment;
    size_t size = strlen(text), ticks = 0;

    if (was_in_comment || strncmp(text, "/*", 2) == 0) {
        end = strstr(was_in_comment ? text : text + 2, "*/");
        table->in_comment = end == NULL;
        if (end == NULL || end[2 + strspn(end + 2, " \t\r\n")] == '\0')
            return true;
        if (was_in_comment)
            return false; /* something stands behind its end: nobody writes so */
    }
    if (text[0] == '\n' || text[0] == '\0' || (is_script && strncmp(text, "//", 2) == 0))
        return true;
    for (size_t i = 0; i < size; i++)
        ticks += is_script && text[i] == '`';
    write_text(table, text, size);
    return ticks % 2 == 0;
}

static bool write_lines(struct table *table, FILE *in, const char *path, bool is_script)
{
    static const char licence[] = "/* SPDX-License-Identifier: Apache-2.0 */\n";
    char line[4096];
    int number = 0;

    write_text(table, licence, sizeof licence - 1);
    while (fgets(line, sizeof line, in) != NULL) {
        number++;
        if (strlen(line) + 1 == sizeof line || !write_line(table, line, is_script)) {
            fprintf(stderr, "%s:%d: the line is too long, or a text over several lines begins here, or something follows a comment\n", path,
                    number);
            return false;
        }
    }
    return !table->in_comment;
}

static bool write_file(FILE *out, const char *path, int number)
{
    struct table table = {.out = out};
    const char *ending = strrchr(path, '.');
    FILE *in = fopen(path, "rb");
    bool done = in != NULL;
    int byte;

    if (in == NULL)
        return false;
    fprintf(out, "static const uint8_t file_%d[] = {", number);
    if (strcmp(ending, ".js") == 0 || strcmp(ending, ".css") == 0)
        done = write_lines(&table, in, path, strcmp(ending, ".js") == 0);
    else
        while ((byte = getc(in)) != EOF)
            write_text(&table, &(char){(char)byte}, 1);
    fprintf(out, "%s};\n", table.count == 0 ? "0" : "\n");
    return fclose(in) == 0 && done;
}

int main(int argc, char **argv)
{
    FILE *out = argc > 1 ? fopen(argv[1], "w") : NULL;

    if (out == NULL)
        return 1;
    fprintf(out, "/* Made by embed.c: do not edit. */\n#include \"agent/page/assets.h\"\n\n");
    for (int i = 2; i < argc; i++)
        if (media_type_of(name_of(argv[i])) == NULL || !write_file(out, argv[i], i)) {
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
