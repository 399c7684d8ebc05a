/// What the beginnings of many records tell of them, noted one after the other.
#pragma once

#include "records.h"

/// The longest id that is noted, with its quotes.
#define RECORDS_LONGEST_ID 64

/// What is noted, an entry a record.
struct records_heads {
    size_t count;
    uint32_t *records;
    /// Where its id ends in `text`, quotes and all; where the one before ended if none is noted.
    uint32_t *ends;
    uint8_t *text;
};

/// How a record is laid out: what stands between its first name and the value, and between that
/// and the second member.
struct records_layout {
    const uint8_t *colon;
    size_t colon_length;
    const uint8_t *comma;
    size_t comma_length;
};

/// Begins to note so many records; null where there is no memory.
struct records_heads *records_heads_begin(size_t capacity);

/// Notes the candidates among `count` records from `first` on.
///
/// Of a record that is laid out otherwise, whose id is longer or not in plain text, or in which a
/// documented field stands twice, no id is noted; nor where too little of it is there.
///
/// @param bytes a piece of the file that holds the beginnings of all of them; null where it could
///   not be read
/// @param offset where it begins in the file
/// @param candidates those that are noted, a bit each
void records_note_heads(
    const struct records *records, const uint8_t *bytes, size_t length, size_t offset,
    size_t first, size_t count, const uint64_t *candidates, const struct records_layout *layout,
    struct records_heads *heads);

/// The same of ids that are kept, without reading the file.
///
/// @return 0 where few are, or those of records that are laid out otherwise
int records_kept_heads(
    const struct records *records, size_t first, size_t count, const uint64_t *candidates,
    const struct records_layout *layout, struct records_heads *heads);

/// The list that ids of one kind of record are put into.
struct records_group {
    /// Where the list begins in the text of all, and where it ends for now.
    size_t start, end;
    /// Where the end of its next id is put.
    size_t next;
};

/// Stands for no group.
#define RECORDS_NO_GROUP UINT32_MAX

/// Puts noted ids behind those of their groups, commas between them.
///
/// @param groups the group of each entry
/// @param text has room for all groups, one behind the other
/// @param ends where each id ends in the list of its group
void records_group_heads(
    const struct records_heads *heads, const uint32_t *groups, struct records_group *lists,
    uint8_t *text, uint32_t *ends);

void records_heads_free(struct records_heads *heads);
