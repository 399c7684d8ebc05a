/// The list, record by record, and each record member by member.
///
/// Contacts of one file mostly have the same members in the same order, so the name that followed
/// the last one before is tried first: sixteen bytes of it in one comparison.
#include "internal.h"

#include <stdlib.h>

static const struct { const char *name; uint8_t field; } fields[] = {
    {"id", ID}, {"phone", PHONE}, {"name", NAME}, {"email", EMAIL}, {"tags", TAGS},
    {"metadata", METADATA}, {"total_messages", TOTAL_MESSAGES}, {"source", SOURCE},
    {"locale", LOCALE}, {"opted_in_at", OPTED_IN}, {"opted_out_at", OPTED_OUT},
    {"last_message_at", LAST_MESSAGE}, {"created_at", CREATED}, {"updated_at", UPDATED},
};

/// Which field a decoded name is, and its bit.
static uint8_t field_of(const uint8_t *text, size_t length, uint16_t *bit) {
    for (size_t index = 0; index < sizeof fields / sizeof *fields; index++) {
        const char *name = fields[index].name;
        if (strlen(name) != length || memcmp(name, text, length) != 0) continue;
        *bit = (uint16_t)(1u << index);
        return fields[index].field;
    }
    *bit = 0;
    return NO_FIELD;
}

/// Whether a value of this kind may not stand in a field.
static inline int is_wrong(uint8_t field, enum kind kind) {
    switch (field) {
    case TAGS: return !(kind & (NOTHING | LIST | EMPTY_LIST));
    case METADATA: return !(kind & (NOTHING | OBJECT | EMPTY_LIST));
    case TOTAL_MESSAGES: return !(kind & (NOTHING | NUMBER));
    default: return !(kind & (NOTHING | TEXT));
    }
}

/// Finds a plain name among those met before, or remembers it; null where it is too long or
/// there are too many.
static struct key *remember(struct records_reader *reader, const uint8_t *at, size_t length) {
    for (uint8_t index = 1; index < reader->key_count; index++) {
        struct key *key = &reader->keys[index];
        if (key->length == length && memcmp(key->text, at, length) == 0) return key;
    }
    if (length > MAX_KEY_LENGTH || reader->key_count == MAX_KEYS) return NULL;
    struct key *key = &reader->keys[reader->key_count++];
    memset(key, 0, sizeof *key);
    memcpy(key->text, at, length);
    key->length = (uint8_t)length;
    key->field = field_of(at + 1, length - 2, &key->bit);
    return key;
}

/// Passes over a name that was not foretold.
///
/// @param key what it is; its own where it is not remembered
static const uint8_t *other_name(
    struct records_reader *reader, const uint8_t *at, struct key **key) {
    int is_plain = 1;
    const uint8_t *end = records_string(reader, at, &is_plain);
    if (!end) return NULL;
    size_t length = (size_t)(end - at);
    struct key *found = is_plain ? remember(reader, at, length) : NULL;
    if (found) {
        (*key)->next = (uint8_t)(found - reader->keys);
        *key = found;
        return end;
    }
    // The first key stands for all that are not remembered, and for the beginning of a record.
    *key = reader->keys;
    uint8_t text[8 * MAX_KEY_LENGTH];
    (*key)->field = NO_FIELD;
    if (length <= sizeof text) {
        size_t decoded = records_decode(at + 1, end - 1, text);
        (*key)->field = field_of(text, decoded, &(*key)->bit);
    }
    return end;
}

static inline const uint8_t *key_name(
    struct records_reader *reader, const uint8_t *at, struct key **key) {
    struct key *foretold = &reader->keys[(*key)->next];
    if ((*key)->next && is_same(foretold->text, at, foretold->length)) {
        *key = foretold;
        return at + foretold->length;
    }
    return other_name(reader, at, key);
}

/// Notes where the value of a field stands; of several the last one counts.
static inline void keep(
    struct records_reader *reader, const struct key *key, const struct value *value) {
    if (key->field == NO_FIELD) return;
    reader->is_repeated |= reader->values[key->field].kind != ABSENT;
    reader->values[key->field] = *value;
    if (is_wrong(key->field, value->kind)) reader->wrong |= key->bit;
    else reader->wrong &= ~(uint32_t)key->bit;
}

