/// Orders of records, by a line of their text or by a column.
#pragma once

#include "records.h"

/// Sorts texts, byte by byte; what is empty comes last, ties stay in their order.
///
/// @param text all of them, one after the other
/// @param ends where each one ends
/// @param line the line that is compared; `RECORDS_WHOLE_TEXT` for all of it
/// @param order the numbers of the texts in the order that ties keep; afterwards sorted
/// @return 0 where there is no memory
int records_sort(
    const uint8_t *text, const uint32_t *ends, size_t count, enum records_line line,
    int is_descending, int32_t *order);

/// Finds the records around a place in an order by one line, without sorting the others.
///
/// @param candidates those that count, a bit each
/// @param around the record around which they stand; −1 for the first ones
/// @param reach how many before it and how many from it on are wanted
/// @param first the place of the first one that is written in the order of all candidates
/// @param out room for two times `reach`
/// @return how many are written; 0 where sorting all is better, or `around` does not count
size_t records_window(
    const struct records *records, enum records_line line, int is_descending,
    const uint64_t *candidates, int32_t around, size_t reach, size_t *first, int32_t *out);

/// Sorts by numbers, ascending; ties stay in their order.
///
/// @param keys a number for each of `count`
/// @param order as for `records_sort`
/// @return 0 where there is no memory
int records_sort_keys(const uint32_t *keys, size_t count, int32_t *order);

/// Writes keys that sort a column of numbers; nothing comes last in either direction.
///
/// @return how many are `RECORDS_OTHER`, whose keys are those of nothing
size_t records_number_keys(
    const int32_t *column, size_t count, int is_descending, uint32_t *keys);

/// Writes the rank of what stands in a column, such as `tags`, as the key.
void records_list_keys(
    const uint32_t *column, size_t count, const uint32_t *ranks, uint32_t *keys);

/// The same for a column of words.
///
/// @return how many are `RECORDS_OTHER_WORD`, whose keys are the last
size_t records_word_keys(
    const uint16_t *column, size_t count, const uint32_t *ranks, uint32_t *keys);
