/// Names that stand nowhere in much JSON, and the last of those that stand twice, against the
/// plainest way to find either.
#pragma once

#include "contacts.h"
#include "internal.h"

static int has_bytes(const uint8_t *text, size_t length, const char *wanted) {
    size_t count = strlen(wanted);
    for (size_t at = 0; at + count <= length; at++) {
        if (memcmp(text + at, wanted, count) == 0) return 1;
    }
    return 0;
}

static void put_members(struct text *text, size_t size, int depth) {
    static const char *const names[] = {
        "ltv", "lt", "ltvx", "l.tv", "l\\u0074v", "a ltv", "plan", "é", "\\\\ltv", "ltv\\\"",
        "a\\/b", "u", "x", "city", "note", "on", "list",
    };
    put(text, "{");
    do {
        put(text, "\"");
        put(text, names[below(30) ? 11 + below(6) : below(sizeof names / sizeof *names)]);
        put(text, below(9) ? "\":" : "\" : ");
        if (depth < 3 && below(5) == 0) put_members(text, text->count + 20, depth + 1);
        else put(text, below(3) ? "\"a note \\n of some length\"" : "[1,{\"on\":true}]");
        put(text, ",");
    } while (text->count < size);
    put(text, "\"end\":0}");
}

/// Where the last value of this name stands; 0 where there is none.
static size_t last_value(const uint8_t *object, size_t length, const char *name) {
    static struct records_span places[4096];
    size_t count = records_outline(object, length, places, 4096), start = 0;
    for (size_t place = 0; place < count; place++) {
        uint8_t decoded[64];
        size_t size = records_decode(
            object + places[place].name_start + 1, object + places[place].name_end - 1, decoded);
        if (size == strlen(name) && memcmp(decoded, name, size) == 0) start = places[place].start;
    }
    return start;
}

static void check_absence(struct text *text) {
    static const char *const wanted[] = {"ltv", "lt", "l.tv", "plan", "é", "a/b", "u", "zz"};
    text->count = 0;
    put_members(text, below(1600), 0);
    size_t length = text->count, start;
    uint8_t *object = malloc(length);
    memcpy(object, text->bytes, length);
    const char *name = wanted[below(sizeof wanted / sizeof *wanted)];
    int is_whole = (int)below(2);
    char quoted[16];
    snprintf(quoted, sizeof quoted, is_whole ? "\"%s\"" : "\"%s", name);
    int is_told = length >= RECORDS_MUCH && !strchr(name, '/') && (is_whole || strlen(name) > 1);
    int stands = has_bytes(object, length, quoted) || has_bytes(object, length, "\\u");
    const uint8_t *bytes = (const uint8_t *)name;
    if (records_is_absent(object, length, bytes, strlen(name), is_whole) != (is_told && !stands))
        fail("the absence of a name");
    size_t found = records_member(object, length, bytes, strlen(name), &start);
    if ((found ? start : 0) != last_value(object, length, name)) fail("the last of a name");
    free(object);
}
