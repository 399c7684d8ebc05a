/// What the parts of the reader share.
#pragma once

#include "records.h"

#include <string.h>

#define MAX_KEYS 64
#define MAX_KEY_LENGTH 30

/// The fields that are noted or whose kind is looked at; the numbers are bits of a mask.
enum field {
    ID, PHONE, NAME, EMAIL, TAGS, METADATA, TOTAL_MESSAGES, OTHER_TEXT, FIELD_COUNT,
    NO_FIELD = FIELD_COUNT,
};

enum kind { ABSENT = 0, TEXT = 1, NUMBER = 2, WORD = 4, NOTHING = 8, LIST = 16, OBJECT = 32,
    EMPTY_LIST = 64 };

/// A name that was met before, with its quotes, and which one followed it last.
struct key {
    uint8_t text[MAX_KEY_LENGTH + 2];
    uint8_t length;
    uint8_t next;
    uint8_t field;
    /// A bit of its own for each documented field.
    uint16_t bit;
};

/// Where a value stands.
struct value {
    const uint8_t *start;
    const uint8_t *end;
    enum kind kind;
    /// Whether it holds escapes or other than ASCII.
    int is_plain;
};

struct records_reader {
    struct records *records;
    struct records_helpers helpers;
    uint64_t seed;
    size_t depth, depth_limit;
    size_t capacity, text_capacity, list_capacity, list_text_capacity;
    /// Lists of tags by hash; 0 is free.
    uint32_t *list_table;
    size_t list_table_size;
    enum records_place place;
    /// Where something was not as it should be.
    const uint8_t *stop;
    struct key keys[MAX_KEYS];
    uint8_t key_count;
    struct value values[FIELD_COUNT];
    /// The documented fields whose value is of another kind than it should be.
    uint32_t wrong;
    const uint8_t *pages[0x1100];
    uint8_t *scratch;
    size_t scratch_capacity;
    uint8_t *open;
    int is_full;
};

/// Passes over a string whose opening quote is at `at`; null where it is none.
///
/// @param is_plain set to 0 where it holds escapes or other than ASCII
const uint8_t *records_string(struct records_reader *reader, const uint8_t *at, int *is_plain);
/// Passes over any value; null where it is none.
const uint8_t *records_value(struct records_reader *reader, const uint8_t *at, struct value *value);
/// The next scalar of a string that was passed over; half a surrogate pair counts as U+FFFD.
uint32_t records_scalar(const uint8_t **at, const uint8_t *end);
/// Writes what a string stands for as UTF-8; never longer than it is written.
size_t records_decode(const uint8_t *at, const uint8_t *end, uint8_t *out);
/// Notes a record whose values are known; 0 where there is no memory.
int records_note(struct records_reader *reader, size_t start, size_t length);

/// The name of a member that is looked for.
struct member_name {
    const char *text;
    size_t length;
};

/// Where a value stands in its object; the length is 0 where there is none.
struct member {
    size_t start;
    size_t length;
};

/// Finds the values that count for some plain names in an object that is known to be JSON.
void records_members(
    const uint8_t *object, size_t length, const struct member_name *names, size_t count,
    struct member *members);

static inline const uint8_t *skip_space(const uint8_t *at) {
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') at++;
    return at;
}
