/// Random contacts as text, each of which is made from one number.
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint64_t next(void) {
    state += 0x9E3779B97F4A7C15u;
    uint64_t mixed = state;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    return mixed ^ mixed >> 31;
}

static size_t below(size_t bound) { return next() % bound; }

static void fail(const char *what) {
    fprintf(stderr, "%s is wrong\n", what);
    abort();
}

/// Text that grows, in memory of exactly its size once it is whole.
struct text {
    uint8_t bytes[1 << 20];
    size_t count;
};

static void put(struct text *text, const char *bytes) {
    size_t length = strlen(bytes);
    if (text->count + length > sizeof text->bytes) return;
    memcpy(text->bytes + text->count, bytes, length);
    text->count += length;
}

static const char *const letters[] = {
    "a", "b", "ab", "A", "e", "1", "5", "+", " ", "-", "\\n", "\\u00e9", "\\ud83d\\ude00", "é",
    "字", "م", "ß", "😀", "\\\"", "\\\\", "{", "}", "[", "]", "(", ".", "0", "Z", "\\u0000",
};

static void put_string(struct text *text) {
    size_t length = below(20) ? below(9) : below(400);
    put(text, "\"");
    while (length--) put(text, letters[below(sizeof letters / sizeof *letters)]);
    put(text, "\"");
}

/// A UUID, or what is nearly one.
static void put_uuid(struct text *text) {
    char uuid[] = "00000000-0000-0000-0000-000000000000";
    for (char *at = uuid; *at; at++) {
        if (*at == '0') *at = "0123456789abcdef"[below(16)];
    }
    if (below(32) == 0) memset(uuid + 8, uuid[8], 1 + below(28));
    if (below(64) == 0) uuid[below(36)] = "0-Ag/`:\x1f"[below(7)];
    if (below(64) == 0) uuid[8 + 5 * below(4)] = '0';
    int is_escaped = below(64) == 0;
    if (is_escaped) uuid[0] = 'a';
    put(text, is_escaped ? "\"\\u0061" : "\"");
    put(text, uuid + is_escaped);
    put(text, "\"");
}

static void put_value(struct text *text, int depth) {
    static const char *const plain[] = {
        "null", "true", "false", "0", "-1", "9.50", "10", "1e1", "-0.25", "12345678901234567890",
        "\"\"", "\"9\"", "\"10.5\"", "[]", "{}", "\"2026-05-07T08:14:23+00:00\"",
        "\"2026-01-31T10:00:00Z\"", "\"2024-02-29T23:59:59-05:30\"", "400",
    };
    size_t kind = below(depth > 3 ? 4 : 6), count = below(4);
    if (kind < 2) put(text, plain[below(sizeof plain / sizeof *plain)]);
    else if (kind < 4) put_string(text);
    else {
        put(text, kind == 4 ? "[" : "{");
        while (count--) {
            if (kind == 5) {
                put(text, below(2) ? "\"k\":" : "\"o\" : ");
            }
            put_value(text, depth + 1);
            if (count) put(text, ",");
        }
        put(text, kind == 4 ? "]" : "}");
    }
}

/// Whether all have one of a few names, which only zeros at their ends tell apart, and whether most
/// have a UUID.
static int are_alike, have_uuids;

static void put_contact(struct text *text) {
    static const char *const names[] = {
        "id", "phone", "name", "email", "source", "locale", "metadata", "tags", "opted_in_at",
        "opted_out_at", "last_message_at", "total_messages", "created_at", "updated_at", "x",
        "n\\u0061me", "a name that is longer than those that are remembered",
    };
    int comes = 0;
    put(text, "{");
    for (size_t name = 0; name < sizeof names / sizeof *names; name++) {
        if (below(8) == 0 && (name || !have_uuids)) continue;
        // Who has a name twice has no id that is kept.
        if (name == 15 && have_uuids && below(20)) continue;
        put(text, comes++ ? "," : "");
        put(text, below(30) ? "\"" : "\n \"");
        put(text, names[below(have_uuids ? 400 : 20) ? name : below(sizeof names / sizeof *names)]);
        put(text, below(30) ? "\":" : below(2) ? "\" :" : "\": ");
        if (name == 6 && below(4)) {
            put(text, "{\"k\":");
            put_value(text, 1);
            put(text, ",\"o\":{\"k\":");
            put_value(text, 1);
            put(text, "}}");
        } else if (name == 2 && are_alike) {
            put(text, "\"a name");
            for (size_t zeros = below(12); zeros < 3; zeros++) put(text, "\\u0000");
            put(text, below(8) ? "\"" : "s\"");
        } else if (name == 0 && have_uuids) {
            put_uuid(text);
        } else if (below(3)) {
            put_string(text);
        } else {
            put_value(text, 0);
        }
    }
    put(text, "}");
}
