/// How long records are: two bytes for each, since hardly any has 64 KB, and these are noted apart.
#include "internal.h"

size_t records_long_at(const struct records *records, size_t record) {
    size_t low = 0, high = records->long_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (records->longs[middle].record < record) low = middle + 1;
        else high = middle;
    }
    return low;
}

size_t records_length(const struct records *records, size_t record) {
    uint16_t length = records->lengths[record];
    if (length < RECORDS_LONG) return length;
    return records->longs[records_long_at(records, record)].length;
}

int records_note_length(struct records_reader *reader, size_t index, size_t length) {
    struct records *records = reader->records;
    int is_long = length >= RECORDS_LONG;
    records->lengths[index] = is_long ? RECORDS_LONG : (uint16_t)length;
    if (!is_long) return 1;
    if (!records_grow(
            &records->longs, sizeof *records->longs, records->long_count, 1,
            &reader->long_capacity)) return 0;
    records->longs[records->long_count++] =
        (struct records_long){(uint32_t)index, (uint32_t)length};
    return 1;
}