/// Passes over a record; null where it is none.
static const uint8_t *record(struct records_reader *reader, const uint8_t *at) {
    for (int field = 0; field < FIELD_COUNT; field++) reader->values[field].kind = ABSENT;
    reader->wrong = 0;
    reader->is_repeated = 0;
    struct key *key = reader->keys;
    struct value value;
    if (*at != '{') {
        reader->stop = at;
        return NULL;
    }
    at = skip_space(at + 1);
    if (*at == '}') return at + 1;
    for (;;) {
        at = key_name(reader, at, &key);
        if (!at) return NULL;
        at = skip_space(at);
        if (*at != ':') break;
        at = records_value(reader, skip_space(at + 1), &value);
        if (!at) return NULL;
        keep(reader, key, &value);
        at = skip_space(at);
        if (*at == '}') return at + 1;
        if (*at != ',') break;
        at = skip_space(at + 1);
    }
    reader->stop = at;
    return NULL;
}

struct records_reader *records_begin(
    struct records_helpers helpers, uint64_t seed, size_t depth, size_t depth_limit) {
    struct records_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return NULL;
    reader->records = calloc(1, sizeof *reader->records);
    reader->open = malloc(depth_limit + 1);
    if (!reader->records || !reader->open) {
        records_free(records_finish(reader));
        return NULL;
    }
    reader->is_full = !records_intern_begin(&reader->lists, &reader->records->lists)
        || !records_intern_begin(&reader->words, &reader->records->word_texts);
    reader->helpers = helpers;
    reader->folding.make_page = helpers.fold_page;
    reader->records->seed = seed;
    reader->depth = depth;
    reader->depth_limit = depth_limit;
    reader->key_count = 1;
    return reader;
}

/// Goes on from one state to the next; null where nothing more can be read.
static const uint8_t *advance(
    struct records_reader *reader, const uint8_t *at, size_t start, const uint8_t *bytes) {
    if (reader->place == RECORDS_SEPARATOR || (reader->place == RECORDS_FIRST && *at == ']')) {
        if (*at == ',') {
            reader->place = RECORDS_ELEMENT;
            return at + 1;
        }
        if (*at == ']') {
            reader->place = RECORDS_END;
            return at;
        }
        reader->stop = at;
        return NULL;
    }
    const uint8_t *end = record(reader, at);
    if (!end) return NULL;
    if (!records_note(reader, at, start + (size_t)(at - bytes), (size_t)(end - at))) {
        reader->is_full = 1;
        return NULL;
    }
    reader->place = RECORDS_SEPARATOR;
    return end;
}

enum records_outcome records_read(
    struct records_reader *reader, const uint8_t *bytes, size_t length, size_t offset,
    int is_last, size_t *used) {
    const uint8_t *at = bytes, *end = bytes + length;
    if (reader->depth >= reader->depth_limit) return RECORDS_WRONG;
    while (reader->place != RECORDS_END) {
        *used = (size_t)(at - bytes);
        if (reader->is_full) return RECORDS_FULL;
        const uint8_t *next = advance(reader, skip_space(at), offset, bytes);
        if (reader->is_full) return RECORDS_FULL;
        if (!next) {
            int is_cut = !is_last && end - reader->stop < RECORDS_PADDING;
            return is_cut ? RECORDS_MORE : RECORDS_WRONG;
        }
        at = next;
    }
    *used = (size_t)(at - bytes);
    return RECORDS_DONE;
}

int records_take(
    struct records_reader *reader, const uint8_t *bytes, size_t length, size_t offset) {
    reader->place = RECORDS_ELEMENT;
    return advance(reader, bytes, offset, bytes) == bytes + length && !reader->is_full;
}

enum records_place records_place(const struct records_reader *reader) { return reader->place; }

struct records *records_finish(struct records_reader *reader) {
    struct records *records = reader->records;
    // A search looks beyond the end.
    if (records
        && records_grow(
            &records->text, 1, records->text_count, RECORDS_PADDING, &reader->text_capacity))
        memset(records->text + records->text_count, 0, RECORDS_PADDING);
    else if (records) records->count = 0;
    free(reader->lists.table);
    free(reader->words.table);
    free(reader->scratch);
    free(reader->open);
    free(reader);
    return records;
}

void records_free(struct records *records) {
    if (!records) return;
    free(records->starts);
    free(records->lengths);
    free(records->longs);
    free(records->text_ends);
    free(records->tags);
    free(records->ids);
    free(records->phones);
    free(records->flags);
    for (int column = 0; column < RECORDS_NUMBERS; column++) free(records->numbers[column]);
    for (int column = 0; column < RECORDS_WORDS; column++) free(records->words[column]);
    free(records->metadata);
    free(records->id_rests);
    free(records->text);
    free(records->lists.text);
    free(records->lists.ends);
    free(records->word_texts.text);
    free(records->word_texts.ends);
    free(records);
}
